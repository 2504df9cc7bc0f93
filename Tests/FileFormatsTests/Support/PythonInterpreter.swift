import Foundation

/// Runs the system's Python, to compare files with the libraries that others use.
enum PythonInterpreter {
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  static let hasSafetensors = canImport("numpy, safetensors.numpy")
  static let hasNumPy = canImport("numpy")
  static let hasPillow = canImport("numpy, PIL.Image")

  /// Runs a script and gives back what it prints; a script that fails is an error.
  @discardableResult
  static func run(_ script: String, _ arguments: [String] = []) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script] + arguments
    let output = Pipe()
    let errors = Pipe()
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(description: complaint) }
    return text
  }

  private static func canImport(_ modules: String) -> Bool {
    // Any failure means that the comparison is impossible here, and the test is reported as skipped.
    (try? run("import \(modules)")) != nil
  }
}
