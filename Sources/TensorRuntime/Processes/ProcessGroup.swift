internal import TensorGraph

/// The processes that run this computation together.
///
/// All run the same program with the same values. What does not depend on the number of processes each does for itself;
/// parts of a batch they share (``RegionShare``). What comes from outside (files, the clock, signals, memory that is
/// free) process 0 asks for, or all agree on, so that nobody takes another way than the others.
package enum ProcessGroup {
  /// Who they are; a process by itself unless a program was started as several.
  @TaskLocal package static var current: any Communicator = SingleProcess()

  /// Does something that the others do not take part in.
  package static func alone<Value>(_ body: () throws -> Value) rethrows -> Value {
    try $current.withValue(SingleProcess()) { try body() }
  }
}

extension Communicator {
  /// Makes sure that all processes have come to the same place, and asks them something.
  ///
  /// - Parameters:
  ///   - place: a number of the place.
  ///   - flag: this process's answer.
  ///   - description: what this process is about to do; asked for when the others are about to do something else. All
  ///     processes end then, with a message that says so.
  /// - Returns: whether any process says yes.
  @discardableResult
  package func meet(_ place: UInt64, flag: Bool = false, _ description: () -> String) -> Bool {
    if size == 1 { return flag }
    let words = gathered([place, flag ? 1 : 0])
    if let other = (0..<size).first(where: { words[2 * $0] != words[0] }) {
      let texts = gathered(text: description())
      abort("processes went different ways: process 0 \(texts[0]), process \(other) \(texts[other])")
    }
    return (0..<size).contains { words[2 * $0 + 1] != 0 }
  }

  /// Whether any process says yes.
  package func any(_ flag: Bool) -> Bool { meet(Fingerprint(of: "any").value, flag: flag) { "asked the others" } }

  /// The smallest of all processes' numbers.
  package func minimum(_ value: Int) -> Int {
    size == 1 ? value : gathered([UInt64(max(0, value))]).map { Int($0) }.min() ?? value
  }

  /// Process 0's number.
  package func common(_ value: UInt64) -> UInt64 {
    var value = value
    withUnsafeMutableBytes(of: &value) { broadcast($0) }
    return value
  }

  /// The first process whose number is not that of process 0; nil when all are equal.
  package func firstDiffering(_ value: UInt64) -> Int? {
    if size == 1 { return nil }
    let values = gathered([value])
    return values.firstIndex { $0 != values[0] }
  }

  /// The words of all processes, each giving equally many.
  private func gathered(_ words: [UInt64]) -> [UInt64] {
    var all = [UInt64](repeating: 0, count: size * words.count)
    all.replaceSubrange((rank * words.count)..<((rank + 1) * words.count), with: words)
    let bytes = 8 * words.count
    all.withUnsafeMutableBytes { all in
      if let base = all.baseAddress { gather(base, counts: [Int](repeating: bytes, count: size)) }
    }
    return all
  }

  /// The texts of all processes, each cut after a line's length.
  private func gathered(text: String) -> [String] {
    let length = 240
    var own = Array(text.utf8.prefix(length))
    own += [UInt8](repeating: 0, count: length - own.count)
    var all = [UInt8](repeating: 0, count: size * length)
    all.replaceSubrange((rank * length)..<((rank + 1) * length), with: own)
    all.withUnsafeMutableBytes { all in
      if let base = all.baseAddress { gather(base, counts: [Int](repeating: length, count: size)) }
    }
    return (0..<size).map {
      String(decoding: all[($0 * length)..<(($0 + 1) * length)].prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}

/// A number by which processes find out whether they have the same: FNV-1a over words, and SplitMix64's finaliser.
package struct Fingerprint: Sendable {
  private var state: UInt64 = 0xcbf2_9ce4_8422_2325

  package init() {}

  package init(of text: String) {
    for byte in text.utf8 { add(UInt64(byte)) }
  }

  package var value: UInt64 { SplitMix64.finalized(state) }

  package mutating func add(_ word: UInt64) { state = (state ^ word) &* 0x0000_0100_0000_01b3 }
}
