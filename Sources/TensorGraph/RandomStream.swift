/// A draw of random numbers in a graph.
package struct RandomDraw: Hashable, Sendable {
  package enum Distribution: String, Hashable, Sendable {
    /// Uniform on (0, 1), ends excluded.
    case uniform
    /// Standard normal.
    case normal
  }

  package let distribution: Distribution
  /// Tells this draw from the others of a program.
  package let stream: UInt32
  package let shape: [Int]
}

/// A source of random numbers inside a traced function.
///
/// Numbers are a function of the seed and step that a program is run with, of the stream's path and draw, of the
/// iterations of surrounding loops, and of their own position, row-major: counter-based, by Philox 4x32-10
/// (Salmon et al., *Parallel random numbers: as easy as 1, 2, 3*, 2011). The same seed gives the same bits for any
/// number of threads and any size of batch, and row i does not depend on how many rows there are. Nothing repeats within
/// 2⁶³ iterations of nested loops.
///
/// Pass a stream `inout`, and give a part of a function its own by ``branch(_:)``. All streams that come from one root
/// share a ledger of what was drawn where: numbers that would be drawn twice (from a copy, from a part of a name that was
/// drawn from already), or once for all iterations of a loop, stop the program while it is traced, with both places.
public struct RandomStream: Sendable {
  private var path: UInt64
  /// The names that lead here, for messages.
  private var name: String
  private var draws = 0
  private var loops = 0
  private var ledger: DrawLedger
  /// The loop in whose body it draws; nil outside of all.
  private var scope: LoopScope?
  /// Counts iterations of the loops around, so that each draws anew.
  private var counter: Tensor?
  /// The largest number of them.
  private var iterations = 1

  /// The stream at the root of a program: one for each trace, outside of its loops.
  public init() {
    path = 0xcbf2_9ce4_8422_2325
    name = ""
    ledger = DrawLedger()
  }

  /// The stream of a named part: independent of this one and of parts of other names.
  ///
  /// Two parts of one name are the same stream, which can be drawn from once; see ``branch(_:)``.
  public func split(_ name: String) -> RandomStream {
    var part = self
    // FNV-1a over the name, from a state that differs from every prefix of draws.
    part.path = name.utf8.reduce(path ^ 0xff) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    part.name = self.name.isEmpty ? name : "\(self.name)/\(name)"
    (part.draws, part.loops) = (0, 0)
    return part
  }

  /// The part of this name as ``split(_:)`` gives it, while this stream goes on elsewhere: what is drawn from the part
  /// is drawn once, however often this is called.
  public mutating func branch(_ name: String) -> RandomStream {
    let part = split(name)
    self = split("after \(name)")
    return part
  }

  /// A stream that draws the same numbers as this one from here on, on purpose: for what is compared on common random
  /// numbers.
  public func repeated() -> RandomStream {
    var twin = self
    twin.ledger = DrawLedger()
    return twin
  }

  /// Standard normal numbers of the given shape; rows along the first axis are chains.
  public mutating func normal(_ shape: [Int], file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    draw(.normal, shape, SourcePlace(file, line))
  }

  /// Numbers uniform on (0, 1), ends excluded, of the given shape; rows along the first axis are chains.
  public mutating func uniform(_ shape: [Int], file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    draw(.uniform, shape, SourcePlace(file, line))
  }

  private mutating func draw(
    _ distribution: RandomDraw.Distribution, _ shape: [Int], _ place: SourcePlace
  ) -> Tensor {
    draws += 1
    refuseOtherLoops(place)
    ledger.note(path: path, draw: draws, of: name, at: place)
    // The finaliser of SplitMix64 spreads path and draw over all bits.
    let mixed = SplitMix64.finalized(path &+ UInt64(draws) &* SplitMix64.increment)
    let draw = RandomDraw(distribution: distribution, stream: UInt32(truncatingIfNeeded: mixed >> 32), shape: shape)
    return Tensor.apply(.random(draw), counter.map { [$0] } ?? [], shape: shape)
  }

  /// A draw counts the iterations of the loop that its stream was given to: anywhere else it would be one number for
  /// all iterations, or none at all.
  private func refuseOtherLoops(_ place: SourcePlace) {
    let current = LoopScope.current
    if scope === current { return }
    let home = scope.map { "inside the loop at \($0.place)" } ?? "outside of loops"
    let here = current.map { "inside the loop at \($0.place)" } ?? "outside of loops"
    let expected =
      current == nil
      ? "the stream from before the loop"
      : "the stream that this loop gives to its body, `iterate(…, random: &stream)`"
    preconditionFailure(
      "random: a stream \(DrawLedger.quoted(name))that draws \(home) is drawn from at \(place), \(here); expected"
        + " \(expected)",
      file: place.file, line: place.line)
  }

  // MARK: Loops

  /// The stream for the body of a loop: a part of its own, since draws of the surroundings after the loop would repeat
  /// its first iteration's, and another one for each loop. One without iterations takes none.
  mutating func partForLoop(of count: Int) -> RandomStream {
    if count == 0 { return self }
    loops += 1
    return split(loops == 1 ? "iteration" : "iteration of loop \(loops)")
  }

  /// The stream inside the body of a loop: it counts the iterations of all loops around.
  func inside(_ scope: LoopScope) -> RandomStream {
    var stream = self
    stream.scope = scope
    stream.counter = counter.map { Counter.nested($0, scope.counter, count: scope.count) } ?? scope.counter
    let (product, overflows) = iterations.multipliedReportingOverflow(by: scope.count)
    precondition(
      !overflows, "iterate: loops of \(iterations) and \(scope.count) iterations draw in more than 2⁶³ of them")
    stream.iterations = product
    return stream
  }
}
