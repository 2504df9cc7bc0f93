public import EBMCore
public import Networks
internal import Tensors

/// Persistent chains: every chain starts where it ended in the step before.
///
/// As many chains as the batch has points, first at noise N(0, s² I). A chain whose end is not finite starts at noise
/// again. Source: Tieleman, *Training restricted Boltzmann machines using approximations to the likelihood gradient*,
/// 2008; a ``ReplayBuffer`` keeps more chains than move.
public struct PersistentChains: Initializer {
  public static let name = "persistent-chains"
  public static let summary = "Chains that start where they ended in the step before."

  @Setting("s, standard deviation of first starts", .positive) public var deviation: Float = 1

  public init() {}

  public var offers: Set<Capability> { [.keptChains] }

  public func function(over space: SampleSpace, chains: Int, in scope: ParameterScope) -> any InitializerFunction {
    Function(
      deviation: deviation,
      points: scope.parameter(
        "points", shape: [chains] + space.shape, kind: .buffer, .normal(standardDeviation: deviation)))
  }

  private struct Function: InitializerFunction {
    let deviation: Float
    let points: Parameter

    func start(_ request: StartRequest, _ context: inout Context) -> Starts<Void> {
      precondition(
        request.count == points.shape[0],
        "persistent-chains: \(request.count) chains are asked for, \(points.shape[0]) kept, as many as training.batch")
      return Starts(request.space.representing(context.value(of: points)))
    }

    func finish(
      _ starts: Starts<Void>, end: Tensor, request: StartRequest, _ context: inout Context
    ) -> Tensor? {
      let fresh = freshStart(request, &context)
      context.assign(Tensor.select(request.column(end.rowsAreFinite()), end, fresh), to: points)
      return nil
    }

    func freshStart(_ request: StartRequest, _ context: inout Context) -> Tensor {
      request.space.noise(request.count, deviation: deviation, random: &context.random)
    }
  }
}

extension SampleSpace {
  /// Kept numbers as points of the space: chains over two values start from the signs of Gaussian first values.
  func representing(_ numbers: Tensor) -> Tensor {
    switch values {
    case .continuous: numbers
    case .binary: numbers .> 0
    case .spin: 2 * (numbers .> 0) - 1
    }
  }
}
