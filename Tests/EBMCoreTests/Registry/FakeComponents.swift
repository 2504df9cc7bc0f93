import EBMCore

// Small components that stand for real ones: a family's protocol, a flat component, one with a part inside, one with
// a list of parts, and one whose settings can contradict each other.

protocol FakeNetwork: Component {}
extension FakeNetwork { static var family: ComponentFamily { .network } }

struct SmallNetwork: FakeNetwork, Equatable {
  static let name = "small-mlp"
  static let summary = "A small network."
  static let settings = [
    Setting("width", "units a layer", .integers(1...)),
    Setting("multipliers", "widths of the blocks, as multiples", .list(of: .integers(1...8), count: 1...)),
  ]
  var width = 64
  var multipliers = [1, 2]
}

struct DeepNetwork: FakeNetwork, Equatable {
  static let name = "deep-mlp"
  static let summary = "A deep network."
  static let settings = [
    Setting("depth", "layers", .integers(1...100)), Setting("width", "units a layer", .integers(1...)),
  ]
  var depth = 8
  var width = 32
}

struct FakeLangevin: Component, Equatable {
  static let name = "langevin"
  static let summary = "Unadjusted Langevin dynamics."
  static let family = ComponentFamily.sampler
  static let settings = [
    Setting("steps", "Langevin steps a chain", .integers(1...)),
    Setting("stepSize", "step size", .positive),
    Setting("clip", "longest gradient", .optional(.positive)),
    Setting("noise", "the noise's law", .oneOf(["gaussian", "student"])),
    Setting("adapt", "whether the step size adapts", .flag),
  ]
  var steps = 15
  var stepSize: Float = 0.001
  var clip: Float?
  var noise = "gaussian"
  var adapt = false
}

struct FakeMALA: Component, Equatable {
  static let name = "mala"
  static let summary = "Metropolis-adjusted Langevin algorithm."
  static let family = ComponentFamily.sampler
  static let settings = [
    Setting("steps", "steps a chain", .integers(1...)),
    Setting("acceptance", "acceptance that the step size aims at", .range(0...1)),
  ]
  var steps = 20
  var acceptance: Float = 0.574
}

struct FakeInitializer: Component {
  static let name = "learned-gaussian"
  static let summary = "Draws through a network."
  static let family = ComponentFamily.initializer
  static let settings = [
    Setting("network", "what the mean comes from", .component(.network)),
    Setting("guide", "a second network, or none", .optional(.component(.network))),
    Setting("scale", "standard deviation", .atLeast(0)),
  ]
  @Part var network: any FakeNetwork = SmallNetwork()
  @Part var guide: (any FakeNetwork)? = nil
  var scale = 1.0
}

protocol FakeEnergy: Component {}
extension FakeEnergy { static var family: ComponentFamily { .energy } }

struct FakeWell: FakeEnergy, Equatable {
  static let name = "double-well"
  static let summary = "Two wells."
  static let settings = [Setting("depth", "height of the barrier", .above(0))]
  var depth = 1.0
}

struct FakeSum: FakeEnergy {
  static let name = "sum"
  static let summary = "A sum of energies."
  static let settings = [Setting("terms", "what is added", .list(of: .component(.energy), count: 1...))]
  @Parts var terms: [any FakeEnergy] = [FakeWell()]
}

struct FakeSchedule: Component, Equatable {
  static let name = "linear"
  static let summary = "Noise that grows linearly."
  static let family = ComponentFamily.schedule
  static let settings = [
    Setting("minimum", "least noise", .range(0..<1)), Setting("maximum", "most noise", .range(0...1)),
    Setting("levels", "noise levels", .integers(1...1000)),
  ]
  var minimum = 0.1
  var maximum = 0.9
  var levels = 6
  func conflicts() -> [String] {
    minimum < maximum ? [] : ["minimum \(minimum) is not below maximum \(maximum)"]
  }
}

struct FakeMetric: Component, Equatable {
  static let name = "mmd"
  static let summary = "Maximum mean discrepancy."
  static let family = ComponentFamily.metric
  static let settings = [Setting("samples", "samples compared", .integers(2...))]
  var samples = 1_000
}

struct FakePlugin: Plugin {
  func register(in registry: inout ComponentRegistry) throws(ConfigurationError) {
    try registry.add(SmallNetwork.self)
    try registry.add(DeepNetwork.self)
    try registry.add(FakeLangevin.self)
    try registry.add(FakeMALA.self)
    try registry.add(FakeInitializer.self)
    try registry.add(FakeWell.self)
    try registry.add(FakeSum.self)
    try registry.add(FakeSchedule.self)
    try registry.add(FakeMetric.self)
    try registry.add(
      recipe: BuiltInRecipe(
        "two-wells", summary: "A double well, learned.",
        sections: ["energy": "double-well", "sampler": ["type": "langevin", "steps": 30], "training": ["batch": 64]]))
  }
}

func fakeRegistry() throws -> ComponentRegistry { try ComponentRegistry(plugins: [FakePlugin()]) }
