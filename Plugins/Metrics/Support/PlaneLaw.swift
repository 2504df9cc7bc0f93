internal import EBMCore
private import Foundation

/// A law in the plane that is given by the logarithm of its density up to a constant, looked at on grids.
struct PlaneLaw {
  /// ln density at points, row-major `[count, 2]`.
  let logDensity: ([Double]) -> [Double]

  init(logDensity: @escaping ([Double]) -> [Double]) { self.logDensity = logDensity }

  /// ln of the mass of each cell of a square, by one point of it.
  func logMasses(in window: ClosedRange<Double>, size: Int, offset: Double = 0.5) -> [Double] {
    let area = 2 * log((window.upperBound - window.lowerBound) / Double(size))
    return logDensity(DensityGrid.points(size: size, range: window, offset: offset)).map { $0 + area }
  }

  /// ln of the mass of a square.
  func logMass(in window: ClosedRange<Double>, size: Int) -> Double {
    PlaneLaw.logSum(logMasses(in: window, size: size))
  }

  /// What lies beyond a square.
  struct Beyond {
    /// ln of the mass.
    var logMass = -Double.infinity
    /// Its share of all mass that was found.
    var share = 0.0
    /// That of the outermost frame.
    var lastShare = 0.0
    /// Whether the outermost frame still adds to it.
    var isGrowing = false
    /// How far out was looked.
    var reach = 0.0
  }

  /// Cells along a side of a frame.
  private static let frameSize = 100

  /// The mass beyond a square: in frames around it, each twice as wide as what it surrounds.
  func massBeyond(_ window: ClosedRange<Double>, frames: Int) -> Beyond {
    let size = PlaneLaw.frameSize
    let inner = logMass(in: window, size: size)
    var beyond = Beyond()
    let centre = (window.lowerBound + window.upperBound) / 2
    var half = (window.upperBound - window.lowerBound) / 2
    for _ in 0..<frames {
      half *= 2
      let points = DensityGrid.points(size: size, range: (centre - half)...(centre + half))
      // The middle quarter is what was looked at before.
      let frame = (0..<size * size).filter { index in
        let (row, column) = (index / size, index % size)
        return min(row, column) < size / 4 || max(row, column) >= 3 * size / 4
      }
      let area = 2 * log(2 * half / Double(size))
      let added = PlaneLaw.logSum(logDensity(frame.flatMap { points[2 * $0..<2 * $0 + 2] })) + area
      beyond.logMass = PlaneLaw.logSum([beyond.logMass, added])
      let total = PlaneLaw.logSum([inner, beyond.logMass])
      (beyond.lastShare, beyond.share) = (exp(added - total), exp(beyond.logMass - total))
      beyond.reach = half
    }
    beyond.isGrowing = beyond.lastShare > 1e-3
    return beyond
  }

  /// ln Σ exp; −∞ for nothing.
  static func logSum(_ terms: [Double]) -> Double {
    guard let peak = terms.max(), peak > -.infinity else { return terms.contains(where: \.isNaN) ? .nan : -.infinity }
    return peak + log(terms.reduce(0) { $0 + exp($1 - peak) })
  }
}
