import ReferenceEvaluator
import TensorGraph
import Testing

@Suite("Engine: loops and random numbers")
struct EngineLoopTests {
  static let cases: [EngineCase] = [
    EngineCase("iterate", [[7]]) { x in
      Tensor.iterate(5, from: x) { state, iteration in [state[0].sin() + 0.5 * state[0] + 0.1 * iteration] }
    },
    EngineCase("iterate once", [[3, 2]]) { Tensor.iterate(1, from: $0) { state, _ in [state[0].exp()] } },
    EngineCase("iterate over no elements", [[0, 3]]) {
      Tensor.iterate(3, from: $0) { state, _ in [state[0].exp()] }
    },
    EngineCase("states exchanged", [[3], [3]]) { Tensor.iterate(3, from: $0) { state, _ in [state[1], state[0]] } },
    EngineCase("states exchanged and changed", [[2000], [2000]]) {
      Tensor.iterate(4, from: $0) { state, _ in [state[1] * 0.5, state[0] + state[1]] }
    },
    EngineCase("one start for two states", [[4]]) { x in
      Tensor.iterate(3, from: [x[0], x[0]]) { state, _ in [state[0] * 0.5, state[1] + state[0]] } + [x[0]]
    },
    EngineCase("state kept", [[3], [3]]) {
      Tensor.iterate(3, from: $0) { state, _ in [state[0] + state[1], state[1]] }
    },
    EngineCase("state replaced", [[3], [3]]) { x in
      Tensor.iterate(3, from: x) { state, iteration in [x[1].exp(), iteration.broadcast(to: [3])] }
    },
    EngineCase("captured values", [[5, 3], [3], [], [5, 1]]) { x in
      let scale = x[2].tanh()
      return Tensor.iterate(4, from: [x[0]]) { state, _ in [(state[0] * scale + x[1].sin() * x[3]).tanh()] }
    },
    EngineCase("scalar state", [[]]) {
      Tensor.iterate(10, from: $0) { state, _ in [state[0] - 0.1 * state[0].sin()] }
    },
    EngineCase("a state that grows from a reduction", [[6, 4], []]) { x in
      Tensor.iterate(3, from: x) { state, _ in [state[0] * 0.9 + state[1] * 0.1, state[0].mean() + state[1] * 0.5] }
    },
    EngineCase("matmul", [[6, 4], [4, 4]], in: -1...1) { x in
      Tensor.iterate(4, from: [x[0]]) { state, _ in [state[0].matmul(x[1]).tanh()] }
    },
    EngineCase("moves of data", [[3, 4]]) { x in
      Tensor.iterate(3, from: x) { state, _ in
        let turned = state[0].reshaped([4, 3]).transposed()
        return [
          Tensor.concatenated([turned.sliced(alongAxis: 1, 1..<4), turned.sliced(alongAxis: 1, 0..<1)], alongAxis: 1)
            * 0.9
        ]
      }
    },
    EngineCase("nested", [[3], []], in: -1...1) { x in
      var stream = RandomStream()
      return Tensor.iterate(3, from: [x[0]], random: &stream) { outer, i, random in
        Tensor.iterate(2, from: outer, random: &random) { inner, j, random in
          [(inner[0] * x[1] + outer[0] * 0.5 + 0.1 * i + 0.2 * j + 0.1 * random.uniform([3])).sin()]
        }
      }
    },
    EngineCase("loop after loop", [[4]]) { x in
      let first = Tensor.iterate(2, from: x) { state, _ in [state[0].sin()] }
      return first + Tensor.iterate(3, from: first) { state, _ in [state[0] * x[0] + first[0]] }
    },
    EngineCase("while, rows", [[40]], in: 0.01...9) { x in
      Tensor.iterate(
        atMost: 7, from: [x[0], x[0] * 0], while: { $0[0] .< 4 }, body: { state, _ in [state[0] * 2, state[1] + 1] })
    },
    EngineCase("while, rows of a matrix", [[9, 3], [3, 3]], in: 0.1...0.9) { x in
      var stream = RandomStream()
      return Tensor.iterate(
        atMost: 5, from: [x[0]], while: { $0[0].sum(alongAxes: 1) .< 6 }, random: &stream,
        body: { state, _, random in [state[0].matmul(x[1]) + 0.1 * random.uniform([9, 3]) + 0.5] })
    },
    EngineCase("while, a mask of rank 0, shared states", [[5], []], in: 0.2...0.8) { x in
      Tensor.iterate(
        atMost: 50, from: x, while: { $0[1] .< 6.5 },
        body: { state, iteration in [state[0] * 1.1 + iteration, state[1] + 1] })
    },
    EngineCase("while, rows and a counter for all", [[6], []], in: 0.2...3.8) { x in
      Tensor.iterate(
        atMost: 50, from: x, while: { $0[0] .< 4 }, body: { state, _ in [state[0] + 1, state[1] * 0.5] })
    },
    // Rows of different tiles stop at different iterations; the counter goes on while any row does.
    EngineCase("while, many rows and a counter for all", [[700, 2], []], in: 0.2...0.8) { x in
      let ramp = positions(Array(0..<700)) * 0.01
      return Tensor.iterate(
        atMost: 50, from: [x[0], x[1] * 0], while: { $0[0].sum(alongAxes: 1) .< 9 },
        body: { state, _ in [state[0] + 0.5 * ramp.reshaped([700, 1]), state[1] + 1] })
    },
    EngineCase("while, not entered", [[5]]) {
      Tensor.iterate(atMost: 5, from: $0, while: { $0[0] .< -10 }, body: { state, _ in [state[0] + 1] })
    },
    EngineCase("gradient inside", [[7, 2], [2, 5], [5]], in: -1...1) { x in
      var stream = RandomStream()
      return Tensor.iterate(4, from: [x[0]], random: &stream) { state, _, random in
        let energy = (state[0].matmul(x[1]) + x[2]).softplus().sum(alongAxes: 1) + state[0].squared().sum(alongAxes: 1)
        let slope = pullback(
          of: [energy], along: [Tensor(constant: 1).broadcast(to: [7])], withRespectTo: [state[0]])[0]
        return [state[0] - 0.05 * slope + 0.3 * random.normal([7, 2])]
      }
    },
  ]

  @Test("loops", arguments: cases)
  func loops(_ test: EngineCase) throws { try expectEngine(test) }

  /// Reverse mode through a loop whose shared state must stop with it is the graph's matter, tested there.
  @Test("loops with gradients", arguments: cases.filter { !$0.name.hasSuffix("a counter for all") })
  func gradients(_ test: EngineCase) throws { try expectEngine(test.withGradient) }

  @Test("forward mode through loops", arguments: cases)
  func forward(_ test: EngineCase) throws {
    let body = test.body
    try expectEngine(
      EngineCase("\(test.name), forward", test.shapes, in: test.ranges[0]) { x in
        let y = body(x)
        return y + jacobianVectorProduct(of: y, withRespectTo: x, along: x.map { $0.cos() })
      })
  }

  @Test("bodies of two loops read one value that is repeated for them")
  func sharedByBodies() throws {
    try expectEngine(
      EngineCase("shared", [[7, 2], [2, 5]], in: -1...1) { x in
        let one = Tensor(constant: 1).broadcast(to: [7]).reshaped([7, 1])
        let y = Tensor.iterate(2, from: [x[0]]) { state, _ in
          [state[0] - (state[0].matmul(x[1]).sigmoid() * one).matmul(x[1], transposeRight: true)]
        }
        return y + jacobianVectorProduct(of: y, withRespectTo: x, along: x.map { $0.cos() })
      })
  }

  static let drawn: [[Int]] = [
    [], [1], [5], [0, 3], [3, 0], [1, 4], [7, 1], [6, 3], [33, 5], [3, 2, 5], [2, 1030], [700, 3],
  ]

  /// Uniform numbers differ by the rounding of one word to a Float at most.
  @Test("uniform numbers", arguments: drawn)
  func uniform(_ shape: [Int]) throws {
    try expectEngine(
      EngineCase("uniform", [[]]) { _ in
        var stream = RandomStream().split("part")
        return [stream.uniform(shape), stream.uniform(shape)]
      }, .within(relative: 0x1p-23, absolute: 0))
  }

  /// r = √(−2 ln u) and its cosine in Floats: a few units in the last place of a radius below 6.8, so 10⁻⁵.
  @Test("normal numbers", arguments: drawn)
  func normal(_ shape: [Int]) throws {
    try expectEngine(
      EngineCase("normal", [[]]) { _ in
        var stream = RandomStream().split("part")
        return [stream.normal(shape), stream.normal(shape)]
      }, .within(relative: 0, absolute: 1e-5))
  }

  @Test("numbers in loops differ by iteration, and by key")
  func iterations() throws {
    var stream = RandomStream()
    let zeros = Tensor(constant: 0).broadcast(to: [3, 4])
    let rows = Tensor.iterate(3, from: [zeros], random: &stream) { state, iteration, random in
      let row = random.normal([4]).expandingAxis(at: 0)
      return [state[0] + row.scatteringRows(at: iteration.reshaped([1]), count: 3)]
    }
    let found = try engineValues(of: rows, inputs: [], key: (1, 2), threads: 2)
    expectAgreement(found, of: rows, inputs: [], key: (1, 2), .within(relative: 0, absolute: 1e-5), "rows by iteration")
    #expect(Set(found[0]).count == 12)
    for key: (UInt32, UInt32) in [(2, 2), (1, 3), (2, 1)] {
      let other = try engineValues(of: rows, inputs: [], key: key, threads: 2)
      #expect(Set(found[0]).isDisjoint(with: other[0]))
    }
  }
}
