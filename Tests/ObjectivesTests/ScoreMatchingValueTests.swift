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
      (
        "plain",
        try Self.value(
          SlicedScoreMatching {
            $0.reducesVariance = false
          }, dimension: dimension, theta: theta)
      ),
      (
        "normal",
        try Self.value(
          SlicedScoreMatching {
            $0.projections = 2
            $0.directions = .normal
          }, dimension: dimension, theta: theta)
      ),
    ]
    for (name, found) in objectives {
      expect(found.value, isNear: value, name)
      expect(found.gradients[0], isNear: slope, "gradient of \(name)")
    }
  }

  /// On data N(0, s² I) the slope of J = d (θ² s²/2 − θ) is d (θ s² − 1): zero at the precision θ = 1/s², s = 2.
  @Test(arguments: [0.1, 0.25, 1])
  func optimumIsThePrecision(theta: Double) throws {
    for objective in [ExplicitScoreMatching(), SlicedScoreMatching()] as [any Objective] {
      let model = try Model.bowl(deviation: 2) {
        objective
        Langevin()
      }
      let found = LossEstimates(objective, model, curvature: theta) { 2 * $0.normal([4_000, 2]) }
      expect(found.value, isNear: 2 * (2 * theta * theta - theta), type(of: objective).name)
      expect(found.gradients[0], isNear: 2 * (4 * theta - 1), "gradient of \(type(of: objective).name)")
    }
  }

  /// E ‖∇ ln p − ∇ ln q‖² = E ‖∇ ln p‖² + 2 J(q) by parts, and 0 for q = p. With p = N(0, [[1, 0.3], [0.3, 1]]) and
  /// q = N((0.5, −0.5), diag(1.5, 0.8)) it is 0.8731494; E ‖∇ ln p‖² = tr Σ⁻¹ = 2/0.91.
  @Test(arguments: [true, false])
  func divergenceOfGaussians(isTrue: Bool) throws {
    let energy =
      isTrue
      ? Gaussian {
        $0.center = [0, 0]; $0.covariance = [[1, 0.3], [0.3, 1]]
      }
      : Gaussian {
        $0.center = [0.5, -0.5]; $0.covariance = [[1.5, 0], [0, 0.8]]
      }
    for objective in [ExplicitScoreMatching(), SlicedScoreMatching()] as [any Objective] {
      let model = try Model(
        try Pipeline("gaussian") {
          NormalPoints()
          energy
          Langevin()
          Adam()
          for part in [objective] as [any Component] { part }
        })
      let found = LossEstimates(objective, model) { random in
        random.normal([4_000, 2]).matmul(Tensor(rows: [[1, 0.3], [0, 0.9539392]]))
      }
      expect(found.value, isNear: 0.5 * ((isTrue ? 0 : 0.8731494) - 2 / 0.91), type(of: objective).name)
    }
  }

  /// E = ½ xᵀ A x with A = [[1, 0.7], [0.7, 2]] and data N(0, I): J = ½ tr A² − tr A. Curvature between coordinates
  /// cancels in the mean, not in each direction.
  @Test func coordinatesThatDepend() throws {
    let expected = 0.5 * (1 + 4 + 2 * 0.49) - 3
    for objective in [ExplicitScoreMatching(), SlicedScoreMatching { $0.projections = 3 }] as [any Objective] {
      let model = try Model(
        try Pipeline("saddle") {
          NormalPoints()
          Slanted()
          Langevin()
          Adam()
          if objective is ExplicitScoreMatching {
            ExplicitScoreMatching()
          } else {
            (SlicedScoreMatching {
              $0.projections = 3
            })
          }
        })
      let found = LossEstimates(objective, model) { $0.normal([4_000, 2]) }
      expect(found.value, isNear: expected, type(of: objective).name)
    }
  }

  struct Slanted: AnalyticEnergy {
    static let name = "slanted"
    static let summary = "A slanted parabola."
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
          Gibbs()
          SlicedScoreMatching()
          Adam()
        })
    }
    let line = error.map { "\($0)" } ?? ""
    #expect(line.hasPrefix("objective: sliced-score-matching takes continuous points, found spin ones"), "\(line)")
  }
}
