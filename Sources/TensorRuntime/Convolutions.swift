internal import CKernels
internal import TensorGraph

extension ck_convolution {
  /// The kernels' description of a convolution whose geometry is known.
  init(_ convolution: Convolution) {
    self.init()
    let sizes = convolution.geometry.map(Int64.init)
    rows = ck_convolution_axis(convolution.rows, input: sizes[0], output: sizes[3], kernel: sizes[6])
    columns = ck_convolution_axis(convolution.columns, input: sizes[1], output: sizes[4], kernel: sizes[7])
    (inputs, outputs, groups) = (sizes[2], sizes[5], Int64(convolution.groups))
    method = convolution.method == .direct ? CK_CONVOLUTION_PRODUCTS : CK_CONVOLUTION_FASTEST
  }
}

extension ck_convolution {
  /// Elements of an image of x and of y, and of the weights.
  var imageSize: Int { Int(rows.input * columns.input * inputs) }
  var outputSize: Int { Int(rows.output * columns.output * outputs) }
  var weightCount: Int { Int(outputs * rows.kernel * columns.kernel * (inputs / groups)) }
  /// Multiply-adds of a direct sum for an image.
  var multiplyAdds: Int { weightCount * Int(rows.output * columns.output) }
}

extension ck_convolution_axis {
  fileprivate init(_ axis: Convolution.Axis, input: Int64, output: Int64, kernel: Int64) {
    self.init(
      input: input, output: output, kernel: kernel, stride: Int64(axis.stride), dilation: Int64(axis.dilation),
      padding: Int64(axis.padding))
  }
}

extension Emission {
  /// The step of a convolution's node; `out` makes its output.
  func convolution(_ convolution: Convolution, _ node: Node, out: (Node) -> Operand) -> ConvolutionStep {
    let kind = kind(node)
    var geometry = ck_convolution(convolution)
    let images = convolution.role.hasImages ? node.inputs[0].shape[0] : 0
    let scratch =
      convolution.role.hasImages
      ? ck_convolution_scratch(&geometry, Int64(images)) : ck_convolution_weights_scratch(&geometry)
    lowering.packSize = max(lowering.packSize, Int(scratch))
    let isPlain = convolution.role == .weightSums
    let a = operand(node.inputs[0], for: kind)
    let b = node.inputs.count > 1 ? operand(node.inputs[1], for: kind, isPlain ? .aligned : .whole) : a
    return ConvolutionStep(
      role: convolution.role.step, a: a, b: b, out: out(node), images: extent(images, kind), geometry: geometry)
  }

  func resample(_ resampling: Resampling, _ node: Node) -> ResampleStep {
    let input = operand(node.inputs[0], for: kind(node))
    let large = resampling.direction == .down ? node.inputs[0].shape : node.shape
    return ResampleStep(
      isDown: resampling.direction == .down, input: input, out: output(node), images: extent(large[0], kind(node)),
      height: large[1], width: large[2], channels: large[3], factor: resampling.factor, scale: resampling.scale)
  }
}

extension Convolution.Role {
  fileprivate var hasImages: Bool {
    switch self {
    case .forward, .inputGradient, .weightGradient, .weightSums: true
    case .prepareForward, .prepareInputGradient, .finishSums: false
    }
  }

  fileprivate var step: ConvolutionStep.Role {
    switch self {
    case .forward: .forward
    case .inputGradient: .inputGradient
    case .prepareForward: .prepareForward
    case .prepareInputGradient: .prepareInputGradient
    case .weightSums: .weightSums
    case .finishSums: .finishSums
    case .weightGradient: preconditionFailure("compile: a weight gradient was not prepared")
    }
  }
}

extension StepExecution {
  func run(_ step: ConvolutionStep) {
    let images = Int64(step.images.count(rows: rows))
    let (a, b, out) = (pointer(step.a), pointer(step.b), pointer(step.out))
    withUnsafePointer(to: step.geometry) { geometry in
      switch step.role {
      case .forward: ck_convolution_forward(out, a, b, geometry, images, packed)
      case .inputGradient: ck_convolution_input_gradient(out, a, b, geometry, images, packed)
      case .prepareForward: ck_convolution_weights(out, a, geometry, CK_CONVOLUTION_FORWARD, packed)
      case .prepareInputGradient: ck_convolution_weights(out, a, geometry, CK_CONVOLUTION_INPUT_GRADIENT, packed)
      case .weightSums: ck_convolution_sums(out, a, b, geometry, images, accumulates, packed)
      case .finishSums: ck_convolution_weight_gradient(out, a, geometry, false)
      }
    }
  }

  func run(_ step: ResampleStep) {
    (step.isDown ? ck_downsample : ck_upsample)(
      pointer(step.out), pointer(step.input), Int64(step.images.count(rows: rows)), Int64(step.height),
      Int64(step.width), Int64(step.channels), Int64(step.factor), step.scale)
  }
}
