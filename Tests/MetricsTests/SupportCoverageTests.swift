import EBMCore
import Metrics
import Testing

@Suite struct SupportCoverageTests {
  @Test func countsWhatIsInside() throws {
    // Three on the left, one on the right, one outside.
    let samples: [Float] = [-1, 0, -1, 1, -0.5, 0, 1, 1, 5, 5]
    let figures = try SupportCoverage().evaluate(Evaluation(dataset: Plane(), samples: samples, grid: nil))
    #expect(figures.map(\.name) == ["inside the support", "least part", "largest part"])
    #expect(figures.map(\.value) == [0.8, 0.25, 0.75])
    let errors = [(0.8 * 0.2 / 5).squareRoot(), (0.25 * 0.75 / 4).squareRoot(), (0.75 * 0.25 / 4).squareRoot()]
    for (figure, error) in zip(figures, errors) {
      #expect(figure.standardError.map { abs($0 - error) < 1e-12 } == true, "\(figure.name)")
    }
  }

  @Test func pointsThatAreNotNumbersAreOutside() throws {
    let figures = try SupportCoverage().evaluate(
      Evaluation(dataset: Plane(), samples: [.nan, 0, .infinity, .infinity], grid: nil))
    #expect(figures.map(\.value) == [0, 0, 0])
  }

  @Test func doesNotApplyWithoutSupportOrSamples() throws {
    #expect(try SupportCoverage().evaluate(Evaluation(dataset: Unknown(), samples: [1, 2], grid: nil)).isEmpty)
    #expect(try SupportCoverage().evaluate(Evaluation(dataset: Plane(), samples: [], grid: nil)).isEmpty)
  }
}
