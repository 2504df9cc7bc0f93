internal import EBMCore
internal import Tensors

/// One component under examination: collects verdicts.
struct Examination {
  /// The component's full name.
  let name: String
  let options: Conformance.Options
  /// Where components inside it are looked up.
  let registry: ComponentRegistry
  private(set) var verdicts: [Verdict] = []
  /// Whether the component said that it cannot be used with these settings, or there is nothing to check with them.
  var isRefused = false

  init(of component: some Component, options: Conformance.Options, registry: ComponentRegistry?) {
    let type = type(of: component)
    name = "\(type.family.rawValue).\(type.name)"
    self.options = options
    self.registry = registry ?? PartsInside.registry(for: component)
  }

  /// The checks of the component's family.
  mutating func checkFamily(of component: some Component) {
    switch component {
    case let sampler as any Sampler: checkSampler(sampler)
    case let energy as any Energy: checkEnergy(energy)
    case let schedule as any NoiseSchedule: checkSchedule(schedule)
    case let objective as any Objective: checkObjective(objective)
    case let initializer as any Initializer: checkInitializer(initializer)
    case let dataset as any Dataset:
      do { try checkDataset(dataset) } catch { record("reading", error: error, expected: "data that can be read") }
    case let metric as any Metric:
      do { try checkMetric(metric) } catch { record("figures", error: error, expected: "figures") }
    case let optimizer as any Optimizer: checkOptimizer(optimizer)
    case let transform as any GradientTransform: checkTransform(transform)
    case let rate as any RateSchedule: checkRate(rate)
    case let network as any Network: checkNetwork(network)
    default: break
    }
  }

  /// Notes what a check found.
  mutating func record(
    _ check: String, _ passed: Bool, _ figures: String, expected: String, hint: @autoclosure () -> String? = nil
  ) {
    verdicts.append(
      Verdict(
        component: name, check: check, passed: passed, figures: figures, expected: expected,
        hint: passed ? nil : hint()))
  }

  /// Notes a check that an error prevented.
  mutating func record(_ check: String, error: any Error, expected: String) {
    if error is ConfigurationError { isRefused = true }
    let lines = "\(error)".split(separator: "\n").joined(separator: "; ")
    record(check, false, "an error: \(lines)", expected: expected)
  }

  /// The key of a check's random numbers; each check has its own step.
  func key(_ step: UInt64 = 0) -> RandomKey { RandomKey(seed: options.seed, step: step) }

  /// `full` chains or points, a quarter as many in a quick examination, an eighth in a brief one.
  func count(_ full: Int) -> Int { options.quick ? max(256, full / (options.isBrief ? 8 : 4)) : full }

  /// All of what there is to check on, or the first few: in a brief examination the first alone.
  func chosen<Element>(_ all: [Element], quick: Int) -> [Element] { Array(all.prefix(most(quick))) }

  /// How many of what there is to check on: any number, so many in a quick examination, one in a brief one.
  func most(_ quick: Int) -> Int { options.isBrief ? 1 : options.quick ? quick : .max }
}
