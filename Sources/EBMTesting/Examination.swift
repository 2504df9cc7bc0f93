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

  init(of component: some Component, options: Conformance.Options, registry: ComponentRegistry?) {
    let type = type(of: component)
    name = "\(type.family.rawValue).\(type.name)"
    self.options = options
    self.registry = registry ?? PartsInside.registry(for: component)
  }

  /// Notes what a check found.
  mutating func record(_ check: String, _ passed: Bool, _ figures: String, expected: String) {
    verdicts.append(Verdict(component: name, check: check, passed: passed, figures: figures, expected: expected))
  }

  /// Notes a check that an error prevented.
  mutating func record(_ check: String, error: any Error, expected: String) {
    let lines = "\(error)".split(separator: "\n").joined(separator: "; ")
    record(check, false, "an error: \(lines)", expected: expected)
  }

  /// The key of a check's random numbers; each check has its own step.
  func key(_ step: UInt64 = 0) -> RandomKey { RandomKey(seed: options.seed, step: step) }

  /// `full` chains or points, a quarter as many in a quick examination.
  func count(_ full: Int) -> Int { options.quick ? max(256, full / 4) : full }
}
