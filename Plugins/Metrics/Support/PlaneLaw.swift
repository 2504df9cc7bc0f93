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

  /// The mass beyond a square: in frames around it, each twice as wide as what it surrounds.
  ///
  /// - Parameters:
  ///   - frames: how many are looked at, at most.
  ///   - enough: the share of two frames in a row at which no more are looked at.
  func massBeyond(_ window: ClosedRange<Double>, upTo frames: Int, enough: Double = 0) -> Beyond {
    let size = 200
    let inner = logMass(in: window, size: size)
    var (beyond, negligible) = (Beyond(), 0)
    let centre = (window.lowerBound + window.upperBound) / 2
    var half = (window.upperBound - window.lowerBound) / 2
    for _ in 0..<frames where negligible < 2 {
      half *= 2
      let masses = logMasses(in: (centre - half)...(centre + half), size: size)
      // The middle quarter is what was looked at before.
      let frame = masses.enumerated().filter { index, _ in
        let (row, column) = (index / size, index % size)
        return min(row, column) < size / 4 || max(row, column) >= 3 * size / 4
      }.map(\.element)
      let added = PlaneLaw.logSum(frame)
      beyond.logMass = PlaneLaw.logSum([beyond.logMass, added])
      let total = PlaneLaw.logSum([inner, beyond.logMass])
      (beyond.lastShare, beyond.share) = (exp(added - total), exp(beyond.logMass - total))
      negligible = beyond.lastShare < enough ? negligible + 1 : 0
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
