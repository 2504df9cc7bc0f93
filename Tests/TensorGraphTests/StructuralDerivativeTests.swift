import ReferenceEvaluator
import TensorGraph
import Testing

@Suite("Derivatives of reductions, products and moves of data")
struct StructuralDerivativeTests {
  static let reductionCases: [DerivativeCase] = [[], [0], [1], [4], [2, 3], [3, 0], [2, 1, 3], [2, 3, 1, 2]].flatMap {
    shape in
    // All sets of axes.
    (0..<(1 << shape.count)).flatMap { mask -> [DerivativeCase] in
      let axes = shape.indices.filter { mask >> $0 & 1 == 1 }
      let isEmpty = axes.contains { shape[$0] == 0 }
      return [
        DerivativeCase("sum over \(axes)", [shape]) {
          [$0[0].squared().sum(alongAxes: axes, keepingDimensions: mask % 2 == 0)]
        }
      ] + (isEmpty ? [] : [DerivativeCase("mean over \(axes)", [shape]) { [$0[0].sin().mean(alongAxes: axes)] }])
    }
  }

  @Test("sums and means", arguments: reductionCases)
  func reductions(_ test: DerivativeCase) { expectDerivatives(of: test) }

  static let peakCases: [DerivativeCase] = [
    DerivativeCase("maximum", [[5]]) { [$0[0].squared().maximum()] },
    DerivativeCase("maximum", [[3, 4]]) { [$0[0].maximum(alongAxes: 1).exp()] },
    DerivativeCase("maximum", [[3, 2, 2]]) { [$0[0].maximum(alongAxes: 0, -1, keepingDimensions: true).exp()] },
    DerivativeCase("maximum", [[0, 4]]) { [$0[0].maximum(alongAxes: 1)] },
    DerivativeCase("logSumExp", [[5]]) { [$0[0].logSumExp(alongAxes: 0)] },
    DerivativeCase("logSumExp", [[2, 3, 2]]) { [$0[0].logSumExp(alongAxes: 2, 0)] },
    DerivativeCase("logSumExp", [[2, 3]]) { [$0[0].logSumExp(alongAxes: -1, keepingDimensions: true)] },
    DerivativeCase("logSumExp of one", [[2, 1]]) { [$0[0].logSumExp(alongAxes: 1)] },
    DerivativeCase("logSumExp far from 0", [[4]], in: 900...902) { [$0[0].logSumExp(alongAxes: 0)] },
  ]

  @Test("maxima and logSumExp", arguments: peakCases)
  func peaks(_ test: DerivativeCase) { expectDerivatives(of: test) }

  static let productShapes: [([Int], [Int], Bool, Bool)] = [
    ([2, 3], [3, 4], false, false), ([3, 2], [3, 4], true, false), ([2, 3], [4, 3], false, true),
    ([3, 2], [4, 3], true, true), ([1, 1], [1, 1], false, false), ([0, 3], [3, 2], false, false),
    ([2, 0], [0, 3], false, false), ([2, 3], [3, 0], false, false), ([5, 2, 3], [3, 2], false, false),
    ([2, 2, 1, 3], [2, 3], false, true), ([2, 3, 2], [3, 2], true, false), ([3, 2], [4, 2, 2], false, false),
    ([2, 1, 2, 3], [3, 3, 2], false, false), ([2, 3, 2], [2, 2, 3], true, true), ([2, 2, 3], [1, 2, 3], false, true),
  ]

  static let productCases = productShapes.map { left, right, transposesLeft, transposesRight in
    DerivativeCase("matmul \(transposesLeft) \(transposesRight)", [left, right]) {
      [$0[0].matmul($0[1], transposeLeft: transposesLeft, transposeRight: transposesRight)]
    }
  }

  @Test("matrix products", arguments: productCases)
  func products(_ test: DerivativeCase) { expectDerivatives(of: test) }

  static let moveCases: [DerivativeCase] = [
    DerivativeCase("reshaped", [[2, 3]]) { [$0[0].squared().reshaped([3, -1]).sin()] },
    DerivativeCase("expandingAxis", [[2, 3]]) { [$0[0].expandingAxis(at: 1).exp(), $0[0].expandingAxis(at: -1)] },
    DerivativeCase("reshaped", [[0, 3]]) { [$0[0].reshaped([5, 0])] },
    DerivativeCase("reshaped", [[]]) { [$0[0].reshaped([1, 1]).exp()] },
    DerivativeCase("broadcast", [[2, 1]]) { [$0[0].broadcast(to: [3, 2, 4]).squared()] },
    DerivativeCase("broadcast", [[]]) { [$0[0].broadcast(to: [2, 2]).squared()] },
    DerivativeCase("broadcast", [[1, 2]]) { [$0[0].broadcast(to: [0, 2])] },
    DerivativeCase("transposed", [[2, 3]]) { [$0[0].transposed().exp()] },
    DerivativeCase("transposed", [[2, 3, 4]]) { [$0[0].transposed([2, 0, 1]).squared()] },
    DerivativeCase("transposed", [[2, 3, 1, 2]]) { [$0[0].transposed([1, 3, 0, 2]).squared()] },
    DerivativeCase("sliced", [[5, 2]]) { [$0[0].sliced(alongAxis: 0, 1..<4).squared()] },
    DerivativeCase("sliced", [[2, 5]]) {
      [$0[0].sliced(alongAxis: -1, 2..<2), $0[0].sliced(alongAxis: 1, 4..<5).exp()]
    },
    DerivativeCase("padded", [[2, 3]]) { [$0[0].padded(before: [1, 0], after: [0, 2]).squared()] },
    DerivativeCase("padded", [[0]]) { [$0[0].padded(before: [1], after: [1])] },
    DerivativeCase("concatenated", [[2, 1], [2, 3], [2, 0]]) { [Tensor.concatenated($0, alongAxis: 1).squared()] },
    DerivativeCase("concatenated with itself", [[2, 2]]) {
      [Tensor.concatenated([$0[0], $0[0].exp()], alongAxis: -2)]
    },
    DerivativeCase("gatheringRows", [[3, 2]]) { [$0[0].gatheringRows(at: positions([2, 0, 2, 1])).squared()] },
    DerivativeCase("gatheringRows", [[4]]) { [$0[0].gatheringRows(at: positions([3, 3])).squared()] },
    DerivativeCase("gatheringRows", [[2, 3]]) { [$0[0].gatheringRows(at: positions([]))] },
    DerivativeCase("scatteringRows", [[3, 2]]) {
      [$0[0].scatteringRows(at: positions([2, 0, 2]), count: 4).squared()]
    },
    DerivativeCase("scatteringRows", [[3, 2, 1]]) {
      [$0[0].scatteringRows(at: positions([0, 0, 0]), count: 1).squared()]
    },
    DerivativeCase("oneHot", [[2, 3]]) { [(positions([1, 2]).oneHot(count: 3) * $0[0]).squared()] },
  ]

  @Test("moves of data", arguments: moveCases)
  func moves(_ test: DerivativeCase) { expectDerivatives(of: test) }

  @Test("nothing flows through stoppingGradient")
  func stopped() {
    let x = Placeholder("x", shape: [3])
    let y = (x.tensor * x.tensor.squared().stoppingGradient()).sum()
    let found =
      [gradient(of: y, withRespectTo: x.tensor)]
      + jacobianVectorProduct(of: [y], withRespectTo: [x.tensor], along: [Tensor(constant: 1).broadcast(to: [3])])
    let values = ReferenceEvaluator().values(of: found, placeholders: [x: [1, -2, 3]])
    expectClose(values[0], [1.0, 4, 9], "gradient")
    expectClose(values[1], [14.0], "change")
  }

  @Test("an axis that is named twice is reduced once")
  func repeatedAxes() {
    let x = Placeholder("x", shape: [2, 3])
    let results = [x.tensor.sum(alongAxes: 0, -2), x.tensor.mean(alongAxes: 0, -2), x.tensor.mean(alongAxes: 1, 0, 1)]
    let values = ReferenceEvaluator().values(of: results, placeholders: [x: [1, 2, 3, 5, 6, 7]])
    expectClose(values[0], [6.0, 8, 10])
    expectClose(values[1], [3.0, 4, 5])
    expectClose(values[2], [4.0], relative: 1e-7)
  }

  /// Whole graphs: errors of many operations together, at points where each is well conditioned.
  @Test("random graphs", arguments: 0..<60)
  func randomGraphs(_ seed: UInt64) {
    let graph = RandomGraph(seed: seed, nodes: 12)
    let evaluator = ReferenceEvaluator(key: RandomGraph.key)
    let point = Dictionary(uniqueKeysWithValues: graph.inputs.map { ($0.placeholder, $0.scalars) })
    // A bounded function of each result, so that gradients through many nodes keep a moderate size.
    let scalar = graph.results.map { ($0 * 0.3).sin().sum() }.reduce(Tensor(constant: 0), +)
    let variables = graph.inputs.map(\.placeholder.tensor)
    let slopes = gradient(of: scalar, withRespectTo: variables)
    let gradients = evaluator.values(of: slopes, placeholders: point)
    let scale = 1 + (gradients.joined().map(abs).max() ?? 0)
    let stops = graph.trace.contains { $0.hasPrefix("stop") }
    for (input, found) in zip(graph.inputs, gradients) where !stops {
      let expected = input.scalars.indices.map { element in
        let ends = [1e-5, -1e-5].map { step in
          var moved = point
          moved[input.placeholder]?[element] += step
          return evaluator.values(of: [scalar], placeholders: moved)[0][0]
        }
        return (ends[0] - ends[1]) / 2e-5
      }
      expectClose(
        found, expected, absolute: 1e-6 * scale * scale, "seed \(seed), \(input.placeholder.name), \(graph.trace)")
    }
    // Second derivatives: the Hessian times a direction, against gradients at both sides of the point.
    var random = SplitMix64(seed: seed)
    let directions = graph.inputs.map { random.scalars($0.scalars.count, in: -1...1) }
    let product = zip(slopes, directions).map { slope, direction in
      (slope * Tensor(Literal(direction.map(Float.init), evaluator: nil), shape: slope.shape)).sum()
    }.reduce(Tensor(constant: 0), +)
    let found = evaluator.values(of: gradient(of: product, withRespectTo: variables), placeholders: point)
    let ends = [1e-5, -1e-5].map { step in
      var moved = point
      for (input, direction) in zip(graph.inputs, directions) {
        moved[input.placeholder] = zip(input.scalars, direction).map { $0 + step * $1 }
      }
      return evaluator.values(of: slopes, placeholders: moved)
    }
    let curvature = 1 + (found.joined().map(abs).max() ?? 0)
    for (number, input) in graph.inputs.enumerated() where !stops {
      let expected = zip(ends[0][number], ends[1][number]).map { ($0 - $1) / 2e-5 }
      expectClose(
        found[number], expected, absolute: 1e-6 * curvature * curvature,
        "seed \(seed), second derivatives, \(input.placeholder.name), \(graph.trace)")
    }
  }
}

/// Integer positions as a constant.
func positions(_ rows: [Int]) -> Tensor {
  Tensor(Literal(rows.map(Float.init), evaluator: nil), shape: [rows.count])
}
