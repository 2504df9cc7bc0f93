import Figures
import Testing

@Suite struct CoverageTests {
  private let window = Rectangle(x: 0, y: 0, width: 40, height: 40)

  private func area(_ draw: (inout CoverageMask) -> Void) -> Double {
    var mask = CoverageMask(bounds: window, limits: window)
    draw(&mask)
    return mask.values.reduce(0) { $0 + Double($1) }
  }

  @Test func rectanglesAreExact() {
    let area = area { $0.addRectangle(Rectangle(x: 3.25, y: 7.5, width: 10.5, height: 4.75)) }
    // Float sums of about sixty pixels.
    #expect(abs(area - 10.5 * 4.75) < 1e-4)
  }

  @Test func polygonsCoverTheirArea() {
    let triangle = [Point(x: 2, y: 2), Point(x: 34, y: 2), Point(x: 2, y: 34)]
    let area = area { $0.addPolygon(triangle) }
    // Rows are sampled in their middle, which is exact for straight sides.
    #expect(abs(area - 512) < 0.01)
  }

  @Test func discsAndLinesCoverTheirArea() {
    let centre = Point(x: 20, y: 20)
    let disc = area { $0.addSegment(from: centre, to: centre, radius: 9) }
    // The linear edge of one pixel leaves an error of second order in 1/radius.
    #expect(abs(disc - 81 * .pi) < 0.01 * 81 * .pi)
    let level = area { $0.addSegment(from: Point(x: 10, y: 20), to: Point(x: 30, y: 20), radius: 2) }
    #expect(abs(level - (20 * 4 + 4 * .pi)) < 0.02 * 93)
    let thin = area { $0.addSegment(from: Point(x: 5, y: 20.5), to: Point(x: 35, y: 20.5), radius: 0.1) }
    #expect(thin > 30 * 0.2 && thin < 31.5 * 0.2)
  }

  @Test func overlapIsNotCountedTwice() {
    let (a, b) = (Point(x: 10, y: 10), Point(x: 30, y: 30))
    let once = area { $0.addSegment(from: a, to: b, radius: 1.5) }
    let twice = area {
      $0.addSegment(from: a, to: b, radius: 1.5)
      $0.addSegment(from: b, to: a, radius: 1.5)
    }
    #expect(abs(once - twice) < 1e-3)
  }

  @Test func shapesOutsideLeaveNothing() {
    #expect(area { $0.addSegment(from: Point(x: -50, y: -50), to: Point(x: -20, y: -9), radius: 3) } == 0)
    #expect(area { $0.addRectangle(Rectangle(x: 50, y: 50, width: 9, height: 9)) } == 0)
    #expect(CoverageMask(bounds: Rectangle(x: 90, y: 0, width: 5, height: 5), limits: window).values.isEmpty)
  }
}
