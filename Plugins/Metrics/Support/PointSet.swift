internal import EBMCore

extension Evaluation {
  /// How many samples have a point of data beside them.
  var pairs: Int { min(samples.count, reference.count) / max(1, dataset.space.dimension) }
}

/// Points as Doubles, laid out for distances between all pairs.
struct PointSet {
  /// Numbers of a point.
  let width: Int
  /// Points.
  let count: Int
  /// Blocks of a point: its numbers in fours, zeros at the end.
  private let blocks: Int
  private let values: [SIMD4<Double>]

  /// The first points of row-major `[count, width]`, `limit` at most.
  init(_ scalars: [Float], width: Int, limit: Int = .max) {
    self.width = width
    let count = min(limit, scalars.count / max(1, width))
    let blocks = (width + 3) / 4
    var values = [SIMD4<Double>](repeating: .zero, count: count * blocks)
    for row in 0..<count {
      for column in 0..<width {
        values[row * blocks + column / 4][column % 4] = Double(scalars[row * width + column])
      }
    }
    (self.count, self.blocks, self.values) = (count, blocks, values)
  }

  /// How many points of each set are used where all pairs are looked at: m with m² · max(width, 8) ≤ 2·10⁸, which takes
  /// some tenths of a second (5,000 points of up to 8 numbers, 1,767 of 64, 255 of 3,072).
  static func pairLimit(width: Int) -> Int { Int((2e8 / Double(max(width, 8))).squareRoot()) }

  /// The first points of two sets, as many of each, where all pairs are looked at. Nil when there are fewer than
  /// `minimum`.
  static func pair(_ first: [Float], _ second: [Float], width: Int, minimum: Int = 4) -> (PointSet, PointSet)? {
    let count = min(pairLimit(width: width), first.count / max(1, width), second.count / max(1, width))
    guard count >= minimum else { return nil }
    return (PointSet(first, width: width, limit: count), PointSet(second, width: width, limit: count))
  }

  /// Calls `body` with access to the points.
  func withPoints<Result>(_ body: (Points) -> Result) -> Result {
    values.withUnsafeBufferPointer { body(Points(values: $0, blocks: blocks)) }
  }

  /// Points to compute distances with.
  struct Points {
    fileprivate let values: UnsafeBufferPointer<SIMD4<Double>>
    fileprivate let blocks: Int

    /// ‖xᵢ − yⱼ‖² for a point of this set and one of another.
    @inline(__always)
    func squaredDistance(_ i: Int, to other: Points, _ j: Int) -> Double {
      var sum = SIMD4<Double>.zero
      for block in 0..<blocks {
        let difference = values[i * blocks + block] - other.values[j * blocks + block]
        sum += difference * difference
      }
      return sum.sum()
    }

    /// xᵢ · yⱼ for a point of this set and one of another.
    @inline(__always)
    func product(_ i: Int, with other: Points, _ j: Int) -> Double {
      var sum = SIMD4<Double>.zero
      for block in 0..<blocks { sum += values[i * blocks + block] * other.values[j * blocks + block] }
      return sum.sum()
    }
  }

  /// The median distance between points of the two sets together, 250 of each at most: the usual width of a kernel.
  static func medianDistance(_ first: PointSet, _ second: PointSet) -> Double {
    var distances: [Double] = []
    first.withPoints { x in
      second.withPoints { y in
        let (m, n) = (min(250, first.count), min(250, second.count))
        for i in 0..<m {
          for j in 0..<n { distances.append(x.squaredDistance(i, to: y, j)) }
          for j in 0..<i { distances.append(x.squaredDistance(i, to: x, j)) }
        }
        for i in 0..<n { for j in 0..<i { distances.append(y.squaredDistance(i, to: y, j)) } }
      }
    }
    distances.sort()
    return distances.isEmpty ? 0 : distances[distances.count / 2].squareRoot()
  }
}
