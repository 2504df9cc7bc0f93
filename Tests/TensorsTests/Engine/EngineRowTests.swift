import ReferenceEvaluator
import TensorGraph
import TensorRuntime
import Testing

/// Rows at an index, cumulative sums, sums over a loop, and states that are written in place.
@Suite("Engine: rows, cumulative sums and loops that write in place")
struct EngineRowTests {
  static let moves: [EngineCase] = [
    EngineCase("rows", [[3, 5, 2], [3, 2], []], in: 0...4.9) {
      [$0[0].row(at: $0[2]), $0[0].replacing(rowAt: $0[2], with: $0[1])]
    },
    EngineCase("rows outside", [[3, 5], [3]]) { x in
      [-1, 5, .nan, .infinity].flatMap { (index: Float) in
        [x[0].row(at: Tensor(constant: index)), x[0].replacing(rowAt: Tensor(constant: index), with: x[1])]
      }
    },
    EngineCase("rows of one, and none", [[2, 1, 3], [2, 3], [0, 4], [0]]) {
      [
        $0[0].row(at: Tensor(constant: 0)), $0[0].replacing(rowAt: Tensor(constant: 0.5), with: $0[1]),
        $0[2].row(at: Tensor(constant: 1)), $0[2].replacing(rowAt: Tensor(constant: 1), with: $0[3]),
      ]
    },
  ]

  @Test("rows, exactly", arguments: moves)
  func rows(_ test: EngineCase) throws { try expectEngine(test, .exact) }

  @Test("gradients of rows", arguments: moves)
  func rowGradients(_ test: EngineCase) throws { try expectEngine(test.withGradient) }

  static let sums: [EngineCase] = [[1], [40], [0], [3, 17], [5, 4, 33], [2, 3, 1]].flatMap { shape in
    shape.indices.flatMap { axis in
      [(false, false), (true, false), (false, true), (true, true)].map { exclusive, reversed in
        EngineCase("cumulative sum along \(axis) \(exclusive) \(reversed)", [shape]) {
          [$0[0].cumulativeSum(alongAxis: axis, exclusive: exclusive, reversed: reversed)]
        }
      }
    }
  }

  @Test("cumulative sums", arguments: sums)
  func cumulativeSums(_ test: EngineCase) throws { try expectEngine(test.withGradient) }

  /// Every way a state may be read beside what replaces it; a state that is overwritten too early shows.
  static let loops: [EngineCase] = [
    EngineCase("adds up", [[70, 3]]) { x in
      Tensor.iterate(4, from: [x[0], 0 * x[0]]) { state, _ in [state[0] * 0.9, state[1] + state[0].sin()] }
    },
    EngineCase("reads the old state for another", [[70, 3]]) { x in
      Tensor.iterate(4, from: [x[0], x[0].sin()]) { state, _ in [state[0] + state[1], state[0] * 0.5] }
    },
    EngineCase("reads the old state on the way", [[70, 3]]) { x in
      Tensor.iterate(4, from: [x[0]]) { state, _ in
        [state[0] - 0.3 * state[0].squared().sum(alongAxes: 1, keepingDimensions: true).sin()]
      }
    },
    EngineCase("swaps", [[70, 3], [70, 3]]) { x in
      Tensor.iterate(3, from: x) { state, _ in [state[1] + 0.1, state[0] * 0.9] }
    },
    EngineCase("reads through another shape", [[70, 4]]) { x in
      Tensor.iterate(3, from: [x[0], x[0].reshaped([70, 2, 2])]) { state, _ in
        [state[0] * 0.9, state[1] + state[0].reshaped([70, 2, 2])]
      }
    },
    EngineCase("gives one value to two states", [[70, 2]]) { x in
      Tensor.iterate(3, from: [x[0], x[0].exp()]) { state, _ in
        let next = state[0] * 0.7 + state[1] * 0.1
        return [next, next]
      }
    },
    EngineCase("mixes rows", [[7, 3], [7, 3]]) { x in
      Tensor.iterate(3, from: [x[0], x[1]]) { state, _ in
        [
          state[0] + 0.1 * state[0].sum(alongAxes: 0),
          state[1] * 0.5 + state[0].matmul(state[1], transposeLeft: true).sum(),
        ]
      }
    },
    EngineCase("writes a row", [[70, 5, 3]]) { x in
      Tensor.iterate(7, from: [x[0]]) { state, index in
        let row = state[0].row(at: index - 1) + index * state[0].sum(alongAxes: 1)
        return [state[0].replacing(rowAt: index - 1, with: row.sin())]
      }
    },
    EngineCase("writes a row where a condition holds", [[70, 5, 3]]) { x in
      Tensor.iterate(5, from: [x[0]]) { state, index in
        let isChosen = (state[0].sum(alongAxes: 1, 2) .> 0).reshaped([70, 1, 1])
        return [
          Tensor.select(isChosen, state[0].replacing(rowAt: index, with: state[0].row(at: index).exp()), state[0])
        ]
      }
    },
    EngineCase("writes a row until it stops", [[70, 5, 3]]) { x in
      Tensor.iterate(
        atMost: 5, from: [x[0], 0 * x[0].sum(alongAxes: 1, 2)], while: { $0[0].sum(alongAxes: 1, 2) .> $0[1] }
      ) {
        state, index in [state[0].replacing(rowAt: index, with: -state[0].row(at: index)), state[1] + 0.5]
      }
    },
    EngineCase("writes a row of what another state still reads", [[70, 5, 2]]) { x in
      Tensor.iterate(5, from: [x[0], x[0]]) { state, index in
        [state[0].replacing(rowAt: index, with: state[1].row(at: index).sin()), state[0] + state[1]]
      }
    },
  ]

  @Test("loops", arguments: loops, [1, 3])
  func inPlace(_ test: EngineCase, threads: Int) throws { try expectEngine(test, threads: threads) }

  static let loopSums: [EngineCase] = [
    EngineCase("sum over a loop", [[90, 3], [3, 4]], in: -1...1) { x in
      Tensor.sum(over: 5) { [(x[0].matmul(x[1]) * ($0 + 1)).sin(), ($0 * x[0]).sum()] }
    },
    EngineCase("stacked", [[90, 3], [3]], in: -1...1) { x in
      [Tensor.stacked(over: 5) { (x[0] * ($0 + 1)).sin() * x[1] }]
    },
    EngineCase("products with the Hessian", [[90, 3], [3, 8], [4, 90, 3]], in: -1...1) { x in
      let slope = gradient(of: x[0].matmul(x[1]).tanh().sum(), withRespectTo: x[0])
      return [directionalDerivatives(of: slope, withRespectTo: x[0], along: x[2])]
    },
    EngineCase("laplacian", [[90, 3], [3, 8], [8]], in: -1...1) { x in
      [laplacian(of: (x[0].matmul(x[1]).tanh() * x[2]).sum(alongAxes: 1), withRespectTo: x[0])]
    },
    EngineCase("laplacian of images", [[3, 4, 4, 1], [2, 3, 3, 1], [2]], in: -1...1) { x in
      let energy = (x[0].convolved(with: x[1], padding: 1).tanh() * x[2]).sum(alongAxes: 1, 2, 3)
      return [laplacian(of: energy, withRespectTo: x[0])]
    },
  ]

  @Test("sums over a loop, and their gradients", arguments: loopSums)
  func sumsOverLoops(_ test: EngineCase) throws { try expectEngine(test.withGradient) }

  @Test("a sum and its gradient run as one loop, with the same bits for 1, 2 and 3 threads")
  func mergedSums() throws {
    let (results, inputs) = Self.loopSums[3].withGradient.trace()
    let program = Program(inputs: inputs.map(\.0), results: results)
    #expect(program.summary.split(separator: "\n").filter { $0.contains("loop of") }.count == 1)
    let runs = try [1, 2, 3].map { threads in
      try engineValues(of: results, inputs: inputs, key: (0, 0), threads: threads).map { $0.map(\.bitPattern) }
    }
    #expect(runs[1] == runs[0] && runs[2] == runs[0])
  }

  /// The state's own memory, and no second copy: the program's memory says so.
  @Test("a state of which rows are written has one place")
  func memory() {
    let x = Placeholder("x", shape: [64, 1000, 16])
    let result = Tensor.iterate(5, from: [x.tensor]) { state, index in
      [state[0].replacing(rowAt: index, with: state[0].row(at: index).sin())]
    }
    // The state in the worker's memory, the result, and what does not grow: strips.
    let program = Program(inputs: [x], results: result, threads: 1)
    #expect(program.peakBytes < 4 * (2 * x.shape.elementCount + 200_000))
  }
}
