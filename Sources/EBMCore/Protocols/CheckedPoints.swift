/// Points whose numbers are finite, and what is known against a set of points whatever is measured on it.
struct CheckedPoints {
  /// Row-major, without the rows that are not finite.
  let points: [Float]
  let cautions: [String]

  /// Below this many points, normal laws of estimates and the errors that follow from them do not hold.
  private static let few = 30

  /// - Parameters:
  ///   - all: row-major `[count, D]`.
  ///   - name: what they are called, in the plural.
  init(_ all: [Float], of space: SampleSpace, name: String) {
    let width = max(1, space.dimension)
    let total = all.count / width
    var (kept, hashes) = ([Int](), Set<UInt64>())
    all.withUnsafeBufferPointer { all in
      for row in 0..<total {
        // FNV-1a over bit patterns.
        var (hash, isFinite): (UInt64, Bool) = (0xcbf2_9ce4_8422_2325, true)
        for index in row * width..<(row + 1) * width {
          isFinite = isFinite && all[index].isFinite
          hash = (hash ^ UInt64(all[index].bitPattern)) &* 0x0000_0100_0000_01b3
        }
        if !isFinite { continue }
        kept.append(row)
        hashes.insert(hash)
      }
    }
    let count = kept.count
    points = count == total ? all : kept.flatMap { all[$0 * width..<($0 + 1) * width] }
    var cautions: [String] = []
    if count < total { cautions.append("\(total - count) of \(total) \(name) are not finite and left out") }
    if count < CheckedPoints.few { cautions.append(count == 0 ? "there are no \(name)" : "only \(count) \(name)") }
    if count > 1, hashes.count == 1 {
      cautions.append("all \(count) \(name) are equal")
    } else if space.values == .continuous, 4 * hashes.count < count {
      // Points that come k times each make errors √k times too small: said from a factor of 2.
      cautions.append("the \(count) \(name) are only \(hashes.count) different ones: errors are too small")
    }
    self.cautions = cautions
  }
}
