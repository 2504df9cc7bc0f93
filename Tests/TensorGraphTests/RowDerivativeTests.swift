import ReferenceEvaluator
import TensorGraph
import Testing

/// Rows read and written at an index, cumulative sums, and sums over a loop.
@Suite("Derivatives of rows, cumulative sums and sums over a loop")
struct RowDerivativeTests {
  static let rowCases: [DerivativeCase] =
    [0, 2, 3.7, -1, 9].flatMap { (index: Float) in
      [
        DerivativeCase("row \(index)", [[2, 4, 3]]) { [$0[0].row(at: Tensor(constant: index)).sin()] },
        DerivativeCase("row \(index)", [[3, 4]]) { [$0[0].squared().row(at: Tensor(constant: index))] },
        DerivativeCase("replacing row \(index)", [[2, 4, 3], [2, 3]]) {
          [$0[0].exp().replacing(rowAt: Tensor(constant: index), with: $0[1].sin()).squared()]
        },
        DerivativeCase("replacing row \(index) by one of its own", [[1, 5]]) {
          [$0[0].replacing(rowAt: Tensor(constant: index), with: $0[0].row(at: Tensor(constant: 1)).exp()).sin()]
        },
      ]
    } + [
      DerivativeCase("replacing in nothing", [[0, 2, 3], [0, 3]]) { [$0[0].replacing(rowAt: 1.tensor, with: $0[1])] }
    ]

  @Test("rows at an index", arguments: rowCases)
  func rows(_ test: DerivativeCase) { expectDerivatives(of: test) }

  static let cumulativeCases: [DerivativeCase] = [[5], [1], [0], [2, 3], [3, 4, 2], [2, 0, 2]].flatMap { shape in
    shape.indices.flatMap { axis in
      [(false, false), (true, false), (false, true), (true, true)].map { exclusive, reversed in
        DerivativeCase("cumulative sum along \(axis) \(exclusive) \(reversed)", [shape]) {
          [$0[0].sin().cumulativeSum(alongAxis: axis, exclusive: exclusive, reversed: reversed).squared()]
        }
      }
    }
  }

  @Test("cumulative sums", arguments: cumulativeCases)
  func cumulativeSums(_ test: DerivativeCase) { expectDerivatives(of: test) }

  @Test("cumulative sums of 1, 2, 4, 8 both ways")
  func cumulativeValues() {
    let x = Placeholder("x", shape: [4])
    let all = [(false, false), (true, false), (false, true), (true, true)].map { exclusive, reversed in
      x.tensor.cumulativeSum(alongAxis: -1, exclusive: exclusive, reversed: reversed)
    }
    let values = ReferenceEvaluator().values(of: all, placeholders: [x: [1, 2, 4, 8]])
    #expect(values == [[1, 3, 7, 15], [0, 1, 3, 7], [15, 14, 12, 8], [14, 12, 8, 0]])
  }

  static let sumCases: [DerivativeCase] = [
    DerivativeCase("sum of powers", [[3]], in: 0.3...1.2) { x in
      Tensor.sum(over: 4) { index in [x[0].raised(to: index + 1), (index + 1) * x[0].sum()] }
    },
    DerivativeCase("sum over nothing", [[3]]) { x in Tensor.sum(over: 0) { [$0 * x[0]] } },
    DerivativeCase("sum that depends on part of the variables", [[2, 2], [2], [3]]) { x in
      let inner = x[0].matmul(x[0]).tanh()
      return Tensor.sum(over: 3) { index in [(inner * (x[1] + index)).sin(), index.broadcast(to: [2])] } + [x[2]]
    },
    DerivativeCase("sum of sums", [[3]], in: 0.2...1) { x in
      Tensor.sum(over: 3) { i in
        [Tensor.sum(over: 2) { j in [x[0].sin() * (x[0] * (i + 1)).exp() * (j + 1)] }[0] * x[0].sum()]
      }
    },
    DerivativeCase("square of a sum, and a sum of its terms", [[2]]) { x in
      let first = Tensor.sum(over: 3) { [(x[0] * ($0 + 1)).sin()] }[0]
      return [first.squared()] + Tensor.sum(over: 3) { [first * (x[0] + $0).tanh()] }
    },
    DerivativeCase("a sum beside a loop that is written out", [[2]]) { x in
      let chain = Tensor.iterate(3, from: [x[0]]) { state, _ in [(state[0] * 1.1).sin()] }[0]
      return Tensor.sum(over: 2) { [(chain + $0).squared() * x[0]] }
    },
    DerivativeCase("a loop of sums", [[2]]) { x in
      Tensor.iterate(2, from: [x[0]]) { state, _ in
        [Tensor.sum(over: 2) { [(state[0] * ($0 + 1)).sin() * x[0]] }[0]]
      }
    },
    DerivativeCase("stacked", [[2, 2], [2]]) { x in
      [Tensor.stacked(over: 3) { (x[0] * ($0 + 1)).sin() * x[1] }.squared()]
    },
    DerivativeCase("stacked nothing", [[2, 2]]) { x in [Tensor.stacked(over: 0) { x[0] * $0 }] },
    DerivativeCase("directional derivatives", [[2, 2], [2, 3], [3, 2, 2]], in: -1...1) { x in
      [directionalDerivatives(of: x[0].matmul(x[1]).tanh(), withRespectTo: x[0], along: x[2])]
    },
    DerivativeCase("laplacian", [[2, 3], [3, 4], [4]], in: -1...1) { x in
      [laplacian(of: (x[0].matmul(x[1]).tanh() * x[2]).sum(alongAxes: 1), withRespectTo: x[0])]
    },
  ]

  @Test("sums over a loop", arguments: sumCases)
  func sums(_ test: DerivativeCase) { expectDerivatives(of: test) }

  /// E = Σ_j a_j x_j⁴ + x_0² x_1²: ∇² E = Σ_j 12 a_j x_j² + 2 x_0² + 2 x_1².
  @Test("the Laplacian of a polynomial")
  func laplacianOfPolynomial() {
    let x = Placeholder("x", shape: [2, 3, 1])
    let (a, points) = ([0.5, -1, 2.0], [0.3, -1.2, 0.8, 2, 1, -0.5])
    let flat = x.tensor.reshaped([2, 3])
    let cross = flat.sliced(alongAxis: 1, 0..<1) * flat.sliced(alongAxis: 1, 1..<2)
    let weights = Tensor(Literal(a.map { Float($0) }, evaluator: nil), shape: [3])
    let energy = (weights * flat.squared().squared()).sum(alongAxes: 1) + cross.squared().reshaped([2])
    let found = ReferenceEvaluator().values(
      of: [laplacian(of: energy, withRespectTo: x.tensor)], placeholders: [x: points])[0]
    let expected = [0, 3].map { start in
      let p = Array(points[start..<(start + 3)])
      return zip(a, p).map { 12 * $0 * $1 * $1 }.reduce(0, +) + 2 * (p[0] * p[0] + p[1] * p[1])
    }
    expectClose(found, expected, relative: 1e-12)
  }

  /// The loop itself is kept: the graph of a gradient does not grow with the number of iterations.
  @Test("neither a gradient nor its gradient writes a sum out")
  func sumsStayLoops() {
    func size(_ count: Int) -> Int {
      let x = Placeholder("x", shape: [3])
      let sum = Tensor.sum(over: count) { [(x.tensor * ($0 + 1)).sin()] }[0].sum()
      let first = gradient(of: sum, withRespectTo: x.tensor)
      return Graph.order([gradient(of: first.squared().sum(), withRespectTo: x.tensor).node]).count
    }
    #expect(size(2) == size(1000))
  }
}

extension Int {
  fileprivate var tensor: Tensor { Tensor(constant: Float(self)) }
}
