import CKernels
import Testing

@Suite("Reductions")
struct ReductionTests {
  static let shapes: [(rows: Int, columns: Int)] = [
    (1, 1), (37, 1), (100, 2), (33, 3), (50, 4), (41, 5), (29, 8), (31, 10), (17, 15), (19, 16), (13, 17), (11, 31),
    (9, 63), (8, 64), (7, 65), (5, 130), (16, 784), (3, 10_000),
  ]

  /// Adding n terms in any order errs by at most (n - 1) half units times the sum of magnitudes.
  private func tolerance(_ terms: [Float]) -> Double {
    Double(terms.count) * 0x1p-24 * terms.reduce(0) { $0 + Double($1.magnitude) }
  }

  @Test("sums over columns and rows, against Double", arguments: shapes)
  func sums(rows: Int, columns: Int) {
    let x = numbers(rows * columns, seed: 7)
    var overColumns = [Float](repeating: 0, count: rows)
    ck_sum_columns(&overColumns, x, Int64(rows), Int64(columns))
    for i in 0..<rows {
      let row = Array(x[(i * columns)..<((i + 1) * columns)])
      let exact = row.reduce(0) { $0 + Double($1) }
      #expect((Double(overColumns[i]) - exact).magnitude <= tolerance(row))
    }
    var overRows = [Float](repeating: 1, count: columns)
    var added = overRows
    ck_sum_rows(&overRows, x, Int64(rows), Int64(columns), Int64(columns), false)
    ck_sum_rows(&added, x, Int64(rows), Int64(columns), Int64(columns), true)
    for j in 0..<columns {
      let column = (0..<rows).map { x[$0 * columns + j] }
      #expect(overRows[j] == column.reduce(0, +), "the order of rows")
      #expect(added[j] == column.reduce(1, +), "the order of rows, after what is there")
    }
  }

  @Test("maxima over columns and rows", arguments: shapes)
  func maxima(rows: Int, columns: Int) {
    let x = numbers(rows * columns, seed: 8)
    var overColumns = [Float](repeating: 0, count: rows)
    ck_maximum_columns(&overColumns, x, Int64(rows), Int64(columns))
    #expect(overColumns == (0..<rows).map { x[($0 * columns)..<(($0 + 1) * columns)].max() })
    var overRows = [Float](repeating: 1, count: columns)
    var added = overRows
    ck_maximum_rows(&overRows, x, Int64(rows), Int64(columns), Int64(columns), false)
    ck_maximum_rows(&added, x, Int64(rows), Int64(columns), Int64(columns), true)
    let expected = (0..<columns).map { j in (0..<rows).map { x[$0 * columns + j] }.max() ?? -.infinity }
    #expect(overRows == expected)
    #expect(added == expected.map { max(1, $0) })
  }

  @Test("rows cut into calls give the same bits", arguments: shapes)
  func cuts(rows: Int, columns: Int) {
    let x = numbers(rows * columns, seed: 9)
    var whole = [Float](repeating: 0, count: rows)
    var pieces = whole
    ck_sum_columns(&whole, x, Int64(rows), Int64(columns))
    x.withUnsafeBufferPointer { x in
      pieces.withUnsafeMutableBufferPointer { pieces in
        guard let x = x.baseAddress, let pieces = pieces.baseAddress else { return }
        for i in 0..<rows { ck_sum_columns(pieces + i, x + i * columns, 1, Int64(columns)) }
      }
    }
    #expect(identical(whole, pieces))
  }

  @Test("a NaN anywhere shows in its row and column alone", arguments: shapes)
  func notANumber(rows: Int, columns: Int) {
    for place in [0, columns - 1, rows * columns / 2, rows * columns - 1] {
      var x = numbers(rows * columns, seed: 10)
      x[place] = .nan
      var rowSums = [Float](repeating: 0, count: rows)
      var rowMaxima = rowSums
      var columnSums = [Float](repeating: 0, count: columns)
      var columnMaxima = columnSums
      ck_sum_columns(&rowSums, x, Int64(rows), Int64(columns))
      ck_maximum_columns(&rowMaxima, x, Int64(rows), Int64(columns))
      ck_sum_rows(&columnSums, x, Int64(rows), Int64(columns), Int64(columns), false)
      ck_maximum_rows(&columnMaxima, x, Int64(rows), Int64(columns), Int64(columns), false)
      #expect(rowSums.indices.filter { rowSums[$0].isNaN } == [place / columns])
      #expect(rowMaxima.indices.filter { rowMaxima[$0].isNaN } == [place / columns])
      #expect(columnSums.indices.filter { columnSums[$0].isNaN } == [place % columns])
      #expect(columnMaxima.indices.filter { columnMaxima[$0].isNaN } == [place % columns])
    }
  }

  @Test("nothing reduces to the identity")
  func empty() {
    var sum: [Float] = [5, 5]
    var maximum: [Float] = [5, 5]
    ck_sum_columns(&sum, [], 2, 0)
    ck_maximum_columns(&maximum, [], 2, 0)
    #expect(sum == [0, 0] && maximum == [-.infinity, -.infinity])
    sum = [5, 5]
    maximum = [5, 5]
    ck_sum_rows(&sum, [], 0, 2, 2, false)
    ck_maximum_rows(&maximum, [], 0, 2, 2, false)
    #expect(sum == [0, 0] && maximum == [-.infinity, -.infinity])
  }

  @Test("the first value that is not finite is found wherever it is")
  func nonFinite() {
    let clean = numbers(3001, seed: 11)
    #expect(ck_first_nonfinite(clean, Int64(clean.count)) == -1)
    #expect(ck_first_nonfinite([.greatestFiniteMagnitude, -0x1p-140, 0], 3) == -1)
    #expect(ck_first_nonfinite([], 0) == -1)
    for place in [0, 1, 15, 16, 1023, 1024, 2999, 3000] {
      for value in [Float.nan, .infinity, -.infinity, -.signalingNaN] {
        var x = clean
        x[place] = value
        x[3000] = .nan
        #expect(ck_first_nonfinite(x, Int64(x.count)) == Int64(place))
        #expect(ck_first_nonfinite(x, Int64(place)) == -1)
      }
    }
  }
}
