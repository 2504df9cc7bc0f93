import ReferenceEvaluator
import TensorGraph
import Testing

/// The reference itself, at numbers worked out by hand.
@Suite("Reference evaluator")
struct ReferenceEvaluatorTests {
  private func value(_ result: Tensor) -> [Double] { ReferenceEvaluator().values(of: [result])[0] }

  private func array(_ scalars: [Float], _ shape: [Int]) -> Tensor {
    Tensor(Literal(scalars, evaluator: nil), shape: shape)
  }

  @Test("Philox 4x32-10 gives the known answers of its authors' library")
  func knownAnswers() {
    let cases: [(counter: [UInt32], key: (UInt32, UInt32), words: [UInt32])] = [
      ([0, 0, 0, 0], (0, 0), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
      (
        [.max, .max, .max, .max], (.max, .max), [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
      ),
      (
        [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], (0xa409_3822, 0x299f_31d0),
        [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
      ),
    ]
    for (counter, key, words) in cases { #expect(Philox(key: key).block(counter) == words) }
  }

  @Test("broadcasting, reductions and products")
  func arithmetic() {
    let a = array([1, 2, 3, 4, 5, 6], [2, 3])
    #expect(value(a + array([10, 20], [2, 1])) == [11, 12, 13, 24, 25, 26])
    #expect(value(a * array([1, 0, -1], [3])) == [1, 0, -3, 4, 0, -6])
    #expect(value(a.sum(alongAxes: 0)) == [5, 7, 9])
    #expect(value(a.sum(alongAxes: 1)) == [6, 15])
    #expect(value(a.maximum(alongAxes: 1)) == [3, 6])
    #expect(value(array([], [0]).maximum()) == [-.infinity])
    #expect(value(array([1, .nan, 3], [3]).maximum())[0].isNaN)
    #expect(value(a.matmul(a, transposeRight: true)) == [14, 32, 32, 77])
    #expect(value(a.matmul(a, transposeLeft: true)) == [17, 22, 27, 22, 29, 36, 27, 36, 45])
    let batches = array([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2])
    #expect(value(batches.matmul(batches)) == [7, 10, 15, 22, 67, 78, 91, 106])
  }

  @Test("moves of data")
  func moves() {
    let a = array([1, 2, 3, 4, 5, 6], [2, 3])
    #expect(value(a.transposed()) == [1, 4, 2, 5, 3, 6])
    #expect(value(a.reshaped([1, 2, 3]).transposed([2, 0, 1])) == [1, 4, 2, 5, 3, 6])
    #expect(value(array([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2]).transposed([1, 2, 0])) == [1, 5, 2, 6, 3, 7, 4, 8])
    #expect(value(a.sliced(alongAxis: 1, 1..<3)) == [2, 3, 5, 6])
    #expect(value(a.padded(before: [1, 0], after: [0, 1])) == [0, 0, 0, 0, 1, 2, 3, 0, 4, 5, 6, 0])
    #expect(value(Tensor.concatenated([a, array([7, 8], [2, 1])], alongAxis: 1)) == [1, 2, 3, 7, 4, 5, 6, 8])
    #expect(value(a.broadcast(to: [2, 2, 3])) == [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6])
    #expect(value(a.gatheringRows(at: positions([1, 1, 0]))) == [4, 5, 6, 4, 5, 6, 1, 2, 3])
    let outside = value(a.gatheringRows(at: array([2, -1, .nan], [3])))
    #expect(outside.count == 9 && outside.allSatisfy(\.isNaN))
    #expect(value(a.scatteringRows(at: positions([2, 2]), count: 3)) == [0, 0, 0, 0, 0, 0, 5, 7, 9])
    #expect(value(a.scatteringRows(at: positions([9, 0]), count: 1)) == [4, 5, 6])
    #expect(value(positions([1, 0]).oneHot(count: 3)) == [0, 1, 0, 1, 0, 0])
  }

  @Test("functions at their special points")
  func functions() {
    let x = array([-2, 0, 1, .infinity, .nan], [5])
    expectClose(value(x.sign()), [-1, 0, 1, 1, .nan], matchingNaN: true)
    expectClose(value(x.reciprocal()), [-0.5, .infinity, 1, 0, .nan], matchingNaN: true)
    expectClose(value(x.squareRoot()), [.nan, 0, 1, .infinity, .nan], matchingNaN: true)
    expectClose(value(x.log()), [.nan, -.infinity, 0, .infinity, .nan], matchingNaN: true)
    expectClose(value(x .<= 0), [1.0, 1, 0, 0, 0])
    expectClose(value(x .== x), [1.0, 1, 1, 1, 0])
    expectClose(value(Tensor.maximum(x, array([0], []))), [0, 0, 1, .infinity, .nan], matchingNaN: true)
    expectClose(value(array([800, -800, 0], [3]).softplus()), [800, 0, 0.6931471805599453])
    expectClose(value(array([800, -800, 0], [3]).sigmoid()), [1, 0, 0.5])
    expectClose(value(array([-1.5, 1.5, 2], [3]).floor()), [-2.0, 1, 2])
  }

  @Test("random numbers may be given")
  func givenNumbers() {
    var stream = RandomStream()
    let evaluator = ReferenceEvaluator(draw: { draw, iteration in
      draw.shape.elementCount == 0 ? [] : (0..<draw.shape.elementCount).map { Double($0 + 10 * iteration) }
    })
    let walk = Tensor.iterate(3, from: [stream.normal([2])], random: &stream) { state, _, random in
      [state[0] + random.uniform([2])]
    }[0]
    #expect(evaluator.values(of: [walk])[0] == [30, 34])
  }

  @Test("random graphs grow over all steps, and the same seed gives the same graph")
  func randomGraphs() {
    let graphs = (0..<100).map { RandomGraph(seed: UInt64($0)) }
    var used: [Substring: Int] = [:]
    for graph in graphs {
      #expect(graph.trace.count == 30)
      for step in graph.trace { used[step.prefix { $0 != "[" }, default: 0] += 1 }
    }
    #expect(used.count == RandomGraph.stepCount, "\(used.sorted { $0.key < $1.key })")
    #expect(RandomGraph(seed: 5).trace == graphs[5].trace)
    #expect(graphs.contains { $0.results.contains { $0.elementCount == 0 } })
  }
}
