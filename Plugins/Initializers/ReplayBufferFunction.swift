internal import EBMCore
internal import Networks
internal import Tensors

/// A replay buffer as a traced function.
struct ReplayBufferFunction: InitializerFunction {
  let settings: ReplayBuffer
  /// Classes that the buffer is divided among; 1 for none.
  let segments: Int
  /// Kept ends, less the middle of the bounds.
  let points: Parameter
  /// Training steps since each kept end was noise; nil where nobody asks.
  let ages: Parameter?

  /// Least value and width of the bounds; nil for Gaussian starts.
  private var range: (lower: Float, width: Float)? { settings.bounds.map { ($0[0], $0[1] - $0[0]) } }
  private var middle: Float { range.map { $0.lower + $0.width / 2 } ?? 0 }

  /// What the chains of a step draw: the same whenever it is asked for in one step.
  private struct Draw {
    /// The slot of each chain.
    let slots: Tensor
    /// 1 where the chain starts from its slot, 0 where from noise.
    let isKept: Tensor
    /// The rest of the starts' numbers.
    var random: RandomStream
  }

  private func draw(_ request: StartRequest, _ context: Context) -> Draw {
    var random = context.random.split("replay slots")
    let segment = settings.capacity / segments
    let width = segment / request.count
    precondition(
      width > 0, "replay-buffer: \(request.count) chains do not fit a buffer of \(segment) points for each class")
    let offset = Tensor.minimum(
      (random.uniform([request.count]) * Float(width)).floor(), Tensor(Float(width - 1)))
    var slots = Tensor((0..<request.count).map { Float($0 * width) }) + offset
    if segments > 1 {
      guard let label = request.label else {
        preconditionFailure("replay-buffer: byClass needs chains with classes; use it with an objective that has them")
      }
      slots = slots + Float(segment) * label
    }
    random = context.random.split("replay starts")
    let isKept = random.uniform([request.count]) .< settings.reuse
    return Draw(slots: slots, isKept: isKept, random: random)
  }

  private func noise(_ request: StartRequest, _ random: inout RandomStream) -> Tensor {
    guard let range else { return request.space.noise(request.count, deviation: settings.deviation, random: &random) }
    return range.lower + range.width * random.uniform(request.shape)
  }

  func start(_ request: StartRequest, _ context: inout Context) -> Tensor {
    var draw = draw(request, context)
    let fresh = noise(request, &draw.random)
    var kept = request.space.representing(context.value(of: points).gatheringRows(at: draw.slots)) + middle
    if settings.quantized, let range { kept = kept + range.width / 256 * draw.random.uniform(request.shape) }
    return Tensor.select(request.column(draw.isKept), kept, fresh)
  }

  func finish(start: Tensor, end: Tensor, request: StartRequest, _ context: inout Context) -> Tensor? {
    let draw = draw(request, context)
    var end = end.stoppingGradient()
    let isFinite = isFinite(end)
    if settings.quantized, let range {
      let part = ((end - range.lower) / range.width).clamped(to: 0...1)
      end = range.lower + range.width / 256 * (255 * part).floor()
    }
    let rows = Tensor.select(request.column(isFinite), end - middle, Tensor(0))
    func written(_ rows: Tensor) -> Tensor { rows.scatteringRows(at: draw.slots, count: settings.capacity) }
    let isWritten = written(isFinite)
    let mask = isWritten.reshaped([settings.capacity] + request.space.shape.map { _ in 1 })
    context.assign(Tensor.select(mask, written(rows), context.value(of: points)), to: points)
    if let ages {
      let age = draw.isKept * context.value(of: ages).gatheringRows(at: draw.slots) + 1
      context.assign(Tensor.select(isWritten, written(age), context.value(of: ages)), to: ages)
    }
    return nil
  }

  func freshStart(_ request: StartRequest, _ context: inout Context) -> Tensor { noise(request, &context.random) }

  func diagnostics(_ request: StartRequest, _ context: inout Context) -> [(name: String, value: Tensor)] {
    let draw = draw(request, context)
    let refill = [(name: "bufferRefill", value: 1 - draw.isKept.mean())]
    guard let ages else { return refill }
    // As the chains started, not as they ended.
    let age = (draw.isKept * ages.tensor.gatheringRows(at: draw.slots)).sum()
    return refill + [("bufferAge", age / Tensor.maximum(draw.isKept.sum(), Tensor(1)))]
  }
}
