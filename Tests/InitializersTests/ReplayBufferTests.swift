import EBMCore
import Initializers
import Networks
import Tensors
import Testing

@Suite struct ReplayBufferTests {
  private let capacity = 103
  private let chains = 10
  private let space = SampleSpace(shape: [2])
  private let scope = ParameterScope()
  private let function: any InitializerFunction
  private let points: Parameter

  init() throws {
    function = try ReplayBuffer {
      $0.capacity = 103
      $0.reuse = 0.7
      $0.deviation = 0.5
    }.function(over: space, chains: 10, in: scope)
    points = try #require(scope.parameters.first)
  }

  /// A buffer whose slot k holds (1000 + k, −k): no fresh start is that far away.
  private var marked: [Float] { (0..<capacity).flatMap { [1_000 + Float($0), -Float($0)] } }

  private func changedSlots(_ after: [Float]) -> [Int] {
    let before = marked
    return (0..<capacity).filter { slot in
      let place = 2 * slot
      return after[place] != before[place] || after[place + 1] != before[place + 1]
    }
  }

  /// Starts of a step, and the buffer after its ends were written back.
  private func step(_ store: ParameterStore, key: UInt64, ends: [Float]? = nil) throws -> (
    starts: [Float], points: [Float]
  ) {
    let (chains, space) = (chains, space)
    let program = CompiledFunction(phase: .training) { [function] inputs, context in
      let request = StartRequest(count: chains, space: space)
      let start = function.start(request, &context)
      let loss = function.finish(start: start, end: ends == nil ? start + 1 : inputs[0], request: request, &context)
      #expect(loss == nil)
      return [start]
    }
    let end = Tensor(ends ?? .init(repeating: 0, count: 2 * chains), shape: [chains, 2])
    let starts = program([end], store: store, key: RandomKey(seed: 1, step: key))[0].scalars
    return (starts, try #require(store[points]))
  }

  @Test func keepsItsPointsWithTheModel() throws {
    #expect(scope.parameters.map(\.name) == ["points"] && points.shape == [103, 2])
    #expect(points.kind == .buffer, "the buffer is part of a checkpoint and has no gradient")
    let first = try #require(scope.initialValues(seed: 1)[points])
    let square = first.reduce(0) { $0 + $1 * $1 } / Float(first.count)
    // Variance s² = 0.25; that of a square is 2 s⁴.
    #expect(abs(square - 0.25) < 4 * (2 * 0.0625 / Float(first.count)).squareRoot())
  }

  @Test func reusesTheShareThatWasAskedFor() throws {
    let store = ParameterStore()
    var (reused, fresh) = (0, [Float]())
    let steps = 400
    for key in 0..<UInt64(steps) {
      store[points] = marked
      let starts = try step(store, key: key).starts
      for chain in 0..<chains {
        let (x, y) = (starts[2 * chain], starts[2 * chain + 1])
        guard x > 900 else {
          fresh += [x, y]
          continue
        }
        reused += 1
        // Chain i draws from slots 10 i to 10 i + 9, and the row is whole.
        #expect(x == 1_000 - y && Int(-y) / 10 == chain)
      }
    }
    let share = Double(reused) / Double(steps * chains)
    #expect(abs(share - 0.7) < 4 * (0.21 / Double(steps * chains)).squareRoot())
    let square = fresh.reduce(0) { $0 + $1 * $1 } / Float(fresh.count)
    #expect(abs(square - 0.25) < 4 * (2 * 0.0625 / Float(fresh.count)).squareRoot(), "fresh starts have deviation s")
  }

  @Test func writesEndsToTheSlotsThatWereDrawn() throws {
    let store = ParameterStore()
    var written = Set<Int>()
    for key in 0..<200 as Range<UInt64> {
      store[points] = marked
      let (starts, after) = try step(store, key: key)
      let changed = changedSlots(after)
      #expect(changed.map { $0 / 10 } == Array(0..<chains), "one slot of each chain's own segment")
      for (chain, slot) in changed.enumerated() {
        #expect(after[2 * slot] == starts[2 * chain] + 1 && after[2 * slot + 1] == starts[2 * chain + 1] + 1)
        if starts[2 * chain] > 900 { #expect(starts[2 * chain] == 1_000 + Float(slot), "the slot that it came from") }
      }
      written.formUnion(changed)
    }
    // Slots 100 to 102 belong to no chain; each other one is missed in 200 steps with probability 0.9²⁰⁰ = 7 · 10⁻¹⁰.
    #expect(written == Set(0..<100))
  }

  /// A chain that ran away leaves what was in its slot.
  @Test func refusesWhatIsNotFinite() throws {
    let store = ParameterStore()
    store[points] = marked
    var ends = (0..<20).map { Float($0) / 8 }
    (ends[0], ends[3], ends[12], ends[13]) = (.nan, .infinity, -.infinity, .nan)
    let after = try step(store, key: 3, ends: ends).points
    #expect(after.allSatisfy { $0.isFinite })
    let changed = changedSlots(after)
    #expect(changed.map { $0 / 10 } == [2, 3, 4, 5, 7, 8, 9])
    for slot in changed {
      let chain = slot / 10
      #expect(after[2 * slot] == ends[2 * chain] && after[2 * slot + 1] == ends[2 * chain + 1])
    }
  }

  @Test func aBufferSmallerThanTheBatchIsRefused() {
    let error = #expect(throws: ConfigurationError.self) {
      _ = try ReplayBuffer {
        $0.capacity = 9
      }.function(over: SampleSpace(shape: [2]), chains: 10, in: ParameterScope())
    }
    #expect(error.map { "\($0)" } == "initializer.capacity: found 9, expected at least the batch, 10")
  }
}
