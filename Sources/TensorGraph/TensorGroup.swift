/// A value made of tensors, such as the state of a traced loop: a struct with nothing more than its properties.
///
/// ```swift
/// struct State: TensorGroup { var position: Tensor; var energy: Tensor; var inner: GradientState }
/// ```
///
/// Properties are tensors, arrays of them, optional ones, other groups, and plain values such as integers, which are no
/// part of what a loop changes. The compiler's `Codable` lists them in the order in which they are declared.
public protocol TensorGroup: Codable, Sendable {}

extension TensorGroup {
  /// The tensors, in order.
  public var tensors: [Tensor] { TensorGroupWriter(self).tensors }

  /// The same value with other tensors.
  ///
  /// - Precondition: they are as many as there were.
  public func replacing(_ tensors: [Tensor]) -> Self {
    let writer = TensorGroupWriter(self)
    precondition(
      tensors.count == writer.tensors.count,
      "\(Self.self): \(tensors.count) tensors do not replace \(writer.tensors.count)")
    let reader = TensorGroupReader(tensors: tensors, plain: writer.plain)
    do { return try Self(from: TensorGroupDecoder(reader: reader)) } catch {
      preconditionFailure("\(Self.self): a TensorGroup leaves its Codable to the compiler; \(error)")
    }
  }

  /// The value with each tensor replaced by what it is mapped to.
  public func mapTensors(_ transform: (Tensor) -> Tensor) -> Self { replacing(tensors.map(transform)) }

  /// Pairs of tensors of two values of the same structure, mapped.
  public func mapTensors(with other: Self, _ transform: (Tensor, Tensor) -> Tensor) -> Self {
    replacing(zip(tensors, other.tensors).map(transform))
  }
}

/// A group of a type that is not known where it is used, such as the state of a sampler inside another one.
public struct AnyTensorGroup: TensorGroup {
  /// The group.
  public var value: any TensorGroup

  /// A group of any type.
  public init(_ value: any TensorGroup) { self.value = value }

  /// Reads a group of the type that was written.
  public init(from decoder: any Decoder) throws {
    guard let decoder = decoder as? TensorGroupDecoder else { throw TensorGroupError.outside }
    value = try decoder.reader.group(decoder)
  }

  /// Writes the group and, as a plain value, its type.
  public func encode(to encoder: any Encoder) throws {
    guard let encoder = encoder as? TensorGroupEncoder else { throw TensorGroupError.outside }
    encoder.writer.plain.append(type(of: value))
    try value.encode(to: encoder)
  }
}

extension Tensor {
  /// Runs `body` `count` times on a state, inside one program, as the form that takes a list of tensors does.
  ///
  /// - Parameters:
  ///   - count: number of iterations, at least 0.
  ///   - initial: the state before the first iteration.
  ///   - body: changes the state, given the iteration's number from 0 (a scalar).
  /// - Returns: the state after the last iteration.
  public static func iterate<State: TensorGroup>(
    _ count: Int, from initial: State, file: StaticString = #fileID, line: UInt = #line,
    body: (_ state: inout State, _ iteration: Tensor) -> Void
  ) -> State {
    initial.replacing(
      iterate(count, from: initial.tensors, file: file, line: line) { tensors, iteration in
        initial.changed(tensors) { body(&$0, iteration) }
      })
  }

  /// Runs `body` `count` times on a state and draws anew in each iteration, as the form that takes a list of tensors
  /// does.
  ///
  /// - Parameters:
  ///   - count: number of iterations, at least 0.
  ///   - initial: the state before the first iteration.
  ///   - random: the stream that the body draws from, and that goes on after the loop.
  ///   - body: changes the state, given the iteration's number from 0 (a scalar) and the stream.
  /// - Returns: the state after the last iteration.
  public static func iterate<State: TensorGroup>(
    _ count: Int, from initial: State, random: inout RandomStream, file: StaticString = #fileID, line: UInt = #line,
    body: (_ state: inout State, _ iteration: Tensor, _ random: inout RandomStream) -> Void
  ) -> State {
    initial.replacing(
      iterate(count, from: initial.tensors, random: &random, file: file, line: line) { tensors, iteration, random in
        initial.changed(tensors) { body(&$0, iteration, &random) }
      })
  }

  /// Runs `body` while any row is active, at most `limit` times, as the form that takes a list of tensors does.
  ///
  /// - Parameters:
  ///   - limit: the largest number of iterations.
  ///   - initial: the state before the first iteration.
  ///   - isActive: from a state, the mask `[batch]` or `[]` of rows that go on (not 0).
  ///   - body: changes the state, given the iteration's number from 0 (a scalar).
  public static func iterate<State: TensorGroup>(
    atMost limit: Int, from initial: State, while isActive: (State) -> Tensor, file: StaticString = #fileID,
    line: UInt = #line, body: (_ state: inout State, _ iteration: Tensor) -> Void
  ) -> State {
    let final = iterate(
      atMost: limit, from: initial.tensors, while: { isActive(initial.replacing($0)) }, file: file, line: line
    ) { tensors, iteration in
      initial.changed(tensors) { body(&$0, iteration) }
    }
    return initial.replacing(final)
  }

  /// Runs `body` while any row is active, at most `limit` times, and draws anew in each iteration, as the form that takes a list of tensors does.
  ///
  /// - Parameters:
  ///   - limit: the largest number of iterations.
  ///   - initial: the state before the first iteration.
  ///   - isActive: from a state, the mask `[batch]` or `[]` of rows that go on (not 0).
  ///   - random: the stream that the body draws from, and that goes on after the loop.
  ///   - body: changes the state, given the iteration's number from 0 (a scalar) and the stream.
  public static func iterate<State: TensorGroup>(
    atMost limit: Int, from initial: State, while isActive: (State) -> Tensor, random: inout RandomStream,
    file: StaticString = #fileID, line: UInt = #line,
    body: (_ state: inout State, _ iteration: Tensor, _ random: inout RandomStream) -> Void
  ) -> State {
    let final = iterate(
      atMost: limit, from: initial.tensors, while: { isActive(initial.replacing($0)) }, random: &random, file: file,
      line: line
    ) { tensors, iteration, random in
      initial.changed(tensors) { body(&$0, iteration, &random) }
    }
    return initial.replacing(final)
  }
}

extension TensorGroup {
  /// The tensors of the value of these tensors after a change.
  fileprivate func changed(_ tensors: [Tensor], by change: (inout Self) -> Void) -> [Tensor] {
    var state = replacing(tensors)
    change(&state)
    return state.tensors
  }
}
