/// A learned weight or other state of a model: an identity with a name and a shape, not a value.
///
/// A program binds parameters to the values of a store when it runs, so one program serves live weights, averaged
/// weights and a checkpoint. Two parameters are equal when they are the same object.
public final class Parameter: Hashable, Sendable {
  /// What a parameter is for.
  public enum Kind: String, Hashable, Sendable, Codable {
    /// Learned: has a gradient, is averaged and clipped.
    case weight
    /// Part of the model but not learned, such as the vectors of spectral normalisation.
    case buffer
    /// Belongs to the training, not to the model, such as an optimizer's moments.
    case state
  }

  /// Dotted path, unique in its scope, such as `energy.blocks.0.first.weight`.
  public let name: String
  /// The shape of its value.
  public let shape: [Int]
  /// What it is for.
  public let kind: Kind

  /// Makes a new identity.
  public init(_ name: String, shape: [Int], kind: Kind = .weight) {
    self.name = name
    self.shape = shape
    self.kind = kind
  }

  /// The expression that reads the parameter.
  public var tensor: Tensor { Tensor(Node(.parameter(self), [], shape: shape)) }

  /// The same object.
  public static func == (left: Parameter, right: Parameter) -> Bool { left === right }
  /// By identity.
  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
