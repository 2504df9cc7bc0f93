import Foundation

/// Makes an input smaller as long as it still ends the program in the same way.
struct Minimizer {
  let subject: String

  /// Processes that may be started.
  private static let attempts = 150

  func smallest(_ input: [UInt8]) throws -> [UInt8] {
    guard let kind = try failure(input) else { return input }
    var best = input
    var attempts = 0
    var chunk = max(1, best.count / 2)
    while true {
      var start = 0
      var isSmaller = false
      while start < best.count, attempts < Self.attempts {
        var shorter = best
        shorter.removeSubrange(start..<min(best.count, start + chunk))
        attempts += 1
        if try failure(shorter) == kind {
          best = shorter
          isSmaller = true
        } else {
          start += chunk
        }
      }
      if attempts >= Self.attempts || chunk == 1 && !isSmaller { return best }
      chunk = max(1, chunk / 2)
    }
  }

  /// How the program ends on these bytes, digits left out; nil when it does not.
  private func failure(_ bytes: [UInt8]) throws -> String? {
    let path = "\(NSTemporaryDirectory())/fuzzing-input-\(ProcessInfo.processInfo.processIdentifier)"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    defer { unlink(path) }
    guard case .failed(let how) = try Attempt(["take", subject, path], ledger: nil).end else { return nil }
    return String(how.filter { !$0.isNumber }.prefix(60))
  }
}
