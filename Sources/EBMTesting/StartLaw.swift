public import EBMCore
internal import Networks
internal import Tensors

/// The law that an initializer's starts are said to follow, coordinates being independent.
public enum StartLaw: Sendable {
  /// N(mean, deviation²).
  case normal(mean: Double, deviation: Double)
  /// Uniform between two numbers.
  case uniform(ClosedRange<Double>)

  fileprivate func cumulative(_ x: Double) -> Double {
    switch self {
    case .normal(let mean, let deviation): Significance.normalCumulative((x - mean) / deviation)
    case .uniform(let range):
      min(1, max(0, (x - range.lowerBound) / (range.upperBound - range.lowerBound)))
    }
  }
}

extension Conformance {
  /// Checks an initializer, and that its first starts follow a law.
  ///
  /// - Parameters:
  ///   - initializer: the initializer.
  ///   - law: what each coordinate of a start follows before any chain has ended.
  ///   - options: how thorough to be.
  /// - Returns: a verdict for each check.
  public static func verdicts(
    of initializer: some Initializer, startsFollow law: StartLaw, options: Options = Options()
  ) -> [Verdict] {
    var examination = Examination(of: initializer, options: options, registry: nil)
    examination.checkSettings(of: initializer)
    examination.checkInitializer(initializer)
    examination.checkLaw(of: initializer, law)
    return examination.verdicts
  }
}

extension Examination {
  fileprivate mutating func checkLaw(of initializer: some Initializer, _ law: StartLaw) {
    let rows = count(20_000)
    let (space, scope) = (SampleSpace(shape: [2]), ParameterScope())
    let expected = "\(law), p above \(Conformance.falseAlarm.short)"
    do throws(ConfigurationError) {
      let function = try initializer.function(over: space, chains: rows, in: scope)
      let program = CompiledFunction { _, context in
        [function.starts(StartRequest(count: rows, space: space), &context)]
      }
      let starts = program([], store: scope.initialValues(seed: options.seed), key: key(40))[0].scalars
      let uniforms = starts.map { law.cumulative(Double($0)) }
      let distance = Significance.kolmogorovDistance(uniforms)
      let worst = Feature.worst(Feature.cosines(uniforms, dimension: 2))
      let p = Significance.kolmogorovTail(distance, count: uniforms.count)
      record(
        "law", p > Conformance.falseAlarm && worst.deviation < Significance.standardErrors,
        "Kolmogorov distance \(distance.short), p = \(p.short); \(worst.name) off by \(worst.deviation.short) standard errors",
        expected: expected)
    } catch { record("law", error: error, expected: expected) }
  }
}
