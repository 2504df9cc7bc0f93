/// What kind of part a component is. Registry names are `family.name`, such as `sampler.mala`.
public enum ComponentFamily: String, Sendable, CaseIterable, Codable {
  /// What E(x) is.
  case energy
  /// A function inside another component, such as the one a learned initializer draws through.
  case network
  /// How much signal and noise there is at a level.
  case schedule
  /// How a chain moves.
  case sampler
  /// Where a chain starts.
  case initializer
  /// What is minimised.
  case objective
  /// How parameters follow their gradient.
  case optimizer
  /// What becomes of a gradient on the way to an update.
  case transform
  /// How a learning rate changes.
  case rate
  /// Where batches come from.
  case dataset
  /// How good a model is.
  case metric

  /// The families whose components may stand where one of this family is asked for: an optimizer is a transform.
  var members: [ComponentFamily] { self == .transform ? [.transform, .optimizer] : [self] }

  /// The name for many, as lists show it.
  public var plural: String {
    switch self {
    case .energy: "energies"
    default: rawValue + "s"
    }
  }

  /// The name with its article: `an energy`, `a sampler`.
  public var phrase: String {
    switch self {
    case .energy, .initializer, .objective, .optimizer: "an \(rawValue)"
    default: "a \(rawValue)"
    }
  }
}
