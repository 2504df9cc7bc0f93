import ReferenceEvaluator
import TensorGraph
import Testing

/// Derivatives of convolutions and of changes of size against central differences in Double, to second order: the
/// gradients' own gradients run through all three maps of a convolution and both directions of a resampling.
@Suite("Derivatives of operations on images")
struct ImageDerivativeTests {
  struct Geometry: Sendable {
    let images: [Int]
    let weights: [Int]
    var stride = 1
    var padding = 0
  }

  /// Kernels of one pixel, of all, even and odd ones, not square; strides that leave pixels over; padding beyond the
  /// kernel; single channels, no images.
  static let geometries = [
    Geometry(images: [2, 3, 4, 2], weights: [3, 1, 1, 2]),
    Geometry(images: [1, 4, 4, 2], weights: [2, 3, 3, 2], padding: 1),
    Geometry(images: [2, 5, 4, 1], weights: [2, 3, 2, 1], stride: 2, padding: 1),
    Geometry(images: [1, 6, 5, 2], weights: [1, 2, 2, 2], stride: 3),
    Geometry(images: [1, 3, 3, 3], weights: [2, 3, 3, 3]),
    Geometry(images: [1, 2, 5, 1], weights: [2, 2, 5, 1], stride: 2, padding: 2),
    Geometry(images: [3, 1, 1, 2], weights: [2, 3, 3, 2], padding: 1),
    Geometry(images: [1, 2, 2, 1], weights: [1, 1, 1, 1], stride: 2, padding: 2),
    Geometry(images: [0, 3, 3, 2], weights: [1, 2, 2, 2]),
  ]

  static let convolutions = geometries.map { geometry in
    DerivativeCase(
      "convolution, stride \(geometry.stride), padding \(geometry.padding)", [geometry.images, geometry.weights],
      in: -1...1
    ) { x in
      [x[0].convolved(with: x[1], stride: geometry.stride, padding: geometry.padding)]
    }
  }

  /// Not linear in either operand, so that second derivatives are of all kinds.
  static let layers = geometries.map { geometry in
    DerivativeCase(
      "a layer, stride \(geometry.stride), padding \(geometry.padding)", [geometry.images, geometry.weights], in: -1...1
    ) { x in
      [x[0].sin().convolved(with: x[1].squared(), stride: geometry.stride, padding: geometry.padding).tanh()]
    }
  }

  @Test("convolutions", arguments: convolutions + layers)
  func convolution(_ test: DerivativeCase) { expectDerivatives(of: test) }

  @Test("a convolution with itself")
  func shared() {
    expectDerivatives(of: DerivativeCase("x * x", [[2, 3, 3, 2]]) { [$0[0].convolved(with: $0[0], padding: 2)] })
  }

  static let resamplings: [DerivativeCase] = [
    (1, [2, 3, 2, 1]), (2, [1, 4, 2, 3]), (3, [2, 3, 6, 1]), (2, [1, 2, 2, 1]), (2, [0, 2, 2, 1]),
  ].flatMap { (size: Int, shape: [Int]) in
    [
      DerivativeCase("mean over windows of \(size)", [shape]) { [$0[0].averagePooled(size: size)] },
      DerivativeCase("pixels repeated \(size) times", [shape]) { [$0[0].upsampled(size: size)] },
      DerivativeCase("down and up by \(size)", [shape]) {
        [$0[0].exp().averagePooled(size: size).squared().upsampled(size: size).sin()]
      },
    ]
  }

  @Test("changes of size", arguments: resamplings)
  func resampling(_ test: DerivativeCase) { expectDerivatives(of: test) }

  @Test("a network: convolutions, pools and repetitions together")
  func network() {
    expectDerivatives(
      of: DerivativeCase("network", [[1, 4, 4, 1], [2, 3, 3, 1], [1, 2, 2, 2]], in: -1...1) { x in
        let first = x[0].convolved(with: x[1], padding: 1).softplus()
        let second = first.averagePooled(size: 2).convolved(with: x[2], padding: 1).tanh()
        return [(second.upsampled(size: 2).sliced(alongAxis: 1, 0..<4).sliced(alongAxis: 2, 0..<4) * x[0]).sum()]
      })
  }
}
