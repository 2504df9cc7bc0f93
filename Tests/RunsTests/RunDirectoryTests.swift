import EBMCore
import FileFormats
import Foundation
import Runs
import TestSupport
import Testing

@Suite struct RunDirectoryTests {
  private func names(_ folder: String) throws -> [String] { try Files.list(folder) }

  @Test func makesFoldersOnTheWay() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory.create(at: folder + "/a/b/run")
      #expect(run.path == folder + "/a/b/run")
      #expect(try names(run.path) == [".lock", "run.json"])
      // An empty folder is as good as none, and so is a lock that was left alone.
      try Files.createFolder(folder + "/empty")
      _ = try RunDirectory.create(at: folder + "/empty")
      try Files.remove(folder + "/empty/run.json")
      _ = try RunDirectory.create(at: folder + "/empty")
    }
  }

  @Test func resolvesAgainstTheWorkingDirectory() throws {
    try withTemporaryFolder { folder in
      let here = FileManager.default.currentDirectoryPath
      let up = String(repeating: "../", count: here.split(separator: "/").count)
      let run = try RunDirectory.create(at: up + folder.dropFirst() + "/run")
      #expect(run.path == here + "/" + up + folder.dropFirst() + "/run")
      #expect(Files.isFolder(folder + "/run"))
      #expect(FileManager.default.currentDirectoryPath == here)
    }
  }

  @Test func neverOverwritesUnasked() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/run"
      do {
        let run = try RunDirectory.create(at: path)
        try run.write(recipe: Recipe(sections: ["name": "first"]))
      }
      #expect(
        messages { _ = try RunDirectory.create(at: path) } == [
          "\(path): cannot start a run here: the folder holds a run already; choose another one or add --force"
        ])
      #expect(try RunDirectory.open(at: path).recipe().name == "first")
    }
  }

  /// A folder is a run's by its mark, whatever else lies in it.
  @Test(arguments: [
    ["recipe.json", "samples/a.png"], ["run.json"], ["checkpoints/000001/weights.safetensors"], ["notes.txt"],
  ])
  func aFolderWithoutTheMarkIsLeftAlone(files: [String]) throws {
    try withTemporaryFolder { folder in
      for file in files {
        try Files.createFolder(Files.parent(of: "\(folder)/\(file)"))
        try Files.replace("\(folder)/\(file)", with: Array("{}".utf8))
      }
      for force in [false, true] {
        let message = messages { _ = try RunDirectory.create(at: folder, force: force) }.first ?? ""
        #expect(message.hasPrefix("\(folder): cannot start a run here: the folder is not empty and holds no run"))
      }
      #expect(files.allSatisfy { Files.isFile("\(folder)/\($0)") } && !Files.exists(folder + "/.lock"))
    }
  }

  @Test func aNameMustNotLeadOutOfTheFolder() throws {
    try withTemporaryFolder { folder in
      try Files.replace(folder + "/mine", with: [1])
      do {
        let run = try RunDirectory.create(at: folder + "/run")
        try run.updateRecord { $0.files.append("../mine") }
      }
      _ = messages { _ = try RunDirectory.create(at: folder + "/run", force: true) }
      #expect(Files.isFile(folder + "/mine"))
    }
  }

  @Test func runsAreNumbered() throws {
    try withTemporaryFolder { folder in
      let runs = try (0..<3).map { _ in try RunDirectory.createNumbered(at: folder + "/x", command: ["ebm"]) }
      #expect(runs.map(\.path) == ["x", "x-2", "x-3"].map { "\(folder)/\($0)" })
      try Files.replace(folder + "/x-4", with: [])
      #expect(try RunDirectory.createNumbered(at: folder + "/x", command: []).path == folder + "/x-5")
      try Files.replace(folder + "/file", with: [])
      #expect(
        messages { _ = try RunDirectory.createNumbered(at: folder + "/file/x", command: []) }
          == ["\(folder)/file/x: cannot create the folder: \(folder)/file is a file"])
    }
  }

  /// An interruption is entered by another thread than the files that are written meanwhile; no entry is lost.
  @Test func threadsDoNotLoseEachOthersEntries() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory.create(at: folder)
      DispatchQueue.concurrentPerform(iterations: 16) { index in
        do {
          if index % 2 == 0 {
            try run.write([1], to: "plots/\(index)")
          } else {
            try run.enter(.interrupted, iteration: index)
          }
        } catch { Issue.record(error) }
      }
      let record = try run.record()
      #expect(Set(record.files).isSuperset(of: (0..<8).map { "plots/\(2 * $0)" }))
      #expect(record.history.count == 8)
    }
  }

  /// What somebody else has put where a run is about to write is neither replaced nor taken for the run's.
  @Test func aFileThatIsNotTheRunsIsNotReplaced() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory.create(at: folder)
      try Files.createFolder(folder + "/plots")
      try Files.replace(folder + "/plots/curves.svg", with: [7])
      #expect(
        messages { try run.write([1], to: "plots/curves.svg") } == [
          "\(folder)/plots/curves.svg: cannot write the file: it is there and not the run's; move it elsewhere"
        ])
      #expect(try Files.readBytes(folder + "/plots/curves.svg") == [7])
    }
  }

  @Test func saysWhyAFolderCannotBeMade() throws {
    try withTemporaryFolder { folder in
      try Files.replace(folder + "/file", with: [])
      #expect(
        messages { _ = try RunDirectory.create(at: folder + "/file") }
          == ["\(folder)/file: cannot start a run here: it is a file, not a folder"])
      #expect(
        messages { _ = try RunDirectory.create(at: folder + "/file/run") }
          == ["\(folder)/file/run: cannot create the folder: \(folder)/file is a file"])
    }
    // Nobody can make folders there, root included.
    #expect(
      messages { _ = try RunDirectory.create(at: "/proc/ebm/run") }
        == ["/proc/ebm/run: cannot create the folder: No such file or directory"])
    // The reason is that of the call that failed, not of what was asked afterwards.
    let reason = messages { _ = try RunDirectory.create(at: "/sys/ebm-run") }.first ?? ""
    #expect(
      ["Operation not permitted", "Read-only file system", "Permission denied"].contains { reason.hasSuffix($0) },
      "\(reason)")
  }

  @Test func opensRunsOnly() throws {
    try withTemporaryFolder { folder in
      #expect(
        messages { _ = try RunDirectory.open(at: folder + "/none") }
          == ["\(folder)/none: cannot open the run: no such folder"])
      #expect(
        messages { _ = try RunDirectory.open(at: folder) }
          == ["\(folder): cannot open the run: the folder holds no run.json"])
      let run = try RunDirectory.create(at: folder)
      try run.write(recipe: Recipe(sections: ["seed": 1]))
      #expect(try RunDirectory.open(at: folder) == run)
    }
  }

  @Test func writesWhatMadeIt() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory.create(at: folder)
      try run.write(command: ["ebm", "train", "two-wells", "seed=7", "name=it's", "--output", "my runs/x", ""])
      #expect(
        try Files.readText(run.file("command.txt"))
          == "ebm train two-wells seed=7 'name=it'\\''s' --output 'my runs/x' ''\n")
      try run.write(environment: RunEnvironment(threads: 2, blas: "OpenBLAS SkylakeX"))
      let text = try Files.readText(run.file("environment.json"))
      let environment = try JSONValue(parsing: text).decoded(as: RunEnvironment.self)
      #expect(environment.threads == 2 && environment.cores >= 1 && environment.blas == "OpenBLAS SkylakeX")
      #expect(environment.version == FrameworkVersion.current)
      let date = try Date(environment.date, strategy: .iso8601)
      #expect(abs(date.timeIntervalSinceNow) < 60)
    }
  }

  @Test func filesAreReplacedWhole() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a"
      try Files.replace(path, with: Array(repeating: 1, count: 200_000))
      try Files.replace(path, with: [2])
      #expect(try Files.readBytes(path) == [2])
      #expect(try names(folder) == ["a"])
      // A folder in the way: the error comes, and no temporary file stays.
      try Files.createFolder(folder + "/b/c")
      #expect(
        messages { try Files.replace(folder + "/b", with: [1]) }
          == ["\(folder)/b: cannot write the file: it is a folder"])
      #expect(try names(folder) == ["a", "b"])
      #expect(
        messages { _ = try Files.readBytes(folder + "/none") }
          == ["\(folder)/none: cannot read the file: No such file or directory"])
    }
  }

  @Test func removingFollowsNoLinks() throws {
    try withTemporaryFolder { folder in
      try Files.createFolder(folder + "/kept")
      try Files.replace(folder + "/kept/file", with: [1])
      try Files.createFolder(folder + "/gone/deep")
      try FileManager.default.createSymbolicLink(
        atPath: folder + "/gone/link", withDestinationPath: folder + "/kept")
      try Files.remove(folder + "/gone")
      #expect(try names(folder) == ["kept"])
      #expect(try names(folder + "/kept") == ["file"])
      try Files.remove(folder + "/gone")
    }
  }
}
