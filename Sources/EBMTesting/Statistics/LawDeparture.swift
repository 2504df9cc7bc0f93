private import Foundation

extension ReferenceTarget {
  /// In which way points depart from the law, for whoever looks for the fault: shifted, too wide, too narrow, or of
  /// another shape. Coordinates are looked at as normal scores, whose mean is 0 and variance 1 when the law is right.
  func departure(of points: [Float]) -> String {
    if !points.allSatisfy(\.isFinite) { return "chains run away: the drift may point uphill, or steps are unstable" }
    let uniforms = uniforms(of: points)
    var largest = (significance: 5.0, text: "the law has about the right place and width, but another shape")
    for axis in 0..<dimension {
      let scores = stride(from: axis, to: uniforms.count, by: dimension).map {
        Significance.normalQuantile(min(1 - 1e-9, max(1e-9, uniforms[$0])))
      }
      let count = Double(scores.count)
      let mean = scores.reduce(0, +) / count
      let variance = scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
      let (shift, spread) = (abs(mean) * (count / variance).squareRoot(), abs(variance - 1) * (count / 2).squareRoot())
      if shift > largest.significance {
        largest = (shift, "the law is shifted along x\(axis + 1), by \(mean.short) standard deviations")
      }
      if spread > largest.significance {
        let width = variance.squareRoot()
        largest = (spread, "the law is too \(width > 1 ? "wide" : "narrow") along x\(axis + 1), \(width.short) times")
      }
    }
    return largest.text
  }
}
