import ReferenceEvaluator
import TensorGraph
import Testing

/// Right-hand sides that a program computes are packed on several threads at once, in memory that others have left.
@Suite("Engine: rearrangements")
struct EngineRearrangementTests {
  private static let (rows, width) = (24, 160)
  private static let layers = 7

  /// Energies and gradients of a deep perceptron whose weights are divided by their norms, so that each is computed,
  /// packed twice, and not needed again.
  private static func network(_ x: Tensor, _ weights: [Tensor]) -> [Tensor] {
    var h = x
    for weight in weights { h = (h.matmul(weight / weight.squared().sum().squareRoot()) * 4).softplus() }
    let energy = h.sum(alongAxes: 1)
    let one = Tensor(constant: 1).broadcast(to: energy.shape)
    return [energy, pullback(of: [energy], along: [one], withRespectTo: [x])[0]]
  }

  @Test("packed side by side, weights give the same bits as one after the other")
  func sideBySide() throws {
    var random = SplitMix64(seed: 4)
    let shapes = [[Self.rows, Self.width]] + [[Int]](repeating: [Self.width, Self.width], count: Self.layers)
    let inputs = shapes.map { shape in
      (Placeholder("argument", shape: shape), random.scalars(shape.elementCount, in: -1...1).map { Float($0) })
    }
    let results = Self.network(inputs[0].0.tensor, inputs.dropFirst().map(\.0.tensor))
    func bits(threads: Int) throws -> [[UInt32]] {
      try engineValues(of: results, inputs: inputs, key: (1, 2), threads: threads).map { $0.map(\.bitPattern) }
    }
    let expected = try bits(threads: 1)
    // Threads that collide do so now and then.
    for run in 0..<60 { #expect(try bits(threads: 3) == expected, "run \(run)") }
  }
}
