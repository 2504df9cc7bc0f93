public import EBMCore
public import Tensors

/// The Metropolis test of a batch of proposals: each chain accepts when ln u < log ratio.
///
/// A proposal whose energy, or whatever else `finite` is made of, is not finite is rejected and counted, −∞ too: it is
/// no low energy but an overflow. A chain whose present energy is infinite accepts the first finite proposal.
public struct MetropolisTest: Sendable {
  /// 1 for chains that accept, else 0, `[batch]`.
  public let accepts: Tensor
  /// Acceptance probability and rejections of what is not finite; to be added to.
  public var info: StepInfo

  /// - Parameters:
  ///   - logRatio: ln of the ratio that is accepted with its own probability, `[batch]`.
  ///   - finite: sums of all that belongs to the proposal alone, `[batch]`.
  ///   - random: where u comes from.
  public init(logRatio: Tensor, finite: Tensor, random: inout RandomStream) {
    let isFinite = finite.absolute() .< Float.infinity
    // A NaN compares as false, which is a rejection.
    accepts = isFinite * (random.uniform(logRatio.shape).log() .< logRatio)
    let probability = isFinite * (logRatio .>= -Float.infinity)
    info = StepInfo(
      acceptance: Tensor.select(probability, Tensor.minimum(logRatio, Tensor(0)).exp(), Tensor(0)),
      nonFinite: 1 - isFinite)
  }

  /// The new value of each chain that accepts, the old one of the others, `[batch, …]`.
  public func choose(_ new: Tensor, over old: Tensor) -> Tensor {
    Tensor.select(accepts.column(for: old), new, old)
  }

  /// The new state of each chain that accepts, the old one of the others.
  public func choose<State: TensorGroup>(_ new: State, over old: State) -> State {
    new.mapTensors(with: old) { choose($0, over: $1) }
  }
}
