import Foundation

/// Packages that depend on this one, compiled in the folder of this one's own build, so that the framework is compiled
/// once.
///
/// A wrapper named `swift` comes first in the path and adds where to build to whatever is typed. The package manager locks
/// the folder while tests run, and is told to ignore that: nobody builds while they do.
struct SharedBuild {
  /// Whether there is such a folder: tests that were built by `swift build -c release`.
  static var isPossible: Bool { scratch != nil }

  /// The folder that the package manager calls the scratch path.
  private static let scratch: String? = {
    let folders = Program.path.map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().pathComponents } ?? []
    return folders.dropLast().last == "release"
      ? folders.dropLast(3).joined(separator: "/").dropFirst().description : nil
  }()

  private let tools: ScratchFolder
  /// The package.
  let folder: String

  /// Lines are run in this package's folder, whose `.build` becomes a link.
  init(_ folder: String) throws {
    self.folder = folder
    tools = try ScratchFolder()
    let scratch = Self.scratch ?? ""
    let wrapper = try tools.write(
      """
      #!/bin/bash
      PATH=${PATH#*:}
      command=$1
      shift
      exec swift "$command" --ignore-lock --scratch-path '\(scratch)' "$@"
      """, to: "swift")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: wrapper)
    if !FileManager.default.fileExists(atPath: folder + "/.build") {
      try FileManager.default.createSymbolicLink(atPath: folder + "/.build", withDestinationPath: scratch)
    }
  }

  /// What a line of a shell wrote, and its exit status.
  func shell(_ line: String) throws -> (status: Int32, output: String) {
    let log = tools.file("log.txt")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", "PATH='\(tools.path)':$PATH; cd '\(folder)' && (\(line)) > '\(log)' 2>&1"]
    var environment = ProcessInfo.processInfo.environment
    environment["SWIFT_BACKTRACE"] = "enable=no"
    process.environment = environment
    try process.run()
    process.waitUntilExit()
    return (process.terminationStatus, try String(contentsOfFile: log, encoding: .utf8))
  }
}
