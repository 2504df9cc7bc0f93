public import EBMCore
public import Tensors

/// Langevin dynamics along levels of falling noise σ_1 > … > σ_L, a geometric sequence.
///
/// ```
/// x ← x − (a_i/2) ∇E(x; σ_i) + √a_i ε,   a_i = a σ_i²/σ_L²
/// ```
/// `stepsPerLevel` times at each level, and at the end, if `denoises`, x ← x − σ_L² ∇E(x; σ_L), which is the mean of the
/// clean point (Tweedie). E(x; σ) is the target's `noisyEnergy`, which objectives with noise levels provide: samples of
/// such models follow the level that is nearest to σ. A target without one has the same energy at all levels, and only
/// steps shorten. √a is multiplied by the target's scale.
/// Source: Song & Ermon, *Generative modeling by estimating gradients of the data distribution*, 2019, algorithm 1.
public struct AnnealedLangevin: Sampler {
  public static let name = "annealed-langevin"
  public static let summary = "Langevin dynamics along levels of falling noise."

  @Setting("L, number of noise levels", .integers(1...10_000)) public var levels = 10
  @Setting("σ of the first level", .positive) public var largestNoise: Float = 1
  @Setting("σ of the last level", .positive) public var smallestNoise: Float = 0.01
  @Setting("steps at each level", .integers(1...)) public var stepsPerLevel = 100
  @Setting("a, squared deviation of a step's noise at the last level", .positive) public var stepSize: Float = 2e-5
  @Setting("whether a step without noise to the clean point's mean comes last") public var denoises = false

  public init() {}

  public func conflicts() -> [String] {
    largestNoise >= smallestNoise
      ? [] : ["largestNoise \(largestNoise) is below smallestNoise \(smallestNoise); noise falls from level to level"]
  }

  /// All levels' steps, and the one that denoises.
  public var steps: Int { levels * stepsPerLevel + (denoises ? 1 : 0) }

  /// σ of each level.
  public var noises: [Float] {
    (0..<levels).map { level in
      let share = levels == 1 ? 1 : Float(level) / Float(levels - 1)
      return Tensor(smallestNoise / largestNoise).raised(to: share).scalar * largestNoise
    }
  }

  public var plansSteps: Bool { true }
  public var isExact: Bool { false }

  /// Where the chains are, and how many steps they have taken.
  public struct State: TensorGroup {
    /// `[batch, …]`.
    public var position: Tensor
    /// Steps taken, `[batch]`.
    public var taken: Tensor
  }

  public func start(at position: Tensor, target: Target) -> State {
    State(position: position, taken: Tensor(0).broadcast(to: [position.shape[0]]))
  }

  public func step(_ state: inout State, target: Target, random: inout RandomStream) -> StepInfo {
    let x = state.position
    let level = Tensor.minimum((state.taken / Float(stepsPerLevel)).floor(), Tensor(Float(levels - 1)))
    let noise = Tensor(noises).gatheringRows(at: level)
    let deviation = stepSize.squareRoot() / smallestNoise * noise.column(for: x) * target.scale(for: x)
    let gradient = target.blurred(by: noise).energyWithGradient(x).gradient
    let moved = x - 0.5 * deviation.squared() * gradient + deviation * random.normal(x.shape)
    if denoises {
      let isLast = (state.taken .== Float(levels * stepsPerLevel)).column(for: x)
      state.position = Tensor.select(isLast, x - smallestNoise * smallestNoise * gradient, moved)
    } else {
      state.position = moved
    }
    state.taken = state.taken + 1
    return StepInfo()
  }

  public func position(of state: State) -> Tensor { state.position }
}
