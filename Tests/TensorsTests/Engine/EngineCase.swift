import ReferenceEvaluator
import TensorGraph
import Testing

/// A function of tensors that the engine and the reference both evaluate at the same random inputs.
struct EngineCase: Sendable, CustomTestStringConvertible {
  static let key: (UInt32, UInt32) = (0x1234_5678, 0x9abc_def0)

  let name: String
  let shapes: [[Int]]
  /// Where inputs are drawn from; one range for all, or one each.
  let ranges: [ClosedRange<Double>]
  let body: @Sendable (_ inputs: [Tensor]) -> [Tensor]

  init(
    _ name: String, _ shapes: [[Int]], in ranges: ClosedRange<Double>...,
    body: @escaping @Sendable (_ inputs: [Tensor]) -> [Tensor]
  ) {
    self.name = name
    self.shapes = shapes
    self.ranges = ranges.isEmpty ? [-2...2] : ranges
    self.body = body
  }

  var testDescription: String { "\(name) \(shapes)" }

  /// The function's results as a graph, and its inputs.
  func trace(seed: UInt64 = 1) -> (results: [Tensor], inputs: [(Placeholder, [Float])]) {
    var random = SplitMix64(seed: seed)
    var inputs: [(Placeholder, [Float])] = []
    for (number, shape) in shapes.enumerated() {
      let range = ranges[min(number, ranges.count - 1)]
      inputs.append(
        (Placeholder("x\(number)", shape: shape), random.scalars(shape.elementCount, in: range).map { Float($0) }))
    }
    return (body(inputs.map(\.0.tensor)), inputs)
  }

  /// The same function followed by its gradient along fixed cotangents, which are inputs too.
  var withGradient: EngineCase {
    let (results, _) = trace()
    let count = shapes.count
    var all = ranges
    while all.count < count { all.append(ranges[ranges.count - 1]) }
    let body = body
    var copy = EngineCase("\(name) and gradient", shapes + results.map(\.shape)) { inputs in
      let variables = Array(inputs.prefix(count))
      let y = body(variables)
      return y + pullback(of: y, along: Array(inputs.dropFirst(count)), withRespectTo: variables)
    }
    copy.replace(ranges: all + results.map { _ in -1...1 })
    return copy
  }

  private mutating func replace(ranges: [ClosedRange<Double>]) {
    self = EngineCase(name, shapes, ranges, body)
  }

  private init(
    _ name: String, _ shapes: [[Int]], _ ranges: [ClosedRange<Double>],
    _ body: @escaping @Sendable (_ inputs: [Tensor]) -> [Tensor]
  ) {
    self.name = name
    self.shapes = shapes
    self.ranges = ranges
    self.body = body
  }
}

/// What the engine may differ from the reference by.
enum Agreement {
  /// Bit for bit: data is moved, and rounded once at most.
  case exact
  /// What the rounding model measures on this graph.
  case rounding
  /// A relative and an absolute part.
  case within(relative: Double, absolute: Double)
}

/// Runs a case on the engine and compares all results with the reference.
func expectEngine(
  _ test: EngineCase, _ agreement: Agreement = .rounding, seed: UInt64 = 1, threads: Int = 2,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let (results, inputs) = test.trace(seed: seed)
  let found = try engineValues(of: results, inputs: inputs, key: EngineCase.key, threads: threads)
  expectAgreement(
    found, of: results, inputs: inputs, key: EngineCase.key, agreement, test.testDescription,
    sourceLocation: sourceLocation)
}

/// Compares the engine's results with the reference at the same inputs; NaN agrees with NaN.
func expectAgreement(
  _ found: [[Float]], of results: [Tensor], inputs: [(Placeholder, [Float])], key: (UInt32, UInt32),
  _ agreement: Agreement, _ label: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  guard found.count == results.count else {
    Issue.record("\(label): \(found.count) results instead of \(results.count)", sourceLocation: sourceLocation)
    return
  }
  let placeholders = Dictionary(uniqueKeysWithValues: inputs.map { ($0.0, $0.1.map { Double($0) }) })
  var expected: [[Double]]
  let tolerances: [[Double]]
  switch agreement {
  case .rounding:
    let model = RoundingModel(of: results, placeholders: placeholders, key: key)
    (expected, tolerances) = (model.values, model.tolerances)
  case .exact:
    expected = ReferenceEvaluator(key: key).values(of: results, placeholders: placeholders)
    tolerances = expected.map { $0.map { _ in 0 } }
  case .within(let relative, let absolute):
    expected = ReferenceEvaluator(key: key).values(of: results, placeholders: placeholders)
    tolerances = expected.map { $0.map { absolute + relative * abs($0) } }
  }
  // What a Float cannot hold is infinite in the engine.
  expected = expected.map { $0.map { Double(Float($0)) } }
  for number in results.indices {
    expectClose(
      found[number], expected[number], tolerances: tolerances[number], matchingNaN: true,
      "\(label), result \(number) of shape \(results[number].shape)", sourceLocation: sourceLocation)
  }
}

/// Integer positions as a constant.
func positions(_ rows: [Int]) -> Tensor {
  Tensor(Literal(rows.map { Float($0) }, evaluator: nil), shape: [rows.count])
}
