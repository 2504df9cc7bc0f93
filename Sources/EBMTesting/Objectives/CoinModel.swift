internal import EBMCore
internal import Networks
internal import Tensors

/// Six independent coins that show 1 with probability 0.8: data for objectives of discrete points.
struct CoinData: Dataset {
  static let name = "conformance-coins"
  static let summary = "Independent coins."
  static let probability: Float = 0.8

  var space: SampleSpace { SampleSpace(shape: [6], values: .binary) }
  var plotRange: ClosedRange<Double> { 0...1 }
  func batch(_ count: Int, random: inout RandomStream) -> Tensor {
    random.uniform([count, 6]) .< CoinData.probability
  }
}

/// E(x) = −θ Σ x: true at θ = ln p/(1 − p).
struct FieldEnergy: Energy {
  static let name = "conformance-field"
  static let summary = "A field that all coins share."

  func function(over space: SampleSpace, in scope: ParameterScope) -> any EnergyFunction {
    Function(field: scope.parameter("field", shape: [1], .constant(0)))
  }

  private struct Function: EnergyFunction {
    let field: Parameter
    func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor {
      -field.tensor * x.sum(alongAxes: Array(1..<x.rank))
    }
  }
}

/// Gibbs sweeps over coins.
struct CoinSweeps: Sampler {
  static let name = "conformance-sweeps"
  static let summary = "Gibbs sweeps."
  static let values: Set<SampleSpace.Values> = [.binary]
  var steps: Int { 3 }

  struct State: TensorGroup { var parts: [Tensor] }

  func start(at position: Tensor, target: Target) -> State { State(parts: [position]) }

  func step(_ state: inout State, target: Target, random: inout RandomStream) -> StepInfo {
    for axis in 0..<state.parts[0].shape[1] {
      let x = state.parts[0]
      let mask = Tensor((0..<x.shape[1]).map { $0 == axis ? 1 : 0 })
      let (up, down) = (x * (1 - mask) + mask, x * (1 - mask))
      let isUp = random.uniform([x.shape[0]]) .< (target.energy(down) - target.energy(up)).sigmoid()
      state.parts = [Tensor.select(isUp.reshaped([x.shape[0], 1]), up, down)]
    }
    return StepInfo()
  }

  func position(of state: State) -> Tensor { state.parts[0] }
}
