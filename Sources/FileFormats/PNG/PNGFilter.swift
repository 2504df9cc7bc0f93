/// The ways in which PNG predicts a row's bytes, so that only the differences are compressed.
///
/// Source: PNG specification, third edition, section 9.
enum PNGFilter: UInt8, CaseIterable {
  case none, left, up, average, paeth

  /// The rows of an image, each filtered and preceded by its filter's number.
  ///
  /// Of the five filters a row takes the one with the smallest sum of absolute differences, read as signed bytes; the
  /// specification recommends this rule (section 12.7). Of equal ones the first wins.
  static func filteredRows(of image: PixelImage) -> [UInt8] {
    let rowLength = 3 * image.width
    var rows: [UInt8] = []
    rows.reserveCapacity((rowLength + 1) * image.height)
    var above = [UInt8](repeating: 0, count: rowLength)
    var best = above
    var candidate = above
    for row in 0..<image.height {
      let current = Array(image.pixels[row * rowLength..<(row + 1) * rowLength])
      var bestFilter = PNGFilter.none
      var bestSum = Int.max
      for filter in allCases {
        filter.apply(to: current, above: above, into: &candidate)
        let sum = candidate.reduce(0) { $0 &+ Int(Int8(bitPattern: $1).magnitude) }
        if sum < bestSum {
          bestSum = sum
          bestFilter = filter
          swap(&best, &candidate)
        }
      }
      rows.append(bestFilter.rawValue)
      rows += best
      above = current
    }
    return rows
  }

  /// Subtracts the prediction, modulo 256.
  ///
  /// - Parameters:
  ///   - row: the bytes of a row.
  ///   - above: the row before it, zeros for the first.
  ///   - result: as long as the row; is overwritten.
  func apply(to row: [UInt8], above: [UInt8], into result: inout [UInt8]) {
    // The first pixel has no left neighbour; the specification takes zeros.
    let pixel = 3
    for index in row.indices {
      let left = index >= pixel ? row[index - pixel] : 0
      let up = above[index]
      let upLeft = index >= pixel ? above[index - pixel] : 0
      let prediction: UInt8
      switch self {
      case .none: prediction = 0
      case .left: prediction = left
      case .up: prediction = up
      case .average: prediction = UInt8((Int(left) + Int(up)) / 2)
      case .paeth: prediction = Self.nearest(left, up, upLeft)
      }
      result[index] = row[index] &- prediction
    }
  }

  /// The neighbour closest to `left + up − upLeft`; of equally close ones the first in the order of the parameters.
  private static func nearest(_ left: UInt8, _ up: UInt8, _ upLeft: UInt8) -> UInt8 {
    let distanceToLeft = abs(Int(up) - Int(upLeft))
    let distanceToUp = abs(Int(left) - Int(upLeft))
    let distanceToUpLeft = abs(Int(left) + Int(up) - 2 * Int(upLeft))
    if distanceToLeft <= distanceToUp, distanceToLeft <= distanceToUpLeft { return left }
    return distanceToUp <= distanceToUpLeft ? up : upLeft
  }
}
