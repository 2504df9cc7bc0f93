import ReferenceEvaluator
import TensorGraph
import TensorRuntime
import Testing

/// One to five processes give the bits of one, whatever is computed; what they exchange is what is said.
@Suite("Processes: programs")
struct SharedProgramTests {
  /// A graph that several threads compile: nodes are immutable.
  private struct Traced: @unchecked Sendable {
    let results: [Tensor]
    let inputs: [(placeholder: Placeholder, scalars: [Float])]

    /// The bits of all results.
    func bits(threads: Int, step: UInt64 = 7) -> [[UInt32]] {
      let program = Program(inputs: inputs.map(\.placeholder), results: results, threads: threads)
      let buffers = inputs.map { input in
        let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: input.scalars.count)
        _ = buffer.update(from: input.scalars)
        return buffer
      }
      defer { for buffer in buffers { buffer.deallocate() } }
      return program.run(buffers.map { UnsafeBufferPointer($0) }, key: RandomKey(seed: 5, step: step)) { results in
        results.map { $0.map(\.bitPattern) }
      }
    }
  }

  private func expectSameBits(
    _ results: [Tensor], _ inputs: [(Placeholder, [Float])], sizes: [Int] = [2, 3, 4], exchanges: Bool? = nil,
    _ label: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let traced = Traced(results: results, inputs: inputs.map { ($0, $1) })
    let alone = traced.bits(threads: 2)
    for size in sizes {
      let hall = Hall(size: size)
      let found = try inProcesses(size, hall: hall) { rank in traced.bits(threads: 1 + rank % 2) }
      #expect(found.count == size, sourceLocation: sourceLocation)
      for (rank, values) in found.enumerated() {
        #expect(values == alone, "\(label): process \(rank) of \(size)", sourceLocation: sourceLocation)
      }
      if let exchanges {
        // The first one agrees on the number of threads, when the program is made.
        #expect((hall.exchanges > 1) == exchanges, "\(label): \(size) processes", sourceLocation: sourceLocation)
      }
    }
  }

  /// Small graphs over all operations, whose first axes are too short to be a batch that is cut into tiles.
  @Test("random graphs of small shapes", arguments: UInt64(400)..<430)
  func randomGraphs(_ seed: UInt64) throws {
    let graph = RandomGraph(seed: seed, nodes: 16)
    let inputs = graph.inputs.map { ($0.placeholder, $0.scalars.map { Float($0) }) }
    let scalar = graph.results.map { ($0 * 0.3).sin().sum() }.reduce(Tensor(constant: 0), +)
    let results = graph.results + gradient(of: scalar, withRespectTo: inputs.map(\.0.tensor))
    try expectSameBits(results, inputs, "seed \(seed)")
  }

  @Test("random graphs over a batch, and their gradients", arguments: UInt64(0)..<40)
  func randomBatches(_ seed: UInt64) throws {
    let graph = RandomBatchGraph(seed: seed)
    let loss = graph.results.map { $0.sin().mean() }.reduce(Tensor(constant: 0), +)
    let results = graph.results + gradient(of: loss, withRespectTo: graph.inputs.map(\.0.tensor))
    try expectSameBits(results, graph.inputs, exchanges: true, "seed \(seed) \(graph.trace)")
  }

  /// Rows of a batch that no number of processes divides, of the least tiles, and of fewer rows than processes.
  static let rows = [1, 2, 3, 65, 127, 128, 129, 500, 777, 1_000, 4_097]

  @Test("weights' gradients, sums, maxima and rows of a batch", arguments: rows)
  func training(_ rows: Int) throws {
    let x = Placeholder("x", shape: [rows, 5])
    let (w, v) = (Placeholder("w", shape: [5, 33]), Placeholder("v", shape: [33]))
    let hidden = (x.tensor.matmul(w.tensor) + v.tensor).tanh()
    let loss = hidden.squared().mean()
    let results =
      gradient(of: loss, withRespectTo: [w.tensor, v.tensor, x.tensor])
      + [loss, hidden.maximum(alongAxes: 0), hidden.sum(alongAxes: 1), hidden.sum(alongAxes: 0)]
    var random = SplitMix64(seed: UInt64(rows))
    let inputs = [x, w, v].map { ($0, random.scalars($0.shape.elementCount, in: -2...2).map { Float($0) }) }
    try expectSameBits(
      results, inputs, sizes: [2, 3, 4, 5], exchanges: rows > 400 ? true : nil, "\(rows) rows")
  }

  @Test("what is read whole by a later region: rows minus their mean over the batch, twice", arguments: [501, 1_000])
  func mixing(_ rows: Int) throws {
    let x = Placeholder("x", shape: [rows, 3])
    let once = (x.tensor - x.tensor.mean(alongAxes: 0)).tanh()
    let twice = once * once.maximum(alongAxes: 0) - once.mean(alongAxes: 0)
    var random = SplitMix64(seed: 2)
    let inputs = [(x, random.scalars(rows * 3, in: -2...2).map { Float($0) })]
    try expectSameBits([twice, twice.transposed([1, 0]).matmul(twice)], inputs, exchanges: true, "\(rows) rows")
  }

  @Test("loops: chains in tiles, and iterations that mix the batch", arguments: [3, 130, 999])
  func loops(_ rows: Int) throws {
    let x = Placeholder("x", shape: [rows, 2])
    var stream = RandomStream()
    let chains = Tensor.iterate(7, from: [x.tensor], random: &stream) { state, iteration, random in
      [state[0] - 0.1 * state[0].sin() + 0.1 * iteration * random.normal([rows, 2])]
    }
    let mixed = Tensor.iterate(5, from: [x.tensor, Tensor(constant: 1)], random: &stream) { state, iteration, random in
      let moved = state[0] * 0.9 + 0.1 * random.uniform([rows, 2]) - 0.2 * state[0].mean(alongAxes: 0)
      return [moved, state[1] + moved.sum() * 0.01]
    }
    var random = SplitMix64(seed: 4)
    let inputs = [(x, random.scalars(rows * 2, in: -2...2).map { Float($0) })]
    try expectSameBits(chains + mixed, inputs, exchanges: rows > 400 ? true : nil, "\(rows) rows")
  }

  @Test("not a number and infinities in sums and maxima")
  func special() throws {
    let rows = 600
    let x = Placeholder("x", shape: [rows, 4])
    var scalars = (0..<(rows * 4)).map { Float($0 % 17) - 8 }
    scalars[5] = .nan
    scalars[rows * 2 + 2] = .infinity
    scalars[rows * 3 + 3] = -.infinity
    let results = [
      x.tensor.sum(alongAxes: 0), x.tensor.maximum(alongAxes: 0), (x.tensor * 0).sum(alongAxes: 0),
      x.tensor.squared().sum(alongAxes: 1),
    ]
    try expectSameBits(results, [(x, scalars)], exchanges: true, "special values")
  }

  @Test("small work is done by every process, large work is shared")
  func isWorthSharing() throws {
    let rows = 256
    let x = Placeholder("x", shape: [rows, 2])
    let small = Traced(results: [x.tensor.squared().sum()], inputs: [(x, [Float](repeating: 2, count: rows * 2))])
    let y = Placeholder("y", shape: [4_096, 256])
    let wide = y.tensor.matmul(Tensor(constant: 0.5).broadcast(to: [256, 256])).tanh().sum()
    let large = Traced(results: [wide], inputs: [(y, [Float](repeating: 0.01, count: 4_096 * 256))])
    for (traced, isShared) in [(small, false), (large, true)] {
      let bytes = try inProcesses(2, cost: .withinMachine) { _ in
        Program(inputs: traced.inputs.map(\.0), results: traced.results, threads: 1).exchangedBytes
      }
      #expect(bytes[0] == bytes[1] && (bytes[0] > 0) == isShared)
    }
  }

  @Test("no more is exchanged than one sum of each process and one row of each row")
  func exchangedBytes() throws {
    let x = Placeholder("x", shape: [1_024, 3])
    let traced = Traced(results: [x.tensor * 2, x.tensor.squared().sum(alongAxes: 0)], inputs: [(x, [])])
    let bytes = try inProcesses(2) { _ in
      Program(inputs: [x], results: traced.results, threads: 1).exchangedBytes
    }
    #expect(bytes == [4 * (1_024 * 3 + 2 * 3), 4 * (1_024 * 3 + 2 * 3)])
  }

  @Test("a process that runs something else ends all, and it is said who did what")
  func differentWays() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let x = Placeholder("x", shape: [1_024, 3])
      let traced = Traced(
        results: [x.tensor.squared().sum()], inputs: [(x, [Float](repeating: 1, count: 3_072))])
      _ = try inProcesses(3) { rank in traced.bits(threads: 1, step: rank == 2 ? 12 : 11) }
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("processes went different ways: process 0 ran a program"), "\(message)")
    #expect(message.contains("number 11 of seed 5, process 2 ran a program"), "\(message)")
  }

  @Test("weights that differ in one bit are noticed")
  func fingerprints() throws {
    let weights = Parameter("w", shape: [1_000])
    let found = try inProcesses(4) { rank in
      let store = ParameterStore()
      var scalars = (0..<1_000).map { Float($0) }
      if rank >= 2 { scalars[500] = scalars[500].nextUp }
      store[weights] = scalars
      return ProcessGroup.current.firstDiffering(store.fingerprint(of: [weights]))
    }
    #expect(found == [2, 2, 2, 2])
  }
}
