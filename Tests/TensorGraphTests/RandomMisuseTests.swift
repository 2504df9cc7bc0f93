import TensorGraph
import Testing

/// Numbers that would be drawn twice, or once for all iterations of a loop, stop the program while it is traced, with
/// one line that names both places and what to do.
@Suite("Misuse of random streams")
struct RandomMisuseTests {
  struct Misuse: Sendable, CustomTestStringConvertible {
    let name: String
    /// Lines of this file that the message names, counted from the case's own.
    let lines: [Int]
    let words: [String]
    let line: Int
    let run: @Sendable () -> Void

    init(
      _ name: String, lines: [Int], _ words: String..., line: Int = #line, run: @escaping @Sendable () -> Void
    ) {
      (self.name, self.lines, self.words, self.line, self.run) = (name, lines, words, line, run)
    }

    var testDescription: String { name }
  }

  private static let zero = Tensor(constant: 0)

  static let misuses: [Misuse] = [
    Misuse("a copy", lines: [3, 4], "draw 1", "branch") {
      var stream = RandomStream()
      var copy = stream
      _ = stream.normal([2])
      _ = copy.uniform([3])
    },
    Misuse("a copy that went further", lines: [4, 6], "draw 2", "branch") {
      var stream = RandomStream()
      _ = stream.normal([2])
      var copy = stream
      _ = copy.normal([2])
      _ = copy.normal([2])
      _ = stream.normal([2])
    },
    Misuse("a part of one name twice", lines: [3, 5], "\"part\"", "branch") {
      let stream = RandomStream()
      var part = stream.split("part")
      _ = part.normal([2])
      part = stream.split("part")
      _ = part.normal([2])
    },
    Misuse("a part of one name after a draw of the whole", lines: [3, 6], "\"a/b\"", "branch") {
      var stream = RandomStream().split("a")
      var first = stream.split("b")
      _ = first.normal([2])
      _ = stream.normal([2])
      var second = stream.split("b")
      _ = second.normal([2])
    },
    Misuse("two loops on copies", lines: [5, 9], "draw 1", "\"iteration\"", "branch") {
      var stream = RandomStream()
      var copy = stream
      _ = Tensor.iterate(2, from: [zero], random: &stream) { state, _, random in
        // The first of the two draws.
        [state[0] + random.normal([])]
      }
      _ = Tensor.iterate(2, from: [zero], random: &copy) { state, _, random in
        // The second one.
        [state[0] + random.normal([])]
      }
    },
    Misuse("a copy inside a loop", lines: [4, 4], "draw 1", "branch") {
      var stream = RandomStream()
      _ = Tensor.iterate(2, from: [zero], random: &stream) { state, _, random in
        var copy = random
        return [state[0] + random.normal([]) + copy.normal([])]
      }
    },
    Misuse("a stream from outside", lines: [4, 3], "outside of loops", "random: &stream") {
      var stream = RandomStream()
      _ = stream.normal([])
      _ = Tensor.iterate(2, from: [zero]) { state, _ in
        [state[0] + stream.normal([])]
      }
    },
    Misuse("a stream from outside beside the loop's own", lines: [4, 3], "\"other\"", "random: &stream") {
      var (stream, other) = (RandomStream(), RandomStream().split("other"))
      _ = stream.normal([])
      _ = Tensor.iterate(atMost: 2, from: [zero], while: { $0[0] .< 1 }, random: &stream) { state, _, _ in
        [state[0] + other.normal([])]
      }
    },
    Misuse("a root inside a loop", lines: [3, 1], "outside of loops", "random: &stream") {
      _ = Tensor.iterate(2, from: [zero]) { state, _ in
        var stream = RandomStream()
        return [state[0] + stream.normal([])]
      }
    },
    Misuse("the outer loop's stream in the inner loop", lines: [4, 2, 3], "inside the loop", "random: &stream") {
      var stream = RandomStream()
      _ = Tensor.iterate(2, from: [zero], random: &stream) { outer, _, random in
        Tensor.iterate(2, from: outer) { state, _ in
          [state[0] + random.normal([])]
        }
      }
    },
    Misuse("a loop's stream after the loop", lines: [2, 8], "outside of loops", "from before the loop") {
      var (stream, kept) = (RandomStream(), RandomStream())
      _ = Tensor.iterate(
        2, from: [zero], random: &stream
      ) { state, _, random in
        kept = random
        return state
      }
      _ = kept.normal([])
    },
    Misuse("more iterations than counters hold", lines: [], "2⁶³", "\(1 << 40)", "\(1 << 24)") {
      var stream = RandomStream()
      _ = Tensor.iterate(1 << 40, from: [zero], random: &stream) { outer, _, random in
        Tensor.iterate(1 << 24, from: outer, random: &random) { state, _, _ in state }
      }
    },
  ]

  @Test("stops with a message", arguments: misuses)
  func stops(_ misuse: Misuse) async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      [name = misuse.name as String] in
      RandomMisuseTests.misuses.first { $0.name == name }?.run()
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    for word in misuse.words { #expect(message.contains(word), "\(misuse.name): \(message.prefix(400))") }
    for line in misuse.lines {
      let place = "RandomMisuseTests.swift:\(misuse.line + line)"
      #expect(message.contains(place), "\(misuse.name), \(place): \(message.prefix(400))")
    }
  }

  @Test("names are unique, so that each case runs its own")
  func names() {
    #expect(Set(Self.misuses.map(\.name)).count == Self.misuses.count)
  }
}
