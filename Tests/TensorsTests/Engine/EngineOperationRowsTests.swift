import ReferenceEvaluator
import TensorGraph
import Testing

/// Operations of their own types give a row the same bits in any batch and for any number of threads.
@Suite("Engine: rows of softmax, normalisation and attention")
struct EngineOperationRowsTests {
  /// A function of a batch and of weights that rows share.
  struct Rows: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let row: [Int]
    var weights: [[Int]] = []
    let body: @Sendable (_ x: Tensor, _ weights: [Tensor]) -> Tensor
  }

  static let rows = 150

  static let functions: [Rows] = [
    Rows(testDescription: "softmax", row: [37]) { x, _ in x.softmax() * x.logSoftmax() },
    Rows(testDescription: "layer norm", row: [3, 40], weights: [[40], [40]]) { x, w in
      x.layerNormalized(scale: w[0], shift: w[1])
    },
    Rows(testDescription: "group norm", row: [5, 5, 24], weights: [[24], [24]]) { x, w in
      x.groupNormalized(groups: 3, scale: w[0], shift: w[1])
    },
    Rows(testDescription: "attention", row: [2, 9, 12], weights: [[9, 9]]) { x, w in
      x.attending(to: x.sin(), values: x, bias: w[0])
    },
  ]

  private func run(_ function: Rows, _ range: Range<Int>, threads: Int) throws -> [[UInt32]] {
    var random = SplitMix64(seed: 3)
    let weights = function.weights.map { shape in
      (Placeholder("w", shape: shape), random.scalars(shape.elementCount, in: -1...1).map { Float($0) })
    }
    let size = function.row.elementCount
    let points = random.scalars(Self.rows * size, in: -2...2).map { Float($0) }
    let x = Placeholder("x", shape: [range.count] + function.row)
    let y = function.body(x.tensor, weights.map(\.0.tensor))
    let slope = pullback(of: [y], along: [y.sin()], withRespectTo: [x.tensor])
    let own = Array(points[(range.lowerBound * size)..<(range.upperBound * size)])
    return try engineValues(of: [y] + slope, inputs: [(x, own)] + weights, key: (8, 9), threads: threads)
      .map { $0.map(\.bitPattern) }
  }

  @Test("rows of a batch and of smaller batches", arguments: functions, [[50, 100], [1, 7, 142], [149, 1]])
  func splits(_ function: Rows, _ split: [Int]) throws {
    let whole = try run(function, 0..<Self.rows, threads: 2)
    var parts = whole.map { _ in [UInt32]() }
    var start = 0
    for count in split {
      for (number, scalars) in try run(function, start..<(start + count), threads: 1).enumerated() {
        parts[number] += scalars
      }
      start += count
    }
    #expect(parts == whole)
  }

  @Test("1, 2 and 3 threads, weights' gradients too", arguments: functions)
  func threads(_ function: Rows) throws {
    var random = SplitMix64(seed: 4)
    let shapes = [[Self.rows] + function.row] + function.weights
    let inputs = shapes.map { shape in
      (Placeholder("x", shape: shape), random.scalars(shape.elementCount, in: -1...1).map { Float($0) })
    }
    let variables = inputs.map(\.0.tensor)
    let y = function.body(variables[0], Array(variables.dropFirst()))
    let results = [y] + pullback(of: [y], along: [y.sin()], withRespectTo: variables)
    let runs = try [1, 2, 3].map { threads in
      try engineValues(of: results, inputs: inputs, key: (5, 6), threads: threads).map { $0.map(\.bitPattern) }
    }
    #expect(runs[1] == runs[0] && runs[2] == runs[0])
  }

  @Test("in a loop whose rows are independent", arguments: functions)
  func loops(_ function: Rows) throws {
    var random = SplitMix64(seed: 5)
    let shapes = [[Self.rows] + function.row] + function.weights
    let inputs = shapes.map { shape in
      (Placeholder("x", shape: shape), random.scalars(shape.elementCount, in: -1...1).map { Float($0) })
    }
    let variables = inputs.map(\.0.tensor)
    let weights = Array(variables.dropFirst())
    let results = Tensor.iterate(3, from: [variables[0]]) { state, _ in
      let y = function.body(state[0], weights)
      return [state[0] - 0.1 * pullback(of: [y], along: [y.tanh()], withRespectTo: [state[0]])[0]]
    }
    let found = try engineValues(of: results, inputs: inputs, key: (5, 6), threads: 2)
    expectAgreement(found, of: results, inputs: inputs, key: (5, 6), .rounding, function.testDescription)
  }
}
