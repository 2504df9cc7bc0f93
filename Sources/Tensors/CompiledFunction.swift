private import Synchronization
public import TensorGraph
public import TensorRuntime

/// A function on tensors that is traced and compiled once for each combination of shapes, and then runs without
/// allocating.
///
/// ```swift
/// let score = CompiledFunction { inputs, _ in [-gradient(of: energy(inputs[0]).sum(), withRespectTo: inputs[0])] }
/// let s = score([x])[0]
/// ```
public final class CompiledFunction: Sendable {
  /// The traced function: results from arguments. Buffers are updated and random numbers drawn through the context.
  public typealias Body = @Sendable (_ arguments: [Tensor], _ context: inout Context) -> [Tensor]

  private let body: Body
  private let phase: Context.Phase
  private let threads: Int
  private let programs = Mutex<[[[Int]]: Program]>([:])

  /// - Parameters:
  ///   - phase: what the context says; evaluation by default.
  ///   - threads: threads at most, 0 for all cores. Results have the same bits for any number.
  ///   - body: the function to trace.
  public init(phase: Context.Phase = .evaluation, threads: Int = 0, _ body: @escaping Body) {
    self.body = body
    self.phase = phase
    self.threads = threads
  }

  /// The program for arguments of these shapes, compiled when it is first asked for.
  package func program(for shapes: [[Int]]) -> Program {
    programs.withLock { programs in
      if let program = programs[shapes] { return program }
      let program = trace(shapes).program(threads: threads)
      programs[shapes] = program
      return program
    }
  }

  /// Bytes that a run on arguments of these shapes takes beside the arguments, the parameters and the results, known
  /// before anything is allocated; `Int.max` where a tensor on the way is larger than any memory.
  ///
  /// The function is compiled, and stays so for its run.
  package func peakBytes(for shapes: [[Int]]) -> Int {
    programs.withLock { programs in
      if let program = programs[shapes] { return program.peakBytes }
      let trace = trace(shapes)
      if trace.isTooLarge { return .max }
      let program = trace.program(threads: threads)
      programs[shapes] = program
      return program.peakBytes
    }
  }

  /// A traced function, not yet compiled.
  private struct Trace {
    let placeholders: [Placeholder]
    let results: [Tensor]
    let updates: [(parameter: Parameter, value: Tensor)]

    func program(threads: Int) -> Program {
      Program(
        inputs: placeholders, results: results, assignments: updates.map { ($0.parameter, $0.value) },
        threads: threads)
    }

    /// Whether one of its tensors, bodies of loops included, has more elements than can be counted.
    var isTooLarge: Bool { Trace.isTooLarge(results.map(\.node) + updates.map(\.value.node)) }

    private static func isTooLarge(_ nodes: [Node]) -> Bool {
      Graph.order(nodes).contains { node in
        if node.elementCount >= [Int].mostElements { return true }
        if case .loop(let loop) = node.operation { return isTooLarge(loop.results) }
        return false
      }
    }
  }

  private func trace(_ shapes: [[Int]]) -> Trace {
    let placeholders = shapes.enumerated().map { Placeholder("argument \($0)", shape: $1) }
    var context = Context(phase: phase)
    let results = LoopScope.leave { body(placeholders.map(\.tensor), &context) }
    return Trace(
      placeholders: placeholders, results: results, updates: context.updates.map { ($0.parameter, $0.value) })
  }

  /// Runs the function on values.
  ///
  /// - Parameters:
  ///   - arguments: values, in the order of the traced arguments.
  ///   - store: the values of the parameters that it reads and assigns; none needed when it has none.
  ///   - key: seed and step of its random numbers.
  /// - Returns: the results as values.
  public func callAsFunction(
    _ arguments: [Tensor], store: ParameterStore? = nil, key: RandomKey = RandomKey(seed: 0)
  ) -> [Tensor] {
    let program = program(for: arguments.map(\.shape))
    let scalars = arguments.map(\.scalars)
    return withBuffers(scalars[...], []) { buffers in
      program.run(buffers, store: store, key: key) { results in
        zip(results, program.results).map { Tensor(Array($0), shape: $1) }
      }
    }
  }

  private func withBuffers<Output>(
    _ arrays: ArraySlice<[Float]>, _ buffers: [UnsafeBufferPointer<Float>],
    _ body: ([UnsafeBufferPointer<Float>]) -> Output
  ) -> Output {
    guard let first = arrays.first else { return body(buffers) }
    return first.withUnsafeBufferPointer { withBuffers(arrays.dropFirst(), buffers + [$0], body) }
  }

  /// Runs the function node by node, slowly, and names the first operation that yields a NaN or an infinity, with the
  /// line of the source that made it.
  ///
  /// - Throws: ``NonFiniteValue`` with the operation, its place and the iterations of the loops around it.
  public func diagnose(
    _ arguments: [Tensor], store: ParameterStore? = nil, key: RandomKey = RandomKey(seed: 0)
  ) throws(NonFiniteValue) {
    let placeholders = arguments.enumerated().map { Placeholder("argument \($0)", shape: $1.shape) }
    let results = Origin.$isRecorded.withValue(true) {
      var context = Context(phase: phase)
      return LoopScope.leave { body(placeholders.map(\.tensor), &context) } + context.updates.map(\.value)
    }
    try Diagnosis.run(
      results, inputs: zip(placeholders, arguments).map { ($0, $1.scalars) }, store: store, key: key)
  }
}

extension CompiledFunction {
  /// The value of a group of tensors that a function makes of parameters, random numbers and other values.
  ///
  /// - Parameters:
  ///   - threads: threads at most, 0 for all cores.
  ///   - store: the values of the parameters that it reads; none needed when it has none.
  ///   - key: seed and step of its random numbers.
  ///   - body: the function, traced twice.
  public static func value<Group: TensorGroup>(
    threads: Int = 0, store: ParameterStore? = nil, key: RandomKey = RandomKey(seed: 0),
    of body: @escaping @Sendable (_ context: inout Context) -> Group
  ) -> Group {
    let function = CompiledFunction(threads: threads) { _, context in body(&context).tensors }
    var context = Context()
    return body(&context).replacing(function([], store: store, key: key))
  }
}
