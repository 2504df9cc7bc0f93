public import Tensors

/// Chains of any sampler under way: their state, and sums over the steps that they took.
public struct Chains: TensorGroup {
  /// What the sampler's next step needs.
  public fileprivate(set) var state: AnyTensorGroup
  /// Sums over the steps.
  public fileprivate(set) var sums: Sums

  /// Sums of what steps report, `[batch]` each.
  public struct Sums: TensorGroup {
    /// Acceptance probabilities; a NaN for samplers without a test.
    public internal(set) var acceptance: Tensor
    /// Proposals rejected because something was not finite.
    public internal(set) var nonFinite: Tensor
    /// Divergent steps.
    public internal(set) var divergent: Tensor
    /// Evaluations of the energy.
    public internal(set) var evaluations: Tensor
    /// The sampler's own numbers, in the order of ``Sampler/diagnostics``.
    public internal(set) var own: [Tensor]
  }
}

/// Where chains ended and how they went, all `[batch]` but the position.
public struct ChainSummary: Sendable {
  /// Ends, `[batch, …]`.
  public let position: Tensor
  /// Mean acceptance probability; nil for samplers without a test.
  public let acceptance: Tensor?
  /// Number of proposals rejected because something was not finite.
  public let nonFinite: Tensor
  /// Number of divergent steps.
  public let divergent: Tensor
  /// Number of evaluations of the energy.
  public let evaluations: Tensor
  /// Means of the sampler's own numbers, by name.
  public let own: [(name: String, value: Tensor)]

  /// What training reports of the chains: means over all of them, by name.
  public var diagnostics: [(name: String, value: Tensor)] {
    (acceptance.map { [("acceptance", $0.mean())] } ?? []) + own.map { ($0.name, $0.value.mean()) }
  }
}

extension Sampler {
  /// Chains at these points that have not moved yet.
  public func chains(at position: Tensor, target: Target) -> Chains {
    chains(in: erasedState(at: position, target: target))
  }

  /// Chains in this state, of which nothing is summed up yet.
  ///
  /// - Precondition: the state is this sampler's.
  public func chains(in state: AnyTensorGroup) -> Chains {
    let zero = Tensor(0).broadcast(to: [position(erased: state).shape[0]])
    return Chains(
      state: state,
      sums: Chains.Sums(
        acceptance: zero, nonFinite: zero, divergent: zero, evaluations: zero, own: diagnostics.map { _ in zero }))
  }

  /// Moves chains by so many steps, as one loop.
  public func advance(_ chains: inout Chains, steps: Int, target: Target, random: inout RandomStream) {
    _ = moved(&chains, steps: steps, target: target, random: &random)
  }

  /// Where chains are.
  public func position(of chains: Chains) -> Tensor { position(erased: chains.state) }

  /// Runs chains for `steps` steps, the sampler's own number by default, as one loop. A sampler that plans its steps
  /// takes its own number whatever is asked for.
  ///
  /// - Parameter gradientSteps: last steps that derivatives flow back through, at least one; nil for all.
  /// - Returns: where they end, and how they went. What nobody looks at is not computed.
  public func run(
    from position: Tensor, target: Target, steps: Int? = nil, gradientSteps: Int? = nil, random: inout RandomStream
  ) -> ChainSummary {
    let count = plansSteps ? self.steps : steps ?? self.steps
    let last = min(count, gradientSteps ?? count)
    var chains = chains(at: position, target: target)
    if last < count {
      _ = moved(&chains, steps: count - last, target: target, random: &random)
      chains = chains.mapTensors { $0.stoppingGradient() }
    }
    let hasTest = moved(&chains, steps: last, target: target, random: &random)
    let (sums, share) = (chains.sums, 1 / Float(max(1, count)))
    return ChainSummary(
      position: self.position(of: chains), acceptance: hasTest ? sums.acceptance / Float(max(1, count)) : nil,
      nonFinite: sums.nonFinite, divergent: sums.divergent, evaluations: sums.evaluations,
      own: zip(diagnostics, sums.own).map { ($0, share * $1) })
  }

  /// The one loop over steps of a sampler.
  ///
  /// - Returns: whether steps take a test, which is known once one has been traced.
  private func moved(_ chains: inout Chains, steps: Int, target: Target, random: inout RandomStream) -> Bool {
    var stream = random.branch("chain")
    var hasTest = false
    let names = diagnostics
    let zero = Tensor(0).broadcast(to: chains.sums.nonFinite.shape)
    chains = Tensor.iterate(steps, from: chains, random: &stream) { chains, _, random in
      let info = step(erased: &chains.state, target: target, random: &random)
      hasTest = info.acceptance != nil
      func add(_ part: Tensor?, _ otherwise: Tensor, to sum: inout Tensor) { sum = sum + (part ?? otherwise) }
      add(info.acceptance, zero + .nan, to: &chains.sums.acceptance)
      add(info.nonFinite, zero, to: &chains.sums.nonFinite)
      add(info.divergent, zero, to: &chains.sums.divergent)
      add(info.evaluations, zero + 1, to: &chains.sums.evaluations)
      for (index, name) in names.enumerated() { add(info.own[name], zero, to: &chains.sums.own[index]) }
    }
    return hasTest
  }
}

// MARK: Samplers inside others

extension Sampler {
  /// The state of chains at these points, for components that hold a sampler of any kind.
  public func erasedState(at position: Tensor, target: Target) -> AnyTensorGroup {
    AnyTensorGroup(start(at: position, target: target))
  }

  /// Moves each chain by one step.
  ///
  /// - Precondition: the state is this sampler's.
  public func step(erased state: inout AnyTensorGroup, target: Target, random: inout RandomStream) -> StepInfo {
    var own = ownState(state)
    let info = step(&own, target: target, random: &random)
    state = AnyTensorGroup(own)
    return info
  }

  /// Where the chains are.
  ///
  /// - Precondition: the state is this sampler's.
  public func position(erased state: AnyTensorGroup) -> Tensor { position(of: ownState(state)) }

  private func ownState(_ state: AnyTensorGroup) -> State {
    guard let own = state.value as? State else {
      preconditionFailure("\(Self.name): a state of \(type(of: state.value)) is another sampler's")
    }
    return own
  }
}
