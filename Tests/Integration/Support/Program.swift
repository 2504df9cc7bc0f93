import FileFormats
import Foundation

/// The built program in a process of its own, for what only processes do: being killed, losing a terminal, a full disk.
struct Program {
  /// Beside the tests, where the package manager puts it.
  static let path: String? = {
    let folders = [Bundle.main.bundlePath, Bundle.main.executablePath ?? "", CommandLine.arguments[0]].flatMap { path in
      [path, URL(fileURLWithPath: path).deletingLastPathComponent().path]
    }
    return folders.map { "\($0)/ebm" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  /// What a process has told: its status, negative for the signal that ended it, and what it wrote.
  struct Ending {
    let status: Int32
    let output: String
  }

  private let process = Process()
  private let log: String

  /// Starts it.
  ///
  /// - Parameters:
  ///   - words: its command line.
  ///   - shell: a line for a shell, in which `"$@"` is the command; by default it is run as it is.
  ///   - scratch: where its output goes.
  init(_ words: [String], shell: String = "exec \"$@\"", in scratch: ScratchFolder) throws {
    log = scratch.file("output-" + UUID().uuidString)
    try Data().write(to: URL(fileURLWithPath: log))
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", shell, "bash", Program.path ?? "ebm"] + words
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
    (process.standardOutput, process.standardError) = (handle, handle)
    process.standardInput = FileHandle.nullDevice
    try process.run()
  }

  /// Sends a signal; false when it has ended before.
  func signal(_ number: Int32) -> Bool { process.isRunning && kill(process.processIdentifier, number) == 0 }

  /// Waits for its end.
  func ending() -> Ending {
    process.waitUntilExit()
    let isSignal = process.terminationReason == .uncaughtSignal
    let status = isSignal ? -process.terminationStatus : process.terminationStatus
    return Ending(status: status, output: (try? String(contentsOfFile: log, encoding: .utf8)) ?? "")
  }

  static func run(_ words: [String], shell: String = "exec \"$@\"", in scratch: ScratchFolder) throws -> Ending {
    try Program(words, shell: shell, in: scratch).ending()
  }
}

/// What a run has made, for comparing it with another: every file, without what differs from one machine or moment to
/// the next: seconds, dates and the command line.
func results(of folder: String) throws -> [String: Data] {
  var files: [String: Data] = [:]
  let accidental = ["run.json", ".lock", "command.txt", "environment.json"]
  for name in try FileManager.default.subpathsOfDirectory(atPath: folder) where !accidental.contains(name) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: "\(folder)/\(name)", isDirectory: &isFolder), !isFolder.boolValue
    else {
      continue
    }
    var data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
    let last = name.split(separator: "/").last ?? ""
    if ["evaluation.json", "report.html", "progress.json", "contents.json"].contains(last) {
      let text = String(decoding: data, as: UTF8.self)
        .replacing(/in [0-9.e-]+ s/, with: "").replacing(/"(trainingSeconds|seconds)": [0-9.e-]+/, with: "")
        .replacing(/"progress.json": \{[^}]*\}/, with: "")
      data = Data(text.utf8)
    }
    files[name] = data
  }
  return files
}
