import EBMCore
import FileFormats
import Foundation
import Runs
import TestSupport
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

  /// One bit of a file, a file that is cut, a list that is gone: the one before is used, and it is said once.
  @Test func aDamagedOneIsSaidAndTheOneBeforeIsUsed() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory.create(at: folder)
      for iteration in 1...5 { try write(run, iteration, [1, 2, 3, 4]) }
      try Files.replace(run.file("checkpoints/000005/weights"), with: [1, 2, 3, 5])
      try Files.replace(run.file("checkpoints/000004/weights"), with: [1, 2])
      try Files.remove(run.file("checkpoints/000003/contents.json"))
      var reports: [String] = []
      let found = try run.withSoundCheckpoint(report: { reports.append($0) }) { $0 }
      #expect(found.iteration == 2)
      let crc = CRC32.self
      var (old, new) = (crc.init(), crc.init())
      [1, 2, 3, 4].map(UInt8.init).withUnsafeBytes { old.add($0) }
      [1, 2, 3, 5].map(UInt8.init).withUnsafeBytes { new.add($0) }
      #expect(
        reports == [
          "damaged: 000005/weights has the checksum \(hex(new.value)), expected \(hex(old.value)); "
            + "000004/weights has 2 bytes, expected 4; the checkpoint of iteration 2 is used"
        ])
      // They do not come in the way of those that are written now.
      try run.setAsideCheckpoints(after: 2)
      #expect(try names(run) == ["000001", "000002", "damaged-000003", "damaged-000004", "damaged-000005"])

      for iteration in 1...2 { try Files.replace(run.file("checkpoints/00000\(iteration)/weights"), with: []) }
      let message = messages { try run.withSoundCheckpoint(report: { _ in }) { _ in } }.first ?? ""
      #expect(
        message == "\(folder): cannot use the run: it holds no complete checkpoint: "
          + "000002/weights has 0 bytes, expected 4; 000001/weights has 0 bytes, expected 4")
    }
  }

  private func hex(_ value: UInt32) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  @Test func oneThatIsReadIsNotRemoved() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory.create(at: folder)
      try write(run, 1)
      try run.withSoundCheckpoint(report: { _ in }) { checkpoint in
        for iteration in 2...3 { try write(run, iteration) }
        try run.pruneCheckpoints(keepingLast: 1)
        #expect(try names(run) == ["000001", "000003"])
        #expect(try Files.readBytes(checkpoint.file("weights")) == [1, 2, 3])
      }
      try run.pruneCheckpoints(keepingLast: 1)
      #expect(try names(run) == ["000003"])
    }
  }

  /// Whatever moment a crash chooses: between the renames of a replacement, while filling, while removing.
  @Test func whatACrashLeftIsTidied() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory.create(at: folder)
      for iteration in 1...2 { try write(run, iteration) }
      try Files.move(run.file("checkpoints/000002"), to: run.file("checkpoints/old-000002"))
      for name in ["writing-000002", "removing-000000", "old-000001"] {
        try Files.createFolder(run.file("checkpoints/\(name)"))
        try Files.replace(run.file("checkpoints/\(name)/weights"), with: [1])
      }
      // Names that are somebody else's.
      for name in ["writing-thesis", "old-1", "12", "mine"] { try Files.createFolder(run.file("checkpoints/\(name)")) }
      try run.pruneCheckpoints(keepingLast: 2)
      #expect(try names(run) == ["000001", "000002", "12", "mine", "old-1", "writing-thesis"])
      #expect(run.checkpoints().map(\.iteration) == [1, 2])
    }
  }

  @Test func somebodysFilesStay() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory.create(at: folder)
      for iteration in 1...3 { try write(run, iteration) }
      try Files.replace(run.file("checkpoints/000001/notes.txt"), with: [1])
      try run.pruneCheckpoints(keepingLast: 1)
      #expect(try names(run) == ["000001", "000003"])
      #expect(try Files.list(run.file("checkpoints/000001")) == ["notes.txt"])
      #expect(run.checkpoints().map(\.iteration) == [3])
    }
  }

  /// Behind a link is another folder, of which nothing is removed.
  @Test func aLinkIsNotFollowed() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory.create(at: folder + "/run")
      try Files.createFolder(folder + "/elsewhere")
      try FileManager.default.createSymbolicLink(
        atPath: run.file("checkpoints"), withDestinationPath: folder + "/elsewhere")
      for iteration in 1...3 { try write(run, iteration) }
      try run.pruneCheckpoints(keepingLast: 1)
      try run.removeCheckpoints(after: 0)
      #expect(try Files.list(folder + "/elsewhere") == ["000001", "000002", "000003"])
      #expect(run.latestCheckpoint()?.iteration == 3)
    }
  }

  @Test func aListThatLeadsElsewhereIsNoList() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory.create(at: folder + "/run")
      for iteration in 1...2 { try write(run, iteration) }
      try Files.replace(folder + "/mine", with: [1])
      let list = #"{"files": {"../../../mine": {"size": 1, "crc32": "00000000"}}}"#
      try Files.replace(run.file("checkpoints/000002/contents.json"), with: list.utf8)
      #expect(run.latestCheckpoint()?.iteration == 1)
      try run.removeCheckpoints(after: 0)
      #expect(Files.isFile(folder + "/mine"))
    }
  }

  /// Found by the fuzzer: the message held the whole of it.
  @Test(arguments: [
    (String(repeating: "a", count: 3_000), "00000000"), ("weights", String(repeating: "0", count: 3_000)),
  ])
  func aListOfWhatCannotBeIsToldBriefly(name: String, checksum: String) throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory.create(at: folder)
      try write(run, 1)
      let list = #"{"files": {"\#(name)": {"size": 3, "crc32": "\#(checksum)"}}}"#
      try Files.replace(run.file("checkpoints/000001/contents.json"), with: list.utf8)
      let error = #expect(throws: FileError.self) { try run.withSoundCheckpoint(report: { _ in }) { _ in } }
      let message = try #require(error).description
      #expect(message.contains("expected files of the folder with size and crc32"), "\(message)")
      #expect(message.utf8.count < 1_000, "\(message)")
    }
  }
}
