import ReferenceEvaluator
import TensorGraph
import Testing

/// Kernels of operations of their own types against what these are composed of, evaluated in Double: results, gradients
/// and gradients of gradients.
@Suite("Engine: softmax, normalisation and attention")
struct EngineOperationTests {
  static let cases: [EngineCase] = softmaxes + normalizations + attentions

  private static let softmaxes: [EngineCase] =
    [
      [1], [7], [3, 1], [5, 15], [4, 16], [3, 17], [2, 63], [2, 64], [3, 200], [0, 3], [2, 3, 5, 33],
    ].flatMap { shape in
      [
        EngineCase("softmax", [shape]) { [$0[0].softmax()] },
        EngineCase("logSoftmax", [shape], in: -30...30) { [$0[0].logSoftmax()] },
      ]
    } + [
      EngineCase("softmax along the first axis", [[5, 3, 2]]) { [$0[0].softmax(alongAxis: 0)] },
      EngineCase("softmax far from 0", [[3, 20]], in: 900...1000) { [$0[0].softmax(), $0[0].logSoftmax()] },
    ]

  private static let normalizations: [EngineCase] = [
    ([3, 1], 1), ([5, 16], 1), ([2, 40], 5), ([4, 3, 33], 3), ([2, 9, 5, 7], 7), ([3, 4, 4, 64], 8),
    ([2, 1, 3, 20], 1),
    ([1, 17, 48], 3), ([0, 2, 4], 2), ([2, 100, 3], 1),
  ].map { (shape: [Int], groups: Int) in
    EngineCase("normalised in \(groups) groups", [shape, [shape.last ?? 1], [shape.last ?? 1]]) {
      [
        $0[0].groupNormalized(groups: groups, scale: $0[1], shift: $0[2], epsilon: 0.01),
        $0[0].layerNormalized(scale: $0[1], shift: $0[2], epsilon: 0.01),
      ]
    }
  }

  private static let attentions: [EngineCase] = [
    EngineCase("attention", [[2, 3, 4], [2, 5, 4], [2, 5, 3]]) { [$0[0].attending(to: $0[1], values: $0[2])] },
    EngineCase("attention to itself", [[3, 33, 17]]) { [$0[0].attending(to: $0[0], values: $0[0])] },
    EngineCase("attention in several blocks of queries", [[1, 50, 8], [1, 2100, 8], [1, 2100, 4]]) {
      [$0[0].attending(to: $0[1], values: $0[2])]
    },
    EngineCase("attention, all of size 1", [[1, 1, 1], [1, 1, 1], [1, 1, 1]]) {
      [$0[0].attending(to: $0[1], values: $0[2])]
    },
    EngineCase("attention, a bias for all", [[2, 3, 5, 4], [2, 3, 6, 4], [2, 3, 6, 2], [5, 6]]) {
      [$0[0].attending(to: $0[1], values: $0[2], bias: $0[3])]
    },
    EngineCase("attention, a bias a head", [[2, 3, 5, 4], [2, 3, 6, 4], [2, 3, 6, 2], [3, 1, 6]]) {
      [$0[0].attending(to: $0[1], values: $0[2], bias: $0[3])]
    },
    EngineCase(
      "attention, a bias an element of the batch", [[2, 3, 5, 4], [2, 3, 6, 4], [2, 3, 6, 2], [2, 1, 1, 6]]
    ) {
      [$0[0].attending(to: $0[1], values: $0[2], bias: $0[3])]
    },
    EngineCase("attention, a bias a score", [[4, 5, 4], [4, 6, 4], [4, 6, 2], [4, 5, 6]]) {
      [$0[0].attending(to: $0[1], values: $0[2], bias: $0[3])]
    },
  ]

  @Test("results", arguments: cases)
  func results(_ test: EngineCase) throws { try expectEngine(test) }

  @Test("gradients", arguments: cases)
  func gradients(_ test: EngineCase) throws { try expectEngine(test.withGradient) }

  @Test("second derivatives", arguments: cases.filter { $0.shapes.allSatisfy { $0.elementCount < 700 } })
  func secondDerivatives(_ test: EngineCase) throws {
    let body = test.body
    let second = EngineCase(test.name, test.shapes, in: -1...1) { x in
      let y = body(x)
      let first = pullback(of: y, along: y.map { $0.sin() }, withRespectTo: x)
      return gradient(of: first.map { $0.squared().sum() }.reduce(Tensor(constant: 0), +), withRespectTo: x)
    }
    try expectEngine(second)
  }

  @Test("what is not finite makes of a softmax what it makes of its composition")
  func softmaxOfInfinities() throws {
    let rows: [[Float]] = [
      [1, .infinity, -3], [.nan, 0, 1], [-.infinity, -.infinity, -.infinity], [-.infinity, 2, 3],
      [.infinity, 200, -.infinity],
      [.greatestFiniteMagnitude, -.greatestFiniteMagnitude, 0], [.infinity, .infinity, 0], [88, -120, -300],
    ]
    for width in [3, 20] {
      let x = Placeholder("x", shape: [rows.count, width])
      let scalars = rows.flatMap { $0 + Array(repeating: -1, count: width - 3) }
      let results = [x.tensor.softmax(), x.tensor.logSoftmax()]
      let found = try engineValues(of: results, inputs: [(x, scalars)], key: (0, 0), threads: 1)
      // eˣ is good to a few units of its last place, and to the smallest number.
      expectAgreement(
        found, of: results, inputs: [(x, scalars)], key: (0, 0), .within(relative: 1e-6, absolute: 1e-37),
        "width \(width)")
    }
  }

  /// y is unchanged by a shift of x by a power of two that x's digits leave room for; its variance takes two passes.
  @Test("a mean far from 0 costs no digits")
  func distantMean() throws {
    let x = Placeholder("x", shape: [3, 4, 8])
    let near = (0..<96).map { Float(($0 * 37) % 64) / 64 }
    for shift: Float in [0, 1024, 65_536] {
      let results = [x.tensor.groupNormalized(groups: 2), x.tensor.layerNormalized()]
      let moved = near.map { $0 + shift }
      let found = try engineValues(of: results, inputs: [(x, moved)], key: (0, 0), threads: 1)
      // Means of numbers of this size are off by their last place, 2⁻²⁴ · 1.2 · shift of a deviation of about 0.3.
      expectAgreement(
        found, of: results, inputs: [(x, moved)], key: (0, 0),
        .within(relative: 1e-5, absolute: 1e-6 + 0x1p-22 * Double(shift)), "shift \(shift)")
    }
  }

  @Test("a query that is kept from some keys gives them no weight, from all NaN")
  func masked() throws {
    let shapes = [[2, 2, 3], [2, 4, 3], [2, 4, 2]]
    let mask = Tensor(
      Literal([0, -.infinity, 0, -.infinity, -.infinity, -.infinity, -.infinity, -.infinity], evaluator: nil),
      shape: [2, 4])
    let test = EngineCase("masked", shapes) { [$0[0].attending(to: $0[1], values: $0[2], bias: mask)] }
    try expectEngine(test)
    let (results, inputs) = test.trace()
    var moved = inputs
    // Elements 1 and 3 of the keys and values of both batches are not looked at.
    for batch in 0..<2 {
      for key in [1, 3] {
        for place in 0..<3 { moved[1].1[(batch * 4 + key) * 3 + place] += 1 }
        for place in 0..<2 { moved[2].1[(batch * 4 + key) * 2 + place] -= 5 }
      }
    }
    let runs = try [inputs, moved].map { try engineValues(of: results, inputs: $0, key: (0, 0), threads: 1)[0] }
    #expect(runs[0].prefix(2).elementsEqual(runs[1].prefix(2)))
    #expect(runs[0][2].isNaN && runs[0][3].isNaN && runs[0][4].isFinite)
  }
}
