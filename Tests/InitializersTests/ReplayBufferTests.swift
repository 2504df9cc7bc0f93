import EBMCore
import Foundation
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
      let step = function.step(request, &context) { ends == nil ? $0 + 1 : inputs[0] }
      #expect(step.loss == nil)
      return [step.start]
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
        #expect(x == 1_000 - y, "the row is whole")
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
      #expect(changed.count == chains, "a slot for each chain")
      for slot in changed {
        let chain = try #require(
          (0..<chains).first { after[2 * slot] == starts[2 * $0] + 1 && after[2 * slot + 1] == starts[2 * $0 + 1] + 1 })
        if starts[2 * chain] > 900 { #expect(starts[2 * chain] == 1_000 + Float(slot), "the slot that it came from") }
      }
      written.formUnion(changed)
    }
    // Each slot is missed in 200 steps with probability (1 − 10/103)²⁰⁰ = 10⁻⁹.
    #expect(written == Set(0..<capacity))
  }

  /// The slots of each chain in many steps of a buffer.
  private func slots(capacity: Int, chains: Int, steps: Int) throws -> [[Int]] {
    let (scope, space) = (ParameterScope(), SampleSpace(shape: [1]))
    let function = try ReplayBuffer {
      $0.capacity = capacity; $0.reuse = 1
    }.function(over: space, chains: chains, in: scope)
    let program = CompiledFunction(phase: .training) { _, context in
      [function.starts(StartRequest(count: chains, space: space), &context)]
    }
    let store = ParameterStore()
    store[scope.parameters[0]] = (0..<capacity).map { 1_000 + Float($0) }
    return (0..<steps).map { step in
      program([], store: store, key: RandomKey(seed: 5, step: UInt64(step)))[0].scalars.map { Int($0) - 1_000 }
    }
  }

  /// No two chains draw one slot, each slot is equally likely for each chain, and all pairs of slots occur. χ² of four degrees of
  /// freedom is six standard deviations above its mean once in 3,000 times; seeds are fixed.
  @Test(arguments: [(7, 3), (12, 4), (5, 5)])
  func drawsFromTheWholeBuffer(capacity: Int, chains: Int) throws {
    let steps = 6_000
    let drawn = try slots(capacity: capacity, chains: chains, steps: steps)
    var counts = [[Int]](repeating: [Int](repeating: 0, count: capacity), count: chains)
    var pairs = Set<Set<Int>>()
    for step in drawn {
      #expect(Set(step).count == chains)
      for (chain, slot) in step.enumerated() { counts[chain][slot] += 1 }
      for (place, slot) in step.enumerated() { for other in step[..<place] { pairs.insert([other, slot]) } }
    }
    let expected = Double(steps) / Double(capacity)
    for chain in counts {
      let statistic = chain.reduce(0) { $0 + pow(Double($1) - expected, 2) / expected }
      let degrees = Double(capacity - 1)
      #expect(statistic < degrees + 6 * (2 * degrees).squareRoot(), "\(chain)")
    }
    #expect(pairs.count == capacity * (capacity - 1) / 2, "any two slots may be drawn together")
  }

  /// As many chains as there are slots start from them, the others at noise, each chain as often as any other.
  @Test func aBufferMayBeSmallerThanTheBatch() throws {
    let (steps, chains) = (2_000, 8)
    let drawn = try slots(capacity: 3, chains: chains, steps: steps)
    var kept = [Int](repeating: 0, count: chains)
    for step in drawn {
      let places = step.enumerated().filter { $0.element >= 0 }
      #expect(Set(places.map(\.element)) == [0, 1, 2] && places.count == 3)
      for place in places { kept[place.offset] += 1 }
    }
    let share = 3.0 / 8
    let error = (share * (1 - share) / Double(steps)).squareRoot()
    for count in kept { #expect(abs(Double(count) / Double(steps) - share) < 4 * error) }
  }

  /// Ends take the places of the oldest, one after the other, around the buffer, whatever was drawn.
  @Test func theOldestMayBeReplaced() throws {
    let (scope, space, chains) = (ParameterScope(), SampleSpace(shape: [1]), 3)
    let function = try ReplayBuffer {
      $0.capacity = 7; $0.reuse = 1; $0.replaces = .oldest
    }.function(over: space, chains: chains, in: scope)
    let points = try #require(scope.parameters.first { $0.name == "points" })
    let store = scope.initialValues(seed: 1)
    store[points] = (0..<7).map { 1_000 + Float($0) }
    let program = CompiledFunction(phase: .training) { inputs, context in
      [function.step(StartRequest(count: chains, space: space), &context) { _ in inputs[0] }.start]
    }
    var expected = (0..<7).map { 1_000 + Float($0) }
    for step in 0..<5 {
      let ends = (0..<chains).map { step == 2 && $0 == 1 ? Float.nan : Float(10 * step + $0) }
      let starts = program(
        [Tensor(ends, shape: [chains, 1])], store: store, key: RandomKey(seed: 2, step: UInt64(step)))
      #expect(Set(starts[0].scalars).isSubset(of: Set(expected)) && Set(starts[0].scalars).count == chains)
      for (chain, end) in ends.enumerated() where end.isFinite { expected[(chains * step + chain) % 7] = end }
      #expect(store[points] == expected)
    }
    #expect(
      ReplayBuffer {
        $0.replaces = .oldest; $0.byClass = true
      }.conflicts() == ["byClass keeps ends with their class; replaces oldest does not"])
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
    let kept = Set(changed.map { Array(after[(2 * $0)...(2 * $0 + 1)]) })
    #expect(kept == Set([2, 3, 4, 5, 7, 8, 9].map { Array(ends[(2 * $0)...(2 * $0 + 1)]) }))
  }
}
