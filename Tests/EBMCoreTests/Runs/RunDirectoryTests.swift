import EBMCore
import Foundation
import Testing

@Suite struct RunDirectoryTests {
  private func names(_ folder: String) throws -> [String] { try Files.list(folder) }

  @Test func makesFoldersOnTheWay() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory.create(at: folder + "/a/b/run")
      #expect(run.path == folder + "/a/b/run")
      #expect(try names(run.path) == [])
      // An empty folder is as good as none.
      _ = try RunDirectory.create(at: run.path)
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
      let run = try RunDirectory.create(at: path)
      try run.write(recipe: Recipe(sections: ["name": "first"]))
      try run.write(Array("mine".utf8), to: "notes.txt")
      try run.write([1, 2], to: "samples/a.png")
      #expect(
        messages { _ = try RunDirectory.create(at: path) } == [
          "\(path): cannot start a run here: the folder holds a run already; choose another one or add --force"
        ])
      #expect(try run.recipe().name == "first")
      // With force the old run goes; what is not a run's stays.
      _ = try RunDirectory.create(at: path, force: true)
      #expect(try names(path) == ["notes.txt"])
      #expect(
        messages { _ = try RunDirectory.create(at: path, force: true) } == [
          "\(path): cannot start a run here: the folder is not empty and holds no run; choose another one"
        ])
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
  }

  @Test func opensRunsOnly() throws {
    try withTemporaryFolder { folder in
      #expect(
        messages { _ = try RunDirectory.open(at: folder + "/none") }
          == ["\(folder)/none: cannot open the run: no such folder"])
      #expect(
        messages { _ = try RunDirectory.open(at: folder) }
          == ["\(folder): cannot open the run: the folder holds no recipe.json"])
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
          == ["\(folder)/b: cannot write the file: Is a directory"])
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
