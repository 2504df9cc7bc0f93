import ReferenceEvaluator
import TensorGraph
import Testing

@Suite("Engine: reductions and products")
struct EngineReductionTests {
  static let shapes: [[Int]] = [
    [5], [1], [0], [3, 4], [0, 3], [3, 0], [2, 3, 4], [3, 1, 2], [2, 3, 2, 3], [2, 2, 3, 1, 2, 2], [300, 7], [7, 1500],
    [1, 2050], [2050, 1], [33, 5, 9],
  ]

  static let cases = shapes.flatMap { shape in
    (1..<(1 << shape.count)).map { mask in
      let axes = shape.indices.filter { mask >> $0 & 1 == 1 }
      return EngineCase("over \(axes)", [shape]) { x in
        [
          x[0].sum(alongAxes: axes), x[0].sum(alongAxes: axes, keepingDimensions: true),
          x[0].absolute().sum(alongAxes: axes),
        ]
      }
    }
  }

  /// n additions in any order are within n u Σ|x| of the sum, u = 2⁻²⁴.
  @Test("sums over all sets of axes", arguments: cases)
  func sums(_ test: EngineCase) throws {
    let (results, inputs) = test.trace()
    let found = try engineValues(of: results, inputs: inputs, key: (0, 0), threads: 2)
    let placeholders = Dictionary(uniqueKeysWithValues: inputs.map { ($0.0, $0.1.map { Double($0) }) })
    let expected = ReferenceEvaluator().values(of: results, placeholders: placeholders)
    let terms = Double(test.shapes[0].elementCount) / Double(max(1, expected[0].count))
    for number in 0..<3 {
      expectClose(
        found[number], expected[number], tolerances: expected[2].map { terms * 0x1p-24 * $0 },
        "\(test.testDescription) \(number)")
    }
  }

  @Test("maxima over all sets of axes", arguments: cases)
  func maxima(_ test: EngineCase) throws {
    let shape = test.shapes[0]
    for axis in shape.indices {
      try expectEngine(
        EngineCase("maximum", [shape]) {
          [$0[0].maximum(alongAxes: axis), $0[0].maximum(alongAxes: axis, 0), $0[0].maximum()]
        },
        .exact)
    }
  }

  @Test(
    "means, logSumExp and normalisation with gradients", arguments: [[5], [3, 4], [2, 3, 4], [40, 33], [3, 1100]])
  func compound(_ shape: [Int]) throws {
    try expectEngine(
      EngineCase("compound", [shape]) { x in
        let centred = x[0] - x[0].mean(alongAxes: -1, keepingDimensions: true)
        let scale = (centred.squared().mean(alongAxes: -1, keepingDimensions: true) + 1e-5).reciprocalSquareRoot()
        return [x[0].mean(), x[0].logSumExp(alongAxes: -1), x[0].logSumExp(alongAxes: 0), centred * scale]
      }.withGradient)
  }

  @Test("elementwise work before, between and after reductions")
  func fused() throws {
    try expectEngine(
      EngineCase("fused", [[65, 130], [130], [65, 1]]) { x in
        let y = (x[0] * x[1] + x[2]).tanh()
        let rows = y.squared().sum(alongAxes: 1, keepingDimensions: true)
        let columns = (y / (1 + rows)).sum(alongAxes: 0)
        return [(y * columns).sin().sum(), rows, columns.maximum()]
      }.withGradient)
  }

  static let sizes: [(m: Int, k: Int, n: Int)] = [
    (1, 1, 1), (1, 7, 1), (5, 1, 3), (1, 64, 33), (17, 33, 9), (64, 64, 64), (129, 65, 31), (0, 3, 2), (3, 0, 2),
    (3, 2, 0),
    (40, 130, 1), (31, 16, 48), (2, 300, 2), (6, 2, 100),
  ]

  static let products = sizes.flatMap { m, k, n in
    [(false, false), (true, false), (false, true), (true, true)].map { left, right in
      EngineCase("matmul \(left) \(right)", [left ? [k, m] : [m, k], right ? [n, k] : [k, n]]) {
        [
          $0[0].matmul($0[1], transposeLeft: left, transposeRight: right),
          $0[0].absolute().matmul($0[1].absolute(), transposeLeft: left, transposeRight: right),
        ]
      }
    }
  }

  static let batched: [EngineCase] = [
    ([3, 4, 5], [3, 5, 2], false, false), ([3, 4, 5], [5, 2], false, false), ([4, 5], [3, 5, 2], false, false),
    ([3, 5, 4], [5, 2], true, false), ([2, 1, 4, 5], [3, 2, 5], false, true),
    ([2, 3, 5, 4], [2, 3, 2, 5], true, true),
    ([0, 4, 5], [0, 5, 2], false, false), ([2, 3, 1, 5], [5, 1], false, false),
    ([1, 2, 2, 1, 3, 4], [2, 4, 3], false, false),
    ([7, 33, 20], [7, 20, 17], false, false), ([50, 3, 4], [4, 6], false, false),
  ].map { a, b, left, right in
    EngineCase("matmul \(left) \(right)", [a, b]) {
      [
        $0[0].matmul($0[1], transposeLeft: left, transposeRight: right),
        $0[0].absolute().matmul($0[1].absolute(), transposeLeft: left, transposeRight: right),
      ]
    }
  }

  /// k products and additions are within (k + 1) u |A| |B| of the sum.
  @Test("matrix products", arguments: products + batched)
  func matmul(_ test: EngineCase) throws {
    let (results, inputs) = test.trace()
    let found = try engineValues(of: results, inputs: inputs, key: (0, 0), threads: 2)
    let placeholders = Dictionary(uniqueKeysWithValues: inputs.map { ($0.0, $0.1.map { Double($0) }) })
    let expected = ReferenceEvaluator().values(of: results, placeholders: placeholders)
    let terms = Double(test.shapes[0].suffix(2).max() ?? 0) + 1
    for number in 0..<2 {
      expectClose(
        found[number], expected[number], tolerances: expected[1].map { terms * 0x1p-24 * $0 },
        "\(test.testDescription) \(number)")
    }
  }

  @Test(
    "gradients of matrix products",
    arguments: batched + products.filter { $0.shapes.allSatisfy { $0.elementCount < 2000 } })
  func matmulGradients(_ test: EngineCase) throws { try expectEngine(test.withGradient) }

  @Test("a product whose operands and results are rearranged, biased and fed on")
  func productChain() throws {
    try expectEngine(
      EngineCase("chain", [[9, 4], [6, 4], [6], [6, 3]], in: -1...1) { x in
        let hidden = (x[0].matmul(x[1], transposeRight: true) + x[2]).softplus()
        let turned = hidden.transposed().matmul(hidden)
        return [
          turned.matmul(x[3]).transposed(), hidden.matmul(x[3]).sum(alongAxes: 1), turned.sliced(alongAxis: 0, 1..<4),
        ]
      }.withGradient)
  }
}
