public import EBMCore
public import Tensors

/// The state of a sampler inside another one.
public struct InnerState: TensorGroup {
  public var tensors: [Tensor]
  public init(tensors: [Tensor]) { self.tensors = tensors }
}
