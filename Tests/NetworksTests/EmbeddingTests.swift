import Foundation
import Networks
import Tensors
import Testing

@Suite struct EmbeddingTests {
  /// sin(v ωₖ) for all k, then cos(v ωₖ), with ωₖ = e^(−k ln 10000/(h − 1)).
  @Test(arguments: [4, 10, 128])
  func sinesThenCosines(_ features: Int) {
    let values: [Float] = [0, 0.5, 1, 317, 1000]
    let found = SinusoidalEmbedding(features)(Tensor(values))
    #expect(found.shape == [values.count, features])
    let half = features / 2
    for (row, value) in values.enumerated() {
      for k in 0..<half {
        let angle = Double(value) * exp(-Double(k) * log(10_000) / Double(half - 1))
        // The frequency and the angle are rounded to Float.
        let tolerance = 1e-6 + 1.5e-7 * angle
        #expect(abs(Double(found.scalars[row * features + k]) - sin(angle)) < tolerance, "sin \(value) \(k)")
        #expect(abs(Double(found.scalars[row * features + half + k]) - cos(angle)) < tolerance, "cos \(value) \(k)")
      }
    }
  }

  /// The embedding's input is 1000 arctan(e^(−λ/2))/(π/2), λ limited to ±20: seen through identity maps.
  @Test func levelsAreAnglesOfTheLogSNR() {
    let scope = ParameterScope()
    let embedding = LevelEmbedding(features: 4, width: 4, activation: .relu, in: scope)
    let store = scope.initialValues(seed: 0)
    for parameter in scope.parameters {
      let isMatrix = parameter.shape.count == 2
      // Shifted up by 1 and back so that the rectifier between the maps lets sines pass.
      store[parameter] =
        isMatrix
        ? (0..<16).map { $0 % 5 == 0 ? 1 : 0 } : .init(repeating: parameter.name.hasPrefix("first") ? 1 : -1, count: 4)
    }
    let logSNR: [Float] = [9.8, 0, -5.1, 19, 25, 20]
    let function = CompiledFunction { inputs, context in [embedding(logSNR: inputs[0], &context)] }
    let found = function([Tensor(logSNR)], store: store)[0].scalars
    for (row, value) in logSNR.enumerated() {
      let limited = max(-20, min(20, Double(value)))
      let w = 1000 * atan(exp(-limited / 2)) / (Double.pi / 2)
      let expected = [sin(w), sin(w / 10_000), cos(w), cos(w / 10_000)]
      for feature in 0..<4 {
        #expect(abs(Double(found[row * 4 + feature]) - expected[feature]) < 2e-4, "λ \(value), feature \(feature)")
      }
    }
    #expect(found[16..<20] == found[20..<24])
  }
}
