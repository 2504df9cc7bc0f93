public import EBMCore
public import Tensors

/// Parallel tempering: each chain has replicas at temperatures 1 = T_1 < … < T_R that exchange their points, so that
/// what is learned where barriers are low reaches the replica that counts.
///
/// ```
/// replica r moves on E/T_r;   r and r + 1 exchange when ln u < (1/T_r − 1/T_{r+1}) (E(x_r) − E(x_{r+1}))
/// ```
/// A step is `stepsPerExchange` steps of `sampler` in each replica, its target's scale √T_r times as large, then
/// exchanges of even pairs and of odd pairs in turn. The chain is where the first replica is.
///
/// Steps leave the product of all replicas' laws unchanged. A chain knows where its first replica starts and nothing of
/// the others, which start there too. So the law of chains tends to the target as hot replicas forget their start, but
/// chains that start at exact draws are no exact draws in the first rounds: this is no exact sampler. Keep a chain going,
/// and let it warm up. Sources: see ``ReplicaExchange``.
public struct ParallelTempering: Sampler {
  public static let name = "parallel-tempering"
  public static let summary = "Replicas of any sampler at rising temperatures that exchange their points."
  public static let values = Set<SampleSpace.Values>([.continuous, .binary, .spin])

  @Setting("rounds of moves and exchanges", .integers(0...)) public var steps = 100
  @Setting("T of each replica, 1 first, rising", .list(of: .atLeast(1), count: 2...))
  public var temperatures: [Float] = [1, 2, 4, 8]
  @Setting("steps of the sampler between exchanges", .integers(1...)) public var stepsPerExchange = 5
  /// MALA: exact, so that chains tend to the target for steps of any length.
  @Part("how each replica moves", .sampler) public var sampler: any Sampler = MALA()

  public init() {}

  public func conflicts() -> [String] {
    let isLadder = temperatures.first == 1 && zip(temperatures, temperatures.dropFirst()).allSatisfy { $0 < $1 }
    return (isLadder ? [] : ["temperatures \(temperatures) do not start at 1 and rise"])
      + (sampler.plansSteps
        ? ["\(type(of: sampler).name) plans all of its steps, and replicas take a few at a time"] : [])
  }

  public var isExact: Bool { false }
  /// Once replicas have found their own temperatures.
  public var isExactInTheLimit: Bool { sampler.isExactInTheLimit }
  public var lawTemperature: Float? { sampler.lawTemperature }
  /// Mean probability of exchanges, and what the sampler says of the first replica.
  public var diagnostics: [String] { ["exchange"] + sampler.diagnostics.filter { $0 != "exchange" } }

  public var needs: [Need] { [] }

  /// Where the replicas are.
  public struct State: TensorGroup {
    /// One for each temperature, `[batch, …]`.
    public var replicas: [Tensor]
    /// 0 when even pairs exchange next, 1 when odd ones do, `[batch]`.
    public var parity: Tensor

    /// Replicas, and which pairs exchange next.
    public init(replicas: [Tensor], parity: Tensor) { (self.replicas, self.parity) = (replicas, parity) }
  }

  public func start(at position: Tensor, target: Target) -> State {
    State(replicas: temperatures.map { _ in position }, parity: Tensor(0).broadcast(to: [position.shape[0]]))
  }

  public func step(_ state: inout State, target: Target, random: inout RandomStream) -> StepInfo {
    var info = StepInfo()
    var evaluations = Tensor(0)
    for (replica, temperature) in temperatures.enumerated() {
      var stream = random.branch("replica")
      let run = sampler.run(
        from: state.replicas[replica], target: target.tempered(by: temperature), steps: stepsPerExchange,
        random: &stream)
      state.replicas[replica] = run.position
      evaluations = evaluations + run.evaluations + 1
      if replica == 0 {
        info = StepInfo(acceptance: run.acceptance, nonFinite: run.nonFinite, divergent: run.divergent)
        for (name, value) in run.own { info.own[name] = value }
      }
    }
    info.evaluations = evaluations
    var energies = state.replicas.map { target.energy($0) }
    info.own["exchange"] = ReplicaExchange(temperatures: temperatures)(
      &state.replicas, energies: &energies, parity: state.parity, random: &random)
    state.parity = 1 - state.parity
    return info
  }

  public func position(of state: State) -> Tensor { state.replicas[0] }
}
