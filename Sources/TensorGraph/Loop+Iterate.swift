extension Tensor {
  /// Runs `body` `count` times on a state of several tensors, inside one program.
  ///
  /// The body is traced once. What it uses that does not depend on its arguments is computed once, before the
  /// loop. Shapes of the state do not change.
  ///
  /// - Parameters:
  ///   - count: number of iterations, at least 0.
  ///   - initial: the state before the first iteration.
  ///   - body: the state after one iteration, given the state before and the iteration's number from 0 (a scalar,
  ///     rounded from 2²⁴ on). It draws no random numbers.
  /// - Returns: the state after the last iteration.
  public static func iterate(
    _ count: Int, from initial: [Tensor], file: StaticString = #fileID, line: UInt = #line,
    body: (_ state: [Tensor], _ iteration: Tensor) -> [Tensor]
  ) -> [Tensor] {
    iterate(count, initial, SourcePlace(file, line)) { state, iteration, _ in body(state, iteration) }
  }

  /// Runs `body` `count` times on a state of several tensors, as the form without random numbers does, and draws anew
  /// in each iteration.
  ///
  /// - Parameters:
  ///   - count: number of iterations, at least 0.
  ///   - initial: the state before the first iteration.
  ///   - random: the stream that the body draws from, and that goes on after the loop.
  ///   - body: the state after one iteration, given the state before, the iteration's number from 0 (a scalar) and
  ///     the stream, which takes the place of all others inside.
  /// - Returns: the state after the last iteration.
  public static func iterate(
    _ count: Int, from initial: [Tensor], random: inout RandomStream, file: StaticString = #fileID,
    line: UInt = #line, body: (_ state: [Tensor], _ iteration: Tensor, _ random: inout RandomStream) -> [Tensor]
  ) -> [Tensor] {
    let part = random.partForLoop(of: count)
    return iterate(count, initial, SourcePlace(file, line)) { state, iteration, scope in
      var stream = part.inside(scope)
      return body(state, iteration, &stream)
    }
  }

  /// Runs `body` while any row is active, at most `limit` times. Rows that are not active keep their state.
  ///
  /// - Parameters:
  ///   - limit: the largest number of iterations.
  ///   - initial: the state before the first iteration. Tensors whose first axis is the mask's change only in the
  ///     active rows; others change in every iteration.
  ///   - isActive: from a state, the mask `[batch]` or `[]` of rows that go on (not 0). A row that has stopped does
  ///     not start again.
  ///   - body: as in `iterate`.
  public static func iterate(
    atMost limit: Int, from initial: [Tensor], while isActive: ([Tensor]) -> Tensor,
    file: StaticString = #fileID, line: UInt = #line, body: (_ state: [Tensor], _ iteration: Tensor) -> [Tensor]
  ) -> [Tensor] {
    iterate(atMost: limit, initial, isActive, SourcePlace(file, line)) { state, iteration, _ in
      body(state, iteration)
    }
  }

  /// Runs `body` while any row is active, at most `limit` times, and draws anew in each iteration.
  ///
  /// - Parameters:
  ///   - limit: the largest number of iterations.
  ///   - initial: the state before the first iteration.
  ///   - isActive: from a state, the mask `[batch]` or `[]` of rows that go on (not 0).
  ///   - random: the stream that the body draws from, and that goes on after the loop.
  ///   - body: as in `iterate`.
  public static func iterate(
    atMost limit: Int, from initial: [Tensor], while isActive: ([Tensor]) -> Tensor, random: inout RandomStream,
    file: StaticString = #fileID, line: UInt = #line,
    body: (_ state: [Tensor], _ iteration: Tensor, _ random: inout RandomStream) -> [Tensor]
  ) -> [Tensor] {
    let part = random.partForLoop(of: limit)
    return iterate(atMost: limit, initial, isActive, SourcePlace(file, line)) { state, iteration, scope in
      var stream = part.inside(scope)
      return body(state, iteration, &stream)
    }
  }

  // MARK: One trace for all forms

  /// The body of a loop, given what its streams draw by.
  private typealias Body = (_ state: [Tensor], _ iteration: Tensor, _ scope: LoopScope) -> [Tensor]

  private static func iterate(_ count: Int, _ initial: [Tensor], _ place: SourcePlace, _ body: Body) -> [Tensor] {
    precondition(count >= 0, "iterate: count \(count) is negative")
    if count == 0 || initial.isEmpty { return initial }
    return trace(count, initial, place, activeState: nil, body)
  }

  private static func iterate(
    atMost limit: Int, _ initial: [Tensor], _ isActive: ([Tensor]) -> Tensor, _ place: SourcePlace, _ body: Body
  ) -> [Tensor] {
    precondition(limit >= 0, "iterate: limit \(limit) is negative")
    let mask = isActive(initial)
    precondition(mask.rank <= 1, "iterate: the mask's shape \(mask.shape) must be [batch] or []")
    if limit == 0 { return initial }
    let final = trace(limit, initial + [mask], place, activeState: initial.count) { state, iteration, scope in
      guard let active = state.last else { return [] }
      let before = Array(state.dropLast())
      let after = zip(before, body(before, iteration, scope)).map { old, new in
        let isPerRow = active.rank == 0 || (old.rank > 0 && old.shape[0] == active.shape[0])
        guard isPerRow else { return new }
        let rows = active.rank == 0 ? active : active.reshaped(active.shape + old.shape.dropFirst().map { _ in 1 })
        return Tensor.select(rows, new, old)
      }
      return after + [Tensor.select(active, isActive(after), Tensor(constant: 0)).broadcast(to: active.shape)]
    }
    return Array(final.dropLast())
  }

  private static func trace(
    _ count: Int, _ initial: [Tensor], _ place: SourcePlace, activeState: Int?, _ body: Body
  ) -> [Tensor] {
    let state = initial.map { Placeholder("state", shape: $0.shape) }
    let (index, counter) = (Placeholder("iteration", shape: []), Counter.placeholder())
    let scope = LoopScope(place: place, counter: counter.tensor, count: count)
    let results = LoopScope.$current.withValue(scope) { body(state.map(\.tensor), index.tensor, scope) }
    precondition(
      results.map(\.shape) == initial.map(\.shape),
      "iterate: the state's shapes \(initial.map(\.shape)) became \(results.map(\.shape))")
    return Loop.build(
      count: count, initial: initial, state: state, index: index, counter: counter, results: results.map(\.node),
      activeState: activeState)
  }
}
