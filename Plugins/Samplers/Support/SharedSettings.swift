internal import EBMCore

extension Setting {
  /// Steps a chain takes when nobody says otherwise.
  static let steps = Setting("steps", "steps a chain", .integers(1...))
  /// The guess of a target's covariance; see `Preconditioner`.
  static let inverseMass = Setting(
    "inverseMass", "variance of each coordinate, or the covariance matrix row by row; empty for the identity",
    .list(of: .above(-.infinity)))
}
