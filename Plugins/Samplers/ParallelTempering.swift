public import EBMCore
public import Tensors

/// Parallel tempering: each chain has replicas at temperatures 1 = T_1 < … < T_R that exchange their points, so that
/// what is learned where barriers are low reaches the replica that counts.
///
/// ```
/// replica r moves on E/T_r;   r and r + 1 exchange when ln u < (1/T_r − 1/T_{r+1}) (E(x_r) − E(x_{r+1}))
/// ```
/// A step is `stepsPerExchange` steps of `sampler` in each replica, its target's scale √T_r times as large, then
/// exchanges of even pairs and of odd pairs in turn. All replicas start at the same point; the chain is where the first
/// replica is. Sources: Geyer, *Markov chain Monte Carlo maximum likelihood*, 1991; Syed et al., *Non-reversible parallel
/// tempering*, 2022, for exchanges in turn.
public struct ParallelTempering: Sampler {
  public static let name = "parallel-tempering"
  public static let summary = "Replicas of any sampler at rising temperatures that exchange their points."
  public static let values = Set<SampleSpace.Values>([.continuous, .binary, .spin])

  @Setting("rounds of moves and exchanges", .integers(1...)) public var steps = 100
  @Setting("T of each replica, 1 first, rising", .list(of: .atLeast(1), count: 2...))
  public var temperatures: [Float] = [1, 2, 4, 8]
  @Setting("steps of the sampler between exchanges", .integers(1...)) public var stepsPerExchange = 5
  /// MALA: exact, so that the whole is.
  @Part("how each replica moves", .sampler) public var sampler: any Sampler = MALA()

  public init() {}

  public func conflicts() -> [String] {
    let isLadder = temperatures.first == 1 && zip(temperatures, temperatures.dropFirst()).allSatisfy { $0 < $1 }
    return isLadder ? [] : ["temperatures \(temperatures) do not start at 1 and rise"]
  }

  public var isExact: Bool { sampler.isExact }
  public var lawTemperature: Float? { sampler.lawTemperature }
  public var diagnostics: [String] { ["exchange"] }

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
      let tempered = Target(scale: temperature.squareRoot() * target.scale, values: target.values) {
        target.energy($0) / temperature
      }
      var stream = random.split("replica \(replica)")
      let run = sampler.run(
        from: state.replicas[replica], target: tempered, steps: stepsPerExchange, random: &stream)
      state.replicas[replica] = run.position
      evaluations = evaluations + run.evaluations + 1
      if replica == 0 {
        info = StepInfo(acceptance: run.acceptance, nonFinite: run.nonFinite, divergent: run.divergent)
      }
    }
    info.evaluations = evaluations
    info.own["exchange"] = exchange(&state, target: target, random: &random)
    return info
  }

  /// Exchanges neighbours, and gives the mean probability of the exchanges that were tried.
  private func exchange(_ state: inout State, target: Target, random: inout RandomStream) -> Tensor {
    var energies = state.replicas.map { target.energy($0) }
    var probability = Tensor(0)
    var tried = Tensor(0)
    for cold in 0..<(temperatures.count - 1) {
      let hot = cold + 1
      let isTurn = state.parity .== Float(cold % 2)
      let gap = 1 / temperatures[cold] - 1 / temperatures[hot]
      let test = MetropolisTest(
        logRatio: Tensor.select(isTurn, gap * (energies[cold] - energies[hot]), Tensor(-.infinity)),
        finite: energies[hot], random: &random)
      let replicas = state.replicas
      state.replicas[cold] = test.choose(replicas[hot], over: replicas[cold])
      state.replicas[hot] = test.choose(replicas[cold], over: replicas[hot])
      (energies[cold], energies[hot]) = (
        test.choose(energies[hot], over: energies[cold]), test.choose(energies[cold], over: energies[hot])
      )
      probability = probability + isTurn * (test.info.acceptance ?? Tensor(0))
      tried = tried + isTurn
    }
    state.parity = 1 - state.parity
    return probability / Tensor.maximum(tried, Tensor(1))
  }

  public func position(of state: State) -> Tensor { state.replicas[0] }
}
