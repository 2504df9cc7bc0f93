import ReferenceEvaluator
import TensorGraph
import Testing

/// Operations of their own types: their pullbacks and those of their pullbacks, against central differences.
@Suite("Derivatives of softmax, normalisation and attention")
struct OperationDerivativeTests {
  static let softmaxCases: [DerivativeCase] = [[5], [1], [3, 4], [2, 1], [0, 3], [2, 3, 2], [2, 2, 3, 2]].flatMap {
    shape in
    shape.indices.flatMap { axis in
      [
        DerivativeCase("softmax along \(axis)", [shape]) { [$0[0].softmax(alongAxis: axis)] },
        DerivativeCase("logSoftmax along \(axis)", [shape]) { [$0[0].logSoftmax(alongAxis: axis).sin()] },
      ]
    }
  }

  @Test("softmax and its logarithm", arguments: softmaxCases)
  func softmax(_ test: DerivativeCase) { expectDerivatives(of: test) }

  static let normalizationShapes: [(shape: [Int], groups: Int)] = [
    ([2, 4], 1), ([3, 6], 3), ([2, 3, 4], 2), ([2, 2, 2, 6], 3), ([1, 3, 1, 2], 1), ([2, 2, 2, 1, 4], 4),
    ([0, 2, 4], 2),
  ]
  static let normalizationCases: [DerivativeCase] =
    normalizationShapes.flatMap { shape, groups in
      [
        DerivativeCase("groupNormalized \(groups)", [shape, [shape.last ?? 1], [shape.last ?? 1]]) {
          [$0[0].groupNormalized(groups: groups, scale: $0[1], shift: $0[2], epsilon: 0.3)]
        },
        DerivativeCase("layerNormalized", [shape, [shape.last ?? 1]]) {
          [$0[0].layerNormalized(scale: $0[1], epsilon: 0.3), $0[0].layerNormalized(shift: $0[1], epsilon: 0.2)]
        },
      ]
    } + [
      DerivativeCase("layerNormalized", [[4]]) { [$0[0].layerNormalized(epsilon: 0.1)] },
      DerivativeCase("normalised with a scale that is made from x", [[3, 4]]) {
        [
          $0[0].groupNormalized(
            groups: 2, scale: $0[0].sum(alongAxes: 0), shift: $0[0].mean(alongAxes: 0), epsilon: 0.3)
        ]
      },
    ]

  @Test("normalisation", arguments: normalizationCases)
  func normalization(_ test: DerivativeCase) { expectDerivatives(of: test) }

  static let attentionCases: [DerivativeCase] = [
    DerivativeCase("attention", [[2, 3, 2], [2, 4, 2], [2, 4, 3]]) { [$0[0].attending(to: $0[1], values: $0[2])] },
    DerivativeCase("attention to itself", [[2, 3, 2]]) { [$0[0].attending(to: $0[0], values: $0[0], scale: 0.3)] },
    DerivativeCase("attention of heads", [[2, 2, 3, 2], [2, 2, 2, 2], [2, 2, 2, 1], [2, 1, 2]]) {
      [$0[0].attending(to: $0[1], values: $0[2], bias: $0[3])]
    },
    DerivativeCase("attention with a bias a batch", [[2, 3, 2], [2, 2, 2], [2, 2, 2], [2, 1, 1]]) {
      [$0[0].attending(to: $0[1], values: $0[2], bias: $0[3] * $0[0].sum(alongAxes: -1, keepingDimensions: true))]
    },
    DerivativeCase("attention of nothing", [[2, 0, 2], [2, 2, 2], [2, 2, 2]]) {
      [$0[0].attending(to: $0[1], values: $0[2])]
    },
    DerivativeCase("attention, all of size 1", [[1, 1, 1], [1, 1, 1], [1, 1, 1]]) {
      [$0[0].attending(to: $0[1], values: $0[2])]
    },
  ]

  @Test("attention", arguments: attentionCases)
  func attention(_ test: DerivativeCase) { expectDerivatives(of: test) }
}
