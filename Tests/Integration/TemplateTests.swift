import EBMCommand
import Foundation
import Testing

/// `ebm new` writes packages that a stranger builds and tests by the words of their README.
@Suite struct TemplateTests {
  private static let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../..").standardizedFileURL.path

  /// What a line of a shell wrote, and its exit status.
  private func shell(_ line: String, in folder: String) throws -> (status: Int32, output: String) {
    let log = folder + "/log.txt"
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", "(\(line)) > \(log) 2>&1"]
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    try process.run()
    process.waitUntilExit()
    return (process.terminationStatus, try String(contentsOfFile: log, encoding: .utf8))
  }

  /// Writes a package and puts it where an earlier one was, so that what was compiled then is still of use.
  private func package(_ kind: String, _ name: String) async throws -> String {
    let scratch = try ScratchFolder()
    let outcome = await ebm(["new", kind, name, "--into", scratch.path, "--framework", Self.root])
    #expect(outcome.status == .done, "\(outcome.messages)")
    let folder = Self.root + "/.build/templates/\(kind)"
    let files = FileManager.default
    try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for item in try files.contentsOfDirectory(atPath: folder) where item != ".build" {
      try files.removeItem(atPath: folder + "/" + item)
    }
    for item in try files.contentsOfDirectory(atPath: scratch.path) {
      try files.moveItem(atPath: scratch.file(item), toPath: folder + "/" + item)
    }
    return folder
  }

  @Test(.timeLimit(.minutes(30)))
  func aSamplersPackageWorksByTheWordsOfItsReadme() async throws {
    let folder = try await package("sampler", "BarkerWalk")
    let readme = try String(contentsOfFile: folder + "/README.md", encoding: .utf8)
    let words = try #require(readme.components(separatedBy: "```\n").dropFirst().first)
    let lines = words.split(separator: "\n").map(String.init)
    #expect(lines.count == 4)
    for line in lines {
      // Training need not be long to show that it works.
      let isTraining = line.contains(" train ")
      let (status, output) = try shell(
        line + (isTraining ? " training.iterations=3 training.batch=64" : ""), in: folder)
      #expect(status == 0, "\(line)\n\(output)")
      let warnings = output.split(separator: "\n").filter { $0.contains(folder) && $0.contains("warning:") }
      #expect(warnings.isEmpty, "\(line)\n\(warnings.joined(separator: "\n"))")
      if status != 0 { return }
    }
    #expect(FileManager.default.fileExists(atPath: folder + "/runs/first/recipe.json"))
  }

  @Test(arguments: [
    (["samplr", "BarkerWalk"], #"there is no template of "samplr"; did you mean sampler?"#),
    (
      ["sampler", "barker-walk"],
      #"Name: found "barker-walk", expected a type's name: letters and digits, the first an upper-case letter"#
    ),
    (
      ["sampler", "BarkerWalk", "--framework", "/"],
      "--framework: found /, expected the folder of swift-ebm's Package.swift"
    ),
  ])
  func wrongUsageIsOneLine(words: [String], message: String) async throws {
    let outcome = await ebm(["new"] + words)
    #expect(outcome.status == .wrongUsage && outcome.result.isEmpty)
    #expect(outcome.messages == "error: \(message)\n")
  }

  @Test func aFolderWithFilesIsLeftAlone() async throws {
    let scratch = try ScratchFolder()
    let file = try scratch.write("mine", to: "notes.txt")
    let outcome = await ebm(["new", "sampler", "BarkerWalk", "--into", scratch.path, "--framework", Self.root])
    #expect(outcome.status == .failed)
    #expect(outcome.messages == "error: \(scratch.path): cannot write the package: the folder is not empty\n")
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "mine")
  }
}
