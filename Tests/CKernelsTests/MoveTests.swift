import CKernels
import Testing

@Suite("Moving data")
struct MoveTests {
  /// An extent with the strides of the output and of the input.
  static let layouts: [(extent: [Int], out: [Int], input: [Int])] = [
    ([], [], []), ([7], [1], [1]), ([100], [1], [1]), ([100], [3], [2]), ([9], [1], [0]), ([0, 4], [4, 1], [4, 1]),
    ([40, 50], [50, 1], [50, 1]), ([40, 50], [50, 1], [1, 40]), ([16, 16], [16, 1], [1, 16]),
    ([37, 29], [29, 1], [1, 37]), ([100, 3], [3, 1], [1, 100]), ([3, 100], [100, 1], [1, 3]),
    ([8, 9], [9, 1], [1, 20]), ([40, 3], [3, 1], [5, 1]), ([40, 20], [20, 1], [0, 1]), ([40, 20], [20, 1], [1, 0]),
    ([30, 20], [1, 30], [20, 1]), ([5, 1, 6], [6, 99, 1], [1, 7, 5]),
    ([4, 10, 12], [120, 12, 1], [120, 1, 10]), ([4, 10, 12], [120, 12, 1], [1, 48, 4]),
    ([10, 4, 12], [48, 12, 1], [12, 120, 1]), ([2, 3, 9, 17], [459, 153, 17, 1], [459, 1, 3, 27]),
    ([2, 3, 2, 4, 2, 5], [240, 80, 40, 10, 5, 1], [1, 2, 6, 12, 48, 96]), ([40], [1], [-1]),
    ([10, 12], [12, 1], [-12, 1]), ([12, 10], [10, 1], [-1, 12]),
  ]

  @Test("strided copies, element by element", arguments: layouts.indices)
  func strided(layout: Int) {
    let (extent, outStride, inStride) = Self.layouts[layout]
    func span(_ stride: [Int]) -> (low: Int, size: Int) {
      let ends = zip(extent, stride).map { max($0 - 1, 0) * $1 }
      let low = ends.reduce(0) { $0 + min($1, 0) }
      return (low, ends.reduce(1) { $0 + max($1, 0) } - low)
    }
    let (outLow, outSize) = span(outStride)
    let (inLow, inSize) = span(inStride)
    let source = numbers(inSize, seed: 12)
    var result = [Float](repeating: -9, count: outSize)
    var expected = result
    source.withUnsafeBufferPointer { source in
      result.withUnsafeMutableBufferPointer { result in
        guard let input = source.baseAddress, let out = result.baseAddress else { return }
        ck_copy_strided(
          out - outLow, input - inLow, Int64(extent.count), extent.map(Int64.init), outStride.map(Int64.init),
          inStride.map(Int64.init))
      }
    }
    for linear in 0..<extent.reduce(1, *) {
      var rest = linear
      var to = -outLow
      var from = -inLow
      for d in extent.indices.reversed() {
        to += rest % extent[d] * outStride[d]
        from += rest % extent[d] * inStride[d]
        rest /= extent[d]
      }
      expected[to] = source[from]
    }
    #expect(identical(result, expected))
  }

  @Test("rows are gathered; an index outside gives NaN", arguments: [1, 2, 10, 16, 100])
  func gather(columns: Int) {
    let table = numbers(20 * columns, seed: 13)
    let index: [Float] = [3, 0, 19, 3, -1, 20, .nan, .infinity, -.infinity, 7, 1e30]
    var out = [Float](repeating: -9, count: index.count * columns)
    ck_gather_rows(&out, table, index, 20, Int64(index.count), Int64(columns))
    let expected = index.flatMap { value -> [Float] in
      guard value >= 0 && value < 20 else { return Array(repeating: .nan, count: columns) }
      return Array(table[(Int(value) * columns)..<((Int(value) + 1) * columns)])
    }
    #expect(identical(out, expected))
  }

  @Test("rows are added where the index says; those outside are counted", arguments: [1, 2, 10, 16, 100])
  func scatter(columns: Int) {
    let index: [Float] = [3, 0, 19, 3, -1, 20, .nan, 3, 7]
    let x = numbers(index.count * columns, seed: 14)
    var table = numbers(20 * columns, seed: 15)
    var expected = table
    for (i, value) in index.enumerated() where value >= 0 && value < 20 {
      for j in 0..<columns { expected[Int(value) * columns + j] += x[i * columns + j] }
    }
    let outside = ck_scatter_add_rows(&table, x, index, 20, Int64(index.count), Int64(columns))
    #expect(outside == 3)
    #expect(identical(table, expected))
  }
}
