public import EBMCore
public import Tensors

/// Any sampler on some coordinates while others are observed: inpainting, completion, conditioning.
///
/// ```
/// p(x_free | x_observed) ∝ exp(−E(x_free, x_observed))
/// ```
/// Observed coordinates are, bit for bit, where the chain started, after every step and for the energy too, so that an
/// exact sampler stays exact. Underneath the sampler moves all coordinates, the observed ones in a harmonic well of the
/// target's scale that has nothing to do with E, and they are put back before anything looks at them.
public struct Masked: Sampler {
  public static let name = "masked"
  public static let summary = "Any sampler while some coordinates are observed."
  public static let values = Set<SampleSpace.Values>([.continuous, .binary, .spin])

  @Setting("numbers of a point's observed coordinates, from 0, row by row", .list(of: .integers(0...)))
  public var observed: [Int] = []
  @Part("how the others move", .sampler) public var sampler: any Sampler = Langevin()

  public init() {}

  public func conflicts() -> [String] {
    observed.count == Set(observed).count ? [] : ["observed names a coordinate twice"]
  }

  /// The sampler's own number.
  public var steps: Int { sampler.steps }

  public var isExact: Bool { sampler.isExact }
  public var lawTemperature: Float? { sampler.lawTemperature }
  public var diagnostics: [String] { sampler.diagnostics }

  public var needs: [Need] { [] }

  public func misfits(in surroundings: Surroundings) -> [ConfigurationProblem] {
    let space = surroundings.space
    return observed.filter { $0 >= space.dimension }.map {
      ConfigurationProblem(
        path: "observed", found: "coordinate \($0)",
        expected: "0 to \(space.dimension - 1) for points of shape \(space.shape)")
    }
  }

  /// The sampler's state, with the chains' starts.
  public struct State: TensorGroup {
    /// What the sampler keeps.
    public var inner: AnyTensorGroup
    /// Where chains started, `[batch, …]`.
    public var reference: Tensor
  }

  public func start(at position: Tensor, target: Target) -> State {
    State(
      inner: sampler.erasedState(at: position, target: restricted(target, to: position)), reference: position)
  }

  public func step(_ state: inout State, target: Target, random: inout RandomStream) -> StepInfo {
    let target = restricted(target, to: state.reference)
    return sampler.step(erased: &state.inner, target: target, random: &random)
  }

  public func position(of state: State) -> Tensor {
    Tensor.select(mask(for: state.reference), state.reference, sampler.position(erased: state.inner))
  }

  /// 1 at observed coordinates, in the shape of a point.
  private func mask(for x: Tensor) -> Tensor {
    let point = Array(x.shape.dropFirst())
    var mask = [Float](repeating: 0, count: point.reduce(1, *))
    for coordinate in observed {
      precondition(
        mask.indices.contains(coordinate),
        "masked: there is no coordinate \(coordinate); points of shape \(point) have 0 to \(mask.count - 1)")
      mask[coordinate] = 1
    }
    return Tensor(mask, shape: point)
  }

  /// The target with observed coordinates put back before E sees them.
  private func restricted(_ target: Target, to reference: Tensor) -> Target {
    let mask = mask(for: reference)
    // At a chain's start the reference is x itself, which E is differentiated by.
    let reference = reference.stoppingGradient()
    @Sendable func restricted(_ energy: Tensor, _ x: Tensor) -> Tensor {
      let away = mask * (x - reference) / target.scale(for: x)
      return energy + 0.5 * away.squared().rowSums()
    }
    var result = Target(scale: target.scale, values: target.values) { x in
      restricted(target.energy(Tensor.select(mask, reference, x)), x)
    }
    if let noisyEnergy = target.noisyEnergy {
      result.noisyEnergy = { x, noise in restricted(noisyEnergy(Tensor.select(mask, reference, x), noise), x) }
    }
    return result
  }
}
