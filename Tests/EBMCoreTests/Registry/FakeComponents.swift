import EBMCore

// Small components that stand for real ones: a family's protocol, a flat component, one with a part inside, one with
// a list of parts, and one whose settings can contradict each other.

protocol FakeNetwork: Component {}
extension FakeNetwork { static var family: ComponentFamily { .network } }

struct SmallNetwork: FakeNetwork, Equatable {
  static let name = "small-mlp"
  static let summary = "A small network."
  @Setting("units a layer", .integers(1...)) var width = 64
  @Setting("widths of the blocks, as multiples", .list(of: .integers(1...8), count: 1...)) var multipliers = [1, 2]
}

struct DeepNetwork: FakeNetwork, Equatable {
  static let name = "deep-mlp"
  static let summary = "A deep network."
  @Setting("layers", .integers(1...100)) var depth = 8
  @Setting("units a layer", .integers(1...)) var width = 32
}

struct FakeLangevin: Component, Equatable {
  static let name = "langevin"
  static let summary = "Unadjusted Langevin dynamics."
  static let family = ComponentFamily.sampler
  @Setting("Langevin steps a chain", .integers(1...)) var steps = 15
  @Setting("step size", .positive) var stepSize: Float = 0.001
  @Setting("longest gradient", .positive) var clip: Float? = nil
  @Setting("the noise's law", .oneOf(["gaussian", "student"])) var noise = "gaussian"
  @Setting("whether the step size adapts") var adapt = false
}

struct FakeMALA: Component, Equatable {
  static let name = "mala"
  static let summary = "Metropolis-adjusted Langevin algorithm."
  static let family = ComponentFamily.sampler
  @Setting("steps a chain", .integers(1...)) var steps = 20
  @Setting("acceptance that the step size aims at", .range(0...1)) var acceptance: Float = 0.574
}

struct FakeInitializer: Component {
  static let name = "learned-gaussian"
  static let summary = "Draws through a network."
  static let family = ComponentFamily.initializer
  @Part("what the mean comes from", .network) var network: any FakeNetwork = SmallNetwork()
  @Part("a second network, or none", .network) var guide: (any FakeNetwork)? = nil
  @Setting("standard deviation", .atLeast(0)) var scale = 1.0
}

protocol FakeEnergy: Component {}
extension FakeEnergy { static var family: ComponentFamily { .energy } }

struct FakeWell: FakeEnergy, Equatable {
  static let name = "double-well"
  static let summary = "Two wells."
  @Setting("height of the barrier", .above(0)) var depth = 1.0
}

struct FakeSum: FakeEnergy {
  static let name = "sum"
  static let summary = "A sum of energies."
  @Parts("what is added", .energy) var terms: [any FakeEnergy] = [FakeWell()]
}

struct FakeSchedule: Component, Equatable {
  static let name = "linear"
  static let summary = "Noise that grows linearly."
  static let family = ComponentFamily.schedule
  @Setting("least noise", .range(0..<1)) var minimum = 0.1
  @Setting("most noise", .range(0...1)) var maximum = 0.9
  @Setting("noise levels", .integers(1...1000)) var levels = 6
  func conflicts() -> [String] {
    minimum < maximum ? [] : ["minimum \(minimum) is not below maximum \(maximum)"]
  }
}

struct FakeMetric: Component, Equatable {
  static let name = "mmd"
  static let summary = "Maximum mean discrepancy."
  static let family = ComponentFamily.metric
  @Setting("samples compared", .integers(2...)) var samples = 1_000
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
