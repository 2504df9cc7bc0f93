import EBMCore
import FileFormats
import Runs
import TestSupport
import Testing

/// A run that makes way for another one: nothing of it is lost before the new one has something to keep.
@Suite struct RunReplacingTests {
  /// A run with a checkpoint and a picture, and somebody's own files beside them.
  private func makeRun(_ path: String) throws {
    let run = try RunDirectory.create(at: path)
    try run.write(recipe: Recipe(sections: ["name": "old"]))
    try run.writeCheckpoint(iteration: 7) { try Files.replace($0 + "/weights", with: [7]) }
    try run.write([1], to: "plots/curves.svg")
    try run.enter(.complete, iteration: 7)
    for name in ["notes.txt", "plots/mine.svg", "samples/mine.npy", "checkpoints/mine"] {
      try Files.createFolder(Files.parent(of: run.file(name)))
      try Files.replace(run.file(name), with: Array(name.utf8))
    }
  }

  private func expectOldRun(_ path: String, _ comment: Comment) throws {
    let run = try RunDirectory.open(at: path)
    #expect(try run.recipe().name == "old", comment)
    #expect(run.latestCheckpoint()?.iteration == 7, comment)
    #expect(try run.record().state == .complete, comment)
    #expect(try Files.readBytes(run.file("plots/curves.svg")) == [1], comment)
    let names = try Files.list(path)
    #expect(
      names == [".lock", "checkpoints", "notes.txt", "plots", "recipe.json", "run.json", "samples"], comment)
    try expectOthersFiles(path)
  }

  private func expectOthersFiles(_ path: String) throws {
    for name in ["notes.txt", "plots/mine.svg", "samples/mine.npy", "checkpoints/mine"] {
      #expect(try Files.readBytes("\(path)/\(name)") == Array(name.utf8), "\(name)")
    }
  }

  @Test func theOldOneGoesWhenTheNewOneHasSomething() throws {
    try withTemporaryFolder { folder in
      try makeRun(folder)
      do {
        let run = try RunDirectory.create(at: folder, force: true)
        try run.write(recipe: Recipe(sections: ["name": "new"]))
        #expect(run.isReplacing && run.checkpoints().isEmpty)
        #expect(!Files.exists(run.file("plots/curves.svg")))
        try run.writeCheckpoint(iteration: 1) { try Files.replace($0 + "/weights", with: [1]) }
        try run.discardReplaced()
      }
      let run = try RunDirectory.open(at: folder)
      #expect(try run.recipe().name == "new")
      #expect(run.checkpoints().map(\.iteration) == [1])
      #expect(!Files.exists(run.file(".replaced")) && !Files.exists(run.file(".discarded")))
      try expectOthersFiles(folder)
    }
  }

  @Test func theOldOneComesBackByItself() throws {
    try withTemporaryFolder { folder in
      try makeRun(folder)
      do {
        let run = try RunDirectory.create(at: folder, force: true)
        try run.write(recipe: Recipe(sections: ["name": "new"]))
        try run.writeCheckpoint(iteration: 0) { try Files.replace($0 + "/weights", with: [1]) }
        try run.write([2], to: "evaluation.json")
      }
      // An untrained checkpoint is nothing to keep.
      try expectOldRun(folder, "killed before the first checkpoint of trained values")
    }
  }

  /// A crash after each step of moving aside, and of moving back.
  @Test func aCrashAtAnyStepLosesNothing() throws {
    try withTemporaryFolder { folder in
      let moves = ["recipe.json", "plots/curves.svg", "checkpoints/000007", "run.json"]
      for count in 0...moves.count {
        for hasNewRecord in count == moves.count ? [false, true] : [false] {
          let path = "\(folder)/\(count)\(hasNewRecord)"
          try makeRun(path)
          try Files.createFolder(path + "/.replaced")
          for name in moves.prefix(count) {
            try Files.createFolder(Files.parent(of: "\(path)/.replaced/\(name)"))
            try Files.move("\(path)/\(name)", to: "\(path)/.replaced/\(name)")
          }
          if hasNewRecord {
            // The new run's, with a file that it is about to write and never did.
            let other = try RunDirectory.create(at: path + "-other")
            try other.updateRecord { $0.files.append("report.html") }
            try Files.move(other.file("run.json"), to: path + "/run.json")
          }
          try expectOldRun(path, "\(count) moves")
        }
      }
    }
  }

  /// Half removed, the old run does not come back over the new one.
  @Test func aCrashWhileTheOldOneIsRemovedKeepsTheNewOne() throws {
    try withTemporaryFolder { folder in
      try makeRun(folder)
      do {
        let run = try RunDirectory.create(at: folder, force: true)
        try run.write(recipe: Recipe(sections: ["name": "new"]))
        try run.writeCheckpoint(iteration: 3) { try Files.replace($0 + "/weights", with: [3]) }
        try Files.move(run.file(".replaced"), to: run.file(".discarded"))
        try Files.remove(run.file(".discarded/run.json"))
      }
      _ = try RunDirectory.open(at: folder).opened(for: ["ebm"])
      let run = try RunDirectory.open(at: folder)
      #expect(try run.recipe().name == "new")
      #expect(run.latestCheckpoint()?.iteration == 3)
      #expect(!Files.exists(run.file(".discarded")))
      try expectOthersFiles(folder)
    }
  }

  @Test func aRunInUseIsNotReplaced() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory.create(at: folder, command: ["ebm", "train", "it's"])
      let reason = "it is in use by \"ebm train 'it'\\''s'\" (process "
      for attempt in [{ _ = try RunDirectory.create(at: folder, force: true) }, { _ = try run.opened(for: []) }] {
        let message = messages(attempt).first ?? ""
        #expect(message.contains(reason), "\(message)")
      }
      #expect(run.user?.hasPrefix(reason) == true)
      try run.checkPlace()
    }
  }

  @Test func afterUseNobodyIsNamed() throws {
    try withTemporaryFolder { folder in
      do { try RunDirectory.create(at: folder, command: ["ebm"]).write(recipe: Recipe()) }
      let run = try RunDirectory.open(at: folder)
      #expect(run.user == nil)
      #expect(try run.opened(for: ["ebm"]).user != nil)
    }
  }

  /// A folder that is moved or removed while it is in use is said to be, and nothing is written where it was.
  @Test func theFolderMayGo() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory.create(at: folder + "/run")
      try Files.move(folder + "/run", to: folder + "/moved")
      #expect(
        messages { try run.writeCheckpoint(iteration: 1) { _ in } } == [
          "\(folder)/run: cannot write into the run: its folder is \(folder)/moved now; resume it there"
        ])
      try Files.remove(folder + "/moved")
      #expect(
        messages { try run.writeCheckpoint(iteration: 1) { _ in } } == [
          "\(folder)/run: cannot write into the run: its folder was removed while it was in use"
        ])
      #expect(!Files.exists(folder + "/run"))
    }
  }
}
