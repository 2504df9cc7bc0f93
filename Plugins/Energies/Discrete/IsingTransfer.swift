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

  /// Nil for a grid that is too wide.
  init?(_ model: Ising) {
    isTransposed = model.columns > model.rows
    width = min(model.rows, model.columns)
    height = max(model.rows, model.columns)
    (coupling, field, isTorus) = (model.coupling, model.field, model.isTorus)
    if width > (isTorus ? 8 : 12) { return nil }
  }

  /// ln Z.
  var logNormalizer: Double {
    let total = sum(times: nil)
    return total.logScale + log(total.value)
  }

  /// The mean of each spin, by rows of the model: the sum of s_i exp(−E) over Z.
  var means: [Double] {
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
    // Each bond between rows is scaled by e^{−|J|}, each row by e^{−peak}, so that nothing overflows.
    let rowsJoined = isTorus ? height : height - 1
    let scale = Double(height) * peak + Double(rowsJoined * width) * abs(coupling)
    var total = 0.0
    for first in isTorus ? 0..<states : 0..<1 {
      var vector = [Double](repeating: 0, count: states)
      if isTorus { vector[first] = weights[first] } else { vector = weights }
      vector = inserted(0, vector)
      for row in 1..<max(height, 1) {
        vector = joined(vector)
        for state in 0..<states { vector[state] *= weights[state] }
        vector = inserted(row, vector)
      }
      total += isTorus ? joined(vector)[first] : vector.reduce(0, +)
    }
    return (scale, total)
  }

  /// The vector times exp(J s s' − |J|) for each column.
  private func joined(_ vector: [Double]) -> [Double] {
    let (same, other) = (exp(coupling - abs(coupling)), exp(-coupling - abs(coupling)))
    var result = vector
    for column in 0..<width {
      let bit = 1 << column
      for state in result.indices where state & bit == 0 {
        let (down, up) = (result[state], result[state | bit])
        result[state] = same * down + other * up
        result[state | bit] = other * down + same * up
      }
    }
    return result
  }
}
