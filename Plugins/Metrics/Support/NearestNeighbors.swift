/// The k least numbers seen so far, kept sorted: fast for small k, as most candidates fail the first comparison.
struct LeastNumbers {
  private(set) var values: [Double]
  private let count: Int

  init(_ count: Int) {
    self.count = count
    values = [Double](repeating: .infinity, count: count)
  }

  @inline(__always)
  mutating func add(_ value: Double) {
    guard value < values[count - 1] else { return }
    var position = count - 1
    while position > 0, values[position - 1] > value {
      values[position] = values[position - 1]
      position -= 1
    }
    values[position] = value
  }

  /// The k-th least.
  var last: Double { values[count - 1] }
}
