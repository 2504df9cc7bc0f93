import EBMCore
import Metrics
import Testing

@Suite struct SupportCoverageTests {
  @Test func countsWhatIsInside() throws {
    // Three on the left, one on the right, one outside.
    let samples: [Float] = [-1, 0, -1, 1, -0.5, 0, 1, 1, 5, 5]
    let figures = try SupportCoverage().evaluate(Evaluation(dataset: Plane(), samples: samples))
    #expect(figures.map(\.name) == ["inside the support", "least part", "largest part"])
    #expect(figures.map(\.value) == [0.8, 0.25, 0.75])
    // By Laplace's rule, (k + 1)/(n + 2), which leaves an error where all or none are inside.
    let errors = ([(5, 7), (2, 6), (4, 6)] as [(Double, Double)]).map { k, n in (k / n * (1 - k / n) / n).squareRoot() }
    for (figure, error) in zip(figures, errors) {
      #expect(figure.standardError.map { abs($0 - error) < 1e-12 } == true, "\(figure.name)")
    }
  }

  @Test func withoutPointsInsideThereAreNoParts() throws {
    let figures = try SupportCoverage().figures(from: Evaluation(dataset: Plane(), samples: [9, 9, 9, 8]))
    #expect(figures[0].value == 0 && (figures[0].standardError ?? 0) > 0.1)
    #expect(figures[1].value.isNaN && figures[1].cautions.first == "no sample is inside the support")
  }

  @Test func doesNotApplyWithoutSupportOrSamples() throws {
    #expect(try SupportCoverage().evaluate(Evaluation(dataset: Unknown(), samples: [1, 2])).isEmpty)
    #expect(try SupportCoverage().evaluate(Evaluation(dataset: Plane(), samples: [])).isEmpty)
  }
}
