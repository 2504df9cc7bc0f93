import AllocationCounter
import EBM
import FileFormats
import Foundation

extension Subject {
  /// Has the program take an input and judges what it did: an error must be one the program shows, on one line without
  /// control characters, and memory must be in proportion to the input.
  ///
  /// - Returns: nil, or the promise that was broken.
  package func verdict(on bytes: [UInt8], in workshop: Workshop) async -> Violation? {
    let before = allocated_bytes()
    let problem: Violation?
    let words = isTyped ? bytes.count : 0
    do {
      try await use(bytes, workshop)
      problem = nil
    } catch let violation as Violation {
      return violation
    } catch let error as FileFormatError {
      problem = Oracle.problem(with: error.description, words: words)
    } catch let error as JSONSyntaxError {
      problem = Oracle.problem(with: error.description, words: words)
    } catch let error as FileError {
      problem = Oracle.problem(with: error.description, words: words)
    } catch let error as ConfigurationError {
      problem = error.problems.lazy.compactMap { Oracle.problem(with: $0.description, words: words) }.first
    } catch { problem = Violation("an error of type \(type(of: error)): \(error)") }
    let asked = Int(allocated_bytes() - before)
    let allowed = bytesAllowed + bytesPerByte * bytes.count
    if problem == nil, asked > allowed {
      return Violation("\(asked) bytes of memory asked for where \(allowed) are allowed for \(bytes.count)")
    }
    return problem
  }
}

/// What is promised of every message.
enum Oracle {
  /// Longest line of a message about a file.
  private static let longest = 2_000

  /// - Parameters:
  ///   - message: one line.
  ///   - words: bytes that a user typed and that are repeated to them.
  static func problem(with message: String, words: Int = 0) -> Violation? {
    if message.isEmpty { return Violation("an empty message") }
    if message.utf8.count > longest + 4 * words { return Violation("a message of \(message.utf8.count) bytes") }
    for scalar in message.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator:
        return Violation("a message with the character \(scalar.escaped(asASCII: true)): \(message.debugDescription)")
      default: continue
      }
    }
    return nil
  }
}
