import EBMCore
import Foundation
import Tensors

/// Data of which everything is known: N(0, I) in the plane, whose "modes" are the half planes x < 0 and x ≥ 0 within
/// a distance of 2.
struct Plane: Dataset {
  static let name = "plane"
  static let summary = "A normal distribution."
  var space: SampleSpace { SampleSpace(shape: [2]) }
  var plotRange: ClosedRange<Double> { -8...8 }
  var modeCount: Int { 2 }
  func batch(_ count: Int, random: inout RandomStream) -> Tensor { random.normal([count, 2]) }
  func mode(of point: ArraySlice<Float>) -> Int? {
    let coordinates = Array(point)
    return hypot(coordinates[0], coordinates[1]) < 2 ? (coordinates[0] < 0 ? 0 : 1) : nil
  }
  func logDensity(at points: [Double], signal: Double, noise: Double) -> [Double]? {
    let variance = signal * signal + noise * noise
    return stride(from: 0, to: points.count, by: 2).map {
      -(points[$0] * points[$0] + points[$0 + 1] * points[$0 + 1]) / (2 * variance) - log(2 * Double.pi * variance)
    }
  }
}

/// Data of which nothing is known.
struct Unknown: Dataset {
  static let name = "unknown"
  static let summary = "Anything."
  var space: SampleSpace { SampleSpace(shape: [2]) }
  var plotRange: ClosedRange<Double> { -1...1 }
  func batch(_ count: Int, random: inout RandomStream) -> Tensor { random.normal([count, 2]) }
}

/// Three fair coins.
struct Coins: Dataset {
  static let name = "coins"
  static let summary = "Fair coins."
  var values: SampleSpace.Values { SampleSpace.Values(rawValue: kind) ?? .binary }
  var kind = SampleSpace.Values.binary.rawValue
  init() {}
  var space: SampleSpace { SampleSpace(shape: [3], values: values) }
  var plotRange: ClosedRange<Double> { -1...1 }
  func batch(_ count: Int, random: inout RandomStream) -> Tensor { space.noise(count, random: &random) }
  func logDensity(at points: [Double], signal: Double, noise: Double) -> [Double]? {
    [Double](repeating: -3 * log(2), count: points.count / 3)
  }
}
