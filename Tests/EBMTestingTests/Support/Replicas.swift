import EBMCore
import Tensors

/// Replicas at rising temperatures that exchange their points, all of which start where the chain does: chains find the
/// target in the end, but exact draws do not stay exact, whatever the sampler says.
struct Replicas: Sampler {
  static let name = "replicas"
  static let summary = "Parallel tempering from one point."
  @Setting("whether it says that it is exact") var claimsExactness = false
  private static let temperatures: [Float] = [1, 2, 4, 8]

  init() {}

  struct State: TensorGroup { var points: [Tensor] }

  var steps: Int { 20 }
  var isExact: Bool { claimsExactness }
  var isExactInTheLimit: Bool { true }

  func start(at position: Tensor, target: Target) -> State {
    State(points: Self.temperatures.map { _ in position })
  }

  func step(_ state: inout State, target: Target, random: inout RandomStream) -> StepInfo {
    var info = StepInfo()
    for (index, temperature) in Self.temperatures.enumerated() {
      let walker = Walker()
      var stream = random.branch("replica")
      let tempered = target.tempered(by: temperature)
      for _ in 0..<5 {
        var place = walker.start(at: state.points[index], target: tempered)
        let walked = walker.step(&place, target: tempered, random: &stream)
        state.points[index] = place.position
        if index == 0 { info = walked }
      }
    }
    for pair in (0..<3).reversed() {
      let gap = 1 / Self.temperatures[pair] - 1 / Self.temperatures[pair + 1]
      let (cold, hot) = (state.points[pair], state.points[pair + 1])
      let ratio = gap * (target.energy(cold) - target.energy(hot))
      let swaps = (random.uniform([cold.shape[0]]).log() .< ratio).column(for: cold)
      state.points[pair] = Tensor.select(swaps, hot, cold)
      state.points[pair + 1] = Tensor.select(swaps, cold, hot)
    }
    return info
  }

  func position(of state: State) -> Tensor { state.points[0] }
}
