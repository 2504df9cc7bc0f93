public import EBMCore
public import Tensors

/// Any sampler on some coordinates while others are observed: inpainting, completion, conditioning.
///
/// ```
/// p(x_free | x_observed) ∝ exp(−E(x_free, x_observed))
/// ```
/// The sampler moves vectors of the free coordinates alone, with all others fixed where the chain started, so that an exact
/// sampler stays exact. A mass of the sampler is that of the free coordinates.
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

  public var plansSteps: Bool { sampler.plansSteps }
  public var isExact: Bool { sampler.isExact }
  public var isExactInTheLimit: Bool { sampler.isExactInTheLimit }
  public var lawTemperature: Float? { sampler.lawTemperature }
  public var diagnostics: [String] { sampler.diagnostics }

  public var needs: [Need] { [] }

  public func misfits(in surroundings: Surroundings) -> [ConfigurationProblem] {
    let space = surroundings.space
    let outside = observed.filter { $0 >= space.dimension }.map {
      ConfigurationProblem(
        path: "observed", found: "coordinate \($0)",
        expected: "0 to \(space.dimension - 1) for points of shape \(space.shape)")
    }
    guard outside.isEmpty, observed.count >= space.dimension else { return outside }
    return [
      ConfigurationProblem(
        path: "observed", found: "all coordinates of points of shape \(space.shape)", expected: "one that is free")
    ]
  }

  public func spaceOfParts(in space: SampleSpace) -> SampleSpace {
    SampleSpace(shape: [max(1, space.dimension - observed.count)], values: space.values, classes: space.classes)
  }

  /// The sampler's state, with the chains' starts.
  public struct State: TensorGroup {
    /// What the sampler keeps of the free coordinates.
    public var inner: AnyTensorGroup
    /// Where chains started, `[batch, …]`.
    public var reference: Tensor
  }

  public func start(at position: Tensor, target: Target) -> State {
    let free = FreeCoordinates(observed: observed, reference: position)
    return State(
      inner: sampler.erasedState(at: free.vectors(of: position), target: free.target(target)), reference: position)
  }

  public func step(_ state: inout State, target: Target, random: inout RandomStream) -> StepInfo {
    let free = FreeCoordinates(observed: observed, reference: state.reference)
    return sampler.step(erased: &state.inner, target: free.target(target), random: &random)
  }

  public func position(of state: State) -> Tensor {
    FreeCoordinates(observed: observed, reference: state.reference).points(of: sampler.position(erased: state.inner))
  }
}

/// Vectors of the coordinates that are not observed, and the points that they make with those that are.
private struct FreeCoordinates {
  /// Where observed coordinates are, `[batch, …]`.
  let reference: Tensor
  /// 1 at observed coordinates, in the shape of a point.
  let mask: Tensor
  /// A row for each free coordinate with a 1 where the point has it, `[free, D]`.
  let selection: Tensor

  init(observed: [Int], reference: Tensor) {
    // E is differentiated by the free coordinates alone.
    self.reference = reference.stoppingGradient()
    let point = Array(reference.shape.dropFirst())
    let dimension = point.reduce(1, *)
    var mask = [Float](repeating: 0, count: dimension)
    for coordinate in observed {
      precondition(
        mask.indices.contains(coordinate),
        "masked: there is no coordinate \(coordinate); points of shape \(point) have 0 to \(dimension - 1)")
      mask[coordinate] = 1
    }
    let free = mask.indices.filter { mask[$0] == 0 }
    selection = Tensor(free.map(Float.init)).oneHot(count: dimension)
    self.mask = Tensor(mask, shape: point)
  }

  /// `[batch, …]` to `[batch, free]`. Sums of one number and zeros are exact.
  func vectors(of points: Tensor) -> Tensor {
    points.reshaped([points.shape[0], selection.shape[1]]).matmul(selection, transposeRight: true)
  }

  /// `[batch, free]` to `[batch, …]`, bit for bit the reference at observed coordinates.
  func points(of vectors: Tensor) -> Tensor {
    Tensor.select(mask, reference, vectors.matmul(selection).reshaped(reference.shape))
  }

  /// The density of the free coordinates given the others.
  func target(_ target: Target) -> Target { target.derived { energy, vectors in energy(points(of: vectors)) } }
}
