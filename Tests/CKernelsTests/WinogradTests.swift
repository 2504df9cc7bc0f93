import CKernels
import Testing

@Suite("Convolutions by Winograd's F(4x4, 3x3), F(2x2, 5x5) and F(2x2, 3x3)")
struct WinogradTests {
  /// Sizes around one and two tiles, one row or column over; channels that are whole vectors and that are not, below
  /// and above the widths of panels; more tiles than a block holds, and a block that spans images.
  static let convolutions = [
    Convolution(images: 1, height: 4, width: 4, inputs: 16, outputs: 16),
    Convolution(images: 3, height: 3, width: 3, inputs: 17, outputs: 16),
    Convolution(images: 2, height: 5, width: 5, inputs: 16, outputs: 31),
    Convolution(images: 2, height: 8, width: 3, inputs: 23, outputs: 70),
    Convolution(images: 1, height: 7, width: 12, inputs: 70, outputs: 33),
    Convolution(images: 2, height: 9, width: 14, inputs: 32, outputs: 48),
    Convolution(images: 1, height: 33, width: 30, inputs: 18, outputs: 20),
    Convolution(images: 33, height: 8, width: 8, inputs: 16, outputs: 24),
    // Padding other than one: none, more than the kernel, unequal.
    Convolution(images: 2, height: 8, width: 8, inputs: 16, outputs: 16, padding: (0, 0)),
    Convolution(images: 2, height: 6, width: 7, inputs: 20, outputs: 16, padding: (3, 4)),
    Convolution(images: 2, height: 8, width: 8, inputs: 16, outputs: 16, outputSize: (8, 7)),
    // Small patches: many weights, small images.
    Convolution(images: 2, height: 5, width: 6, inputs: 400, outputs: 330),
    // Kernels of 5 x 5.
    Convolution(images: 2, height: 8, width: 8, inputs: 16, outputs: 16, kernel: (5, 5), padding: (2, 2)),
    Convolution(images: 3, height: 5, width: 7, inputs: 33, outputs: 70, kernel: (5, 5), padding: (2, 2)),
    Convolution(images: 2, height: 9, width: 6, inputs: 17, outputs: 40, kernel: (5, 5), padding: (0, 1)),
  ]

  @Test("it is taken where it applies and pays")
  func choice() {
    for convolution in Self.convolutions { #expect(convolution.isWinograd, "\(convolution)") }
    let others = [
      Convolution(height: 8, width: 8, inputs: 15, outputs: 64),
      Convolution(height: 8, width: 8, inputs: 64, outputs: 15),
      Convolution(height: 2, width: 2, inputs: 64, outputs: 64),
      Convolution(height: 1, width: 64, inputs: 16, outputs: 16),
      Convolution(height: 8, width: 8, inputs: 16, outputs: 16, stride: 2),
      Convolution(height: 8, width: 8, inputs: 16, outputs: 16, kernel: (3, 1), padding: (1, 0)),
      Convolution(height: 8, width: 8, inputs: 16, outputs: 16, dilation: 2),
      Convolution(height: 8, width: 8, inputs: 32, outputs: 32, groups: 2),
      Convolution(height: 8, width: 8, inputs: 16, outputs: 16, method: CK_CONVOLUTION_PRODUCTS),
    ]
    for convolution in others { #expect(!convolution.isWinograd, "\(convolution)") }
  }

  // Wrong tiles, edges, taps or channels are errors of the size of the result, or of its size over the number of terms,
  // thousands; rounding, by CKernels.h's table, is below 1.5e-6 for the mean (dw over 2,112 pixels has the largest, for it
  // grows with their square root) and 2e-5 for the largest of many.
  @Test("forward and both gradients are as close to Double as documented", arguments: convolutions)
  func errors(convolution: Convolution) {
    let x = normals(convolution.inputCount, seed: 1)
    let w = normals(convolution.weightCount, seed: 2)
    let dy = normals(convolution.outputCount, seed: 3)
    let exact = convolution.reference(x, w, dy)
    let results = [
      ("y", exact.y, convolution.forward(x, w)), ("dx", exact.dx, convolution.inputGradient(dy, w)),
      ("dw", exact.dw, convolution.weightGradient(convolution.sums(x, dy))),
    ]
    for (name, exact, result) in results {
      let errors = exact.relativeErrors(result)
      #expect(result.count == exact.values.count)
      #expect(errors.rootMeanSquare <= 1.5e-6, "\(name) of \(convolution)")
      #expect(errors.largest <= 2e-5, "\(name) of \(convolution)")
    }
  }

  @Test("each pixel, tap and channel lands where it belongs")
  func impulses() {
    let convolution = Convolution(height: 6, width: 5, inputs: 16, outputs: 17)
    for pixel in 0..<30 {
      // One pixel of one channel, one tap from it to one output: a single 1 in y, or nothing at the edges.
      let channel = pixel % 16
      for tap in 0..<9 {
        var x = [Float](repeating: 0, count: convolution.inputCount)
        var w = [Float](repeating: 0, count: convolution.weightCount)
        x[pixel * 16 + channel] = 1
        w[((pixel % 17) * 9 + tap) * 16 + channel] = 1
        let exact = convolution.reference(x, w, [Float](repeating: 0, count: convolution.outputCount))
        for (value, expected) in zip(convolution.forward(x, w), exact.y.values) {
          #expect(abs(Double(value) - expected) <= 1e-6)
        }
      }
    }
  }

  @Test("gradients are adjoint to the convolution")
  func adjoints() {
    let convolution = Convolution(images: 3, height: 19, width: 22, inputs: 40, outputs: 50)
    let x = normals(convolution.inputCount, seed: 4)
    let w = normals(convolution.weightCount, seed: 5)
    let dy = normals(convolution.outputCount, seed: 6)
    let dw = convolution.weightGradient(convolution.sums(x, dy))
    let products = [
      dot(dy, convolution.forward(x, w)), dot(x, convolution.inputGradient(dy, w)), dot(w, dw),
    ]
    // Errors of relative size 1e-6 (root mean square), independent of each other, weighted by standard normal numbers:
    // of each product's own standard deviation, the norm of y, they are 1e-6, and six of them is out of reach.
    let norm = convolution.forward(x, w).reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    #expect(abs(products[0] - products[1]) <= 6e-6 * norm)
    #expect(abs(products[0] - products[2]) <= 6e-6 * norm)
  }

  /// The table of CKernels.h: channels on both sides, and the root mean squares that it states with a twentieth for
  /// other draws.
  @Test(
    "errors are those of the table", arguments: [(16, 5.1e-7, 5.3e-7), (64, 8.2e-7, 5.3e-7), (128, 1.15e-6, 5.3e-7)])
  func table(channels: Int, forward: Double, weightGradient: Double) {
    let convolution = Convolution(images: 1, height: 16, width: 16, inputs: channels, outputs: channels)
    let x = normals(convolution.inputCount, seed: 7)
    let w = normals(convolution.weightCount, seed: 8)
    let dy = normals(convolution.outputCount, seed: 9)
    let exact = convolution.reference(x, w, dy)
    let errorOfDw = exact.dw.relativeErrors(convolution.weightGradient(convolution.sums(x, dy))).rootMeanSquare
    #expect(exact.y.relativeErrors(convolution.forward(x, w)).rootMeanSquare <= forward)
    #expect(exact.dx.relativeErrors(convolution.inputGradient(dy, w)).rootMeanSquare <= forward)
    #expect(errorOfDw <= weightGradient)
  }

  @Test("what is not finite goes where direct sums take it, in its own image alone", arguments: convolutions)
  func notFinite(convolution: Convolution) {
    var all = convolution
    all.images = 3
    var direct = all
    direct.shape.method = CK_CONVOLUTION_PRODUCTS
    let w = normals(all.weightCount, seed: 10)
    let dy = normals(all.outputCount, seed: 12)
    let (input, output) = (all.inputCount / 3, all.outputCount / 3)
    for value in [Float.infinity, -.infinity, .nan, 3e38] {
      var x = normals(all.inputCount, seed: 11)
      let clean = all.forward(x, w)
      x[input + input / 2] = value
      let y = all.forward(x, w)
      // The spoilt image has the bits of direct sums; 3e38 is finite, and overflows in a transform.
      let spoilt = output..<2 * output
      #expect(identical(Array(y[spoilt]), Array(direct.forward(x, w)[spoilt])), "\(value) in \(all)")
      #expect(identical(Array(y[..<output]), Array(clean[..<output])), "\(value) in \(all)")
      #expect(identical(Array(y[(2 * output)...]), Array(clean[(2 * output)...])), "\(value) in \(all)")
      let (dw, directly) = (all.sums(x, dy), direct.sums(x, dy))
      #expect(zip(dw, directly).allSatisfy { $0.isFinite == $1.isFinite }, "\(value) in dw of \(all)")
    }
  }

  private func dot(_ a: [Float], _ b: [Float]) -> Double {
    zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }
}
