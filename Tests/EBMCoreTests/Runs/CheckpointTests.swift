import EBMCore
import Testing

@Suite struct CheckpointTests {
  private struct Failure: Error {}

  private func write(_ run: RunDirectory, _ iteration: Int, _ bytes: [UInt8] = [1, 2, 3]) throws {
    try run.writeCheckpoint(iteration: iteration) { try Files.replace($0 + "/weights", with: bytes) }
  }

  private func names(_ run: RunDirectory) throws -> [String] { try Files.list(run.file("checkpoints")) }

  @Test func listsInOrder() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory.create(at: folder)
      #expect(run.checkpoints().isEmpty && run.latestCheckpoint() == nil)
      for iteration in [500, 1_000_000, 1000] { try write(run, iteration) }
      #expect(run.checkpoints().map(\.iteration) == [500, 1000, 1_000_000])
      #expect(run.latestCheckpoint()?.path == folder + "/checkpoints/1000000")
      #expect(try names(run) == ["000500", "001000", "1000000"])
    }
  }

  @Test func aFailureLeavesEarlierOnes() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory.create(at: folder)
      try write(run, 1, [7])
      #expect(throws: Failure.self) {
        try run.writeCheckpoint(iteration: 1) { folder in
          try Files.replace(folder + "/weights", with: [8])
          throw Failure()
        }
      }
      let checkpoint = try #require(run.latestCheckpoint())
      #expect(try Files.readBytes(checkpoint.file("weights")) == [7])
      #expect(try names(run) == ["000001"])
    }
  }

  @Test func oneOfTheSameIterationIsReplaced() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory.create(at: folder)
      try run.writeCheckpoint(iteration: 1) { try Files.replace($0 + "/old", with: [1]) }
      try write(run, 1, [9])
      let checkpoint = try #require(run.latestCheckpoint())
      #expect(try Files.list(checkpoint.path) == ["contents.json", "weights"])
      #expect(try names(run) == ["000001"])
    }
  }

  @Test func damagedOnesAreNotOffered() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory.create(at: folder)
      for iteration in 1...4 { try write(run, iteration) }
      try Files.replace(run.file("checkpoints/000004/weights"), with: [1, 2])
      try Files.remove(run.file("checkpoints/000003/weights"))
      try Files.remove(run.file("checkpoints/000002/contents.json"))
      try Files.createFolder(run.file("checkpoints/writing-000005"))
      try Files.createFolder(run.file("checkpoints/notes"))
      #expect(run.latestCheckpoint()?.iteration == 1)
    }
  }

  @Test func pruningKeepsTheLast() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory.create(at: folder)
      try run.pruneCheckpoints(keepingLast: 2)
      for iteration in 1...5 { try write(run, iteration) }
      try Files.createFolder(run.file("checkpoints/writing-000009"))
      try run.pruneCheckpoints(keepingLast: 2)
      #expect(try names(run) == ["000004", "000005"])
      try run.removeCheckpoints(after: 4)
      #expect(try names(run) == ["000004"])
    }
  }
}
