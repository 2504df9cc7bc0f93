public import EBMCore
public import Tensors

/// Any sampler with fewer steps than a model was trained with, each as much longer: the time K b² that a chain
/// diffuses stays the same.
///
/// ```
/// b ← b √(K₀/K)
/// ```
/// with K₀ = `trainedSteps` and K = `steps`: 1.369 for 8 steps of 15, 2.236 for 3. The energy does not change. Source:
/// Zhu et al., *Learning energy-based models by cooperative diffusion recovery likelihood*, 2024, section 4.5.
public struct ReducedSteps: Sampler {
  public static let name = "reduced-steps"
  public static let summary = "Any sampler with fewer steps, each as much longer."
  public static let values = Set<SampleSpace.Values>([.continuous])

  @Setting("steps a chain", .integers(1...)) public var steps = 8
  @Setting("K₀, steps that the sampler's step size was made for", .integers(1...)) public var trainedSteps = 15
  @Part("how chains move", .sampler) public var sampler: any Sampler = Langevin()

  public init() {}

  /// A sampler with so many steps, instead of its own number.
  public init(_ sampler: any Sampler, steps: Int) {
    self.sampler = sampler
    self.steps = steps
    trainedSteps = sampler.steps
  }

  /// √(K₀/K).
  public var stepMultiplier: Float { (Float(trainedSteps) / Float(steps)).squareRoot() }

  public func conflicts() -> [String] {
    sampler.plansSteps
      ? ["\(type(of: sampler).name) plans all of its steps; with fewer its chains end amid the plan"] : []
  }

  public var isExact: Bool { sampler.isExact }
  public var isExactInTheLimit: Bool { sampler.isExactInTheLimit }
  public var lawTemperature: Float? { sampler.lawTemperature }
  public var diagnostics: [String] { sampler.diagnostics }

  public var needs: [Need] { [] }

  public func start(at position: Tensor, target: Target) -> AnyTensorGroup {
    sampler.erasedState(at: position, target: longer(target))
  }

  public func step(_ state: inout AnyTensorGroup, target: Target, random: inout RandomStream) -> StepInfo {
    sampler.step(erased: &state, target: longer(target), random: &random)
  }

  private func longer(_ target: Target) -> Target { target.scaled(by: Tensor(stepMultiplier)) }

  public func position(of state: AnyTensorGroup) -> Tensor { sampler.position(erased: state) }
}
