import CKernels
import Testing

@Suite("Reductions as a tree")
struct ReductionTreeTests {
  /// The tree by its definition: rows `range` are halves cut at the largest power of two below their number.
  private func tree(
    _ x: [Float], _ range: Range<Int>, columns: Int, stride: Int, _ combine: (Float, Float) -> Float
  ) -> [Float] {
    if range.count == 1 { return Array(x[(range.lowerBound * stride)..<(range.lowerBound * stride + columns)]) }
    var half = 1
    while 2 * half < range.count { half *= 2 }
    let middle = range.lowerBound + half
    return zip(
      tree(x, range.lowerBound..<middle, columns: columns, stride: stride, combine),
      tree(x, middle..<range.upperBound, columns: columns, stride: stride, combine)
    ).map(combine)
  }

  private func larger(_ a: Float, _ b: Float) -> Float { a > b || a.isNaN ? a : b }

  private func kernel(_ x: [Float], rows: Int, columns: Int, stride: Int, isSum: Bool) -> [Float] {
    var out = [Float](repeating: -12345, count: columns)
    (isSum ? ck_sum_tree : ck_maximum_tree)(&out, x, Int64(rows), Int64(columns), Int64(stride))
    return out
  }

  @Test("1 to 70 rows, of odd lengths and apart", arguments: [(1, 0), (3, 2), (255, 1), (256, 0), (257, 5), (1000, 0)])
  func definition(columns: Int, gap: Int) {
    let stride = columns + gap
    for rows in Array(1...70) + [127, 128, 129, 1000] {
      var x = numbers(rows * stride, in: -2...2, seed: UInt64(rows))
      // What is not finite, and both zeros, among them.
      for (index, value) in [Float.nan, .infinity, -.infinity, -0.0, 0.0, .greatestFiniteMagnitude].enumerated() {
        x[(index * 7919 + rows) % x.count] = value
      }
      let sums = tree(x, 0..<rows, columns: columns, stride: stride, +)
      #expect(identical(kernel(x, rows: rows, columns: columns, stride: stride, isSum: true), sums), "\(rows) rows")
      let maxima = tree(x, 0..<rows, columns: columns, stride: stride, larger)
      #expect(identical(kernel(x, rows: rows, columns: columns, stride: stride, isSum: false), maxima), "\(rows) rows")
    }
  }

  @Test("aligned blocks are subtrees: sums of their sums are the whole's", arguments: [5, 8, 13, 32, 50])
  func blocks(rows: Int) {
    let columns = 37
    let x = numbers(rows * columns, seed: 5)
    let whole = kernel(x, rows: rows, columns: columns, stride: columns, isSum: true)
    for size in [1, 2, 4, 8, 16] {
      let parts = stride(from: 0, to: rows, by: size).flatMap { first in
        kernel(
          Array(x[(first * columns)...]), rows: min(size, rows - first), columns: columns, stride: columns, isSum: true)
      }
      let count = (rows + size - 1) / size
      #expect(kernel(parts, rows: count, columns: columns, stride: columns, isSum: true) == whole, "blocks of \(size)")
    }
  }
}
