import ReferenceEvaluator
import TensorGraph
import Testing

/// Wrong shapes and axes stop the program, in release builds too, with a line that says what was given.
@Suite("Messages about wrong shapes")
struct MessageTests {
  struct Misuse: Sendable, CustomTestStringConvertible {
    let name: String
    /// What the message contains.
    let words: [String]
    let run: @Sendable () -> Void

    init(_ name: String, _ words: String..., run: @escaping @Sendable () -> Void) {
      self.name = name
      self.words = words
      self.run = run
    }

    var testDescription: String { name }
  }

  static func x(_ shape: Int...) -> Tensor { Placeholder("x", shape: shape).tensor }

  static let misuses: [Misuse] = [
    Misuse("add", "add", "[2, 3]", "[2]") { _ = x(2, 3) + x(2) },
    Misuse("divide", "divide", "[4]", "[0]") { _ = x(4) / x(0) },
    Misuse("maximum", "maximum", "[2]", "[3]") { _ = Tensor.maximum(x(2), x(3)) },
    Misuse("less", "less", "[2]", "[3]") { _ = (x(2) .< x(3)) },
    Misuse("power", "power", "[2]", "[3]") { _ = x(2).raised(to: x(3)) },
    Misuse("select, branches", "select", "[2]", "[3]") { _ = Tensor.select(x(), x(2), x(3)) },
    Misuse("select, condition", "select", "[4]", "[3]") { _ = Tensor.select(x(4), x(3), x()) },
    Misuse("broadcast", "broadcast", "[2]", "[3]") { _ = x(2).broadcast(to: [3]) },
    Misuse("broadcast to fewer axes", "broadcast", "[1, 2]", "[2]") { _ = x(1, 2).broadcast(to: [2]) },
    Misuse("rank 7", "rank 7", "6") { _ = x(2).reshaped([1, 1, 1, 1, 1, 1, 2]) },
    Misuse("sum", "sum", "axis 2", "[2, 3]") { _ = x(2, 3).sum(alongAxes: 2) },
    Misuse("mean", "mean", "axis -3", "[2, 3]") { _ = x(2, 3).mean(alongAxes: -3) },
    Misuse("maximum along", "maximum", "axis 0", "[]") { _ = x().maximum(alongAxes: 0) },
    Misuse("logSumExp", "axis 1", "[2]") { _ = x(2).logSumExp(alongAxes: 1) },
    Misuse("matmul, inner", "matmul", "[2, 3]", "[4, 5]") { _ = x(2, 3).matmul(x(4, 5)) },
    Misuse("matmul, transposed", "matmul", "[2, 3]ᵀ", "[3, 5]") { _ = x(2, 3).matmul(x(3, 5), transposeLeft: true) },
    Misuse("matmul, rank", "matmul", "[3]", "[3, 2]") { _ = x(3).matmul(x(3, 2)) },
    Misuse("matmul, leading", "matmul", "[2, 4, 3]", "[5, 3, 4]") { _ = x(2, 4, 3).matmul(x(5, 3, 4)) },
    Misuse("reshape", "reshape", "[2, 3]", "[4]") { _ = x(2, 3).reshaped([4]) },
    Misuse("reshape, free size", "reshape", "[2, 3]", "[4, -1]") { _ = x(2, 3).reshaped([4, -1]) },
    Misuse("reshape, two free sizes", "reshape", "[-1, -1]") { _ = x(2, 3).reshaped([-1, -1]) },
    Misuse("reshape, negative sizes", "reshape", "[-2, -3]") { _ = x(2, 3).reshaped([-2, -3]) },
    Misuse("expandingAxis", "axis 4", "[2]") { _ = x(2).expandingAxis(at: 4) },
    Misuse("transpose", "transpose", "[0, 0]", "[2, 3]") { _ = x(2, 3).transposed([0, 0]) },
    Misuse("transpose, rank", "transpose", "[2]") { _ = x(2).transposed() },
    Misuse("slice", "slice", "1..<4", "[2, 3]") { _ = x(2, 3).sliced(alongAxis: 1, 1..<4) },
    Misuse("slice, before 0", "slice", "-1..<1", "[3]") { _ = x(3).sliced(alongAxis: 0, -1..<1) },
    Misuse("pad", "pad", "[-1]", "[3]") { _ = x(3).padded(before: [-1], after: [0]) },
    Misuse("pad, rank", "pad", "[1, 1]", "[3]") { _ = x(3).padded(before: [1, 1], after: [0, 0]) },
    Misuse("concatenate", "concatenate", "[2, 4]", "[3, 3]") {
      _ = Tensor.concatenated([x(3, 3), x(2, 4)], alongAxis: 0)
    },
    Misuse("concatenate nothing", "concatenate") { _ = Tensor.concatenated([], alongAxis: 0) },
    Misuse("gatherRows", "gatherRows", "[3, 2]", "[2, 2]") { _ = x(3, 2).gatheringRows(at: x(2, 2)) },
    Misuse("scatterRows", "scatterRows", "[3, 2]", "[2]") { _ = x(3, 2).scatteringRows(at: x(2), count: 4) },
    Misuse("oneHot", "oneHot", "[2, 2]") { _ = x(2, 2).oneHot(count: 3) },
    Misuse("gradient", "gradient", "[2]") { _ = gradient(of: x(2), withRespectTo: x(2)) },
    Misuse("pullback", "pullback", "[[2]]", "[[3]]") { _ = pullback(of: [x(2)], along: [x(3)], withRespectTo: []) },
    Misuse("jacobianVectorProduct", "jacobianVectorProduct", "[[2]]", "[[1, 2]]") {
      _ = jacobianVectorProduct(of: [x(2)], withRespectTo: [x(2)], along: [x(1, 2)])
    },
    Misuse("iterate, shape", "iterate", "[[2]]", "[[1, 2]]") {
      _ = Tensor.iterate(2, from: [x(2)]) { state, _ in [state[0].expandingAxis(at: 0)] }
    },
    Misuse("iterate, number of states", "iterate", "[[2]]", "[[2], [2]]") {
      _ = Tensor.iterate(2, from: [x(2)]) { state, _ in state + state }
    },
    Misuse("iterate, count", "iterate", "-1") { _ = Tensor.iterate(-1, from: [x(2)]) { state, _ in state } },
    Misuse("iterate, limit", "iterate", "-2") {
      _ = Tensor.iterate(atMost: -2, from: [x(2)], while: { $0[0] }, body: { state, _ in state })
    },
    Misuse("iterate, mask", "iterate", "[2, 2]") {
      _ = Tensor.iterate(atMost: 2, from: [x(2, 2)], while: { $0[0] }, body: { state, _ in state })
    },
  ]

  @Test("stops with a message", arguments: misuses)
  func stops(_ misuse: Misuse) async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      [name = misuse.name as String] in
      MessageTests.misuses.first { $0.name == name }?.run()
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    for word in misuse.words {
      #expect(message.contains(word), "\(misuse.name): \(message.prefix(200))")
    }
  }

  @Test("names are unique, so that each case runs its own")
  func names() {
    #expect(Set(Self.misuses.map(\.name)).count == Self.misuses.count)
  }
}
