internal import EBMCore
internal import Foundation
internal import Tensors

/// A warm-up under way: chains, their compiled step, and the statistics of the present stretch.
struct WarmUpSession<S: TunableSampler> {
  private var sampler: S
  private let target: Target
  private let plan: WarmUp
  private let targetAcceptance: Double
  private let store: ParameterStore?
  private var key: RandomKey

  private var function: CompiledFunction?
  private var state: S.State?
  private var averaging: DualAveraging
  /// Acceptance, share of what is not finite, of divergences, and evaluations, by step of the stretch.
  private var statistics: [[Double]] = []
  private var stretch = TuningReport.Stretch()
  private var report: TuningReport

  init(sampler: S, target: Target, plan: WarmUp, store: ParameterStore?, seed: UInt64) {
    self.sampler = sampler
    self.target = target
    self.plan = plan
    self.store = store
    targetAcceptance = plan.targetAcceptance ?? sampler.targetAcceptance
    key = RandomKey(seed: seed)
    averaging = DualAveraging(stepSize: Double(sampler.stepSize), targetAcceptance: targetAcceptance)
    report = TuningReport(targetAcceptance: targetAcceptance, chains: 0)
  }

  /// Where the chains are.
  var position: Tensor {
    guard let state else { preconditionFailure("warm-up: no chains have been started") }
    return sampler.position(of: state)
  }

  /// Compiles the step and puts chains at these points.
  mutating func begin(at position: Tensor) {
    report.chains = position.shape[0]
    let (sampler, target) = (unit, target)
    let state = CompiledFunction.value(threads: plan.threads, store: store) { [sampler, target] _ in
      sampler.start(at: position, target: target)
    }
    self.state = state
    // The step size is an argument, as a multiple of the target's scale: one program for all step sizes.
    let count = state.tensors.count
    function = CompiledFunction(threads: plan.threads) { arguments, context in
      var state = state.replacing(Array(arguments.prefix(count)))
      let rows = [position.shape[0]]
      let info = sampler.step(&state, target: target.scaled(by: arguments[count]), random: &context.random)
      func mean(_ part: Tensor?, _ otherwise: Float) -> Tensor {
        (part ?? Tensor(otherwise).broadcast(to: rows)).mean()
      }
      return state.tensors + [
        mean(info.acceptance, 1), mean(info.nonFinite, 0), mean(info.divergent, 0), mean(info.evaluations, 1),
      ]
    }
  }

  /// The sampler with a step size of 1.
  private var unit: S {
    var unit = sampler
    unit.stepSize = 1
    return unit
  }

  /// One step of this size.
  private mutating func run(stepSize: Double) -> (state: S.State, statistics: [Double]) {
    guard let function, let state else { preconditionFailure("warm-up: no chains have been started") }
    let results = function(state.tensors + [Tensor(Float(stepSize))], store: store, key: key)
    key.step += 1
    return (state.replacing(results.dropLast(4)), results.suffix(4).map { Double($0.scalar) })
  }

  /// Doubles or halves the step size until the acceptance of a step crosses one half, and averages from there. Chains
  /// stay where they are.
  mutating func findStepSize() {
    var stepSize = averaging.averageStepSize
    let grows = run(stepSize: stepSize).statistics[0] > 0.5
    // 2^±50 is beyond any sensible step.
    for _ in 0..<50 {
      let next = grows ? 2 * stepSize : stepSize / 2
      let isAbove = run(stepSize: next).statistics[0] > 0.5
      if isAbove != grows {
        if !grows { stepSize = next }
        break
      }
      stepSize = next
    }
    averaging = DualAveraging(stepSize: stepSize, targetAcceptance: targetAcceptance)
    fitTrajectory()
  }

  /// As many steps as a trajectory of the length that was asked for has now.
  mutating func fitTrajectory() {
    guard let length = plan.trajectory, var moving = sampler as? any TrajectorySampler else { return }
    let count = max(1, min(1_000, (length / averaging.averageStepSize).rounded()))
    if Int(count) == moving.leapfrogSteps { return }
    moving.leapfrogSteps = Int(count)
    sampler = moving as? S ?? sampler
    begin(at: position)
  }

  /// One step of all chains, and of the averaging.
  mutating func advance() {
    let (next, statistics) = run(stepSize: averaging.stepSize)
    state = next
    averaging.update(acceptance: statistics[0])
    self.statistics.append(statistics)
  }

  /// Ends the stretch and goes on with another inverse mass.
  mutating func setInverseMass(_ inverseMass: [Float]) {
    let here = position
    endStretch()
    guard var preconditioned = sampler as? any PreconditionedSampler else { return }
    preconditioned.inverseMass = inverseMass
    sampler = preconditioned as? S ?? sampler
    let dimension = here.elementCount / here.shape[0]
    let isDense = inverseMass.count != dimension
    let variances = (0..<dimension).map { Double(inverseMass[isDense ? $0 * (dimension + 1) : $0]) }
    stretch.variances = [variances.min() ?? 1, variances.max() ?? 1]
    stretch.condition = condition(of: inverseMass, dimension: dimension)
    // Steps are in units of the new mass from here on; the search starts at 1.
    averaging = DualAveraging(stepSize: 1, targetAcceptance: targetAcceptance)
    begin(at: here)
  }

  /// The largest variance along any axis over the smallest one.
  private func condition(of mass: [Float], dimension: Int) -> Double {
    var variances = mass
    // Eigenvalues that LAPACK does not find are none that anybody needs to know.
    if mass.count != dimension {
      let matrix = Tensor(mass, shape: [dimension, dimension])
      variances = (try? LinearAlgebra.symmetricEigen(matrix))?.values.scalars ?? []
    }
    guard let least = variances.min(), let most = variances.max() else { return .nan }
    return Double(most) / Double(least)
  }

  private mutating func endStretch() {
    let settled = statistics.suffix((statistics.count + 1) / 2)
    func mean(_ index: Int) -> Double { settled.reduce(0) { $0 + $1[index] } / Double(max(1, settled.count)) }
    stretch.steps = statistics.count
    stretch.stepSize = averaging.averageStepSize
    (stretch.acceptance, stretch.nonFinite) = (mean(0), mean(1))
    (stretch.divergent, stretch.evaluations) = (mean(2), mean(3))
    report.stretches.append(stretch)
    stretch = TuningReport.Stretch()
    statistics = []
  }

  /// The tuned sampler.
  mutating func finish() -> Tuned<S> {
    let position = position
    sampler.stepSize = Float(averaging.averageStepSize)
    endStretch()
    return Tuned(sampler: sampler, position: position, report: report)
  }
}
