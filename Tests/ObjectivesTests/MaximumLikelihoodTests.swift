import EBM
import Objectives
import Testing

@Suite struct MaximumLikelihoodTests {
  private func model(_ objective: MaximumLikelihood, _ sampler: some Sampler) throws -> Model {
    try Model(
      try Pipeline("bowl") {
        NormalPoints {
          $0.dimension = 2; $0.deviation = 2
        }
        Bowl()
        GaussianNoise()
        sampler
        objective
        Adam()
      })
  }

  /// With exact negatives the gradient is ½ d (s² − 1/θ): zero at the truth θ = 1/s² = ¼.
  @Test(arguments: [0.1, 0.25, 1])
  func exactNegativesGiveTheLikelihoodsGradient(theta: Double) throws {
    let objective = MaximumLikelihood()
    let found = LossEstimates(objective, try model(objective, NormalDraw()), curvature: theta) {
      2 * $0.normal([4_000, 2])
    }
    expect(found.gradients[0], isNear: 4 - 1 / theta, "θ = \(theta)")
    // The value is a gap: θ/2 (E‖x⁺‖² − E‖x⁻‖²).
    expect(found.value, isNear: theta * (4 - 1 / theta), "gap")
  }

  /// Both other forms learn another temperature. Softplus: at the truth E is exponential, and the gradient is
  /// E[Δ σ(Δ)]/θ = (π²/12 − ½)/θ for Δ of Laplace's law. The sum of exponentials: ends weighted by exp(−E) are those of
  /// the energy 2 E, so that the gradient is ½ d (s² − 1/(2 θ)).
  @Test(arguments: [ContrastiveForm.softplus, .logSumExp])
  func formsHaveTheirOwnTemperature(form: ContrastiveForm) throws {
    let objective = MaximumLikelihood { $0.form = form }
    let model = try model(objective, NormalDraw())
    if form == .softplus {
      let found = LossEstimates(objective, model, curvature: 0.25) { 2 * $0.normal([4_000, 2]) }
      expect(found.gradients[0], isNear: 4 * (Double.pi * Double.pi / 12 - 0.5))
    } else {
      let found = LossEstimates(objective, model, curvature: 0.125) { 2 * $0.normal([4_000, 2]) }
      // Weights of 4,000 ends have a bias of the order of 1/4,000 of the term.
      #expect(abs(found.gradients[0].mean) < 4 * found.gradients[0].standardError + 4.0 / 1_000)
    }
  }

  @Test func lossesAtKnownEnergies() {
    let (positive, negative) = (Tensor([1, 2]), Tensor([0, 3]))
    func loss(_ form: ContrastiveForm, _ penalty: Float = 0) -> Double {
      Double(ContrastiveLoss(form: form, energyPenalty: penalty)(positive: positive, negative: negative).scalar)
    }
    #expect(abs(loss(.difference)) < 1e-6)
    #expect(abs(loss(.difference, 0.5) - 0.5 * (2.5 + 4.5)) < 1e-6)
    // ½ (ln(1 + e) + ln(1 + 1/e)).
    #expect(abs(loss(.softplus) - 0.5 * (1.3132617 + 0.3132617)) < 1e-6)
    // 1.5 − 3 e⁻³/(1 + e⁻³).
    #expect(abs(loss(.logSumExp) - (1.5 - 3 * 0.0474259)) < 1e-6)
  }

  /// mean E_sg(x⁻(θ)) against central differences: at one step, the last of three, and all three.
  @Test(arguments: [(1, nil), (3, nil), (3, 1)] as [(Int, Int?)])
  func theChainsOwnDerivative(steps: Int, last: Int?) throws {
    let theta = 0.6
    var both: [[Float]] = []
    for weight in [Float(0), 1] {
      let objective = MaximumLikelihood {
        $0.chainWeight = weight; $0.chainGradientSteps = last
      }
      let model = try model(
        objective,
        Langevin {
          $0.steps = steps; $0.stepSize = 0.8
        })
      let parameter = model.energyWeights[0]
      let function = CompiledFunction(phase: .training) { _, context in
        let losses = objective.losses(for: Tensor(repeating: 0, shape: [500, 2]), model: model, &context)
        return [losses.energy, gradient(of: losses.energy, withRespectTo: parameter.tensor)]
      }
      let store = ParameterStore()
      store[parameter] = [Float(theta)]
      both.append(function([], store: store, key: RandomKey(seed: 5)).map(\.scalar))
    }
    // The weight adds the ends' mean energy to the value; by it the positive energies of points at 0 are nothing.
    let energy = Double(both[1][0] - both[0][0])
    #expect(abs(energy + Double(both[0][0])) < 1e-4)
    let slope = Double(both[1][1] - both[0][1])
    // x_K = (1 − b² θ/2) x + b ε for each step; d/dθ of θ₀ E‖x_K‖²/2 over ends, whose expectation is known.
    func squares(_ theta: Double, from start: Double, _ count: Int) -> Double {
      (0..<count).reduce(start) { square, _ in
        let factor = 1 - 0.32 * theta
        return factor * factor * square + 0.64
      }
    }
    let through = last ?? steps
    let before = squares(theta, from: 1, steps - through)
    let h = 1e-4
    let change = (squares(theta + h, from: before, through) - squares(theta - h, from: before, through)) / (2 * h)
    // Mean over 500 ends of θ ‖x‖²/2 in two dimensions; each relative error is about √(2/1000).
    #expect(abs(energy - theta * squares(theta, from: 1, steps)) < 4 * 0.06 * energy)
    #expect(abs(slope - theta * change) < 4 * 0.08 * abs(theta * change), "\(slope) instead of \(theta * change)")
  }
}

@Suite struct ContrastiveDivergenceTests {
  /// One Langevin step b from the data: −½ d ((1 − b² θ/2)² s² + b² − s²), zero where θ s² (1 − b² θ/4) = 1.
  @Test(arguments: [0.2, 0.5, 0.2679492])
  func oneStep(theta: Double) throws {
    let objective = ContrastiveDivergence()
    // The sampler's own number of steps does not count.
    let model = try Model.bowl(deviation: 2) {
      objective
      Langevin {
        $0.steps = 9; $0.stepSize = 1
      }
    }
    let found = LossEstimates(objective, model, curvature: theta) { 2 * $0.normal([4_000, 2]) }
    let factor = 1 - theta / 2
    expect(found.gradients[0], isNear: -(factor * factor * 4 + 1 - 4), "θ = \(theta)")
  }

  @Test func anInitializerIsRefused() {
    let error = #expect(throws: ConfigurationError.self) {
      try Model.bowl {
        ContrastiveDivergence()
        GaussianNoise()
        Langevin()
      }
    }
    #expect(
      error.map { "\($0)" }?.hasPrefix("initializer: contrastive-divergence starts its chains at the data") == true)
  }
}
