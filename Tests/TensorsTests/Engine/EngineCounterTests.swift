import ReferenceEvaluator
import TensorGraph
import TensorRuntime
import Testing

/// Draws by iterations beyond what a Float counts (2²⁴) and what a word holds (2³²). Loops end early, so that the inner
/// ones have large limits and few iterations: their limits are what outer iterations are multiplied by.
@Suite("Engine: counters of iterations")
struct EngineCounterTests {
  /// Limits of nested loops, outermost first, and how many iterations of each are made.
  struct Nest: Sendable, CustomTestStringConvertible {
    let limits: [Int]
    let made: [Int]

    var testDescription: String { "\(limits)" }

    /// The iterations of all loops together, in the order in which they are made.
    var numbers: [Int] {
      zip(limits, made).reduce([0]) { outer, loop in
        outer.flatMap { number in (0..<loop.1).map { number * loop.0 + $0 } }
      }
    }
  }

  static let nests = [
    Nest(limits: [3, 1 << 24 - 1], made: [3, 3]), Nest(limits: [3, 1 << 24], made: [2, 2]),
    Nest(limits: [3, 1 << 32 - 1], made: [3, 3]), Nest(limits: [2, 1 << 32 + 1], made: [2, 2]),
    Nest(limits: [2, 1 << 31, 1 << 29], made: [2, 2, 2]),
    Nest(limits: [5, 1 << 12 + 1, 1 << 12 - 1], made: [2, 3, 2]),
    Nest(limits: [2, 1 << 20 - 1, 1 << 21 - 1, 1 << 21 - 1], made: [2, 2, 2, 2]),
  ]

  /// How draws are made and who reads them.
  enum Use: String, CaseIterable, Sendable {
    /// Rows are independent, the draw is inside a strip.
    case fused
    /// Rows are independent, the draw is stored: a product reads it.
    case stored
    /// Each row reads all rows: whole tensors.
    case whole
  }

  /// The draws of all iterations, `[iterations, 3]`, one after the other in a row of the state; and the state's count.
  private func draws(_ nest: Nest, _ use: Use, _ random: inout RandomStream) -> Tensor {
    let total = nest.numbers.count
    let identity = Tensor(Literal([1, 0, 0, 0, 1, 0, 0, 0, 1], evaluator: nil), shape: [3, 3])
    let noise = Tensor(constant: 0).broadcast(to: [3, total])
    // The number of draws so far, and for each depth how often its loop still goes on.
    let start = [noise, Tensor(constant: 0)] + nest.made.map { Tensor(constant: Float($0)) }

    func loop(_ depth: Int, _ state: [Tensor], _ random: inout RandomStream) -> [Tensor] {
      var entered = state
      entered[2 + depth] = Tensor(constant: Float(nest.made[depth]))
      return Tensor.iterate(
        atMost: nest.limits[depth], from: entered, while: { $0[2 + depth] }, random: &random
      ) { state, _, random in
        var next = state
        if depth + 1 < nest.limits.count {
          next = loop(depth + 1, state, &random)
        } else {
          var draw = random.normal([3])
          if use == .stored { draw = draw.reshaped([3, 1]).matmul(Tensor(constant: 1).broadcast(to: [1, 1])) }
          if use == .whole { draw = draw.reshaped([1, 3]).matmul(identity) }
          let place = state[1].reshaped([1]).oneHot(count: total)
          next[0] = state[0] + draw.reshaped([3, 1]) * place
          next[1] = state[1] + 1
        }
        next[2 + depth] = state[2 + depth] - 1
        return next
      }
    }
    return loop(0, start, &random)[0]
  }

  /// The words of a stream's draw for each of some iterations, from the definition.
  private func expected(_ draw: RandomDraw, _ numbers: [Int]) -> [[Double]] {
    numbers.map { number in
      let digits = Tensor(Literal(Counter.digits(number), evaluator: nil), shape: [Counter.digitCount])
      let node = Tensor(Node(.random(draw), [digits.node], shape: draw.shape))
      return ReferenceEvaluator(key: EngineCase.key).values(of: [node])[0]
    }
  }

  private func draw(in results: [Node]) -> RandomDraw? {
    for node in Graph.order(results) {
      switch node.operation {
      case .random(let draw): return draw
      case .loop(let loop): if let draw = draw(in: loop.results) { return draw }
      default: break
      }
    }
    return nil
  }

  @Test("nested loops: every draw is that of its number", arguments: nests, Use.allCases)
  func nested(_ nest: Nest, _ use: Use) throws {
    var stream = RandomStream().split("nest")
    let result = draws(nest, use, &stream)
    let drawn = try #require(draw(in: [result.node]))
    let rows = expected(drawn, nest.numbers)
    #expect(Set(rows).count == nest.numbers.count)
    let columns = (0..<3).flatMap { row in rows.map { $0[row] } }
    for threads in 1...2 {
      let found = try engineValues(of: [result], inputs: [], key: EngineCase.key, threads: threads)
      expectClose(found[0], columns, absolute: 1e-5, "\(nest), \(use)")
    }
    expectClose(ReferenceEvaluator(key: EngineCase.key).values(of: [result])[0], columns, "reference")
  }

  @Test("an outer loop written out around loops that go on", arguments: nests)
  func writtenOut(_ nest: Nest) throws {
    let x = Placeholder("x", shape: [3])
    var stream = RandomStream().split("nest")
    let inner = Nest(limits: Array(nest.limits.dropFirst()), made: Array(nest.made.dropFirst()))
    let result = Tensor.iterate(nest.made[0], from: [x.tensor], random: &stream) { state, iteration, random in
      let noise = draws(inner, .fused, &random).sum(alongAxes: 1)
      return [(state[0] * noise).sin() + iteration * state[0]]
    }
    // Forward mode keeps the loop, reverse mode writes it out.
    let one = Tensor(constant: 1).broadcast(to: [3])
    let forward = jacobianVectorProduct(of: result, withRespectTo: [x.tensor], along: [one])
    let reverse = pullback(of: result, along: [one], withRespectTo: [x.tensor])
    let inputs: [(Placeholder, [Float])] = [(x, [0.3, -0.7, 1.1])]
    let found = try engineValues(of: forward + reverse, inputs: inputs, key: EngineCase.key, threads: 2)
    // Normal numbers are off by 10⁻⁵ at most, which a few iterations multiply by less than 100; other numbers would
    // be off by their own size.
    expectClose(found[1], found[0].map(Double.init), relative: 1e-5, absolute: 1e-5, "\(nest)")
    expectAgreement(
      found, of: forward + reverse, inputs: inputs, key: EngineCase.key, .within(relative: 0, absolute: 1e-3), "\(nest)"
    )
  }

  @Test("the slow search for a bad value draws the same", arguments: nests)
  func diagnosis(_ nest: Nest) throws {
    // The last draw's value makes a division by 0.
    var (stream, twin) = (RandomStream().split("nest"), RandomStream().split("nest"))
    let drawn = draws(nest, .fused, &stream)
    let values = try engineValues(of: [drawn], inputs: [], key: EngineCase.key, threads: 1)[0]
    let last = nest.numbers.count - 1
    let sought = Tensor(constant: values[last])
    let search = 1 / (1 - (draws(nest, .whole, &twin).sliced(alongAxis: 1, last..<(last + 1)) .== sought))
    let key = randomKey(EngineCase.key)
    let error = #expect(throws: NonFiniteValue.self) {
      try Diagnosis.run([search], inputs: [], store: nil, key: key)
    }
    #expect(error?.operation == "divide [3, 1]" && error?.index == 0)
  }

  @Test("one loop of more than 2²⁴ iterations, in a tile and on whole tensors", arguments: [[2], []])
  func long(_ shape: [Int]) throws {
    // The draws of the last three iterations.
    var stream = RandomStream().split("long")
    let count = 1 << 24 + 2
    let zero = Tensor(constant: 0).broadcast(to: shape)
    let results = Tensor.iterate(count, from: [zero, zero, zero], random: &stream) { state, _, random in
      [random.normal(shape), state[0], state[1]]
    }
    let drawn = try #require(draw(in: results.map(\.node)))
    let found = try engineValues(of: results, inputs: [], key: EngineCase.key, threads: 1)
    for (found, expected) in zip(found, expected(drawn, [count - 1, count - 2, count - 3])) {
      expectClose(found, expected, absolute: 1e-5)
    }
  }

  @Test("counters of constants are folded")
  func folding() {
    let (outer, own) = (3, 1 << 40)
    let digits = [outer, own].map { number in
      Tensor(Literal(Counter.digits(number), evaluator: nil), shape: [Counter.digitCount]).node
    }
    let nested = Node(.nestedCounter(count: 1 << 45), digits, shape: [Counter.digitCount])
    let folded = Simplification.simplify([nested])[0]
    #expect(Tensor(folded).literal?.scalars == Counter.digits(outer << 45 + own))
  }
}
