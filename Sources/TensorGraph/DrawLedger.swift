private import Synchronization

/// A line of a source file.
struct SourcePlace: CustomStringConvertible, Sendable {
  let file: StaticString
  let line: UInt

  init(_ file: StaticString, _ line: UInt) {
    self.file = file
    self.line = line
  }

  var description: String { "\(file):\(line)" }
}

/// The body of a loop while it is traced.
package final class LoopScope: Sendable {
  /// The innermost body that is being traced; nil outside of loops.
  @TaskLocal static var current: LoopScope?

  let place: SourcePlace
  /// Counts the loop's own iterations.
  let counter: Tensor
  let count: Int

  init(place: SourcePlace, counter: Tensor, count: Int) {
    self.place = place
    self.counter = counter
    self.count = count
  }

  /// Traces what is a program of its own, and so outside of any loop.
  package static func leave<Result>(_ body: () -> Result) -> Result { $current.withValue(nil, operation: body) }
}

/// What was drawn from the streams of one root, and where.
final class DrawLedger: Sendable {
  private struct Draw: Hashable {
    let path: UInt64
    let number: Int
  }
  private let places = Mutex<[Draw: SourcePlace]>([:])

  /// Notes a draw, and stops the program when it was made before.
  func note(path: UInt64, draw: Int, of name: String, at place: SourcePlace) {
    let earlier = places.withLock { places -> SourcePlace? in
      let earlier = places[Draw(path: path, number: draw)]
      places[Draw(path: path, number: draw)] = place
      return earlier
    }
    guard let earlier else { return }
    preconditionFailure(
      "random: draw \(draw) of a stream \(DrawLedger.quoted(name))is made at \(earlier) and again at \(place), with the"
        + " same numbers; expected one stream passed `inout`, or one for each part by `branch`",
      file: place.file, line: place.line)
  }

  /// The name of a stream within a sentence; the root has none.
  static func quoted(_ name: String) -> String { name.isEmpty ? "" : "\"\(name)\" " }
}
