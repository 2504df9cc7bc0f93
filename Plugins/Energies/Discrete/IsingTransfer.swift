private import Foundation

/// Exact sums over all states of an Ising grid, row after row.
///
/// A vector holds, for each state of the latest row, the sum of exp(−E) over the rows before; the next row follows by
/// the product with the transfer matrix exp(J Σ s s'), which factors into a 2 × 2 matrix for each column. A torus
/// needs one such pass for each state of the first row.
struct IsingTransfer {
  /// Spins of a row, the shorter side.
  private let width: Int
  private let height: Int
  private let coupling: Double
  private let field: Double
  private let isTorus: Bool
  private let isTransposed: Bool

  /// Nil for a grid too large for a second's work.
  init?(_ model: Ising) {
    isTransposed = model.columns > model.rows
    width = min(model.rows, model.columns)
    height = max(model.rows, model.columns)
    (coupling, field, isTorus) = (model.coupling, model.field, model.isTorus)
    if width > 12 || work > 2e8 { return nil }
  }

  /// Operations of one sum over all states.
  private var work: Double {
    let states = Double(1 << width)
    return (isTorus ? states : 1) * Double(height * width) * states
  }

  /// ln Z.
  var logNormalizer: Double {
    let total = sum(times: nil)
    return total.logScale + log(total.value)
  }

  /// The mean of each spin, by rows of the model: the sum of s_i exp(−E) over Z. Nil where it is too much work.
  var means: [Double]? {
    if work * Double(isTorus ? 2 : width * height) > 2e9 { return nil }
    let total = sum(times: nil)
    func mean(_ row: Int, _ column: Int) -> Double {
      let part = sum(times: (row, column))
      return part.value / total.value * exp(part.logScale - total.logScale)
    }
    if isTorus { return [Double](repeating: mean(0, 0), count: width * height) }
    let byRow = (0..<height).map { row in (0..<width).map { mean(row, $0) } }
    if !isTransposed { return byRow.flatMap { $0 } }
    return (0..<width).flatMap { column in byRow.map { $0[column] } }
  }

  private func spin(_ state: Int, _ column: Int) -> Double { (state >> column) & 1 == 1 ? 1 : -1 }

  /// −E inside a row of this state.
  private func rowExponent(_ state: Int) -> Double {
    let last = isTorus ? width : width - 1
    let bonds = (0..<last).reduce(0) { $0 + spin(state, $1) * spin(state, ($1 + 1) % width) }
    return coupling * bonds + field * (0..<width).reduce(0) { $0 + spin(state, $1) }
  }

  /// Σ exp(−E), or Σ s exp(−E) for the spin at a place, as value · e^logScale.
  private func sum(times place: (row: Int, column: Int)?) -> (logScale: Double, value: Double) {
    let states = 1 << width
    let exponents = (0..<states).map(rowExponent)
    let peak = exponents.max() ?? 0
    let weights = exponents.map { exp($0 - peak) }
    func inserted(_ row: Int, _ vector: [Double]) -> [Double] {
      guard let place, place.row == row else { return vector }
      return vector.indices.map { vector[$0] * spin($0, place.column) }
    }
    // Bonds between rows are scaled by e^{−|J|}, rows by e^{−peak}, vectors to a largest element of 1: nothing overflows.
    let joins = isTorus ? height : height - 1
    let scale = Double(height) * peak + Double(joins * width) * abs(coupling)
    var passes: [(logScale: Double, value: Double)] = []
    for first in isTorus ? 0..<states : 0..<1 {
      var vector = weights
      if isTorus { for state in 0..<states where state != first { vector[state] = 0 } }
      vector = inserted(0, vector)
      var logScale = scale
      for row in 1..<max(height, 1) {
        join(&vector)
        for state in 0..<states { vector[state] *= weights[state] }
        vector = inserted(row, vector)
        var largest = 0.0
        for value in vector { largest = max(largest, abs(value)) }
        if largest == 0 { break }
        for state in 0..<states { vector[state] /= largest }
        logScale += log(largest)
      }
      if isTorus { join(&vector) }
      passes.append((logScale, isTorus ? vector[first] : vector.reduce(0, +)))
    }
    let largest = passes.map(\.logScale).max() ?? 0
    return (largest, passes.reduce(0) { $0 + $1.value * exp($1.logScale - largest) })
  }

  /// Multiplies the vector by exp(J s s' − |J|) for each column.
  private func join(_ vector: inout [Double]) {
    let (same, other) = (exp(coupling - abs(coupling)), exp(-coupling - abs(coupling)))
    for column in 0..<width {
      let bit = 1 << column
      for block in stride(from: 0, to: vector.count, by: 2 * bit) {
        for state in block..<(block + bit) {
          let (down, up) = (vector[state], vector[state + bit])
          vector[state] = same * down + other * up
          vector[state + bit] = other * down + same * up
        }
      }
    }
  }
}
