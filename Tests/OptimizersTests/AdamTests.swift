import EBMCore
import Foundation
import Networks
import Optimizers
import Tensors
import Testing

@Suite struct AdamTests {
  private static let curvatures: [Float] = [1, 0.1, 10, 3]
  private static let start: [Float] = [1, -2, 0.5, 0]

  /// Positions after each of `count` updates of ½ Σ c (θ − 1)², by the component.
  private func trained(_ adam: Adam, count: Int) throws -> [[Float]] {
    let scope = ParameterScope()
    let theta = scope.parameter("theta", shape: [4], .constant(0))
    let rule = adam.rule(for: [theta], in: scope["optimizer"])
    #expect(scope.parameters.map(\.name) == ["theta", "optimizer.mean.theta", "optimizer.square.theta"])
    #expect(scope.parameters.dropFirst().allSatisfy { $0.kind == .state })
    let store = scope.initialValues(seed: 0)
    store[theta] = Self.start
    let update = CompiledFunction { inputs, context in
      let loss = (0.5 * Tensor(Self.curvatures) * (theta.tensor - 1).squared()).sum()
      let values = rule.update(
        [theta.tensor], gradient(of: loss, withRespectTo: [theta.tensor]), learningRate: inputs[0],
        iteration: inputs[1], &context)
      context.assign(values[0], to: theta)
      return values
    }
    return try (0..<count).map { iteration in
      let rate = Float(adam.learningRate(at: iteration, of: count))
      _ = update([Tensor(rate), Tensor(Float(iteration + 1))], store: store)
      return try #require(store[theta])
    }
  }

  /// Kingma & Ba's algorithm 1 written out, in Double.
  private func reference(_ adam: Adam, count: Int) -> [[Double]] {
    var (theta, m, v) = (
      Self.start.map(Double.init), [Double](repeating: 0, count: 4), [Double](repeating: 0, count: 4)
    )
    let (beta1, beta2) = (Double(adam.beta1), Double(adam.beta2))
    return (1...count).map { k in
      let rate = adam.learningRate(at: k - 1, of: count)
      for index in theta.indices {
        let g = Double(Self.curvatures[index]) * (theta[index] - 1)
        m[index] = beta1 * m[index] + (1 - beta1) * g
        v[index] = beta2 * v[index] + (1 - beta2) * g * g
        let (mean, square) = (m[index] / (1 - pow(beta1, Double(k))), v[index] / (1 - pow(beta2, Double(k))))
        theta[index] -=
          rate * (mean / (square.squareRoot() + Double(adam.epsilon)) + Double(adam.weightDecay) * theta[index])
      }
      return theta
    }
  }

  /// The rounding of 200 updates in Float: each adds a few units in the last place of a number near 1, and the
  /// quadratic pulls them together again.
  @Test(arguments: [0, 0.1] as [Float])
  func followsTheRecurrence(weightDecay: Float) throws {
    let adam = Adam {
      $0.learningRate = 0.02; $0.warmup = 20; $0.finalFraction = 0.1; $0.weightDecay = weightDecay
    }
    let (found, expected) = (try trained(adam, count: 200), reference(adam, count: 200))
    for (step, (f, e)) in zip(found, expected).enumerated() {
      for index in f.indices {
        #expect(abs(Double(f[index]) - e[index]) < 20 * Double(Float.ulpOfOne), "update \(step + 1), element \(index)")
      }
    }
    let stays = expected[199][0] == Double(Self.start[0])
    #expect(stays == (weightDecay == 0), "what starts at its optimum stays there unless it decays")
  }

  /// The first update moves every coordinate by η, whatever its gradient's size: ε is far below √(g²).
  @Test func theFirstUpdateIsOfUnitSize() throws {
    let moved = try trained(Adam { $0.learningRate = 0.01 }, count: 1)[0]
    for (after, before) in zip(moved, Self.start).dropFirst() {
      #expect(abs(abs(after - before) - 0.01) < 1e-6)
    }
    #expect(moved[0] == Self.start[0], "no gradient, no step")
  }

  /// η min(1, n/warmup), n from 1.
  @Test func warmsUp() {
    let adam = Adam {
      $0.learningRate = 1e-4; $0.warmup = 10_000
    }
    for n in [1, 2, 500, 9_999, 10_000, 10_001, 50_000] {
      let expected = 1e-4 * min(1, Double(n) / 10_000)
      #expect(abs(adam.learningRate(at: n - 1, of: 100_000) - expected) < 1e-18, "update \(n)")
    }
  }

  @Test func fallsAlongACosine() {
    let adam = Adam {
      $0.learningRate = 2; $0.warmup = 100; $0.finalFraction = 0.25
    }
    func rate(_ n: Int) -> Double { adam.learningRate(at: n - 1, of: 1_101) }
    #expect(abs(rate(100) - 2) < 1e-12 && abs(rate(101) - 2) < 1e-12)
    #expect(abs(rate(1_101) - 0.5) < 1e-12, "the last update has the final rate")
    #expect(abs(rate(601) - 1.25) < 1e-12, "half way")
    #expect((101...1_100).allSatisfy { rate($0) >= rate($0 + 1) })
    #expect(Adam { $0.learningRate = 3 }.learningRate(at: 77, of: 100) == 3)
    // Nothing to divide by.
    #expect(
      Adam {
        $0.learningRate = 3; $0.warmup = 5
      }.learningRate(at: 4, of: 5) == 3)
    #expect(
      Adam {
        $0.learningRate = 3; $0.finalFraction = 0.5
      }.learningRate(at: 0, of: 1).isFinite)
  }
}
