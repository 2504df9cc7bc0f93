public import EBMCore
public import Tensors

extension Target {
  /// Every coordinate at its other value.
  ///
  /// - Precondition: coordinates have two values.
  public func flipped(_ x: Tensor, by sampler: String) -> Tensor {
    switch values {
    case .binary: return 1 - x
    case .spin: return -x
    case .continuous:
      preconditionFailure("\(sampler): the target's points are continuous; expected binary points or spins")
    }
  }
}
