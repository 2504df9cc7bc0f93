import Figures
import Testing

@Suite struct ProjectionTests {
  private let area = Rectangle(x: 100, y: 50, width: 200, height: 400)

  @Test func cornersLandOnCorners() {
    let projection = Projection(area: area, xLimits: -10...10, yLimits: 0...4)
    #expect(projection.point(x: -10, y: 0) == Point(x: 100, y: 450))
    #expect(projection.point(x: 10, y: 4) == Point(x: 300, y: 50))
    #expect(projection.point(x: 5, y: 1) == Point(x: 250, y: 350))
  }

  @Test func equalRatiosAreEqualStepsOnALogarithmicAxis() throws {
    let axis = AxisProjection(scale: .logarithmic, limits: 0.01...100, from: 0, to: 400)
    for (value, place) in [(0.01, 0.0), (0.1, 100), (1, 200), (10, 300), (100, 400)] {
      // Positions are sums of a few rounded terms below 400.
      #expect(abs(try #require(axis.position(value)) - place) < 1e-10)
    }
    #expect(axis.position(0) == nil)
    #expect(axis.position(-1) == nil)
  }

  @Test func valuesThatCannotBeShownHaveNoPlace() {
    let projection = Projection(area: area, xLimits: 0...1, yLimits: 0...1)
    for value in [Double.nan, .infinity, -.infinity, 1e301] {
      #expect(projection.point(x: value, y: 0.5) == nil)
      #expect(projection.point(x: 0.5, y: value) == nil)
    }
    #expect(projection.point(x: 1e290, y: 0.5)?.x.isFinite == true)
  }

  @Test func emptyAndInvalidLimitsAreReplaced() {
    let point = AxisProjection(scale: .linear, limits: 3...3, from: 0, to: 10)
    #expect(point.position(3) == 5)
    let zero = AxisProjection(scale: .linear, limits: 0...0, from: 0, to: 10)
    #expect(zero.position(0) == 5)
    let infinite = AxisProjection(scale: .linear, limits: 0 ... .infinity, from: 0, to: 10)
    #expect(infinite.position(1) == 10)
    let negative = AxisProjection(scale: .logarithmic, limits: -1...10, from: 0, to: 10)
    #expect(negative.position(10) == 10)
  }
}
