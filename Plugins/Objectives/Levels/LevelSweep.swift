public import EBMCore
public import Tensors

/// Walks down noise levels, noisiest first, as samplers of models with levels do.
///
/// A few levels are written out one after the other. Many become a few loops, and points are recorded where a loop ends.
public enum LevelSweep {
  /// Levels at most whose points are recorded.
  public static let recorded = 16

  /// The points of recorded levels, noisiest first, level 0 last.
  ///
  /// - Parameters:
  ///   - count: number of levels, counted from 0.
  ///   - body: points of level t, a scalar, from those of level t + 1 (from `start` for the noisiest).
  public static func samples(
    from start: Tensor, levels count: Int, _ context: inout Context,
    body: (_ x: Tensor, _ t: Tensor, _ context: inout Context) -> Tensor
  ) -> [LeveledSamples] {
    let stops = min(count, recorded)
    var samples: [LeveledSamples] = []
    var (x, next) = (start, count - 1)
    for stop in (0..<stops).reversed() {
      let last = stop * count / stops
      if next == last {
        x = body(x, Tensor(Float(last)), &context)
      } else {
        let (first, steps) = (next, next - last + 1)
        var stream = context.random.branch("levels")
        let evaluation = context
        x =
          Tensor.iterate(steps, from: [x], random: &stream) { state, iteration, random in
            var inner = evaluation
            inner.random = random
            return [body(state[0], Float(first) - iteration, &inner)]
          }[0]
      }
      samples.append(LeveledSamples(level: last, points: x))
      next = last - 1
    }
    return samples
  }
}

extension NoiseLevels {
  /// Places among `count` levels, uniform, `[rows]`.
  public static func randomPlaces(_ rows: Int, among count: Int, random: inout RandomStream) -> Tensor {
    Tensor.minimum((random.uniform([rows]) * Float(count)).floor(), Tensor(Float(count - 1)))
  }
}

/// Entries of a table of numbers at places `[rows]`.
public func entries(_ numbers: [Double], at places: Tensor) -> Tensor {
  Tensor(numbers.map(Float.init)).gatheringRows(at: places)
}
