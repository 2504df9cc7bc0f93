import Datasets
import EBMCore
import Foundation
import Tensors
import Testing

@Suite struct CheckerboardTests {
  @Test func densityIsOfTheSquares() throws {
    let board = Checkerboard(scale: 4)
    // In units of 4: ⌊x⌋ + ⌊y⌋ = 0 + 1, 0 + 0, −2 + 0, −1 + 0, outside, −2 − 2, −2 − 1. Odd is inside.
    let points: [Double] = [2, 6, 2, 2, -6, 2, -2, 2, 9, 2, -7.9, -7.9, -7.9, -3.9]
    let density = try #require(board.logDensity(at: points, signal: 1, noise: 0)).map { exp($0) }
    #expect(zip(density, [1, 0, 0, 1, 0, 0, 1]).allSatisfy { abs($0 - $1 / 128) < 1e-15 })
    #expect(density.count == 7)
  }

  @Test func samplesFillTheSquaresEvenly() {
    let board = Checkerboard(scale: 2)
    let points = sample(board, 100_000, seed: 1)
    let modes = stride(from: 0, to: points.count, by: 2).map { board.mode(of: points[$0..<($0 + 2)]) }
    #expect(!modes.contains(nil), "no point outside the support")
    #expect(Set(modes).count == board.modeCount)
    // Cells are halves of squares and do not cross their sides.
    let histogram = Histogram(cells: 20, range: -5...5, nodes: 1)
    let (statistic, limit, integral) = histogram.test(points) { board.logDensity(at: $0, signal: 1, noise: 0) ?? [] }
    #expect(abs(integral - 1) < 1e-12)
    #expect(statistic < limit)
    // The test sees points that are a little off.
    let shifted = points.map { $0 * 1.02 }
    #expect(histogram.test(shifted) { board.logDensity(at: $0, signal: 1, noise: 0) ?? [] }.statistic > limit)
  }

  @Test(arguments: [(0.967659, 0.252262), (0.54, 0.84), (1, 0.05)])
  func noisedDensityIsThatOfNoisedSamples(signal: Double, noise: Double) {
    let board = Checkerboard(scale: 1)
    let points = sample(board, 100_000, seed: 2, signal: Float(signal), noise: Float(noise))
    let histogram = Histogram(cells: 30, range: -6...6, nodes: noise < 0.1 ? 20 : 6)
    let (statistic, limit, integral) = histogram.test(points) {
      board.logDensity(at: $0, signal: signal, noise: noise) ?? []
    }
    #expect(abs(integral - 1) < 1e-4)
    #expect(statistic < limit)
  }

  @Test func modesAreTheSquares() {
    let board = Checkerboard(scale: 4)
    #expect(board.mode(of: [-7.9, -3.9]) != nil)
    #expect(board.mode(of: [-7.9, -7.9]) == nil && board.mode(of: [8.1, 2]) == nil)
    #expect(board.plotRange.contains(8) && board.plotRange.contains(-8))
  }

  @Test func aFixedSetHasSoManyPoints() {
    func pairs(_ seed: UInt64) -> Set<[Float]> {
      let points = sample(Checkerboard(count: 50), 2_000, seed: seed)
      return Set(stride(from: 0, to: points.count, by: 2).map { Array(points[$0..<($0 + 2)]) })
    }
    #expect(pairs(1).count == 50)
    #expect(pairs(1) == pairs(2), "the set does not depend on the batch")
    #expect(sample(Checkerboard(count: 50), 20, seed: 1) != sample(Checkerboard(count: 50), 20, seed: 2))
  }
}
