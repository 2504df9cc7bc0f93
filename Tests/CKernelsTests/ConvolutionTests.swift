import CKernels
import Testing

@Suite("Convolutions by products over patches")
struct ConvolutionTests {
  /// Kernels from 1x1 to 5x4, strides, paddings (none, more than the kernel, unequal), outputs smaller and larger than
  /// the padding asks for; more inputs than outputs, fewer, and as many, for each of the two forms.
  static let convolutions = [
    Convolution(images: 2, height: 5, width: 7, inputs: 3, outputs: 20),
    Convolution(images: 2, height: 5, width: 7, inputs: 20, outputs: 3),
    Convolution(images: 1, height: 1, width: 1, inputs: 1, outputs: 1),
    Convolution(images: 3, height: 1, width: 1, inputs: 70, outputs: 2),
    Convolution(images: 2, height: 2, width: 2, inputs: 17, outputs: 33),
    Convolution(images: 2, height: 8, width: 9, inputs: 18, outputs: 18, method: CK_CONVOLUTION_PRODUCTS),
    Convolution(images: 2, height: 9, width: 6, inputs: 5, outputs: 9, stride: 2),
    Convolution(images: 2, height: 9, width: 6, inputs: 9, outputs: 5, stride: 2),
    Convolution(images: 1, height: 10, width: 11, inputs: 4, outputs: 6, kernel: (5, 4), stride: 3, padding: (2, 0)),
    Convolution(images: 2, height: 6, width: 7, inputs: 7, outputs: 4, kernel: (5, 4), padding: (4, 5)),
    Convolution(images: 2, height: 6, width: 7, inputs: 4, outputs: 7, kernel: (2, 5), padding: (0, 0)),
    Convolution(images: 2, height: 4, width: 4, inputs: 30, outputs: 1, kernel: (4, 4), padding: (0, 0)),
    Convolution(images: 2, height: 5, width: 3, inputs: 16, outputs: 40, kernel: (1, 1), padding: (0, 0)),
    Convolution(images: 2, height: 5, width: 3, inputs: 40, outputs: 16, kernel: (1, 1), padding: (0, 0)),
    Convolution(images: 2, height: 5, width: 3, inputs: 16, outputs: 7, kernel: (1, 1), stride: 2, padding: (0, 0)),
    Convolution(images: 1, height: 5, width: 5, inputs: 3, outputs: 2, kernel: (1, 1), padding: (2, 1)),
    Convolution(images: 2, height: 7, width: 8, inputs: 6, outputs: 8, kernel: (2, 2), outputSize: (7, 8)),
    Convolution(images: 2, height: 7, width: 8, inputs: 8, outputs: 6, kernel: (3, 3), outputSize: (11, 4)),
    Convolution(images: 2, height: 7, width: 8, inputs: 8, outputs: 6, stride: 2, padding: (0, 0), outputSize: (4, 5)),
    // Dilation alone, with a stride that has a factor in common and one that has none, and one above the kernel.
    Convolution(images: 2, height: 9, width: 8, inputs: 5, outputs: 7, padding: (2, 2), dilation: 2),
    Convolution(images: 2, height: 9, width: 11, inputs: 6, outputs: 18, stride: 2, padding: (3, 1), dilation: 4),
    Convolution(images: 2, height: 11, width: 9, inputs: 18, outputs: 20, stride: 3, padding: (2, 4), dilation: 2),
    Convolution(images: 2, height: 13, width: 9, inputs: 4, outputs: 5, kernel: (2, 3), stride: 5, padding: (0, 1)),
    // Groups, of one channel as well.
    Convolution(images: 2, height: 6, width: 5, inputs: 12, outputs: 8, groups: 4),
    Convolution(images: 2, height: 6, width: 5, inputs: 40, outputs: 60, stride: 2, dilation: 2, groups: 2),
    Convolution(images: 2, height: 6, width: 5, inputs: 40, outputs: 4, groups: 2),
    Convolution(images: 2, height: 6, width: 5, inputs: 3, outputs: 6, groups: 3),
    Convolution(images: 3, height: 7, width: 6, inputs: 19, outputs: 19, groups: 19),
    Convolution(images: 2, height: 8, width: 7, inputs: 33, outputs: 33, stride: 3, padding: (2, 0), groups: 33),
    // Kernels larger than the image.
    Convolution(images: 2, height: 2, width: 3, inputs: 20, outputs: 18, kernel: (5, 7), padding: (3, 4)),
    // More than one block of patches.
    Convolution(images: 3, height: 21, width: 19, inputs: 31, outputs: 40, method: CK_CONVOLUTION_PRODUCTS),
    Convolution(images: 3, height: 21, width: 19, inputs: 40, outputs: 31, method: CK_CONVOLUTION_PRODUCTS),
  ]

  @Test("forward and both gradients are within the bound of sums in Double", arguments: convolutions)
  func errors(convolution: Convolution) {
    #expect(!convolution.isWinograd)
    let x = normals(convolution.inputCount, seed: 1)
    let w = normals(convolution.weightCount, seed: 2)
    let dy = normals(convolution.outputCount, seed: 3)
    let exact = convolution.reference(x, w, dy)
    #expect(exact.y.errorOverBound(convolution.forward(x, w)) <= 1, "y of \(convolution)")
    #expect(exact.dx.errorOverBound(convolution.inputGradient(dy, w)) <= 1, "dx of \(convolution)")
    let sums = convolution.sums(x, dy)
    #expect(exact.dw.errorOverBound(convolution.weightGradient(sums)) <= 1, "dw of \(convolution)")
  }

  @Test("images cut into calls give the same bits", arguments: convolutions + WinogradTests.convolutions)
  func cuts(convolution: Convolution) {
    var all = convolution
    all.images = 3
    var one = convolution
    one.images = 1
    let (input, output) = (one.inputCount, one.outputCount)
    let x = normals(all.inputCount, seed: 4)
    let w = normals(all.weightCount, seed: 5)
    let dy = normals(all.outputCount, seed: 6)
    var y: [Float] = []
    var dx: [Float] = []
    for n in 0..<3 {
      y += one.forward(Array(x[n * input..<(n + 1) * input]), w)
      dx += one.inputGradient(Array(dy[n * output..<(n + 1) * output]), w)
    }
    #expect(identical(all.forward(x, w), y), "y of \(convolution)")
    #expect(identical(all.inputGradient(dy, w), dx), "dx of \(convolution)")
  }

  @Test("sums of as many images a call as said are those of all", arguments: convolutions + WinogradTests.convolutions)
  func cutsOfSums(convolution: Convolution) {
    let step = convolution.sumsImages
    var all = convolution
    all.images = 2 * step + 1
    let (input, output) = (all.inputCount / all.images, all.outputCount / all.images)
    let x = normals(all.inputCount, seed: 4)
    let dy = normals(all.outputCount, seed: 6)
    var sums: [Float]?
    for first in stride(from: 0, to: all.images, by: step) {
      var part = convolution
      part.images = min(step, all.images - first)
      let end = first + part.images
      sums = part.sums(
        Array(x[first * input..<end * input]), Array(dy[first * output..<end * output]), addedTo: sums)
    }
    let whole = all.weightGradient(all.sums(x, dy))
    #expect(identical(whole, all.weightGradient(sums ?? [])), "dw of \(convolution)")
    #expect(whole.allSatisfy { $0.isFinite })
  }

  @Test("a weight gradient is added to what is there", arguments: convolutions + WinogradTests.convolutions)
  func accumulation(convolution: Convolution) {
    let x = normals(convolution.inputCount, seed: 7)
    let dy = normals(convolution.outputCount, seed: 8)
    let start = normals(convolution.weightCount, seed: 9)
    let sums = convolution.sums(x, dy)
    let expected = zip(start, convolution.weightGradient(sums)).map { $0 + $1 }
    #expect(convolution.weightGradient(sums, addedTo: start) == expected, "\(convolution)")
  }

  @Test("an image with a NaN leaves the others alone", arguments: convolutions + WinogradTests.convolutions)
  func notANumber(convolution: Convolution) {
    var all = convolution
    all.images = 3
    let w = normals(all.weightCount, seed: 10)
    let x = normals(all.inputCount, seed: 11)
    let clean = all.forward(x, w)
    var spoilt = x
    for i in x.count / 3..<2 * x.count / 3 { spoilt[i] = .nan }
    let y = all.forward(spoilt, w)
    let size = y.count / 3
    #expect(identical(Array(y[..<size]), Array(clean[..<size])), "\(convolution)")
    #expect(identical(Array(y[(2 * size)...]), Array(clean[(2 * size)...])), "\(convolution)")
    #expect(y[size..<2 * size].contains { $0.isNaN }, "\(convolution)")
  }

  @Test("no images leave no sums, or sums as they are", arguments: convolutions + WinogradTests.convolutions)
  func noImages(convolution: Convolution) {
    var none = convolution
    none.images = 0
    #expect(none.weightGradient(none.sums([], [])).allSatisfy { $0 == 0 })
    let sums = convolution.sums(
      normals(convolution.inputCount, seed: 12), normals(convolution.outputCount, seed: 13))
    #expect(identical(none.sums([], [], addedTo: sums), sums))
  }
}
