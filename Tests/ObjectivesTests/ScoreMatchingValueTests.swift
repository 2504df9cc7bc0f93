import EBM
import Testing

/// Explicit and sliced score matching at closed forms.
@Suite struct ScoreMatchingValueTests {
  private static func value(_ objective: any Objective, dimension: Int, theta: Double) throws -> LossEstimates {
    let model = try Model.bowl(dimension: dimension) {
      objective
      Langevin()
    }
    return LossEstimates(objective, model, curvature: theta) { $0.normal([4_000, dimension]) }
  }

  /// J = d (θ² s²/2 − θ), s = 1.
  @Test(arguments: [(2, 0.5, -0.75), (2, 1, -1), (2, 2, 0), (3, 1.3, -1.365)] as [(Int, Double, Double)])
  func bowls(dimension: Int, theta: Double, value: Double) throws {
    let slope = Double(dimension) * (theta - 1)
    let objectives: [(String, LossEstimates)] = [
      ("explicit", try Self.value(ExplicitScoreMatching(), dimension: dimension, theta: theta)),
      ("sliced", try Self.value(SlicedScoreMatching(), dimension: dimension, theta: theta)),
      ("plain", try Self.value(SlicedScoreMatching(reducesVariance: false), dimension: dimension, theta: theta)),
      (
        "normal",
        try Self.value(SlicedScoreMatching(projections: 2, directions: .normal), dimension: dimension, theta: theta)
      ),
    ]
    for (name, found) in objectives {
      expect(found.value, isNear: value, name)
      expect(found.gradients[0], isNear: slope, "gradient of \(name)")
    }
  }

  /// E = ½ xᵀ A x with A = [[1, 0.7], [0.7, 2]] and data N(0, I): J = ½ tr A² − tr A. Curvature between coordinates
  /// cancels in the mean, not in each direction.
  @Test func coordinatesThatDepend() throws {
    let expected = 0.5 * (1 + 4 + 2 * 0.49) - 3
    for objective in [ExplicitScoreMatching(), SlicedScoreMatching(projections: 3)] as [any Objective] {
      let model = try Model(
        try Pipeline("saddle") {
          NormalPoints()
          Slanted()
          Langevin()
          Adam()
          if objective is ExplicitScoreMatching { ExplicitScoreMatching() } else { SlicedScoreMatching(projections: 3) }
        })
      let found = LossEstimates(objective, model) { $0.normal([4_000, 2]) }
      expect(found.value, isNear: expected, type(of: objective).name)
    }
  }

  struct Slanted: AnalyticEnergy {
    static let name = "slanted"
    static let summary = "A slanted parabola."
    static let settings: [Setting] = []
    func callAsFunction(_ x: Tensor) -> Tensor {
      0.5 * (x * x.matmul(Tensor(rows: [[1, 0.7], [0.7, 2]]))).sum(alongAxes: 1)
    }
  }

  @Test func discretePointsAreRefused() throws {
    let error = #expect(throws: ConfigurationError.self) {
      try Model(
        try Pipeline("spins") {
          SpinPairs()
          Bowl()
          Langevin()
          SlicedScoreMatching()
          Adam()
        })
    }
    let line = error.map { "\($0)" } ?? ""
    #expect(line.hasPrefix("objective: found sliced-score-matching with spin points"), "\(line)")
  }
}
