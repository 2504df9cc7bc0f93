import EBM
import Testing

/// The networks against numbers of the authors' own code in PyTorch (Fixtures/README.md).
///
/// Outputs agree within 1e-5 of each element and gradients within 1e-4 of the tensor's largest element: both sides
/// are Float32, and a gradient's element is a sum over thousands of products that cancel.
@Suite struct CooperativeRecoveryNetworksTests {
  /// The pipeline whose networks have the sizes of the fixtures.
  static func model() throws -> Model {
    try Model(
      try Pipeline("fixtures") {
        Checkerboard()
        CosineLogSNR()
        ResidualMLP {
          $0.width = 32
          $0.multipliers = [1, 2, 2, 2]
          $0.activation = .leakyReLU
          $0.spectralNorm = true
        }
        LearnedGaussian {
          $0.network = PointPerceptron {
            $0.width = 64; $0.embedding = 32
          }
        }
        Langevin()
        CooperativeRecovery()
        Adam()
      })
  }

  /// A level of its own for each row.
  private static func levels(_ logSNR: Tensor) -> Condition {
    let rows = (0..<logSNR.shape[0]).map(Float.init)
    return Condition(level: .init(index: Tensor(rows), logSNR: logSNR))
  }

  @Test func energyAndItsGradients() throws {
    let fixture = try Fixture("cdrl-ebm-mlp")
    let model = try Self.model()
    let parameters = model.scope["energy"].parameters
    let store = try fixture.store(for: parameters, translation: AuthorsNames.energy)
    let weights = model.energyWeights
    let function = CompiledFunction { inputs, context in
      let f = -model.energy(inputs[0], Self.levels(inputs[1]), &context)
      let gradientX = gradient(of: f.sum(), withRespectTo: inputs[0])
      return [f, gradientX] + gradient(of: f.mean(), withRespectTo: weights.map(\.tensor))
    }
    let results = function([try fixture["x"], try fixture["logsnr"]], store: store)
    expectClose(results[0], try fixture["f"], relative: 1e-5, "f")
    expectClose(results[1], try fixture["grad_x"], ofLargest: 1e-4, "∇f")
    let gradients = Dictionary(uniqueKeysWithValues: zip(weights.map(\.name), results.dropFirst(2)))
    let expected = fixture.group("grad.")
    #expect(expected.count == weights.count)
    for (name, value) in expected {
      let gradient = try #require(gradients[AuthorsNames.energy(name)])
      expectClose(gradient, value, ofLargest: 1e-4, name)
    }
  }

  @Test func initializerAndItsGradients() throws {
    let fixture = try Fixture("cdrl-unet-mlp")
    let model = try Self.model()
    let scope = ParameterScope()
    let network = try PointPerceptron {
      $0.width = 64; $0.embedding = 32
    }
    .function(over: model.space, in: scope["initializer"]["network"])
    let weights = scope.parameters
    #expect(weights.map(\.name) == model.initializerWeights.map(\.name))
    let store = try fixture.store(for: weights, translation: AuthorsNames.initializer)
    let function = CompiledFunction { inputs, context in
      let output = network(inputs[0], Self.levels(inputs[1]), &context)
      return [output] + gradient(of: output.squared().mean(), withRespectTo: weights.map(\.tensor))
    }
    let results = function([try fixture["x"], try fixture["logsnr"]], store: store)
    // g = x + U cancels where it is near 0, so some of the error is that of x.
    expectClose(results[0], try fixture["out"], relative: 1e-5, ofLargest: 1e-6, "g")
    let gradients = Dictionary(uniqueKeysWithValues: zip(weights.map(\.name), results.dropFirst()))
    let expected = fixture.group("grad.")
    #expect(expected.count == weights.count)
    for (name, value) in expected {
      let gradient = try #require(gradients[AuthorsNames.initializer(name)])
      expectClose(gradient, value, ofLargest: 1e-4, name)
    }
  }

  /// The chain of the conditional with given noise, driven by the objective's own target and the sampler's own step.
  @Test func conditionalLangevin() throws {
    let (network, fixture) = (try Fixture("cdrl-ebm-mlp"), try Fixture("cdrl-langevin-mlp"))
    let model = try Self.model()
    let store = try network.store(for: model.scope["energy"].parameters, translation: AuthorsNames.energy)
    let levels = try #require(model.levels)
    let objective = CooperativeRecovery()
    let steps = objective.steps(levels)
    // The file counts levels i from 1; t = i − 1.
    let index = try fixture["level"].scalars.map { Int($0) - 1 }
    #expect(Set(index) == Set(0..<levels.steps), "the fixture has chains at every level")
    func table(_ numbers: [Double]) -> Tensor { Tensor(index.map { Float(numbers[$0]) }) }
    expectClose(table(levels.logSNR), try fixture["logsnr_s"], ofLargest: 1e-5, "λ of the level")
    expectClose(table(Array(levels.logSNR.dropFirst())), try fixture["logsnr_t"], ofLargest: 1e-5, "λ of the partner")
    expectClose(table(steps.step.map { $0 * $0 }), try fixture["step_squared"], relative: 1e-5, "b²")

    let logSNR = model.logSNR
    let step = CompiledFunction { inputs, context in
      let target = objective.target(
        model, Condition(level: .init(index: Tensor(index.map(Float.init)), logSNR: logSNR)), partner: inputs[1],
        step: Tensor(index.map { Float(steps.step[$0]) }), coupling: Tensor(index.map { Float(steps.coupling[$0]) }),
        context)
      return [Langevin().moved(inputs[0], target: target, noise: inputs[2])]
    }
    let (noise, trajectory, partner) = (try fixture["noise"], try fixture["trajectory"], try fixture["xt"])
    func slice(_ tensor: Tensor, _ place: Int) -> Tensor {
      tensor.sliced(alongAxis: 0, place..<(place + 1)).reshaped(Array(tensor.shape.dropFirst()))
    }
    var y = try fixture["x0"]
    for place in 0..<noise.shape[0] {
      y = step([y, partner, slice(noise, place)], store: store)[0]
      expectClose(y, slice(trajectory, place), ofLargest: 1e-5, "step \(place + 1)")
    }
    let multiplier = table(steps.multiplier).reshaped([index.count, 1])
    expectClose(y / multiplier, try fixture["final"], ofLargest: 1e-5, "x")
  }
}
