import CKernels
import Testing

/// Matrix products promise more than closeness: every element is one chain of fused multiply-adds over the inner
/// index, in order, whatever the shapes, layouts and cuts. So the tests compare bits.
@Suite("Matrix products")
struct MatmulTests {
  @Test("every element is the chain of fused multiply-adds, packed and not", arguments: Layout.allCases)
  func chain(layout: Layout) {
    // Around the widths of vectors and panels (8, 16, 32), the heights of tiles (6, 14) and the block of depth (256).
    for (m, n, k) in [
      (1, 1, 1), (1, 1, 130), (1, 200, 70), (2, 64, 33), (3, 130, 257), (5, 9, 40), (6, 16, 8), (13, 31, 17),
      (14, 32, 16), (15, 33, 15), (16, 8, 64), (17, 7, 300), (29, 48, 2), (40, 3, 61), (64, 1, 128), (70, 70, 70),
      (100, 2, 3), (129, 2, 513), (128, 128, 1), (65, 100, 300), (20, 550, 40),
    ] {
      for accumulate in [false, true] {
        let product = Product(m: m, n: n, k: k, layout: layout, accumulate: accumulate)
        let expected = product.chain()
        #expect(sameBits(product.multiplied(packed: false), expected), "\(product) unpacked")
        #expect(sameBits(product.multiplied(packed: true), expected), "\(product) packed")
      }
    }
  }

  @Test("the chain is within its error bound of the sum in Double")
  func errorBound() {
    let product = Product(m: 37, n: 45, k: 700, layout: .rows, accumulate: false)
    let result = product.multiplied(packed: true)
    for i in 0..<product.m {
      for j in 0..<product.n {
        var sum = 0.0
        var magnitude = 0.0
        for p in 0..<product.k {
          let term = Double(product.left(i, p)) * Double(product.b[p * product.bStride + j])
          sum += term
          magnitude += abs(term)
        }
        // k roundings, each at most half a unit in the last place of a partial sum: k (eps / 2) sum |a b|, and the
        // second order of it.
        let bound = 1.001 * Double(product.k) * Double(Float.ulpOfOne) / 2 * magnitude
        #expect(abs(Double(result[i * product.cStride + j]) - sum) <= bound)
      }
    }
  }

  @Test("cutting a product into rows or columns changes no bit", arguments: Layout.allCases)
  func cuts(layout: Layout) {
    let product = Product(m: 61, n: 90, k: 300, layout: layout, accumulate: true)
    let whole = product.multiplied(packed: false)
    for cut in [1, 13, 14, 32, 60] {
      var c = product.c
      product.multiply(into: &c, rows: 0..<cut, columns: 0..<product.n)
      product.multiply(into: &c, rows: cut..<product.m, columns: 0..<product.n)
      #expect(sameBits(c, whole), "cut at row \(cut)")
    }
    for cut in [1, 3, 16, 33, 89] {
      var c = product.c
      product.multiply(into: &c, rows: 0..<product.m, columns: 0..<cut)
      product.multiply(into: &c, rows: 0..<product.m, columns: cut..<product.n)
      #expect(sameBits(c, whole), "cut at column \(cut)")
    }
  }

  @Test("a transposed right-hand side packs to the same panels", arguments: [(5, 3), (70, 45), (33, 8), (300, 64)])
  func packingTransposed(k: Int, n: Int) {
    let b = numbers(k * n, seed: 3)
    var transposed = b
    for p in 0..<k {
      for j in 0..<n { transposed[j * k + p] = b[p * n + j] }
    }
    let a = numbers(20 * k, seed: 4)
    let size = Int(ck_packed_size(Int64(k), Int64(n)))
    var products: [[Float]] = []
    for (source, rowStride, columnStride) in [(b, n, 1), (transposed, 1, k)] {
      var packed = [Float](repeating: .nan, count: size)
      ck_pack(&packed, source, Int64(k), Int64(n), Int64(rowStride), Int64(columnStride))
      var c = [Float](repeating: .nan, count: 20 * n)
      ck_matmul_packed(&c, Int64(n), a, Int64(k), 1, packed, 20, Int64(n), Int64(k), false)
      products.append(c)
    }
    #expect(products[0].allSatisfy { $0.isFinite })
    #expect(sameBits(products[0], products[1]))
  }

  @Test("an empty inner index gives zeros, or leaves an accumulated output alone")
  func emptyDepth() {
    #expect(ck_packed_size(0, 7) == 0)
    #expect(ck_packed_size(7, 0) == 0)
    var c: [Float] = [1, 2, 3, 4, 5, 6]
    // Rows of two in an output with rows of three: the third column is not the product's.
    ck_matmul(&c, 3, [], 1, 1, [], 2, 2, 2, 0, true)
    #expect(c == [1, 2, 3, 4, 5, 6])
    ck_matmul(&c, 3, [], 1, 1, [], 2, 2, 2, 0, false)
    #expect(c == [0, 0, 3, 0, 0, 6])
    ck_matmul(&c, 3, [1], 1, 1, [1], 2, 0, 2, 1, false)
    ck_matmul(&c, 3, [1], 1, 1, [1], 2, 2, 0, 1, false)
    #expect(c == [0, 0, 3, 0, 0, 6])
  }

  @Test("a NaN reaches its row or column and nothing else")
  func notANumber() {
    var product = Product(m: 30, n: 40, k: 50, layout: .rows, accumulate: false)
    product.a[7 * product.aRowStride + 11] = .nan
    product.b[12 * product.bStride + 39] = .infinity
    for packed in [false, true] {
      let c = product.multiplied(packed: packed)
      for i in 0..<product.m {
        for j in 0..<product.n {
          let expected = i != 7 && j != 39
          #expect(c[i * product.cStride + j].isFinite == expected, "element (\(i), \(j))")
        }
      }
    }
  }
}

/// How A lies in memory.
enum Layout: CaseIterable {
  case rows, columns, scattered
}

/// A product with operands and an output whose rows are longer than their columns; the gaps hold numbers that
/// the product must not touch.
private struct Product: CustomStringConvertible {
  let m, n, k: Int
  let layout: Layout
  let accumulate: Bool
  let aRowStride, aColumnStride, bStride, cStride: Int
  var a, b: [Float]
  let c: [Float]

  init(m: Int, n: Int, k: Int, layout: Layout, accumulate: Bool) {
    (self.m, self.n, self.k, self.layout, self.accumulate) = (m, n, k, layout, accumulate)
    switch layout {
    case .rows: (aRowStride, aColumnStride) = (k + 3, 1)
    case .columns: (aRowStride, aColumnStride) = (1, m + 2)
    case .scattered: (aRowStride, aColumnStride) = (2 * k + 1, 2)
    }
    (bStride, cStride) = (n + 1, n + 5)
    // The last element is the last one read: nothing beyond it exists.
    a = numbers((m - 1) * aRowStride + (k - 1) * aColumnStride + 1, seed: 1)
    b = numbers((k - 1) * bStride + n, seed: 2)
    c = numbers((m - 1) * cStride + n, seed: 3)
  }

  var description: String { "[\(m), \(k)] x [\(k), \(n)], \(layout), accumulate \(accumulate)" }

  func left(_ i: Int, _ p: Int) -> Float { a[i * aRowStride + p * aColumnStride] }

  func chain() -> [Float] {
    var result = c
    for i in 0..<m {
      for j in 0..<n {
        var sum = accumulate ? c[i * cStride + j] : 0
        for p in 0..<k { sum.addProduct(left(i, p), b[p * bStride + j]) }
        result[i * cStride + j] = sum
      }
    }
    return result
  }

  func multiplied(packed: Bool) -> [Float] {
    var result = c
    if packed {
      var panels = [Float](repeating: .nan, count: Int(ck_packed_size(Int64(k), Int64(n))))
      ck_pack(&panels, b, Int64(k), Int64(n), Int64(bStride), 1)
      ck_matmul_packed(
        &result, Int64(cStride), a, Int64(aRowStride), Int64(aColumnStride), panels, Int64(m), Int64(n), Int64(k),
        accumulate)
    } else {
      multiply(into: &result, rows: 0..<m, columns: 0..<n)
    }
    return result
  }

  /// The product's elements in the given rows and columns alone.
  func multiply(into result: inout [Float], rows: Range<Int>, columns: Range<Int>) {
    let firstLeft = rows.lowerBound * aRowStride
    let firstResult = rows.lowerBound * cStride + columns.lowerBound
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        result.withUnsafeMutableBufferPointer { result in
          guard let a = a.baseAddress, let b = b.baseAddress, let result = result.baseAddress else { return }
          ck_matmul(
            result + firstResult, Int64(cStride), a + firstLeft, Int64(aRowStride), Int64(aColumnStride),
            b + columns.lowerBound, Int64(bStride), Int64(rows.count), Int64(columns.count), Int64(k), accumulate)
        }
      }
    }
  }
}

/// Numbers in [-1, 1) from a linear congruential generator; their products fill the mantissa, so that another order
/// of additions shows.
private func numbers(_ count: Int, seed: UInt64) -> [Float] {
  var state = seed &* 0x9E37_79B9_7F4A_7C15
  return (0..<count).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Float(Int32(truncatingIfNeeded: state >> 32)) * 0x1p-31
  }
}

private func sameBits(_ a: [Float], _ b: [Float]) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { $0.bitPattern == $1.bitPattern }
}
