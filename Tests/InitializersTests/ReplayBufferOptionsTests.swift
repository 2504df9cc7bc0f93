import EBMCore
import Initializers
import Networks
import Tensors
import Testing

/// Classes, bounds, eight bits and ages of a replay buffer.
@Suite struct ReplayBufferOptionsTests {
  private static func step(
    _ function: any InitializerFunction, space: SampleSpace, chains: Int, labels: [Float]? = nil
  ) -> CompiledFunction {
    CompiledFunction(phase: .training) { inputs, context in
      let request = StartRequest(count: chains, space: space, label: labels.map { Tensor($0) })
      let step = function.step(request, &context) { _ in inputs[0] }
      return [step.start] + step.diagnostics.map(\.value)
    }
  }

  /// Each chain finds what a chain of its own class left: ends hold their class.
  @Test func chainsFindTheirOwnClass() throws {
    let (scope, space, chains) = (ParameterScope(), SampleSpace(shape: [1], classes: 3), 4)
    let function = try ReplayBuffer {
      $0.capacity = 16; $0.reuse = 1; $0.byClass = true
    }.function(
      over: space, chains: chains, in: scope)
    let points = try #require(scope.parameters.first { $0.name == "points" })
    let store = scope.initialValues(seed: 1)
    // Four slots for each class, those of class y from 4 y on.
    store[points] = (0..<16).map { Float(100 + $0 / 4) }
    let labels: [Float] = [3, 0, 1, 1]
    let program = Self.step(function, space: space, chains: chains, labels: labels)
    let first = program([Tensor([7, 8, 9, 10], shape: [4, 1])], store: store)[0].scalars
    #expect(first == [103, 100, 101, 101])
    let kept = try #require(store[points])
    for (label, end) in zip([3, 0, 1, 1], [7, 8, 9, 10] as [Float]) {
      #expect(kept[(4 * label)..<(4 * label + 4)].filter { $0 == end }.count == 1, "a slot of its own class")
    }
    #expect(kept.filter { $0 >= 100 }.count == 12, "no other slot changed")
    let small = ReplayBuffer {
      $0.capacity = 3; $0.byClass = true
    }
    #expect(
      small.misfits(over: space).map(\.description)
        == ["initializer.capacity: found 3, expected at least 4, a point for each class and one for none"])
  }

  /// q = ⌊255 (x − l)/R⌋ when written; l + (q + u) R/256 when read.
  @Test func eightBits() throws {
    let (scope, space) = (ParameterScope(), SampleSpace(shape: [4]))
    let function = try ReplayBuffer {
      $0.capacity = 1; $0.reuse = 1; $0.bounds = [-1, 1]; $0.quantized = true
    }
    .function(over: space, chains: 1, in: scope)
    let store = scope.initialValues(seed: 1)
    #expect(store[scope.parameters[0]]?.allSatisfy { abs($0) <= 1 } == true)
    let program = Self.step(function, space: space, chains: 1)
    let ends: [Float] = [-1.5, 0.25, 1, 0.9]
    _ = program([Tensor(ends, shape: [1, 4])], store: store)
    let expected: [Float] = [0, 159, 255, 242]
    var offsets = Set<Float>()
    for key in 0..<20 as Range<UInt64> {
      // What is read is not written back, but what was written before.
      let read = program([Tensor(ends, shape: [1, 4])], store: store, key: RandomKey(seed: 2, step: key))[0].scalars
      for (x, q) in zip(read, expected) {
        let offset = (x + 1) * 128 - q
        #expect(offset > -1e-4 && offset < 1 + 1e-4, "\(x) of \(q)")
        offsets.insert(offset)
      }
    }
    #expect(offsets.count > 70, "the noise within a step is drawn anew")
    #expect(ReplayBuffer { $0.quantized = true }.conflicts() == ["quantized needs bounds, found null"])
    #expect(
      ReplayBuffer {
        $0.bounds = [1, 1]
      }.conflicts() == ["bounds [1.0, 1.0] are not a least value and a larger one"])
  }

  /// Uniform first contents and fresh starts, also where 0 is not in the middle.
  @Test func boundsAreKept() throws {
    let (scope, space) = (ParameterScope(), SampleSpace(shape: [2]))
    let function = try ReplayBuffer {
      $0.capacity = 2_000; $0.reuse = 0.5; $0.bounds = [0, 4]
    }
    .function(over: space, chains: 2_000, in: scope)
    let program = Self.step(function, space: space, chains: 2_000)
    let ends = Tensor(repeating: 3, shape: [2_000, 2])
    let store = scope.initialValues(seed: 1)
    let first = program([ends], store: store)[0].scalars
    #expect(first.allSatisfy { $0 >= 0 && $0 <= 4 })
    let mean = first.reduce(0, +) / Float(first.count)
    let meanError = (16 / 12 / Float(first.count)).squareRoot()
    #expect(abs(mean - 2) < 4 * meanError)
    // What was kept is found as it was.
    let second = program([ends], store: store, key: RandomKey(seed: 9))[0].scalars
    let kept = Double(second.filter { $0 == 3 }.count) / Double(second.count)
    #expect(abs(kept - 0.5) < 4 * (0.25 / 2_000).squareRoot())
  }

  /// With r = reuse the mean age of reused starts tends to 1/(1 − r), and the refill share to 1 − r.
  @Test func agesAreReported() throws {
    let (scope, space, chains) = (ParameterScope(), SampleSpace(shape: [1]), 500)
    let function = try ReplayBuffer {
      $0.capacity = chains; $0.reuse = 0.75; $0.reportsAge = true
    }
    .function(over: space, chains: chains, in: scope)
    let program = Self.step(function, space: space, chains: chains)
    let store = scope.initialValues(seed: 1)
    var (age, refill) = (0.0, 0.0)
    let ends = Tensor(repeating: 0, shape: [chains, 1])
    for step in 0..<230 as Range<UInt64> {
      let results = program([ends], store: store, key: RandomKey(seed: 2, step: step))
      if step == 0 { #expect(results[2].scalar == 0, "first contents are as old as fresh starts") }
      if step < 30 { continue }
      refill += Double(results[1].scalar) / 200
      age += Double(results[2].scalar) / 200
    }
    let refillError = (0.1875 / 100_000).squareRoot()
    #expect(abs(refill - 0.25) < 4 * refillError)
    // Ages are geometric with mean 4 and variance 12, alike for about 4 steps and more: 20,000 independent ones.
    let ageError = (12.0 / 10_000).squareRoot()
    #expect(abs(age - 4) < 4 * ageError)
  }

  /// The buffer survives its recipe, options included.
  @Test func hasARecipe() throws {
    var registry = ComponentRegistry()
    try registry.add(ReplayBuffer.self)
    let buffer = ReplayBuffer {
      $0.capacity = 77; $0.bounds = [0, 1]; $0.byClass = true; $0.quantized = true
    }
    let read = try registry.component(try buffer.recipeValue(), as: .initializer, at: "initializer")
    let again = try #require(read as? ReplayBuffer)
    #expect(again.bounds == [0, 1] && again.capacity == 77 && again.byClass && again.quantized)
  }
}
