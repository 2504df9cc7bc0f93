import EBMCore
import FileFormats
import Foundation
import Runs
import Sampling

/// How well a sampler did on an energy.
struct SamplerScore {
  let sampler: String
  let energy: String
  /// Settings that it ran with.
  let settings: String
  /// Effective draws, of the coordinate that has the least; nil when nothing moved or something was not finite.
  let effectiveSampleSize: Double?
  let seconds: Double
  /// Evaluations of the energy by all chains.
  let evaluations: Double
  /// R̂, the worst of the coordinates and of their squares; nil for chains that are looked at at their ends alone.
  let rHat: Double?
  /// Mean acceptance; nil for samplers without a test.
  let acceptance: Double?
  /// Share of proposals that were not finite.
  let nonFinite: Double
  /// Whether all points are numbers.
  let isFinite: Bool
  /// Whether figures mean anything: chains have seen the same law.
  let isMixed: Bool
  /// The moment that is furthest off, in standard errors; nil when there is none.
  let bias: Bias?

  /// A moment that is off.
  struct Bias {
    /// `mean 1`, `variance 2`.
    let moment: String
    /// (Found − exact)/standard error.
    let errors: Double
    /// (Found − exact)/exact standard deviation, or (found − exact)/exact variance.
    let relative: Double
  }

  /// The score of recorded chains.
  init(_ record: ChainRecord, of sampler: String, settings: String, on energy: BenchmarkEnergy) {
    (self.sampler, self.energy, self.settings) = (sampler, energy.name, settings)
    effectiveSampleSize = record.effectiveSampleSize
    (seconds, evaluations, rHat) = (record.seconds, record.evaluations, record.rHat)
    acceptance = record.acceptance
    (nonFinite, isFinite, isMixed) = (record.nonFinite, record.isFinite, record.isMixed)
    bias = SamplerScore.worst(on: energy) { coordinate, value in
      let draws = ChainDraws(record.draws[coordinate].map { $0.map(value) })
      return draws.meanStandardError.map { (draws.mean, $0) }
    }
  }

  /// The score of independent points, row-major `[count, D]`: ends of chains that are not looked at on their way, with
  /// where they started.
  init(
    ends points: [Float], starts: [Float], seconds: Double, evaluations: Double, of sampler: String, settings: String,
    on energy: BenchmarkEnergy
  ) {
    (self.sampler, self.energy, self.settings) = (sampler, energy.name, settings)
    let dimension = energy.mean.count
    let count = Double(points.count / dimension)
    let isFinite = points.allSatisfy(\.isFinite)
    self.isFinite = isFinite
    effectiveSampleSize = isFinite ? count : nil
    (self.seconds, self.evaluations, rHat, acceptance, nonFinite) = (seconds, evaluations, nil, nil, 0)
    // Independent numbers have a correlation of 0 ± 1/√count.
    isMixed =
      isFinite
      && (0..<dimension).allSatisfy { coordinate in
        let places = stride(from: coordinate, to: points.count, by: dimension)
        let correlation = SamplerScore.correlation(places.map { points[$0] }, places.map { starts[$0] })
        return abs(correlation) < 5 / count.squareRoot()
      }
    bias = SamplerScore.worst(on: energy) { coordinate, value in
      let values = stride(from: coordinate, to: points.count, by: dimension).map { value(Double(points[$0])) }
      let mean = values.reduce(0, +) / count
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return isFinite ? (mean, (squares / count / (count - 1)).squareRoot()) : nil
    }
  }

  private static func correlation(_ first: [Float], _ second: [Float]) -> Double {
    func centred(_ numbers: [Float]) -> [Double] {
      let mean = numbers.reduce(0) { $0 + Double($1) } / Double(numbers.count)
      return numbers.map { Double($0) - mean }
    }
    let (x, y) = (centred(first), centred(second))
    func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    return product(x, y) / (product(x, x) * product(y, y)).squareRoot()
  }

  /// The moment furthest off in standard errors, given the mean and its error of a function of a coordinate.
  private static func worst(
    on energy: BenchmarkEnergy,
    estimate: (_ coordinate: Int, _ value: (Double) -> Double) -> (mean: Double, standardError: Double)?
  ) -> Bias? {
    var worst: Bias?
    for (coordinate, (mean, variance)) in zip(energy.mean, energy.variance).enumerated() {
      let moments: [(String, Double, Double, (Double) -> Double)] = [
        ("mean", mean, variance.squareRoot(), { $0 }),
        ("variance", variance, variance, { ($0 - mean) * ($0 - mean) }),
      ]
      for (name, exact, unit, value) in moments {
        guard let (found, error) = estimate(coordinate, value) else { return nil }
        let bias = Bias(
          moment: "\(name) \(coordinate + 1)", errors: (found - exact) / error, relative: (found - exact) / unit)
        if abs(bias.errors) > abs(worst?.errors ?? 0) { worst = bias }
      }
    }
    return worst
  }

  /// Effective draws a second; nil for chains that have not mixed, whose figure would mean nothing.
  var perSecond: Double? { isMixed ? effectiveSampleSize.map { $0 / seconds } : nil }
  /// Effective draws a gradient, or evaluation of the energy; nil for chains that have not mixed.
  var perEvaluation: Double? { isMixed ? effectiveSampleSize.map { $0 / evaluations } : nil }

  /// The titles of ``cells``.
  static let header = [
    "sampler", "settings", "ESS/s", "ESS/gradient", "bias", "worst moment", "R-hat", "acceptance", "",
  ]

  /// The score as a row of a table.
  var cells: [String] {
    func text(_ number: Double?) -> String { number.map(ProgressText.short) ?? "–" }
    var note = isMixed ? "" : "not mixed"
    if effectiveSampleSize == nil { note = isFinite ? "does not move" : "explodes" }
    if nonFinite > 0 { note += "\(note.isEmpty ? "" : ", ")\(ProgressText.short(100 * nonFinite)) % not finite" }
    let sign = bias.map { $0.errors > 0 ? "+" : "" } ?? ""
    return [
      sampler, settings, text(perSecond), text(perEvaluation),
      bias.map { "\(sign)\(String(format: "%.1f", $0.errors))" } ?? "–",
      bias.map { "\($0.moment) \(sign)\(String(format: "%.1f", 100 * $0.relative)) %" } ?? "–",
      rHat.map { String(format: "%.3f", $0) } ?? "–", acceptance.map { String(format: "%.2f", $0) } ?? "–", note,
    ]
  }

  /// The score as a JSON object.
  var json: JSONValue {
    func number(_ value: Double?) -> JSONValue { value.flatMap { $0.isFinite ? .number($0) : nil } ?? .null }
    return .object(
      JSONObject([
        ("sampler", .string(sampler)), ("energy", .string(energy)), ("settings", .string(settings)),
        ("finite", .bool(isFinite)), ("mixed", .bool(isMixed)), ("effectiveSampleSize", number(effectiveSampleSize)),
        ("seconds", number(seconds)),
        ("evaluations", number(evaluations)), ("perSecond", number(perSecond)),
        ("perEvaluation", number(perEvaluation)), ("biasInStandardErrors", number(bias?.errors)),
        ("worstMoment", bias.map { .string($0.moment) } ?? .null), ("relativeBias", number(bias?.relative)),
        ("rHat", number(rHat)), ("acceptance", number(acceptance)), ("nonFinite", number(nonFinite)),
      ]))
  }
}
