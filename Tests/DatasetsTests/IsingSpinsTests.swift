import Datasets
import EBMCore
import Foundation
import Tensors
import Testing

/// Draws of spins against their law, by enumeration.
@Suite struct IsingSpinsTests {
  private static let grids = [
    IsingSpins {
      $0.rows = 3; $0.columns = 3
    },
    IsingSpins {
      $0.rows = 2
      $0.columns = 4
      $0.coupling = -0.3
      $0.field = 0.2
    },
    IsingSpins {
      $0.rows = 5; $0.columns = 2; $0.coupling = 0.8; $0.field = 0
    },
    IsingSpins {
      $0.rows = 1
      $0.columns = 3
    },
    IsingSpins {
      $0.rows = 4; $0.columns = 1; $0.coupling = 0.5; $0.field = -0.4
    },
  ]

  /// All states, row-major.
  private static func states(_ size: Int) -> [Double] {
    (0..<(1 << size)).flatMap { state in (0..<size).map { (state >> $0) & 1 == 1 ? 1.0 : -1.0 } }
  }

  @Test(arguments: grids.indices) func probabilitiesSumToOne(_ index: Int) throws {
    let grid = Self.grids[index]
    let size = grid.rows * grid.columns
    let logs = try #require(grid.logDensity(at: Self.states(size), signal: 1, noise: 0))
    #expect(abs(logs.reduce(0) { $0 + exp($1) } - 1) < 1e-12)
    // Neighbours that agree are likelier than the exact opposite by exp(2 J) a bond.
    let up = [Double](repeating: 1, count: size)
    var other = up
    other[0] = -1
    let pair = try #require(grid.logDensity(at: up + other, signal: 1, noise: 0))
    let bonds = Double((grid.rows > 1 ? 1 : 0) + (grid.columns > 1 ? 1 : 0))
    #expect(abs(pair[0] - pair[1] - 2 * bonds * grid.coupling - 2 * grid.field) < 1e-12)
    #expect(grid.logDensity(at: up, signal: 1, noise: 0.1) == nil)
  }

  @Test(arguments: grids.indices) func drawsHaveTheirProbabilities(_ index: Int) throws {
    let grid = Self.grids[index]
    let size = grid.rows * grid.columns
    let (count, states) = (60_000, 1 << size)
    let points = try grid.draw(count, seed: 3).points
    #expect(points.shape == [count, grid.rows, grid.columns, 1])
    var found = [Double](repeating: 0, count: states)
    for row in 0..<count {
      let state = (0..<size).reduce(0) { $0 | (points.scalars[row * size + $1] > 0 ? 1 << $1 : 0) }
      found[state] += 1
    }
    let logs = try #require(grid.logDensity(at: Self.states(size), signal: 1, noise: 0))
    // χ² with states of fewer than 10 expected draws put together.
    var (statistic, degrees, rest) = (0.0, 0.0, (expected: 0.0, found: 0.0))
    for (log, seen) in zip(logs, found) {
      let expected = exp(log) * Double(count)
      if expected < 10 {
        rest = (rest.expected + expected, rest.found + seen)
      } else {
        statistic += (seen - expected) * (seen - expected) / expected
        degrees += 1
      }
    }
    if rest.expected > 10 { statistic += (rest.found - rest.expected) * (rest.found - rest.expected) / rest.expected }
    // 4 standard deviations of χ², and what its skew adds to them.
    #expect(statistic < degrees + 4 * (2 * degrees).squareRoot() + 8, "χ² \(statistic) of \(degrees)")
  }
}
