import ReferenceEvaluator
import TensorGraph
import Tensors
import Testing

/// The same seed gives the same bits for any number of threads, and a row does not depend on its batch.
@Suite("Engine: threads and batches")
struct EngineDeterminismTests {
  private func expectSameBits(
    _ results: [Tensor], _ inputs: [(Placeholder, [Float])], key: (UInt32, UInt32) = (5, 6), _ label: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let runs = try [1, 2, 3].map { threads in
      try engineValues(of: results, inputs: inputs, key: key, threads: threads).map { $0.map(\.bitPattern) }
    }
    for (threads, run) in zip([2, 3], runs.dropFirst()) {
      #expect(run == runs[0], "\(label): \(threads) threads", sourceLocation: sourceLocation)
    }
    #expect(runs[0].map(\.count) == results.map(\.elementCount), "\(label)", sourceLocation: sourceLocation)
  }

  @Test("1, 2 and 3 threads: random graphs", arguments: UInt64(300)..<340)
  func randomGraphs(_ seed: UInt64) throws {
    let graph = RandomGraph(seed: seed)
    let inputs = graph.inputs.map { ($0.placeholder, $0.scalars.map { Float($0) }) }
    try expectSameBits(graph.results, inputs, key: RandomGraph.key, "seed \(seed)")
  }

  static let large: [EngineCase] = [
    EngineCase("elementwise", [[100_003], []]) { [($0[0] * $0[1]).sin() + $0[0]] },
    EngineCase("sums of many elements", [[100_003], [999, 65]]) {
      [$0[0].sum(), $0[1].sum(alongAxes: 0), $0[1].sum(alongAxes: 1), $0[1].mean(), $0[1].maximum()]
    },
    EngineCase("normal numbers", [[]]) { _ in
      var stream = RandomStream()
      return [stream.normal([1001, 7]), stream.uniform([20_001])]
    },
    EngineCase("matmul", [[257, 33], [33, 65]]) { [$0[0].matmul($0[1]), $0[0].matmul($0[0], transposeLeft: true)] },
    EngineCase("scatter", [[5000, 2], [5000]], in: 0...9.9) { [$0[0].scatteringRows(at: $0[1].floor(), count: 10)] },
    EngineCase("loss gradient", [[509, 3], [3, 16], [16], [16, 1]], in: -1...1) { x in
      let loss = ((x[0].matmul(x[1]) + x[2]).softplus().matmul(x[3]) - 1).squared().mean()
      return [loss] + gradient(of: loss, withRespectTo: Array(x.dropFirst()))
    },
  ]

  @Test("1, 2 and 3 threads: large arrays", arguments: large)
  func largeArrays(_ test: EngineCase) throws {
    let (results, inputs) = test.trace()
    try expectSameBits(results, inputs, test.testDescription)
  }

  // A network of two hidden layers; all rows' energies, and their gradients with respect to the rows.

  private static let rows = 300
  private static let weightShapes = [[3, 24], [24], [24, 24], [24], [24, 1]]

  private static func slope(_ x: Tensor, _ weights: [Tensor]) -> (energy: Tensor, gradient: Tensor) {
    let first = (x.matmul(weights[0]) + weights[1]).softplus()
    let second = (first.matmul(weights[2]) + weights[3]).tanh()
    let energy = second.matmul(weights[4]).reshaped([x.shape[0]]) + 0.5 * x.squared().sum(alongAxes: 1)
    let one = Tensor(constant: 1).broadcast(to: energy.shape)
    return (energy, pullback(of: [energy], along: [one], withRespectTo: [x])[0])
  }

  /// A function of rows [from, upTo) of 300, given their points and the weights.
  typealias RowFunction = @Sendable (_ x: Tensor, _ weights: [Tensor], _ range: Range<Int>) -> [Tensor]

  static let energyGradient: RowFunction = { x, weights, _ in
    let (energy, gradient) = slope(x, weights)
    return [energy, gradient]
  }

  /// Langevin steps; each row keeps its number among the 300, and so its noise.
  static let langevin: RowFunction = { x, weights, range in
    var stream = RandomStream()
    return Tensor.iterate(5, from: [x], random: &stream) { state, _, random in
      let noise = random.normal([rows, 3]).sliced(alongAxis: 0, range)
      return [state[0] - 0.02 * slope(state[0], weights).gradient + 0.2 * noise]
    }
  }

  private func run(_ function: RowFunction, _ range: Range<Int>, threads: Int) throws -> [[UInt32]] {
    var random = SplitMix64(seed: 3)
    let weights = Self.weightShapes.map { shape in
      (Placeholder("w", shape: shape), random.scalars(shape.elementCount, in: -0.7...0.7).map { Float($0) })
    }
    let points = random.scalars(Self.rows * 3, in: -2...2).map { Float($0) }
    let x = Placeholder("x", shape: [range.count, 3])
    let results = function(x.tensor, weights.map(\.0.tensor), range)
    let own = Array(points[(range.lowerBound * 3)..<(range.upperBound * 3)])
    return try engineValues(of: results, inputs: [(x, own)] + weights, key: (8, 9), threads: threads)
      .map { $0.map(\.bitPattern) }
  }

  static let splits = [[100, 100, 100], [1, 7, 292], [128, 128, 44], [299, 1]]

  private func expectRowsAgree(
    _ function: RowFunction, _ split: [Int], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let whole = try run(function, 0..<Self.rows, threads: 2)
    var parts = whole.map { _ in [UInt32]() }
    var start = 0
    for count in split {
      let part = try run(function, start..<(start + count), threads: 1)
      for (number, scalars) in part.enumerated() { parts[number] += scalars }
      start += count
    }
    #expect(start == Self.rows && parts.map(\.count) == whole.map(\.count), sourceLocation: sourceLocation)
    for (number, result) in whole.enumerated() {
      let differing = zip(result, parts[number]).filter { $0 != $1 }.count
      #expect(differing == 0, "result \(number), batches \(split)", sourceLocation: sourceLocation)
    }
  }

  @Test("rows of a batch of 300 and of smaller batches: energies and gradients", arguments: splits)
  func energyBatches(_ split: [Int]) throws { try expectRowsAgree(Self.energyGradient, split) }

  @Test("rows of a batch of 300 and of smaller batches: Langevin chains", arguments: splits)
  func langevinBatches(_ split: [Int]) throws { try expectRowsAgree(Self.langevin, split) }

  /// In a loop, a value of all rows that no row-wise value goes into is made by each tile, whole; its rows are found.
  @Test("rows that a loop makes from constants")
  func rowsOfConstants() throws {
    let x = Placeholder("x", shape: [Self.rows, 2])
    let slopes = Tensor((0..<(Self.rows * 2)).map { Float($0 % 37) }, shape: [Self.rows, 2])
    let result = Tensor.iterate(3, from: [x.tensor]) { state, iteration in [state[0] + (iteration + 1) * slopes] }
    let start = (0..<(Self.rows * 2)).map { Float($0) }
    // 1 + 2 + 3 times the slope; integers are exact.
    let expected = (0..<(Self.rows * 2)).map { (index: Int) -> Float in Float(index + 6 * (index % 37)) }
    let values = try engineValues(of: result, inputs: [(x, start)], key: (8, 9), threads: 2)
    #expect(values[0] == expected)
  }

  @Test("chains of 1, 2 and 3 threads")
  func chains() throws {
    let runs = try [1, 2, 3].map { try run(Self.langevin, 0..<Self.rows, threads: $0) }
    #expect(runs[1] == runs[0] && runs[2] == runs[0])
  }
}
