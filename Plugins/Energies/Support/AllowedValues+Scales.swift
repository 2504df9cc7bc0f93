internal import EBMCore

extension AllowedValues {
  /// A length, a stiffness or the like, so that its fourth power stays far from the ends of 32-bit floats.
  static let scale = AllowedValues.range(1e-6...1e6)
  /// A coordinate, or a factor of either sign.
  static let coordinate = AllowedValues.range(-1e6...1e6)
  /// The number of coordinates of a point.
  static let dimension = AllowedValues.integers(1...1_000_000)
}
