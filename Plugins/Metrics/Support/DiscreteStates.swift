internal import EBMCore

/// All points of spaces whose coordinates take two values.
enum DiscreteStates {
  /// Coordinates at most: 65,536 states.
  private static let limit = 16

  /// All states, row-major `[2^D, D]`; nil for continuous points, and for more than 16 coordinates.
  static func all(of space: SampleSpace) -> [Float]? {
    let low: Float
    switch space.values {
    case .continuous: return nil
    case .binary: low = 0
    case .spin: low = -1
    }
    let dimension = space.dimension
    guard dimension <= limit else { return nil }
    return (0..<(1 << dimension)).flatMap { state in
      (0..<dimension).map { (state >> $0) & 1 == 1 ? 1 : low }
    }
  }
}
