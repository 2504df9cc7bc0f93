public import EBMCore

/// The framework's data sets.
public struct DatasetsPlugin: Plugin {
  public init() {}

  public func register(in registry: inout ComponentRegistry) throws(ConfigurationError) {
    for type in DatasetsPlugin.components { try registry.add(type) }
  }

  private static let components: [any Component.Type] = [
    Bar.self, Box.self, CIFARFile.self, CSVFile.self, Checkerboard.self, Digits.self, EightGaussians.self,
    IDXFile.self, IsingSpins.self, NpyFile.self, NpzFile.self, Pinwheel.self, Rings.self, Spirals.self, Sprites.self,
    SwissRoll.self, TwentyFiveGaussians.self, TwoMoons.self,
  ]
}
