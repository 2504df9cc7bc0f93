import CKernels
import Testing

@Suite("Downsampling and upsampling")
struct ResamplingTests {
  /// Images, height, width, channels, factor: whole windows and rest, short channels and long.
  static let shapes = [
    (2, 4, 6, 3, 2), (1, 2, 2, 1, 2), (3, 5, 7, 17, 2), (2, 8, 8, 64, 2), (2, 6, 9, 5, 3), (1, 9, 8, 20, 4),
    (2, 3, 5, 4, 1), (2, 1, 5, 4, 2), (1, 8, 8, 40, 8),
  ]

  @Test("both are the plain loops", arguments: shapes)
  func plainLoops(images: Int, height: Int, width: Int, channels: Int, factor: Int) {
    let (rows, columns) = (height / factor, width / factor)
    // Small whole numbers and a power of two: sums are exact, so their order does not matter.
    let large = numbers(images * height * width * channels, in: -100...100, seed: 1).map { $0.rounded() }
    let small = numbers(images * rows * columns * channels, in: -100...100, seed: 2).map { $0.rounded() }
    var expectedSmall = [Float](repeating: 0, count: small.count)
    var expectedLarge = [Float](repeating: 0, count: large.count)
    for n in 0..<images {
      for i in 0..<rows * factor {
        for j in 0..<columns * factor {
          for c in 0..<channels {
            let of = ((n * height + i) * width + j) * channels + c
            let to = ((n * rows + i / factor) * columns + j / factor) * channels + c
            expectedSmall[to] += large[of] * 0.25
            expectedLarge[of] = small[to] * 0.25
          }
        }
      }
    }
    // One float more on either end, which no kernel may touch.
    var down = [Float](repeating: 7, count: small.count + 2)
    var up = [Float](repeating: 7, count: large.count + 2)
    down.withUnsafeMutableBufferPointer { down in
      up.withUnsafeMutableBufferPointer { up in
        guard let down = down.baseAddress, let up = up.baseAddress else { return }
        let (height, width, channels) = (Int64(height), Int64(width), Int64(channels))
        ck_downsample(down + 1, large, Int64(images), height, width, channels, Int64(factor), 0.25)
        ck_upsample(up + 1, small, Int64(images), height, width, channels, Int64(factor), 0.25)
      }
    }
    #expect(down == [7] + expectedSmall + [7])
    #expect(up == [7] + expectedLarge + [7])
  }

  @Test("they are adjoint to each other", arguments: shapes)
  func adjoints(images: Int, height: Int, width: Int, channels: Int, factor: Int) {
    let large = numbers(images * height * width * channels, seed: 3)
    let small = numbers(images * (height / factor) * (width / factor) * channels, seed: 4)
    var down = [Float](repeating: .nan, count: small.count)
    var up = [Float](repeating: .nan, count: large.count)
    let (rows, columns) = (Int64(height), Int64(width))
    ck_downsample(&down, large, Int64(images), rows, columns, Int64(channels), Int64(factor), 0.3)
    ck_upsample(&up, small, Int64(images), rows, columns, Int64(channels), Int64(factor), 0.3)
    let ofSmall = zip(small, down).map { Double($0) * Double($1) }
    let ofLarge = zip(large, up).map { Double($0) * Double($1) }
    // factor^2 + 1 roundings of each sum and one of each product, of terms of magnitude at most 0.3 * 2 * 2.
    let terms = Double(large.count)
    let bound = Double(factor * factor + 2) * Double(Float.ulpOfOne) / 2 * 1.2 * terms
    #expect(abs(ofSmall.reduce(0, +) - ofLarge.reduce(0, +)) <= bound)
  }
}
