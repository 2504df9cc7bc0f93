import ReferenceEvaluator
import TensorGraph
import Testing

@Suite("Engine: moves of data")
struct EngineMoveTests {
  static let cases: [EngineCase] = [
    EngineCase("input as it is", [[3, 2], []]) { $0 },
    EngineCase("input twice", [[3, 2]]) { [$0[0], $0[0], $0[0].reshaped([6])] },
    EngineCase("constants", [[2]]) { _ in
      [Tensor(constant: 3).broadcast(to: [2, 3]), positions([4, 5]), Tensor(constant: -1)]
    },
    EngineCase("reshaped", [[3, 4]]) {
      [$0[0].reshaped([2, 6]), $0[0].reshaped([12]), $0[0].reshaped([1, 2, 1, 3, 2, 1])]
    },
    EngineCase("reshaped", [[0, 4]]) { [$0[0].reshaped([2, 0, 3])] },
    EngineCase("reshaped, a scalar", [[]]) { [$0[0].reshaped([1, 1])] },
    EngineCase("broadcast", [[3, 1]]) { [$0[0].broadcast(to: [3, 4]), $0[0].broadcast(to: [2, 3, 5])] },
    EngineCase("broadcast", [[]]) {
      [$0[0].broadcast(to: [2, 3, 1, 2, 1, 2]), $0[0].broadcast(to: [0]), $0[0].broadcast(to: [1100])]
    },
    EngineCase("broadcast", [[2, 1, 3, 1]]) { [$0[0].broadcast(to: [2, 4, 3, 5])] },
    EngineCase("transposed", [[3, 4]]) { [$0[0].transposed(), $0[0].transposed().transposed()] },
    EngineCase("transposed", [[33, 65]]) { [$0[0].transposed()] },
    EngineCase("transposed", [[2, 3, 4]]) { x in
      [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]].map { x[0].transposed($0) }
    },
    EngineCase("transposed", [[2, 3, 1, 2, 3, 2]]) {
      [$0[0].transposed([5, 3, 1, 0, 2, 4]), $0[0].transposed([0, 1, 2, 4, 3, 5])]
    },
    EngineCase("transposed", [[4, 0, 2]]) { [$0[0].transposed([2, 0, 1])] },
    EngineCase("sliced", [[7, 5]]) { x in
      [
        x[0].sliced(alongAxis: 0, 2..<6), x[0].sliced(alongAxis: 1, 1..<4), x[0].sliced(alongAxis: 1, 3..<3),
        x[0].sliced(alongAxis: 0, 6..<7).sliced(alongAxis: 1, 4..<5),
      ]
    },
    EngineCase("sliced", [[3, 4, 2, 2, 1, 3]]) { [$0[0].sliced(alongAxis: 1, 1..<3).sliced(alongAxis: -1, 1..<2)] },
    EngineCase("padded", [[2, 3]]) {
      [$0[0].padded(before: [1, 2], after: [0, 1]), $0[0].padded(before: [0, 0], after: [3, 0])]
    },
    EngineCase("padded", [[2, 1, 2, 2]]) { [$0[0].padded(before: [0, 1, 1, 0], after: [1, 1, 0, 2])] },
    EngineCase("padded", [[0, 2]]) { [$0[0].padded(before: [1, 0], after: [1, 0])] },
    EngineCase("padded then sliced", [[5, 4]]) {
      [$0[0].padded(before: [2, 2], after: [2, 2]).sliced(alongAxis: 0, 1..<6)]
    },
    EngineCase("concatenated", [[2, 3], [2, 1], [2, 0]]) { [Tensor.concatenated($0, alongAxis: 1)] },
    EngineCase("concatenated", [[2, 3], [4, 3]]) { [Tensor.concatenated([$0[0], $0[1], $0[0]], alongAxis: 0)] },
    EngineCase("concatenated", [[2, 3, 2], [2, 1, 2]]) { [Tensor.concatenated($0, alongAxis: -2)] },
    EngineCase("gathered", [[5, 3]]) { [$0[0].gatheringRows(at: positions([4, 0, 0, 2, 1, 4, 3]))] },
    EngineCase("gathered", [[5]]) {
      [$0[0].gatheringRows(at: positions([4, 1])), $0[0].gatheringRows(at: positions([]))]
    },
    EngineCase("gathered", [[3, 2, 2]]) { [$0[0].gatheringRows(at: positions([2, 2, 0]))] },
    EngineCase("gathered outside the table", [[3, 2]]) { [$0[0].gatheringRows(at: positions([3, 1, -1]))] },
    EngineCase("scattered to different rows", [[3, 2]]) { [$0[0].scatteringRows(at: positions([4, 0, 2]), count: 6)] },
    EngineCase("scattered to one row", [[2]]) { [$0[0].scatteringRows(at: positions([1, 1]), count: 3)] },
    EngineCase("scattered outside the table", [[3, 2]]) {
      [$0[0].scatteringRows(at: positions([-1, 5, 1]), count: 2)]
    },
    EngineCase("scattered from nothing", [[0, 2]]) { [$0[0].scatteringRows(at: positions([]), count: 3)] },
    EngineCase("oneHot", [[1]]) { _ in [positions([2, 0, 1, 5]).oneHot(count: 3)] },
    EngineCase("stopped", [[3]]) { [$0[0].stoppingGradient()] },
  ]

  @Test("exactly", arguments: cases)
  func exact(_ test: EngineCase) throws { try expectEngine(test, .exact) }

  @Test("with elementwise work before and after, and gradients", arguments: cases)
  func inContext(_ test: EngineCase) throws {
    let body = test.body
    let wrapped = EngineCase(test.name, test.shapes) { x in
      // Functions of values that pass between; NaN rows stay NaN.
      body(x.map { $0.sin() + $0 }).map { ($0 * 0.5).tanh() }
    }
    try expectEngine(wrapped.withGradient)
  }

  @Test("rows at positions that are computed")
  func computedPositions() throws {
    try expectEngine(
      EngineCase("lookup", [[8, 3], [50]], in: 0...7.9) { x in
        let rows = x[1].floor()
        return [x[0].gatheringRows(at: rows), x[0].gatheringRows(at: rows).scatteringRows(at: 7 - rows, count: 8)]
      }.withGradient)
  }
}
