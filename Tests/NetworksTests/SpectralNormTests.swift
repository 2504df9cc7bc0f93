import Networks
import Tensors
import Testing

@Suite struct SpectralNormTests {
  private let scope = ParameterScope()
  private let weight: Parameter
  private let norm: SpectralNorm
  private let store: ParameterStore

  init() {
    weight = scope.parameter("weight", shape: [12, 7], .normal(standardDeviation: 1))
    norm = SpectralNorm(of: weight, in: scope)
    store = scope.initialValues(seed: 11)
  }

  private func value(_ parameter: Parameter) throws -> [Float] { try #require(store[parameter]) }

  private func function(_ phase: Context.Phase) -> CompiledFunction {
    CompiledFunction(phase: phase) { [weight, norm] _, context in [norm.normalized(weight.tensor, &context)] }
  }

  /// Power iteration converges to the largest singular value; the second one is well below it here.
  @Test func findsTheLargestSingularValue() throws {
    let matrix = Tensor(try value(weight), shape: weight.shape)
    let values = try LinearAlgebra.singularValues(matrix).scalars
    #expect(values[1] < 0.96 * values[0])
    let train = function(.training)
    for _ in 0..<200 { _ = train([], store: store) }
    let normalized = function(.evaluation)([], store: store)[0]
    let sigma = values[0]
    for (index, (found, raw)) in zip(normalized.scalars, matrix.scalars).enumerated() {
      #expect(abs(found - raw / sigma) <= 1e-5 * abs(raw / sigma), "element \(index)")
    }
    #expect(abs(try LinearAlgebra.singularValues(normalized).scalars[0] - 1) < 1e-5)
    for parameter in [norm.left, norm.right] {
      let square = try value(parameter).reduce(0) { $0 + $1 * $1 }
      #expect(abs(square - 1) < 1e-5, "\(parameter.name) is a unit vector")
    }
  }

  /// Before any training σ is between 90 % of the largest singular value and all of it: each of 15 iterations divides the
  /// share of the other directions by the ratio of singular values, below 0.96 here.
  @Test func isANormBeforeTraining() throws {
    let matrix = Tensor(try value(weight), shape: weight.shape)
    let normalized = function(.evaluation)([], store: store)[0]
    let largest = try LinearAlgebra.singularValues(normalized).scalars[0]
    #expect(largest >= 1 - 1e-5 && largest < 1 / 0.9)
    #expect(try LinearAlgebra.singularValues(matrix).scalars[0] > 2, "the weight itself is not normal yet")
  }

  /// One use in training is one iteration, v ← Wᵀu/‖Wᵀu‖, u ← Wv/‖Wv‖; in evaluation nothing moves.
  @Test func iteratesOnceAUseInTraining() throws {
    let (w, u) = (try value(weight), try value(norm.left))
    let before = try value(norm.right)
    _ = function(.evaluation)([], store: store)
    #expect(try value(norm.left) == u)
    #expect(try value(norm.right) == before)
    _ = function(.training)([], store: store)
    func unit(_ vector: [Double]) -> [Double] {
      let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return vector.map { $0 / length }
    }
    let v = unit(
      (0..<7).map { column in (0..<12).reduce(0.0) { sum, row in sum + Double(w[row * 7 + column]) * Double(u[row]) } })
    let next = unit(
      (0..<12).map { row in (0..<7).reduce(0.0) { sum, column in sum + Double(w[row * 7 + column]) * v[column] } })
    for (found, expected) in zip(try value(norm.right), v) { #expect(abs(Double(found) - expected) < 1e-6) }
    for (found, expected) in zip(try value(norm.left), next) { #expect(abs(Double(found) - expected) < 1e-6) }
  }

  /// d/dW Σ A ⊙ W/σ = A/σ − (⟨A, W⟩/σ²) u vᵀ, σ = uᵀ W v.
  @Test func sigmaIsDifferentiatedThroughTheWeightAlone() throws {
    let a = (0..<84).map { Float(($0 * 37) % 11) - 5 }
    let function = CompiledFunction { [weight, norm] inputs, context in
      let loss = (inputs[0] * norm.normalized(weight.tensor, &context)).sum()
      return [gradient(of: loss, withRespectTo: weight.tensor)]
    }
    let found = function([Tensor(a, shape: [12, 7])], store: store)[0].scalars
    let (w, u, v) = (try value(weight), try value(norm.left), try value(norm.right))
    let product = (0..<84).map { Double(u[$0 / 7]) * Double(v[$0 % 7]) }
    let sigma = zip(w, product).reduce(0.0) { $0 + Double($1.0) * $1.1 }
    let inner = zip(w, a).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    let expected = zip(a, product).map { Double($0) / sigma - inner / (sigma * sigma) * $1 }
    let largest = expected.map(abs).max() ?? 0
    for (index, (f, e)) in zip(found, expected).enumerated() {
      #expect(abs(Double(f) - e) < 1e-5 * largest, "element \(index)")
    }
  }
}
