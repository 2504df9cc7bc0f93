internal import CKernels
internal import TensorGraph

extension Attention: KernelOperation {
  func step(for node: Node, in emission: Emission) -> KernelStep {
    AttentionStep(ck_attention(self, node.inputs, bias: 3), node, emission, biasPosition: 3)
  }
}

extension AttentionPullback: KernelOperation {
  func step(for node: Node, in emission: Emission) -> KernelStep {
    AttentionPullbackStep(ck_attention(forward, node.inputs, bias: 4), node, emission, biasPosition: 4)
  }
}

extension ck_attention {
  /// The kernels' description, given the operands and where among them a bias stands.
  fileprivate init(_ attention: Attention, _ inputs: [Node], bias position: Int) {
    let (q, v) = (inputs[0].shape, inputs[2].shape)
    let rank = q.count
    self.init()
    (queries, keys) = (Int64(q[rank - 2]), Int64(v[rank - 2]))
    (depth, value_depth) = (Int64(q[rank - 1]), Int64(v[rank - 1]))
    heads = Int64(rank == 4 ? q[1] : 1)
    scale = attention.scale
    guard position < inputs.count else { return }
    // A stride of 0 along axes that the bias is repeated over.
    let bias = Array(repeating: 1, count: rank - inputs[position].shape.count) + inputs[position].shape
    let strides = zip(bias, bias.strides).map { $0 == 1 ? 0 : Int64($1) }
    bias_batch_stride = strides[0]
    bias_head_stride = rank == 4 ? strides[1] : 0
    bias_query_stride = strides[rank - 2]
  }
}

/// What both steps share.
private class AttentionKernelStep: KernelStep {
  let operands: (Operand, Operand, Operand)
  let bias: Operand?
  let out: Operand
  let shape: ck_attention
  private let heads: Extent

  init(_ shape: ck_attention, _ node: Node, _ emission: Emission, biasPosition: Int) {
    self.shape = shape
    operands = (emission.input(node, 0), emission.input(node, 1), emission.input(node, 2))
    bias = node.inputs.count > biasPosition ? emission.input(node, biasPosition) : nil
    out = emission.destination(node)
    heads = emission.extent(node.inputs[0].shape.dropLast(2).reduce(1, *), emission.kind(node))
    super.init()
    emission.reserveScratch(withUnsafePointer(to: shape) { Int(ck_attention_scratch($0)) })
  }

  func heads(_ execution: StepExecution) -> Int64 { Int64(heads.count(rows: execution.rows)) }
}

private final class AttentionStep: AttentionKernelStep {
  override var name: String { "attention" }

  override func run(_ execution: StepExecution) {
    withUnsafePointer(to: shape) { shape in
      ck_attention_forward(
        execution.pointer(out), execution.pointer(operands.0), execution.pointer(operands.1),
        execution.pointer(operands.2), bias.map(execution.pointer), shape, heads(execution), execution.packed)
    }
  }
}

private final class AttentionPullbackStep: AttentionKernelStep {
  private let gradient: Operand

  override init(_ shape: ck_attention, _ node: Node, _ emission: Emission, biasPosition: Int) {
    gradient = emission.input(node, 3)
    super.init(shape, node, emission, biasPosition: biasPosition)
  }

  override var name: String { "attention pullback" }

  override func run(_ execution: StepExecution) {
    withUnsafePointer(to: shape) { shape in
      ck_attention_gradient(
        execution.pointer(out), execution.pointer(operands.0), execution.pointer(operands.1),
        execution.pointer(operands.2), execution.pointer(gradient), bias.map(execution.pointer), shape,
        heads(execution), execution.packed)
    }
  }
}
