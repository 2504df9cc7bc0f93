import EBM
import Testing

/// Same seed, same bits: for any number of threads, and whether or not a run was interrupted.
@Suite struct DeterminismTests {
  /// Every value of a trainer: weights, buffers, averages, the optimizer's state.
  private static func values(_ trainer: Trainer) -> [String: [UInt32]] {
    Dictionary(
      uniqueKeysWithValues: trainer.store.parameters.map { parameter in
        (parameter.name, (trainer.store[parameter] ?? []).map(\.bitPattern))
      })
  }

  /// What differs between two trainers, by name.
  private static func differences(_ left: [String: [UInt32]], _ right: [String: [UInt32]]) -> [String] {
    Set(left.keys).union(right.keys).filter { left[$0] != right[$0] }.sorted()
  }

  @Test(arguments: [SmallRecipe.recovery, SmallRecipe.persistent + ["initializer.capacity=1000"]], [2, 3])
  func threadsDoNotMatter(recipe: [String], threads: Int) throws {
    func trained(_ threads: Int) throws -> (values: [String: [UInt32]], numbers: [[Float]]) {
      // Several tiles of rows for each thread.
      let trainer = try Trainer(try SmallRecipe.pipeline(recipe, "training.batch=700", "training.threads=\(threads)"))
      let numbers = try (0..<3).map { _ in try trainer.advance() }
      return (Self.values(trainer), numbers)
    }
    let (one, many) = (try trained(1), try trained(threads))
    #expect(one.numbers == many.numbers)
    #expect(Self.differences(one.values, many.values) == [])
  }

  @Test(arguments: [SmallRecipe.recovery, SmallRecipe.persistent])
  func aSeedMakesTheRun(recipe: [String]) throws {
    func trained(_ overrides: String...) throws -> [String: [UInt32]] {
      let trainer = try Trainer(try SmallRecipe.pipeline(recipe + overrides))
      _ = try (0..<2).map { _ in try trainer.advance() }
      return Self.values(trainer)
    }
    let first = try trained()
    #expect(Self.differences(first, try trained()) == [])
    let other = try trained("seed=6")
    let same = first.keys.filter { $0.hasPrefix("energy.") && first[$0] == other[$0] }
    #expect(same.isEmpty, "another seed gives the energy other values")
  }

  /// 3 updates, a checkpoint, a new trainer, 3 more; against 6. Spectral norm and the replay buffer have state that
  /// is not learned, Adam and the averages have theirs.
  @Test(arguments: [SmallRecipe.recovery + ["energy.spectralNorm=true"], SmallRecipe.persistent])
  func aResumedRunEqualsAnUninterruptedOne(recipe: [String]) throws {
    let scratch = try ScratchFolder()
    let pipeline = try SmallRecipe.pipeline(recipe)
    let straight = try Trainer(pipeline)
    let start = Self.values(straight)
    var numbers = try (0..<3).map { _ in try straight.advance() }
    try straight.save(to: scratch.path)
    numbers = try (0..<3).map { _ in try straight.advance() }

    let resumed = try Trainer(pipeline)
    try resumed.restore(from: scratch.path)
    #expect(resumed.iteration == 3)
    #expect(try (0..<3).map { _ in try resumed.advance() } == numbers)
    #expect(Self.differences(Self.values(resumed), Self.values(straight)) == [])
    // All that can change has changed, so the comparison means something.
    let still = start.keys.filter { start[$0] == Self.values(straight)[$0] }
    #expect(still.isEmpty, "\(still.sorted()) did not move")
  }

  /// Going back to a checkpoint, training goes another way.
  @Test func aRollbackChangesTheRandomNumbers() throws {
    let scratch = try ScratchFolder()
    let trainer = try Trainer(try SmallRecipe.pipeline(SmallRecipe.persistent))
    try trainer.save(to: scratch.path)
    let first = try trainer.advance()
    try trainer.rollBack(to: scratch.path)
    #expect(trainer.iteration == 0 && trainer.rollbacks == 1)
    #expect(try trainer.advance() != first)
    // The count of rollbacks is part of a checkpoint.
    let second = try ScratchFolder()
    try trainer.save(to: second.path)
    let resumed = try Trainer(try SmallRecipe.pipeline(SmallRecipe.persistent))
    try resumed.restore(from: second.path)
    #expect(resumed.rollbacks == 1)
    #expect(try resumed.advance() == trainer.advance())
  }

  @Test func aCheckpointOfAnotherRunIsRefused() throws {
    let scratch = try ScratchFolder()
    try Trainer(try SmallRecipe.pipeline(SmallRecipe.persistent)).save(to: scratch.path)
    for other in ["seed=6", "energy.widths=[16,9]", "initializer.capacity=101"] {
      let trainer = try Trainer(try SmallRecipe.pipeline(SmallRecipe.persistent, other))
      #expect(throws: ConfigurationError.self, "\(other)") { try trainer.restore(from: scratch.path) }
    }
  }
}
