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
  /// The oldest slot, where it is what ends replace.
  let oldest: Parameter?

  /// Least value and width of the bounds; nil for Gaussian starts.
  private var range: (lower: Float, width: Float)? { settings.bounds.map { ($0[0], $0[1] - $0[0]) } }
  private var middle: Float { range.map { $0.lower + $0.width / 2 } ?? 0 }

  /// What the chains of a step drew.
  struct Drawn: Sendable {
    /// The slot of each chain, no two the same.
    let slots: Tensor
    /// 1 for chains that have a slot: all, unless the buffer is smaller than the batch.
    let hasSlot: Tensor
    /// 1 where the chain starts from its slot, 0 where from noise.
    let isKept: Tensor
    /// Age of each start in training steps, 0 for noise; nil where nobody asks.
    let age: Tensor?
  }

  /// Slots of a buffer of `capacity` for so many chains, all different, each equally likely.
  ///
  /// The buffer is a ring, cut into as many arcs as there are chains. The cut is turned by a random offset, and within
  /// its arc each chain draws a slot. So every slot is equally likely for every chain, and any two slots may be drawn
  /// together. Of chains that are more than slots, as many as there are slots have one, each chain as likely.
  private func slots(
    _ chains: Int, capacity: Int, random: inout RandomStream
  ) -> (slots: Tensor, hasSlot: Tensor) {
    let order = Tensor((0..<chains).map(Float.init))
    let width = capacity / chains
    if width == 0 {
      let turned = around(order, whole(below: chains, random.uniform([1])), chains)
      let hasSlot = turned .< Float(capacity)
      return (turned * hasSlot, hasSlot)
    }
    let turned = Float(width) * order + whole(below: width, random.uniform([chains]))
    return (around(turned, whole(below: capacity, random.uniform([1])), capacity), Tensor(1).broadcast(to: [chains]))
  }

  /// Whole numbers 0 … n − 1 from uniform ones.
  private func whole(below count: Int, _ uniform: Tensor) -> Tensor {
    Tensor.minimum((uniform * Float(count)).floor(), Tensor(Float(count - 1)))
  }

  /// (a + b) mod n for whole numbers below n, without a sum above n: those of 2²⁴ are exact.
  private func around(_ a: Tensor, _ b: Tensor, _ count: Int) -> Tensor {
    let sum = a + (b - Float(count))
    return Tensor.select(sum .< 0, sum + Float(count), sum)
  }

  private func noise(_ request: StartRequest, _ random: inout RandomStream) -> Tensor {
    guard let range else { return request.space.noise(request.count, deviation: settings.deviation, random: &random) }
    return range.lower + range.width * random.uniform(request.shape)
  }

  func start(_ request: StartRequest, _ context: inout Context) -> Starts<Drawn> {
    let segment = settings.capacity / segments
    var (slots, hasSlot) = slots(request.count, capacity: segment, random: &context.random)
    if segments > 1 {
      guard let label = request.label else {
        preconditionFailure("replay-buffer: byClass needs chains with classes; use it with an objective that has them")
      }
      slots = slots + Float(segment) * label
    }
    let isKept = hasSlot * (context.random.uniform([request.count]) .< settings.reuse)
    let fresh = noise(request, &context.random)
    var kept = request.space.representing(context.value(of: points).gatheringRows(at: slots)) + middle
    if settings.quantized, let range { kept = kept + range.width / 256 * context.random.uniform(request.shape) }
    return Starts(
      Tensor.select(request.column(isKept), kept, fresh),
      drawn: Drawn(
        slots: slots, hasSlot: hasSlot, isKept: isKept,
        age: ages.map { isKept * context.value(of: $0).gatheringRows(at: slots) }))
  }

  func finish(
    _ starts: Starts<Drawn>, end: Tensor, request: StartRequest, _ context: inout Context
  ) -> Tensor? {
    let (capacity, drawn) = (settings.capacity, starts.drawn)
    var (slots, isWritten) = (drawn.slots, drawn.hasSlot * end.rowsAreFinite())
    if let oldest {
      let first = context.value(of: oldest)
      let places = Tensor((0..<request.count).map { Float(min($0, capacity - 1)) })
      slots = around(places, first, capacity)
      isWritten = end.rowsAreFinite() * Tensor((0..<request.count).map { $0 < capacity ? 1 : 0 })
      if request.count < capacity {
        context.assign(around(first, Tensor(Float(request.count)), capacity), to: oldest)
      }
    }
    var end = end
    if settings.quantized, let range {
      let part = ((end - range.lower) / range.width).clamped(to: 0...1)
      end = range.lower + range.width / 256 * (255 * part).floor()
    }
    let rows = Tensor.select(request.column(isWritten), end - middle, Tensor(0))
    // Chains that write nothing add nothing, wherever it is.
    func written(_ rows: Tensor) -> Tensor { rows.scatteringRows(at: slots, count: capacity) }
    let isReplaced = written(isWritten)
    let mask = isReplaced.reshaped([capacity] + request.space.shape.map { _ in 1 })
    context.assign(Tensor.select(mask, written(rows), context.value(of: points)), to: points)
    if let ages, let age = drawn.age {
      context.assign(
        Tensor.select(isReplaced, written(isWritten * (age + 1)), context.value(of: ages)), to: ages)
    }
    return nil
  }

  func freshStart(_ request: StartRequest, _ context: inout Context) -> Tensor { noise(request, &context.random) }

  func diagnostics(
    _ starts: Starts<Drawn>, request: StartRequest, _ context: inout Context
  ) -> [(name: String, value: Tensor)] {
    let isKept = starts.drawn.isKept
    let refill = [(name: "bufferRefill", value: 1 - isKept.mean())]
    guard let age = starts.drawn.age else { return refill }
    return refill + [("bufferAge", age.sum() / Tensor.maximum(isKept.sum(), Tensor(1)))]
  }
}
