import ReferenceEvaluator
import TensorGraph

/// A random graph over a batch: what is computed row by row, from the whole batch, in loops and in sums, by turns.
struct RandomBatchGraph {
  let inputs: [(Placeholder, [Float])]
  let results: [Tensor]
  /// What each step did, for the message of a failing test.
  let trace: [String]

  private static let columns = 3

  init(seed: UInt64, steps: Int = 12) {
    var random = SplitMix64(seed: seed)
    // No number of processes divides most of them.
    let rows = Int.random(in: 450...1_500, using: &random)
    let points = Placeholder("x", shape: [rows, Self.columns])
    let weights = Placeholder("w", shape: [Self.columns, Self.columns])
    inputs = [points, weights].map { ($0, random.scalars($0.shape.elementCount, in: -1...1).map { Float($0) }) }
    var (pool, trace) = ([points.tensor], [String]())
    var stream = RandomStream()
    // The names of steps are drawn with their operands; recent values are preferred.
    for _ in 0..<steps {
      let a = pool[Int.random(in: max(0, pool.count - 3)..<pool.count, using: &random)]
      let b = pool[Int.random(in: pool.indices, using: &random)]
      let kind = Int.random(in: 0..<10, using: &random)
      let next: Tensor
      switch kind {
      case 0: next = (a + b).tanh()
      case 1: next = a * b.sigmoid()
      case 2: next = a.matmul(weights.tensor).sin()
      case 3: next = a - a.mean(alongAxes: 0)
      case 4: next = a - b.maximum(alongAxes: 0)
      case 5: next = (a * a.matmul(b.transposed([1, 0]).matmul(a)) / Float(rows)).tanh()
      case 6: next = a - a.logSumExp(alongAxes: 1, keepingDimensions: true)
      case 7:
        stream = stream.split("noise")
        next = a + 0.1 * stream.normal([rows, Self.columns])
      case 8:
        stream = stream.split("chains")
        next =
          Tensor.iterate(3, from: [a], random: &stream) { state, iteration, random in
            [(0.9 * state[0] + 0.1 * random.normal([rows, Self.columns]) - 0.01 * iteration).tanh()]
          }[0]
      default:
        next = Tensor.iterate(2, from: [a]) { state, _ in [(state[0] - state[0].mean(alongAxes: 0)).tanh()] }[0]
      }
      pool.append(next)
      trace.append("\(kind)")
    }
    // The loss of a batch reads all of it.
    results =
      Array(pool.suffix(2)) + [pool[pool.count - 1].sum(alongAxes: 0), pool[pool.count - 1].maximum(alongAxes: 0)]
    self.trace = trace
  }
}
