import Datasets
import EBMCore
import Foundation
import Tensors
import Testing

@Suite struct SpritesTests {
  /// Coverage sums to the area: 2 r² of a square in a circle of radius r, π r² of a disc, 3√3/4 r² of a triangle.
  @Test(arguments: [16, 32, 64]) func areasAreThoseOfTheShapes(_ size: Int) throws {
    let sprites = Sprites { $0.size = size }
    let count = 3_000
    let (images, labels) = try sprites.draw(count, seed: 4)
    #expect(images.shape == [count, size, size, 1] && sprites.space.shape == [size, size, 1])
    #expect(images.scalars.allSatisfy { (0...1).contains($0) })
    let classes = try #require(labels).scalars
    let (a, b) = (0.3, 0.6)
    let square = (b * b * b - a * a * a) / (3 * (b - a))
    let fourth = (pow(b, 5) - pow(a, 5)) / (5 * (b - a))
    for (label, factor) in [(1, 2), (2, Double.pi), (3, 0.75 * 3.0.squareRoot())] as [(Float, Double)] {
      let areas = classes.indices.filter { classes[$0] == label }.map { index -> Double in
        let image = images.scalars[index * size * size..<(index + 1) * size * size]
        return image.reduce(0) { $0 + Double($1) } * 4 / Double(size * size)
      }
      // A third of the images, 6 standard errors.
      #expect(abs(areas.count - count / 3) < 155)
      let mean = areas.reduce(0, +) / Double(areas.count)
      let error = factor * ((fourth - square * square) / Double(areas.count)).squareRoot()
      // The clamp is exact for straight edges along the pixels; turned ones and corners differ by a fraction of a
      // pixel's area along the border.
      #expect(abs(mean - factor * square) < 5 * error + 0.004 * factor, "class \(label)")
    }
  }

  @Test func edgesAreSmoothAndShapesStayInside() throws {
    let (images, _) = try Sprites { $0.size = 32 }.draw(500, seed: 1)
    let grey = images.scalars.count { $0 > 0.02 && $0 < 0.98 }
    // A border of 2πr ≈ 45 pixels, most of them partly covered.
    #expect(grey > 500 * 15 && grey < 500 * 120)
    for index in 0..<500 {
      let image = Array(images.scalars[index * 1_024..<(index + 1) * 1_024])
      let sum = image.reduce(0, +)
      // A shape that touches the border is covered at most half there.
      let places: [Int] = (0..<32).flatMap { (i: Int) -> [Int] in [i, 992 + i, 32 * i, 32 * i + 31] }
      let border = places.map { image[$0] }
      #expect(sum > 30 && (border.max() ?? 1) <= 1)
      #expect(border.reduce(0, +) < 0.2 * sum)
    }
  }

  @Test func placesAndSizesVary() throws {
    let (images, _) = try Sprites { $0.size = 16 }.draw(400, seed: 2)
    let centres = (0..<400).map { index -> (Double, Double) in
      var (x, y, sum) = (0.0, 0.0, 0.0)
      for pixel in 0..<256 {
        let value = Double(images.scalars[index * 256 + pixel])
        x += value * (2 * Double(pixel % 16) + 1) / 16
        y += value * (2 * Double(pixel / 16) + 1) / 16
        sum += value
      }
      return (x / sum - 1, y / sum - 1)
    }
    // Uniform within ±(1 − r): standard deviation (1 − r)/√3, on average 0.32.
    for values in [centres.map(\.0), centres.map(\.1)] {
      let mean = values.reduce(0, +) / 400
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 400
      #expect(abs(mean) < 0.09)
      #expect((0.27...0.39).contains(variance.squareRoot()))
    }
  }

  @Test func valuesMayBeSigned() throws {
    var sprites = Sprites { $0.size = 16 }
    let unit = try sprites.draw(10, seed: 3).points.scalars
    sprites.range = .signed
    #expect(try sprites.draw(10, seed: 3).points.scalars == unit.map { 2 * $0 - 1 })
    #expect(sprites.plotRange == -1...1)
    sprites.smallest = 0.7
    #expect(sprites.conflicts() == ["smallest 0.7 is above largest 0.6"])
  }
}
