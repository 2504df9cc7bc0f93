import Datasets
import EBMCore
import Foundation
import Tensors
import Testing

@Suite struct CheckerboardTests {
  @Test func densityIsOfTheSquares() throws {
    let board = Checkerboard { $0.scale = 4 }
    // In units of 4: ⌊x⌋ + ⌊y⌋ = 0 + 1, 0 + 0, −2 + 0, −1 + 0, outside, −2 − 2, −2 − 1. Odd is inside.
    let points: [Double] = [2, 6, 2, 2, -6, 2, -2, 2, 9, 2, -7.9, -7.9, -7.9, -3.9]
    let density = try #require(board.logDensity(at: points, signal: 1, noise: 0)).map { exp($0) }
    #expect(zip(density, [1, 0, 0, 1, 0, 0, 1]).allSatisfy { abs($0 - $1 / 128) < 1e-15 })
    #expect(density.count == 7)
  }

  @Test func samplesFillTheSquaresEvenly() {
    let board = Checkerboard { $0.scale = 2 }
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
    let board = Checkerboard { $0.scale = 1 }
    let points = sample(board, 100_000, seed: 2, signal: Float(signal), noise: Float(noise))
    let histogram = Histogram(cells: 30, range: -6...6, nodes: noise < 0.1 ? 20 : 6)
    let (statistic, limit, integral) = histogram.test(points) {
      board.logDensity(at: $0, signal: signal, noise: noise) ?? []
    }
    #expect(abs(integral - 1) < 1e-4)
    #expect(statistic < limit)
  }

  /// ∫ p(c) N(x; ā c, s̄² I) dc, by Simpson's rule over the sides of the squares with ⌊u⌋ + ⌊v⌋ odd, whose error is
  /// (h ā/s̄)⁴/60 of the density at most, below 2 · 10⁻⁹ here.
  @Test(arguments: [(0.967659, 0.252262), (0.542211, 0.840243), (0.077845, 0.996966)])
  func noisedDensityIsTheConvolution(signal: Double, noise: Double) throws {
    func side(_ x: Double, _ corner: Int) -> Double {
      let count = 200
      let sum = (0...count).reduce(0.0) { sum, node in
        let distance = (x - signal * (Double(corner) + Double(node) / Double(count))) / noise
        let weight: Double = node == 0 || node == count ? 1 : node % 2 == 1 ? 4 : 2
        return sum + weight * exp(-0.5 * distance * distance)
      }
      return sum / Double(3 * count) / (noise * (2 * Double.pi).squareRoot())
    }
    let board = Checkerboard { $0.scale = 1 }
    let points: [Double] = [0.3, 0.4, 1.2, -0.7, -1.9, 1.95, 2.5, 0.1, 0, 0]
    let density = try #require(board.logDensity(at: points, signal: signal, noise: noise)).map { exp($0) }
    for (index, found) in density.enumerated() {
      let (x, y) = (points[2 * index], points[2 * index + 1])
      var expected = 0.0
      for u in -2...1 {
        for v in -2...1 where (u + v) % 2 != 0 { expected += side(x, u) * side(y, v) }
      }
      #expect(abs(found - expected / 8) < 1e-8 * found, "point \(index)")
    }
    // Points y = m x have the density of x over m².
    let multiples = points.map { 0.8 * $0 }
    let scaled = try #require(board.logDensity(at: multiples, signal: 0.8 * signal, noise: 0.8 * noise))
    for (found, plain) in zip(scaled, density) { #expect(abs(found + 2 * log(0.8) - log(plain)) < 1e-12) }
  }

  @Test func modesAreTheSquares() {
    let board = Checkerboard { $0.scale = 4 }
    #expect(board.mode(of: [-7.9, -3.9]) != nil)
    #expect(board.mode(of: [-7.9, -7.9]) == nil && board.mode(of: [8.1, 2]) == nil)
    #expect(board.plotRange.contains(8) && board.plotRange.contains(-8))
  }

  @Test func aFixedSetHasSoManyPoints() {
    func pairs(_ seed: UInt64) -> Set<[Float]> {
      let points = sample(Checkerboard { $0.count = 50 }, 2_000, seed: seed)
      return Set(stride(from: 0, to: points.count, by: 2).map { Array(points[$0..<($0 + 2)]) })
    }
    #expect(pairs(1).count == 50)
    #expect(pairs(1) == pairs(2), "the set does not depend on the batch")
    #expect(
      sample(Checkerboard { $0.count = 50 }, 20, seed: 1)
        != sample(
          Checkerboard {
            $0.count = 50
          }, 20, seed: 2))
  }
}
