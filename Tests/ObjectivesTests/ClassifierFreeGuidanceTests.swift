import EBM
import Testing

@Suite struct ClassifierFreeGuidanceTests {
  private func model(_ objective: ClassifierFreeGuidance, _ sampler: some Sampler = NormalDraw()) throws -> Model {
    try Model(
      try Pipeline("classes") {
        TwoClasses()
        ClassBowls()
        GaussianNoise()
        sampler
        objective
        Adam()
      })
  }

  /// Guided normal densities are normal: precision p = (w + 1)/s_c² − w/s_u², mean ((w + 1) m_c/s_c² − w m_u/s_u²)/p.
  @Test(arguments: [(-1, 1), (0, 1), (0.7, 1), (0.7, 2), (3, 2)] as [(Float, Int)])
  func guidedSamples(weight: Float, label: Int) throws {
    let objective = ClassifierFreeGuidance {
      $0.objective = MaximumLikelihood()
      $0.weight = weight
      $0.label = label
    }
    let model = try model(objective)
    let function = CompiledFunction { _, context in
      model.objective.samples(40_000, model: model, &context).map(\.points)
    }
    let found = function([], key: RandomKey(seed: 4))[0].scalars.map(Double.init)
    let (w, m, s) = (Double(weight), Double(ClassBowls.means[label]), Double(ClassBowls.deviations[label]))
    let precision = (w + 1) / (s * s) - w / 9
    let mean = (w + 1) * m / (s * s) / precision
    expect(Estimate(found), isNear: mean, "mean")
    expect(Estimate(found.map { ($0 - mean) * ($0 - mean) }), isNear: 1 / precision, "variance")
    // The density agrees.
    let energies = CompiledFunction { inputs, context in
      [model.objective.energy(at: inputs[0], level: nil, model: model, &context)]
    }
    let at = energies([Tensor([Float(mean) - 1, Float(mean), Float(mean) + 1], shape: [3, 1])])[0].scalars
    #expect(abs(Double(at[0] - 2 * at[1] + at[2]) - precision) < 1e-3 * precision)
    #expect(abs(Double(at[2] - at[0])) < 1e-3 * precision)
  }

  /// Without a class each takes its turn.
  @Test func classesInTurn() throws {
    let objective = ClassifierFreeGuidance {
      $0.objective = MaximumLikelihood(); $0.weight = 0
    }
    let model = try model(objective)
    let function = CompiledFunction { _, context in
      model.objective.samples(20_000, model: model, &context).map(\.points)
    }
    let found = function([], key: RandomKey(seed: 4))[0].scalars.map(Double.init)
    for (place, mean) in [-2.0, 1].enumerated() {
      let ofClass = stride(from: place, to: found.count, by: 2).map { found[$0] }
      expect(Estimate(ofClass), isNear: mean, "class \(place + 1)")
    }
  }

  /// The share of classes withheld, and that the other ones are the batch's: E⁺ of points at 0 tells the class.
  @Test(arguments: [0, 0.25, 1] as [Float])
  func withholdsClasses(dropout: Float) throws {
    let objective = ClassifierFreeGuidance {
      $0.objective = EnergyOfData(); $0.dropout = dropout
    }
    let model = try model(objective)
    let rows = 30_000
    let labels = Tensor((0..<rows).map { Float($0 % 2 + 1) })
    let function = CompiledFunction(phase: .training) { _, context in
      [
        model.objective.losses(for: Tensor(repeating: 0, shape: [rows, 1]), labels: labels, model: model, &context)
          .energy
      ]
    }
    // Energies of 0: none 0, class 1 (2/1)²/2 = 2, class 2 (1/0.5)²/2 = 2.
    let known = Double(function([], key: RandomKey(seed: 6))[0].scalar) / 2
    let error = (Double(dropout * (1 - dropout)) / Double(rows)).squareRoot()
    #expect(abs(known - Double(1 - dropout)) <= 4 * error + 1e-6)
  }

  /// With recovery, proposals of a network that knows classes differ by class, as they should after training: from the
  /// same noisier points and the same random numbers. Those of one that does not are the same.
  @Test func recoveryIsGuidedByNetworksThatKnowClasses() throws {
    func starts(hasClasses: Bool) throws -> (byClass: [[Double]], samples: [[Double]]) {
      var training = TrainingSettings()
      (training.iterations, training.batch) = (500, 256)
      let objective = ClassifierFreeGuidance {
        $0.objective = CooperativeRecovery(); $0.weight = 0
      }
      let pipeline = try Pipeline("classes", training: training) {
        TwoClasses()
        CosineLogSNR { $0.levels = 4 }
        ResidualMLP {
          $0.width = 16; $0.multipliers = [1]; $0.spectralNorm = false; $0.activation = .silu; $0.hasClasses = true
        }
        LearnedGaussian {
          $0.network = PointPerceptron {
            $0.embedding = 16; $0.hasClasses = hasClasses
          }
        }
        Langevin { $0.steps = 5 }
        objective
        Adam { $0.learningRate = 3e-3 }
      }
      let trainer = try Trainer(pipeline)
      for _ in 0..<training.iterations { _ = try trainer.advance() }
      let (model, store, rows) = (trainer.model, trainer.averagedStore(), 2_000)
      let found = try [Float(1), 2].map { label in
        var labeled = objective
        labeled.label = Int(label)
        let sampling = try labeled.function(over: model.space, in: ParameterScope())
        return CompiledFunction { _, context in
          let guided = model.guided(by: Tensor(label).broadcast(to: [rows]))
          let level = Condition.Level(index: Tensor(2).broadcast(to: [rows]), logSNR: model.logSNR)
          let request = StartRequest(
            count: rows, space: model.space,
            noisy: .init(
              position: context.random.normal([rows, 1]), level: level, deviation: Tensor(0.1).broadcast(to: [rows])))
          return [
            guided.initializer?.freshStart(request, &context) ?? Tensor(.nan),
            sampling.samples(rows, model: model, &context).last?.points ?? Tensor(.nan),
          ]
        }([], store: store, key: RandomKey(seed: 7)).map { $0.scalars.map(Double.init) }
      }
      return (found.map { $0[0] }, found.map { $0[1] })
    }
    let knowing = try starts(hasClasses: true)
    let differences = zip(knowing.byClass[1], knowing.byClass[0]).map { $0 - $1 }
    // The classes' means are −2 and 1.
    #expect(Estimate(differences).mean > 0.3, "\(Estimate(differences))")
    for (label, mean) in [-2.0, 1].enumerated() {
      #expect(abs(Estimate(knowing.samples[label]).mean - mean) < 0.5, "\(Estimate(knowing.samples[label]))")
    }
    let ignoring = try starts(hasClasses: false)
    #expect(ignoring.byClass[0] == ignoring.byClass[1])
  }

  /// The mean energy of the data, twice the batch at once, as objectives with copies have it.
  struct EnergyOfData: Objective, ObjectiveFunction {
    static let name = "energy-of-data"
    var mayUse: Set<ComponentFamily> { [.initializer, .sampler] }
    static let summary = "The mean energy of the data."
    func losses(for data: Tensor, model: Model, _ context: inout Context) -> Losses {
      let copies = Tensor.concatenated([data, data], alongAxis: 0)
      return Losses(energy: model.energy(copies, Condition(), &context).mean())
    }
    func samples(_ count: Int, model: Model, _ context: inout Context) -> [LeveledSamples] { [] }
    func energy(at points: Tensor, level: Int?, model: Model, _ context: inout Context) -> Tensor {
      model.energy(points, Condition(), &context)
    }
  }

  @Test func whatDoesNotFitIsRefused() {
    let error = #expect(throws: ConfigurationError.self) {
      try Model(
        try Pipeline("classes") {
          NormalPoints { $0.dimension = 1 }
          Bowl()
          NormalDraw()
          ClassifierFreeGuidance { $0.objective = CooperativeRecovery() }
          Adam()
        })
    }
    let lines = error.map { $0.problems.map(\.description) } ?? []
    for part in ["schedule: missing", "initializer: missing", "needs points with classes"] {
      #expect(lines.contains { $0.contains(part) }, "\(part): \(lines)")
    }
  }
}
