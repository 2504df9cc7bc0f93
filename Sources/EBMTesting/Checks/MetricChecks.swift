internal import EBMCore
private import Foundation
internal import Tensors

extension Examination {
  /// A metric on samples that are right and on samples that are wrong.
  mutating func checkMetric(_ metric: some Metric) throws {
    let rows = options.quick ? 1_000 : 4_000
    let dataset = SquareData()
    func evaluation(_ samples: [Float], _ seed: UInt64, isRight: Bool) throws -> Evaluation {
      let density = ModelDensity(shape: [2]) { x, _ in
        isRight ? -SquareData.logDensity(x) : 2 * x.squared().sum(alongAxes: 1)
      }
      return try Evaluation(
        dataset: dataset, samples: samples, reference: dataset.draw(rows, seed: seed &+ 100).points.scalars,
        density: density, seed: seed)
    }
    func right(_ seed: UInt64) throws -> [Figure] {
      try metric.figures(from: evaluation(dataset.draw(rows, seed: seed).points.scalars, seed, isRight: true))
    }
    let (first, second) = (try right(options.seed), try right(options.seed &+ 1))
    // Samples at one of the four corners and too wide; a density that is high between them.
    var generator = SplitMix64(seed: options.seed)
    let samples = try dataset.draw(rows, seed: options.seed &+ 2).points.scalars.map {
      1.2 * abs($0) + Float(0.7 * generator.normal())
    }
    let wrong = try metric.figures(from: evaluation(samples, options.seed &+ 2, isRight: false))
    if first.isEmpty {
      return record(
        "figures", true, "none: it does not apply to points in the plane", expected: "figures where it applies")
    }
    checkFigures(first, second)
    checkNull(first, second, wrong)
    try checkUse(metric, first, of: evaluation(samples, options.seed, isRight: true))
    let poor: [(String, [Float])] = [
      ("one sample", [0.5, 1]), ("three samples", [0.5, 1, -1, 1, 1, 1]),
      ("equal samples", .init(repeating: 1, count: 200)),
      ("samples with a NaN", try [.nan, 1] + dataset.draw(100, seed: options.seed).points.scalars),
    ]
    checkDoubts(
      try poor.map { ($0.0, try metric.figures(from: evaluation($0.1, options.seed, isRight: true))) },
      usesSamples: type(of: metric).uses.contains(.samples))
  }

  /// A metric that does not say that it uses samples has the same figures from others.
  private mutating func checkUse(_ metric: some Metric, _ first: [Figure], of other: Evaluation) throws {
    if type(of: metric).uses.contains(.samples) { return }
    let moved = try zip(first, metric.figures(from: other)).filter { $0.value != $1.value }
    record(
      "points used", moved.isEmpty, moved.first.map { "\($0.0.name) depends on samples" } ?? "not the samples",
      expected: "the points in `uses`, whose faults are then told with the figures")
  }

  /// Figures from points that are too few or broken say that they cannot be trusted.
  private mutating func checkDoubts(_ found: [(String, [Figure])], usesSamples: Bool) {
    let silent = found.compactMap { points, figures in
      figures.first { $0.cautions.isEmpty && (usesSamples || !$0.value.isFinite) }.map { (points, $0) }
    }
    record(
      "cautions", silent.isEmpty,
      silent.first.map { "\($0.1.name) is \($0.1.value.short) from \($0.0), without a caution" } ?? "given",
      expected: "why a figure cannot be trusted, from one or three samples, equal ones, or with a NaN among them")
  }

  private mutating func checkFigures(_ first: [Figure], _ second: [Figure]) {
    let all = first + second
    let broken = all.filter { !$0.value.isFinite || !($0.standardError ?? 0).isFinite || ($0.standardError ?? 0) < 0 }
    record(
      "figures", broken.isEmpty && first.map(\.name) == second.map(\.name),
      "\(first.count) figures"
        + (broken.first.map { ", \($0.name) is \($0.value.short) ± \(($0.standardError ?? 0).short)" } ?? "")
        + (all.first { !$0.cautions.isEmpty }.map { ", \($0.name) is not to be trusted: \($0.cautions[0])" } ?? ""),
      expected: "finite figures with finite errors, the same names each time")
    // A figure that changes with the sample has an error, which has to be given.
    let bare = zip(first, second).filter {
      $0.standardError == nil && $0.value != $1.value && $0.cautions.isEmpty && $1.cautions.isEmpty
    }
    record(
      "error bars", bare.isEmpty,
      bare.isEmpty
        ? "given"
        : bare.map { "\($0.name): \($0.value.short), then \($1.value.short) without error" }.joined(separator: "; "),
      expected: "a standard error for each figure that differs between two samples of the same law")
  }

  /// Two right samples agree within their errors, and a wrong one does not.
  private mutating func checkNull(_ first: [Figure], _ second: [Figure], _ wrong: [Figure]) {
    func deviation(_ a: Figure, _ b: Figure) -> Double {
      let error = ((a.standardError ?? 0) * (a.standardError ?? 0) + (b.standardError ?? 0) * (b.standardError ?? 0))
        .squareRoot()
      let distance = abs(a.value - b.value)
      return distance == 0 ? 0 : distance / max(error, 1e-12 * abs(a.value))
    }
    // What a metric says itself cannot be trusted is not held to its error.
    let trusted = zip(first, second).filter { $0.cautions.isEmpty && $1.cautions.isEmpty }
    let pairs = trusted.map { ($0.name, $0.value, $1.value, deviation($0, $1)) }
    let worst = pairs.max { $0.3 < $1.3 }
    record(
      "agreement", (worst?.3 ?? 0) < 8,
      worst.map { "\($0.0): \($0.1.short) and \($0.2.short), \($0.3.short) errors apart" } ?? "",
      expected: "two samples of the data's own law within 8 of the errors given, which are estimates themselves")
    let moved = zip(first, wrong).map { ($0.name, $0.value, $1.value, deviation($0, $1)) }.max { $0.3 < $1.3 }
    // Settings tried in brief may ask for the least effort there is, such as eight chains. What is asked of the figures then
    // is that they tell the two laws apart at all: at the 5 % level, two errors.
    let needed = options.isBrief ? 2 : 6
    let isMoved = (moved?.3 ?? 0) > Double(needed) || wrong.map(\.name) != first.map(\.name)
    record(
      "sensitivity", isMoved,
      moved.map { "\($0.0): \($0.1.short), \($0.2.short) for a wrong sample, \($0.3.short) errors apart" } ?? "",
      expected: "some figure more than \(needed) errors away for samples that are wrong in place, width and modes")
  }
}

/// Four normal clouds at the corners of a square: data for metrics.
struct SquareData: Dataset {
  static let name = "conformance-square"
  static let summary = "Four clouds at the corners of a square."
  static let deviation = 0.25

  var space: SampleSpace { SampleSpace(shape: [2]) }
  var plotRange: ClosedRange<Double> { -2.5...2.5 }
  var modeCount: Int { 4 }

  func batch(_ count: Int, random: inout RandomStream) -> Tensor {
    let side = 2 * (random.uniform([count, 2]) .< 0.5) - 1
    return side + Float(SquareData.deviation) * random.normal([count, 2])
  }

  /// ln p, traced: coordinates are independent mixtures of N(±1, deviation²).
  static func logDensity(_ x: Tensor) -> Tensor {
    let deviation = Float(SquareData.deviation)
    let terms = [(x - 1).squared(), (x + 1).squared()].map {
      (-0.5 / (deviation * deviation) * $0).reshaped([x.shape[0], 2, 1])
    }
    let each = Tensor.concatenated(terms, alongAxis: 2).logSumExp(alongAxes: 2)
    return each.sum(alongAxes: 1) - 2 * Float(log(2 * Double(deviation) * (2 * Double.pi).squareRoot()))
  }

  func cornerLogDensity(_ x: Double, _ y: Double, deviation: Double) -> Double {
    [x, y].reduce(0) { sum, value in
      let (a, b) = (-0.5 * pow((value - 1) / deviation, 2), -0.5 * pow((value + 1) / deviation, 2))
      let peak = max(a, b)
      return sum + peak + log(exp(a - peak) + exp(b - peak)) - log(2 * deviation * (2 * Double.pi).squareRoot())
    }
  }

  func logDensity(at points: [Double], signal: Double, noise: Double) -> [Double]? {
    guard signal == 1 else { return nil }
    let deviation = (SquareData.deviation * SquareData.deviation + noise * noise).squareRoot()
    return stride(from: 0, to: points.count - 1, by: 2).map {
      cornerLogDensity(points[$0], points[$0 + 1], deviation: deviation)
    }
  }

  func mode(of point: ArraySlice<Float>) -> Int? {
    let (x, y) = (point[point.startIndex], point[point.startIndex + 1])
    guard abs(abs(x) - 1) < 1, abs(abs(y) - 1) < 1 else { return nil }
    return (x > 0 ? 1 : 0) + (y > 0 ? 2 : 0)
  }
}
