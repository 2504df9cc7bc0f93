public import EBMCore
public import Networks
internal import Tensors

/// Persistent chains: starts are drawn from a buffer of earlier ends, now and then from noise.
///
/// Chain i draws from its own segment of the buffer, slots i·c/n … (i + 1)·c/n of c for n chains, so that no two write
/// to the same slot. Each start is fresh noise N(0, s² I) with probability 1 − `reuse`. Ends replace what was drawn,
/// unless they are not finite. Source: Du & Mordatch, *Implicit generation and modeling with energy-based models*,
/// 2019, section 3.2; the write-back is that of Grathwohl et al. (JEM), 2020.
public struct ReplayBuffer: Initializer {
  public static let name = "replay-buffer"
  public static let summary = "Replay buffer of persistent chains, refreshed with noise."
  public static let settings = [
    Setting("capacity", "points in the buffer, at least the batch", .integers(1...)),
    Setting("reuse", "probability that a start comes from the buffer", .range(0...1)),
    Setting("deviation", "s, standard deviation of fresh starts", .positive),
  ]

  /// Points in the buffer. 10,000.
  public var capacity = 10_000
  /// Probability that a start comes from the buffer. 0.95.
  public var reuse: Float = 0.95
  /// s of fresh starts. 1.
  public var deviation: Float = 1

  public init() {}

  /// A buffer of this capacity.
  public init(capacity: Int = 10_000, reuse: Float = 0.95, deviation: Float = 1) {
    self.capacity = capacity
    self.reuse = reuse
    self.deviation = deviation
  }

  public func function(
    over space: SampleSpace, chains: Int, in scope: ParameterScope
  ) throws(ConfigurationError) -> any InitializerFunction {
    guard capacity >= chains else {
      throw ConfigurationError(
        path: "initializer.capacity", found: "\(capacity)", expected: "at least the batch, \(chains)")
    }
    let points = scope.parameter(
      "points", shape: [capacity] + space.shape, kind: .buffer, .normal(standardDeviation: deviation))
    return Function(settings: self, points: points)
  }

  private struct Function: InitializerFunction {
    let settings: ReplayBuffer
    let points: Parameter

    /// The slot of each chain: the same numbers whenever they are asked for in one step.
    private func slots(_ count: Int, _ context: Context) -> Tensor {
      var random = context.random.split("replay slots")
      let width = settings.capacity / count
      let offset = Tensor.minimum((random.uniform([count]) * Float(width)).floor(), Tensor(Float(width - 1)))
      return Tensor((0..<count).map { Float($0 * width) }) + offset
    }

    func start(_ request: StartRequest, _ context: inout Context) -> Tensor {
      let kept = context.value(of: points).gatheringRows(at: slots(request.count, context))
      var random = context.random.split("replay starts")
      let isKept = random.uniform([request.count]) .< settings.reuse
      let fresh = settings.deviation * random.normal(request.shape)
      return Tensor.select(isKept.reshaped([request.count] + request.space.shape.map { _ in 1 }), kept, fresh)
    }

    func finish(start: Tensor, end: Tensor, request: StartRequest, _ context: inout Context) -> Tensor? {
      let slots = slots(request.count, context)
      let end = end.stoppingGradient()
      let old = context.value(of: points)
      // x − x is 0 for finite numbers alone.
      let isFinite = (end - end).sum(alongAxes: Array(1..<end.rank)) .== 0
      let column = [request.count] + request.space.shape.map { _ in 1 }
      let rows = Tensor.select(isFinite.reshaped(column), end, Tensor(0))
      let isWritten = isFinite.scatteringRows(at: slots, count: settings.capacity)
      let written = rows.scatteringRows(at: slots, count: settings.capacity)
      let mask = isWritten.reshaped([settings.capacity] + request.space.shape.map { _ in 1 })
      context.assign(Tensor.select(mask, written, old), to: points)
      return nil
    }
  }
}
