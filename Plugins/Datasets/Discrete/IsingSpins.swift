public import EBMCore
private import Foundation
public import Tensors

/// Spins of an Ising model on a grid with free edges, drawn exactly.
///
/// ```
/// p(s) ∝ exp(J Σ_⟨ij⟩ s_i s_j + h Σ_i s_i)
/// ```
/// over neighbours on the grid, each pair once. Rows are a Markov chain: the first is drawn from its marginal, each other
/// given the one above, from tables made by passing sums of all rows below upwards. Points are `[rows, columns, 1]` of
/// −1 and 1; ln p is the log probability of a state. J = 0.4407 is where an infinite grid begins to order.
/// Source: Kramers & Wannier, *Statistics of the two-dimensional ferromagnet*, 1941, for the transfer matrix.
public struct IsingSpins: Dataset {
  public static let name = "ising-spins"
  public static let summary = "Spins of an Ising model on a small grid, drawn exactly."

  @Setting("rows of the grid", .integers(1...64)) public var rows = 4
  @Setting("columns of the grid; a table holds 2^columns states of a row", .integers(1...6)) public var columns = 4
  /// 0.4: neighbours agree, and distant spins hardly.
  @Setting("J: above 0 neighbours agree", .range(-10...10)) public var coupling = 0.4
  /// 0.1: a little more up than down.
  @Setting("h: above 0 spins are up", .range(-10...10)) public var field = 0.1

  public init() {}

  public var space: SampleSpace { SampleSpace(shape: [rows, columns, 1], values: .spin) }
  public var plotRange: ClosedRange<Double> { -1.5...1.5 }

  // MARK: Rows

  private var states: Int { 1 << columns }

  private func spin(_ state: Int, _ column: Int) -> Double { (state >> column) & 1 == 1 ? 1 : -1 }

  /// −E of a row of this state by itself.
  private func exponent(_ state: Int) -> Double {
    (0..<columns).reduce(0.0) { sum, column in
      let bond = column + 1 < columns ? coupling * spin(state, column) * spin(state, column + 1) : 0
      return sum + bond + field * spin(state, column)
    }
  }

  /// −E between two rows, one above the other.
  private func exponent(_ above: Int, _ below: Int) -> Double {
    (0..<columns).reduce(0.0) { $0 + coupling * spin(above, $1) * spin(below, $1) }
  }

  /// ln Σ exp of the rows below each state of a row: of the last row first, 0, and of the first row last.
  private var below: [[Double]] {
    var sums = [[Double](repeating: 0, count: states)]
    for _ in 1..<max(rows, 1) {
      let last = sums[sums.count - 1]
      sums.append(
        (0..<states).map { above in
          logSumExp((0..<states).map { exponent(above, $0) + exponent($0) + last[$0] })
        })
    }
    return sums
  }

  private func logSumExp(_ values: [Double]) -> Double {
    let peak = values.max() ?? 0
    return peak + log(values.reduce(0) { $0 + exp($1 - peak) })
  }

  /// P(state ≤ k) for k but the last, of a law given by logarithms.
  private func cumulative(_ logWeights: [Double]) -> [Float] {
    let total = logSumExp(logWeights)
    var sum = 0.0
    return logWeights.dropLast().map {
      sum += exp($0 - total)
      return Float(sum)
    }
  }

  public func batch(_ count: Int, random: inout RandomStream) -> Tensor {
    let below = self.below
    let spins = Tensor(rows: (0..<states).map { state in (0..<columns).map { Float(spin(state, $0)) } })
    var lines: [Tensor] = []
    var state = Tensor(0).broadcast(to: [count])
    for row in 0..<rows {
      let rest = below[rows - 1 - row]
      // P(state ≤ k) by itself, and given each state of the row above.
      func bounds(given above: Int? = nil) -> [Float] {
        cumulative(
          (0..<states).map { own in exponent(own) + rest[own] + (above.map { exponent($0, own) } ?? 0) })
      }
      let table = row == 0 ? Tensor(bounds()) : Tensor(rows: (0..<states).map(bounds)).gatheringRows(at: state)
      state = (random.uniform([count, 1]) .>= table).sum(alongAxes: 1)
      lines.append(spins.gatheringRows(at: state))
    }
    return Tensor.concatenated(lines, alongAxis: 1).reshaped([count, rows, columns, 1])
  }

  /// ln p of states; nil with noise, for which there is no law on spins.
  public func logDensity(at points: [Double], signal: Double, noise: Double) -> [Double]? {
    guard signal == 1, noise == 0 else { return nil }
    let first = below[rows - 1]
    let logZ = logSumExp((0..<states).map { exponent($0) + first[$0] })
    let size = rows * columns
    return stride(from: 0, to: points.count - size + 1, by: size).map { start in
      var sum = 0.0
      for place in 0..<size {
        let value = points[start + place]
        sum += field * value
        if place % columns + 1 < columns { sum += coupling * value * points[start + place + 1] }
        if place + columns < size { sum += coupling * value * points[start + place + columns] }
      }
      return sum - logZ
    }
  }
}
