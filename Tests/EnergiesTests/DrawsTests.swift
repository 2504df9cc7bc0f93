import EBMCore
import Energies
import Foundation
import Networks
import Tensors
import Testing

@Suite struct DrawsTests {
  private static let count = 100_000

  /// Draws as rows; nil where the energy has none.
  private func drawn(from energy: any TractableEnergy, _ count: Int = DrawsTests.count, seed: UInt64 = 1) -> [Float]? {
    var random = RandomStream()
    guard energy.draws(1, random: &random) != nil else { return nil }
    let compiled = CompiledFunction { _, context in [energy.draws(count, random: &context.random) ?? Tensor(.nan)] }
    return compiled([], key: RandomKey(seed: seed))[0].scalars
  }

  private static let cases = AnalyticCase.all.filter { !["ackley", "muller-brown"].contains($0.testDescription) }

  /// Pearson's statistic over cells of a box, one of them being all the rest. It has mean n and deviation √(2n).
  @Test(arguments: cases) func fallIntoCellsAsTheDensitySays(_ test: AnalyticCase) throws {
    let draws = try #require(drawn(from: test.energy))
    let logNormalizer = try #require(test.energy.logNormalizer)
    let (cells, fine) = (12, 24)
    let widths = test.box.map { ($0.upperBound - $0.lowerBound) / Double(cells) }
    var probabilities = [Double](repeating: 0, count: cells * cells)
    for row in 0..<(cells * fine) {
      let y = test.box[1].lowerBound + (Double(row) + 0.5) * widths[1] / Double(fine)
      for column in 0..<(cells * fine) {
        let x = test.box[0].lowerBound + (Double(column) + 0.5) * widths[0] / Double(fine)
        let p = exp(-test.reference(x, y) - logNormalizer) * widths[0] * widths[1] / Double(fine * fine)
        probabilities[row / fine * cells + column / fine] += p
      }
    }
    var found = [Int](repeating: 0, count: cells * cells)
    for draw in 0..<DrawsTests.count {
      let place = (0..<2).map { (Double(draws[2 * draw + $0]) - test.box[$0].lowerBound) / widths[$0] }
      if place.allSatisfy({ $0 >= 0 && $0 < Double(cells) }) { found[Int(place[1]) * cells + Int(place[0])] += 1 }
    }
    // Cells of few expected draws, whose statistic is not that of a square of a normal number, belong to the rest.
    var (statistic, degrees, mass, inside) = (0.0, 0, 0.0, 0)
    for (probability, number) in zip(probabilities, found) where probability * Double(DrawsTests.count) > 25 {
      let expected = probability * Double(DrawsTests.count)
      statistic += pow(Double(number) - expected, 2) / expected
      (degrees, mass, inside) = (degrees + 1, mass + probability, inside + number)
    }
    #expect(degrees > 20 && mass > 0.5)
    let rest = (1 - mass) * Double(DrawsTests.count)
    if rest > 25 { statistic += pow(Double(DrawsTests.count - inside) - rest, 2) / rest }
    #expect(statistic < Double(degrees) + 4 * (2 * Double(degrees)).squareRoot(), "\(degrees) degrees of freedom")
  }

  @Test(arguments: cases) func haveTheMomentsThatTheEnergyStates(_ test: AnalyticCase) throws {
    let draws = try #require(drawn(from: test.energy))
    let (mean, variance) = (try #require(test.energy.mean), try #require(test.energy.variance))
    #expect(draws.count == 2 * DrawsTests.count)
    for axis in 0..<2 {
      let values = stride(from: axis, to: draws.count, by: 2).map { Double(draws[$0]) }
      let squares = values.map { ($0 - mean[axis]) * ($0 - mean[axis]) }
      func standardError(_ values: [Double]) -> Double {
        let mean = values.reduce(0, +) / Double(values.count)
        let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return square.squareRoot() / Double(values.count)
      }
      #expect(abs(values.reduce(0, +) / Double(values.count) - mean[axis]) < 4 * standardError(values))
      #expect(abs(squares.reduce(0, +) / Double(values.count) - variance[axis]) < 4 * standardError(squares))
    }
  }

  @Test(arguments: cases) func followTheSeedAndNotTheirNumber(_ test: AnalyticCase) throws {
    let many = try #require(drawn(from: test.energy, 300))
    #expect(try #require(drawn(from: test.energy, 40)) == Array(many[..<80]))
    #expect(try #require(drawn(from: test.energy, 300, seed: 2)) != many)
  }

  @Test func energiesWithoutDrawsSaySo() {
    #expect(drawn(from: Ackley()) == nil)
    #expect(drawn(from: MullerBrown { $0.temperature = 20 }) == nil)
    #expect(Ackley().logNormalizer == nil && Ackley().mean == nil && Ackley().variance == nil)
  }

  /// A narrow well far out, where 4 in 10⁵ random proposals of a fixed number of rounds would be left over.
  @Test func noDrawIsLeftOver() throws {
    for energy in [
      DoubleWell {
        $0.height = 50; $0.position = 2
      },
      DoubleWell {
        $0.height = 1e-3
        $0.position = 1e-2
      },
    ] {
      #expect(try #require(drawn(from: energy)).allSatisfy { $0.isFinite })
    }
    #expect(try #require(drawn(from: Rastrigin { $0.amplitude = 200 }, 2_000)).allSatisfy { $0.isFinite })
  }
}
