import ReferenceEvaluator
import TensorGraph
import Testing

@Suite("Derivatives through loops")
struct LoopDerivativeTests {
  static let cases: [DerivativeCase] = [
    DerivativeCase("iterate", [[3]]) { x in
      Tensor.iterate(4, from: x) { state, iteration in [state[0].sin() + 0.3 * state[0] + 0.1 * iteration] }
    },
    DerivativeCase("iterate, one iteration", [[2]]) { Tensor.iterate(1, from: $0) { state, _ in [state[0].exp()] } },
    DerivativeCase("iterate over no elements", [[0, 2]]) {
      Tensor.iterate(2, from: $0) { state, _ in [state[0].exp()] }
    },
    DerivativeCase("iterate, captured values", [[3], [2, 1], []]) { x in
      let scale = x[2].tanh()
      return Tensor.iterate(3, from: [x[0].broadcast(to: [2, 3])]) { state, _ in
        [(state[0] * scale + x[1].sin() * x[0]).tanh()]
      }
    },
    DerivativeCase("iterate, captured alone", [[2], [2]]) { x in
      Tensor.iterate(3, from: [Tensor(constant: 0.5).broadcast(to: [2])]) { state, _ in
        [state[0] * x[0].sin() + x[1]]
      }
    },
    DerivativeCase("iterate, two states", [[2], [2]]) { x in
      Tensor.iterate(3, from: x) { state, _ in
        [state[0] + 0.2 * state[1], state[1] - 0.2 * state[0].sin()]
      }
    },
    DerivativeCase("iterate with matmul", [[2, 3], [3, 3]], in: -1...1) { x in
      Tensor.iterate(3, from: [x[0]]) { state, _ in [state[0].matmul(x[1], transposeRight: true).tanh()] }
    },
    DerivativeCase("iterate with noise", [[2, 3], []], in: -1...1) { x in
      var stream = RandomStream()
      return Tensor.iterate(3, from: [x[0]], random: &stream) { state, _, random in
        [state[0] - 0.1 * state[0].sin() + x[1] * random.normal([2, 3]) * state[0]]
      }
    },
    DerivativeCase("nested iterate", [[2], []], in: -1...1) { x in
      var stream = RandomStream()
      return Tensor.iterate(2, from: [x[0]], random: &stream) { outer, i, random in
        Tensor.iterate(2, from: outer, random: &random) { inner, j, random in
          [(inner[0] * x[1] + outer[0] * 0.5 + 0.1 * i + 0.2 * j + 0.1 * random.uniform([2])).sin()]
        }
      }
    },
    DerivativeCase("loop after loop", [[2]]) { x in
      let first = Tensor.iterate(2, from: x) { state, _ in [state[0].sin()] }
      return Tensor.iterate(2, from: first) { state, _ in [state[0].exp() * x[0] + first[0]] }
    },
    DerivativeCase("gradient inside the body", [[2, 2], [2, 2]], in: -1...1) { x in
      Tensor.iterate(3, from: [x[0]]) { state, _ in
        let energy = (state[0].matmul(x[1]).squared().squared() + state[0].squared()).sum()
        return [state[0] - 0.05 * gradient(of: energy, withRespectTo: state[0])]
      }
    },
    DerivativeCase("state that does not depend on the variables", [[2]]) { x in
      let counter = Tensor(constant: 1)
      return Tensor.iterate(3, from: [x[0], counter]) { state, _ in [state[0].sin() * state[1], state[1] * 0.5] }
    },
    DerivativeCase("while, rows", [[4]], in: 0.2...3) { x in
      Tensor.iterate(
        atMost: 5, from: x, while: { $0[0] .< 2 }, body: { state, _ in [state[0] * 1.7 + 0.1 * x[0].sin()] })
    },
    DerivativeCase("while, rows of a matrix", [[3, 2], [2, 2]], in: 0.1...0.9) { x in
      var stream = RandomStream()
      return Tensor.iterate(
        atMost: 4, from: [x[0]], while: { $0[0].sum(alongAxes: 1) .< 2 }, random: &stream,
        body: { state, _, random in [state[0].matmul(x[1]).exp() + 0.1 * random.normal([3, 2])] })
    },
    DerivativeCase("while, a mask of rank 0", [[2]], in: 0.2...0.8) { x in
      Tensor.iterate(atMost: 6, from: x, while: { $0[0].sum() .< 3 }, body: { state, _ in [state[0] * 1.5] })
    },
    DerivativeCase("while, not entered", [[2]], in: 0.2...0.8) { x in
      Tensor.iterate(atMost: 6, from: x, while: { $0[0] .< 0 }, body: { state, _ in [state[0] * 1.5] })
    },
  ]

  @Test("loops", arguments: cases)
  func loops(_ test: DerivativeCase) { expectDerivatives(of: test) }

  @Test("forward mode keeps loops, and the loop of states and tangents ends with the first one's mask")
  func forwardKeepsLoops() {
    let x = Placeholder("x", shape: [2])
    let one = Tensor(constant: 1).broadcast(to: [2])
    let result = Tensor.iterate(
      atMost: 1000, from: [x.tensor], while: { $0[0] .< 4 }, body: { state, _ in [state[0] * state[0]] })
    let change = jacobianVectorProduct(of: result, withRespectTo: [x.tensor], along: [one])[0]
    #expect(Graph.order([change.node]).count < 50)
    // x⁸ at 1.25 (5.96), x⁴ at 1.5 (5.06): derivatives 8x⁷ and 4x³.
    let values = ReferenceEvaluator().values(of: [change], placeholders: [x: [1.25, 1.5]])[0]
    expectClose(values, [38.14697265625, 13.5], relative: 1e-14)
  }

  @Test("a state that is not by rows stops with the loop, in reverse mode too")
  func sharedStateStops() {
    let x = Placeholder("x", shape: [])
    let rows = Tensor(Literal([0, 1], evaluator: nil), shape: [2])
    // After two iterations no row is active: the factor x has been doubled twice, not six times.
    let result = Tensor.iterate(
      atMost: 6, from: [rows, x.tensor], while: { $0[0] .< 2 }, body: { state, _ in [state[0] + 1, state[1] * 2] })
    let found = gradient(of: result[1], withRespectTo: x.tensor)
    let values = ReferenceEvaluator().values(of: [result[1], found], placeholders: [x: [3]])
    expectClose(values.map { $0[0] }, [12.0, 4])
  }

  @Test("a loop's result and what goes into the loop are variables side by side")
  func resultAsVariable() {
    let x = Placeholder("x", shape: [])
    let y = Tensor.iterate(2, from: [x.tensor]) { state, _ in [state[0] * state[0]] }[0]
    let z = y + 1
    let found = gradient(of: z * z, withRespectTo: [x.tensor, y, z])
    let values = ReferenceEvaluator().values(of: found, placeholders: [x: [2]])
    // y = x⁴ = 16, z = 17: dz²/dx = 2 z 4x³, dz²/dy = dz²/dz = 2z.
    expectClose(values.map { $0[0] }, [1088.0, 34, 34])
  }

  @Test("an expression that the body repeats along an axis is a variable")
  func repeatedExpressionAsVariable() {
    let p = Placeholder("p", shape: [])
    let y = p.tensor.broadcast(to: [2])
    let result = Tensor.iterate(3, from: [Tensor(constant: 0).broadcast(to: [2])]) { state, _ in [state[0] + y] }[0]
    let reverse = gradient(of: result.sum(), withRespectTo: y)
    let one = Tensor(constant: 1).broadcast(to: [2])
    let forward = jacobianVectorProduct(of: [result], withRespectTo: [y], along: [one])[0]
    let values = ReferenceEvaluator().values(of: [reverse, forward], placeholders: [p: [1]])
    expectClose(values[0], [3.0, 3], "reverse")
    expectClose(values[1], [3.0, 3], "forward")
  }
}
