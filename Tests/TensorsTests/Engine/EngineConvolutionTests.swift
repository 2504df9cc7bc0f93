import ReferenceEvaluator
import TensorGraph
import Testing

/// Convolutions, their transposes and derivatives in the compiled engine, against their definition in Double.
@Suite struct EngineConvolutionTests {
  struct Geometry: Sendable, CustomTestStringConvertible {
    var batch, height, width, inputs, outputs, kernel, stride, padding: Int
    /// More padding below and to the right.
    var behind = 0
    var dilation = 1
    var groups = 1
    var method = ConvolutionMethod.fastest
    var testDescription: String {
      "\(batch)×\(height)×\(width)×\(inputs)→\(outputs), kernel \(kernel), stride \(stride), padding \(padding) + "
        + "\(behind), dilation \(dilation), groups \(groups), \(method)"
    }
  }

  static let geometries = [
    Geometry(batch: 3, height: 9, width: 7, inputs: 17, outputs: 20, kernel: 3, stride: 1, padding: 1),
    Geometry(batch: 4, height: 8, width: 8, inputs: 16, outputs: 32, kernel: 3, stride: 1, padding: 1),
    Geometry(batch: 2, height: 5, width: 6, inputs: 3, outputs: 4, kernel: 3, stride: 1, padding: 1),
    Geometry(batch: 2, height: 8, width: 9, inputs: 2, outputs: 5, kernel: 4, stride: 2, padding: 1),
    Geometry(batch: 5, height: 4, width: 4, inputs: 6, outputs: 3, kernel: 1, stride: 1, padding: 0),
    Geometry(batch: 1, height: 6, width: 6, inputs: 2, outputs: 2, kernel: 5, stride: 3, padding: 2),
    Geometry(batch: 2, height: 7, width: 6, inputs: 16, outputs: 17, kernel: 5, stride: 1, padding: 2),
    Geometry(batch: 2, height: 6, width: 6, inputs: 16, outputs: 16, kernel: 3, stride: 1, padding: 1, method: .direct),
    Geometry(batch: 3, height: 7, width: 9, inputs: 6, outputs: 4, kernel: 3, stride: 2, padding: 0, behind: 2),
    Geometry(batch: 2, height: 8, width: 7, inputs: 4, outputs: 6, kernel: 3, stride: 1, padding: 2, dilation: 2),
    Geometry(
      batch: 2, height: 8, width: 9, inputs: 6, outputs: 9, kernel: 2, stride: 2, padding: 1, behind: 1, dilation: 3,
      groups: 3),
    Geometry(batch: 3, height: 6, width: 5, inputs: 7, outputs: 7, kernel: 3, stride: 2, padding: 1, groups: 7),
  ]

  /// Rounding of sums of n products of numbers near 1, with the transforms' factor of Winograd's algorithm, which is
  /// below 10 for these sizes: 10 ε √n of the sum's scale √n.
  private func tolerance(_ terms: Int) -> Double { 10 * 1.2e-7 * Double(terms) + 1e-6 }

  @Test(arguments: geometries)
  func valuesAndDerivatives(geometry g: Geometry) throws {
    let x = Placeholder("x", shape: [g.batch, g.height, g.width, g.inputs])
    let w = Placeholder("w", shape: [g.outputs, g.kernel, g.kernel, g.inputs / g.groups])
    let padding = ImagePadding(
      top: g.padding, bottom: g.padding + g.behind, left: g.padding, right: g.padding + g.behind)
    let y = x.tensor.convolved(
      with: w.tensor, stride: g.stride, padding: padding, dilation: g.dilation, groups: g.groups, method: g.method)
    let loss = y.squared().sum()
    let first = gradient(of: loss, withRespectTo: [x.tensor, w.tensor])
    // Second derivatives: every role differentiated in both operands.
    let second = gradient(
      of: first[0].squared().sum() * 1e-3 + first[1].squared().sum() * 1e-4, withRespectTo: [x.tensor, w.tensor])
    var generator = SplitMix64(seed: 5)
    let inputs = [x, w].map { ($0, generator.scalars($0.shape.reduce(1, *), in: -1...1).map { Float($0) }) }
    let results = [y] + first + second
    let values = try engineValues(of: results, inputs: inputs, key: (0, 0), threads: 2)
    let reference = ReferenceEvaluator().values(
      of: results, placeholders: Dictionary(uniqueKeysWithValues: inputs.map { ($0, $1.map(Double.init)) }))
    for (index, (actual, expected)) in zip(values, reference).enumerated() {
      let scale = expected.map(abs).max() ?? 0
      let terms = g.kernel * g.kernel * max(g.inputs, g.outputs) + g.batch * g.height * g.width
      expectClose(actual, expected, absolute: tolerance(terms) * max(1, scale) / 10, "result \(index)")
    }
  }

  @Test func theSameBitsForAnyThreadsAndSplit() throws {
    func values(_ batch: Range<Int>, threads: Int) throws -> [[Float]] {
      let x = Placeholder("x", shape: [batch.count, 8, 8, 16])
      let w = Placeholder("w", shape: [24, 3, 3, 16])
      let y = x.tensor.convolved(with: w.tensor, padding: 1).averagePooled(size: 2)
      let gradient = gradient(of: y.tanh().sum(), withRespectTo: x.tensor)
      var generator = SplitMix64(seed: 9)
      let all = generator.scalars(12 * 8 * 8 * 16, in: -1...1).map { Float($0) }
      let weights = generator.scalars(24 * 9 * 16, in: -1...1).map { Float($0) }
      let part = Array(all[(batch.lowerBound * 1_024)..<(batch.upperBound * 1_024)])
      return try engineValues(of: [y, gradient], inputs: [(x, part), (w, weights)], key: (0, 0), threads: threads)
    }
    let whole = try values(0..<12, threads: 1)
    #expect(try values(0..<12, threads: 2) == whole)
    #expect(try values(0..<12, threads: 3) == whole)
    let halves = (try values(0..<5, threads: 1), try values(5..<12, threads: 2))
    #expect(zip(halves.0, halves.1).map { $0 + $1 } == whole)
  }

  @Test(arguments: [1, 2, 3])
  func resampling(factor: Int) throws {
    let x = Placeholder("x", shape: [3, 6, 12, 5])
    let down = x.tensor.averagePooled(size: factor)
    let up = down.squared().upsampled(size: factor)
    let results = [down, up, gradient(of: (up * x.tensor).sum(), withRespectTo: x.tensor)]
    var generator = SplitMix64(seed: 2)
    let inputs = [(x, generator.scalars(3 * 6 * 12 * 5, in: -1...1).map { Float($0) })]
    let values = try engineValues(of: results, inputs: inputs, key: (0, 0), threads: 2)
    let reference = ReferenceEvaluator().values(of: results, placeholders: [x: inputs[0].1.map(Double.init)])
    for (actual, expected) in zip(values, reference) { expectClose(actual, expected, absolute: 1e-5) }
  }
}
