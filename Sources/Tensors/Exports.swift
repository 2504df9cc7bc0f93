@_exported public import TensorGraph
@_exported public import TensorRuntime
