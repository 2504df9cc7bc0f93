import ReferenceEvaluator
import TensorGraph
import Testing

@Suite("Derivatives of pooling and of images of another size")
struct PoolingDerivativeTests {
  /// Images, size, stride, padding: windows that overlap, leave gaps, reach over the edges.
  static let pools: [(shape: [Int], size: Int, stride: Int, padding: Int)] = [
    ([1, 4, 4, 1], 2, 2, 0), ([2, 3, 4, 2], 2, 1, 0), ([1, 3, 5, 1], 3, 2, 1), ([1, 1, 1, 2], 1, 1, 0),
    ([1, 5, 4, 1], 2, 3, 1), ([1, 2, 2, 1], 4, 1, 2), ([0, 4, 4, 2], 3, 2, 0),
  ]

  static let cases: [DerivativeCase] =
    pools.flatMap { shape, size, stride, padding in
      [
        DerivativeCase("largest of \(size), stride \(stride), padding \(padding)", [shape]) {
          [$0[0].maxPooled(size: size, stride: stride, padding: padding).squared()]
        },
        DerivativeCase("mean of \(size), stride \(stride), padding \(padding)", [shape]) {
          [$0[0].squared().averagePooled(size: size, stride: stride, padding: padding).sin()]
        },
      ]
    }
    + [([1, 3, 2, 2], 5, 3), ([2, 4, 4, 1], 2, 3), ([1, 1, 3, 1], 4, 1), ([1, 2, 2, 0], 3, 3)].flatMap {
      (shape: [Int], height: Int, width: Int) in
      [ResizingMethod.nearest, .bilinear].map { method in
        DerivativeCase("\(method) to \(height) × \(width)", [shape]) {
          [$0[0].sin().resized(height: height, width: width, method: method).squared()]
        }
      }
    }

  @Test("against central differences", arguments: cases)
  func derivatives(_ test: DerivativeCase) { expectDerivatives(of: test) }

  @Test("pixels that tie share a gradient")
  func ties() {
    let x = Placeholder("x", shape: [1, 2, 3, 1])
    let slope = gradient(of: x.tensor.maxPooled(size: 2, stride: 1).sum(), withRespectTo: x.tensor)
    let found = ReferenceEvaluator().values(of: [slope], placeholders: [x: [1, 1, 0, 1, 0, 1]])[0]
    // The first window has three largest pixels, the second two.
    expectClose(found, [1 / 3.0, 1 / 3.0 + 0.5, 0, 1 / 3.0, 0, 0.5], absolute: 1e-15)
  }

  /// Worked out by hand: 2 pixels to 4 are at −¼ (the edge), ¼, ¾ and 1¼ (the edge); 4 to 2 at ½ and 2½; 3 to 5, nearest,
  /// are 0, 0, 1, 1, 2.
  @Test("values of resized lines")
  func lines() {
    func resized(_ line: [Double], to width: Int, _ method: ResizingMethod) -> [Double] {
      let x = Placeholder("x", shape: [1, 1, line.count, 1])
      return ReferenceEvaluator().values(
        of: [x.tensor.resized(height: 1, width: width, method: method)], placeholders: [x: line])[0]
    }
    #expect(resized([0, 4], to: 4, .bilinear) == [0, 1, 3, 4])
    #expect(resized([0, 4, 8, 20], to: 2, .bilinear) == [2, 14])
    #expect(resized([5, 6, 7], to: 5, .nearest) == [5, 5, 6, 6, 7])
  }
}
