import ReferenceEvaluator
import TensorGraph
import Testing

@Suite("Engine: pooling and images of another size")
struct EnginePoolingTests {
  static let pools: [(shape: [Int], size: Int, stride: Int, padding: Int)] = [
    ([2, 4, 4, 3], 2, 2, 0), ([3, 5, 7, 17], 3, 2, 1), ([2, 6, 5, 40], 2, 1, 1), ([1, 1, 1, 1], 1, 1, 0),
    ([2, 9, 8, 5], 2, 5, 0), ([1, 2, 3, 33], 5, 2, 2), ([70, 4, 3, 2], 3, 1, 0), ([0, 4, 4, 2], 3, 2, 0),
  ]

  static let cases: [EngineCase] =
    pools.flatMap { shape, size, stride, padding in
      [
        EngineCase("largest of \(size), stride \(stride), padding \(padding)", [shape]) {
          [$0[0].maxPooled(size: size, stride: stride, padding: padding)]
        },
        EngineCase("mean of \(size), stride \(stride), padding \(padding)", [shape]) {
          [$0[0].averagePooled(size: size, stride: stride, padding: padding)]
        },
      ]
    }
    + [
      ([2, 3, 5, 17], 7, 4), ([3, 8, 8, 4], 3, 5), ([1, 1, 1, 2], 3, 3), ([70, 4, 5, 1], 5, 4), ([0, 2, 2, 3], 4, 4),
    ]
    .flatMap { (shape: [Int], height: Int, width: Int) in
      [ResizingMethod.nearest, .bilinear].map { method in
        EngineCase("\(method) to \(height) × \(width)", [shape]) {
          [$0[0].resized(height: height, width: width, method: method)]
        }
      }
    }

  @Test("results and gradients", arguments: cases)
  func gradients(_ test: EngineCase) throws { try expectEngine(test.withGradient) }

  @Test("1, 2 and 3 threads, and images in batches of their own", arguments: cases.filter { $0.shapes[0][0] > 1 })
  func bits(_ test: EngineCase) throws {
    let (results, inputs) = test.withGradient.trace()
    let runs = try [1, 2, 3].map { threads in
      try engineValues(of: results, inputs: inputs, key: (0, 0), threads: threads).map { $0.map(\.bitPattern) }
    }
    #expect(runs[1] == runs[0] && runs[2] == runs[0])
    // The first image alone: row-wise inputs and results divide evenly.
    let batch = test.shapes[0][0]
    let single = EngineCase(test.name, [[1] + test.shapes[0].dropFirst()], body: test.body).withGradient
    let placeholders = single.trace()
    let firsts = zip(placeholders.inputs, inputs).map { ($0.0, Array($1.1.prefix($1.1.count / batch))) }
    let alone = try engineValues(of: placeholders.results, inputs: firsts, key: (0, 0), threads: 1)
    for (one, all) in zip(alone, runs[0]) { #expect(one.map(\.bitPattern) == Array(all.prefix(all.count / batch))) }
  }

  @Test("a NaN is the largest pixel of its windows, −∞ all around is one too")
  func special() throws {
    let x = Placeholder("x", shape: [1, 3, 3, 1])
    for scalars: [Float] in [
      [.nan, 1, 2, 3, 4, 5, 6, 7, 8], [1, .infinity, -.infinity, 0, 0, 0, 2, 2, 2],
      Array(repeating: -.infinity, count: 9),
    ] {
      let y = x.tensor.maxPooled(size: 2, stride: 1, padding: 1)
      let slope = gradient(of: y.sum(), withRespectTo: x.tensor)
      let found = try engineValues(of: [y, slope], inputs: [(x, scalars)], key: (0, 0), threads: 1)
      expectAgreement(
        found, of: [y, slope], inputs: [(x, scalars)], key: (0, 0), .within(relative: 1e-6, absolute: 0), "\(scalars)")
    }
  }
}
