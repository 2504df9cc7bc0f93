internal import EBMCore
private import Foundation
internal import Networks
internal import Tensors

extension Examination {
  /// Where an initializer starts chains.
  mutating func checkInitializer(_ initializer: some Initializer) {
    let rows = 256
    let space = SampleSpace(shape: [2])
    let start: InitializerUnderTest
    do throws(ConfigurationError) {
      start = try InitializerUnderTest(initializer, over: space, rows: rows, seed: options.seed)
    } catch {
      return record("shape", error: error, expected: "an initializer of chains in the plane")
    }
    let first = start.starts(key(1))
    let isRight = first.shape == [rows, 2] && first.isAllFinite
    record(
      "shape", isRight, "\(first.shape), \(first.isAllFinite ? "finite" : "not finite")",
      expected: "finite starts of shape [\(rows), 2]")
    guard isRight else { return }

    let again = start.starts(key(1)).differingBits(from: first)
    // Starts may come from first values alone, which another seed draws anew.
    let elsewhere = try? InitializerUnderTest(initializer, over: space, rows: rows, seed: options.seed &+ 1)
    let other = elsewhere?.starts(key(2)).differingBits(from: first) ?? 0
    record(
      "seed", again == 0 && (other > 0 || first.differingBits(from: start.data) == 0),
      "\(again) numbers differ with the same seed, \(other) of \(2 * rows) with another",
      expected: "none with the same seed, some with another")
    let threads = [1, 2, 3].map { start.starts(key(1), threads: $0).differingBits(from: first) }
    record(
      "bits by threads", threads.allSatisfy { $0 == 0 },
      "\(threads.map(String.init).joined(separator: ", ")) numbers differ with 1, 2, 3 threads",
      expected: "the same bits for any number of threads")
    checkMemory(start)
  }

  /// What an initializer declares as its state has to change when chains end, and to survive a checkpoint.
  private mutating func checkMemory(_ start: InitializerUnderTest) {
    let before = start.state
    for step in 0..<4 { start.finish(at: 5 + Float(step), key(10 + UInt64(step))) }
    let changed = zip(before, start.state).filter { $0 != $1 }.count
    if !before.isEmpty {
      record(
        "memory", changed > 0, "\(changed) of \(before.count) buffers changed when chains ended",
        expected: "declared buffers that are written")
    }
    let next = start.starts(key(20))
    record(
      "finite after ends", next.isAllFinite, next.isAllFinite ? "finite" : "not finite", expected: "finite starts")
    // Ends that diverged must not come back as starts.
    start.finish(at: .nan, key(21))
    let poisoned = start.starts(key(22))
    let isClean = poisoned.isAllFinite && start.state.allSatisfy { $0.allSatisfy(\.isFinite) }
    record(
      "ends that are not finite", isClean, isClean ? "not kept" : "kept, or started from",
      expected: "finite starts and buffers after chains that diverged")

    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("conformance-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let expected = start.starts(key(30))
      let restored = try start.restored(through: folder.path)
      let differing = restored.starts(key(30)).differingBits(from: expected)
      record(
        "checkpoint", differing == 0, "\(differing) numbers of the next starts differ after writing and reading",
        expected: "the same starts as without the round trip")
    } catch { record("checkpoint", error: error, expected: "parameters that can be written and read") }
  }
}

/// An initializer with its parameters' values, as functions on values.
private struct InitializerUnderTest {
  let data: Tensor
  private let function: any InitializerFunction
  private let scope: ParameterScope
  private let store: ParameterStore
  private let space: SampleSpace
  private let rows: Int

  init(_ component: some Initializer, over space: SampleSpace, rows: Int, seed: UInt64) throws(ConfigurationError) {
    self.space = space
    self.rows = rows
    scope = ParameterScope()
    function = try component.function(over: space, chains: rows, in: scope["initializer"])
    store = scope.initialValues(seed: seed)
    var generator = SplitMix64(seed: seed)
    data = Tensor((0..<(rows * space.dimension)).map { _ in Float(generator.normal()) }, shape: [rows] + space.shape)
  }

  private init(_ other: InitializerUnderTest, store: ParameterStore) {
    (data, function, scope, space, rows) = (other.data, other.function, other.scope, other.space, other.rows)
    self.store = store
  }

  private var request: StartRequest {
    let level = Condition.Level(index: Tensor((0..<rows).map { Float(1 + $0 % 4) }), logSNR: Tensor(Conditions.logSNR))
    func each(_ number: Float) -> Tensor { Tensor(repeating: number, shape: [rows]) }
    return StartRequest(
      count: rows, space: space, data: data,
      noisy: .init(
        position: data, level: level, deviation: each(0.3),
        posterior: .init(partner: each(0.4), clean: each(0.6), signal: each(0.8), noise: each(0.6)), recovered: data))
  }

  /// Starts of a training step; what the step assigns is not kept.
  func starts(_ key: RandomKey, threads: Int = 0) -> Tensor {
    let (function, request) = (function, request)
    let program = CompiledFunction(phase: .training, threads: threads) { _, context in
      [function.starts(request, &context)]
    }
    return program([], store: store.copy(), key: key)[0]
  }

  /// A training step whose chains all end at one point.
  func finish(at value: Float, _ key: RandomKey) {
    let (function, request, rows, space) = (function, request, rows, space)
    let program = CompiledFunction(phase: .training) { _, context in
      let step = function.training(request, &context) { start, _ in
        0 * start + Tensor(repeating: value, shape: [rows] + space.shape)
      }
      return [step.loss ?? Tensor(0)]
    }
    _ = program([], store: store, key: key)
  }

  /// Values of what is not learned.
  var state: [[Float]] {
    scope.parameters.filter { $0.kind != .weight }.map { store[$0] ?? [] }
  }

  /// The same initializer with values that went through files.
  func restored(through folder: String) throws -> InitializerUnderTest {
    try Checkpoints.write(scope.parameters, store, to: folder)
    let other = scope.initialValues(seed: 1)
    try Checkpoints.read(scope.parameters, into: other, from: folder)
    return InitializerUnderTest(self, store: other)
  }
}
