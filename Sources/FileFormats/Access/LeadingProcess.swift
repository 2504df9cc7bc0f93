import FoundationEssentials
import Tensors

/// What one of several processes does for all (``TensorRuntime/ProcessGroup``): files are those of process 0.
///
/// The others get what it found, or the same error, so that all go on alike and an error is told once. They need no
/// file system in common. For a process by itself nothing of this costs anything.
package enum LeadingProcess {
  /// Whether this is the process that reads and writes.
  package static var isThis: Bool { ProcessGroup.current.rank == 0 }

  /// Process 0 does something, and its outcome is everyone's.
  ///
  /// - Parameters:
  ///   - name: what is done; the same in all processes.
  ///   - body: does it.
  /// - Throws: what `body` throws in process 0.
  package static func outcome<Value: Codable, Failure: Error & Codable>(
    _ name: StaticString = #function, of body: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    let processes = ProcessGroup.current
    if processes.size == 1 { return try body() }
    var result = Outcome<Value, Failure>()
    if processes.rank == 0 {
      ProcessGroup.alone {
        do throws(Failure) { result.values = [try body()] } catch { result.failures = [error] }
      }
    }
    result = shared(result, name, processes)
    if let failure = result.failures.first { throw failure }
    guard let value = result.values.first else { processes.abort("\(name): neither a value nor an error came") }
    return value
  }

  /// Process 0 does something, and what kept it from it is everyone's.
  ///
  /// - Parameters:
  ///   - name: what is done; the same in all processes.
  ///   - body: does it.
  /// - Throws: what `body` throws in process 0.
  package static func perform<Failure: Error & Codable>(
    _ name: StaticString = #function, _ body: () throws(Failure) -> Void
  ) throws(Failure) {
    _ = try outcome(name) { () throws(Failure) -> Bool in
      try body()
      return true
    }
  }

  /// The bytes that process 0 reads.
  ///
  /// - Parameters:
  ///   - name: what is done; the same in all processes.
  ///   - body: reads them.
  /// - Throws: what `body` throws in process 0.
  package static func bytes<Failure: Error & Codable>(
    _ name: StaticString = #function, of body: () throws(Failure) -> [UInt8]
  ) throws(Failure) -> [UInt8] {
    let processes = ProcessGroup.current
    if processes.size == 1 { return try body() }
    var bytes: [UInt8] = []
    let count = try outcome(name) { () throws(Failure) -> Int in
      bytes = try body()
      return bytes.count
    }
    if processes.rank != 0 { bytes = [UInt8](repeating: 0, count: count) }
    bytes.withUnsafeMutableBytes { processes.broadcast($0) }
    return bytes
  }

  /// A value or an error, as an array of one each.
  private struct Outcome<Value: Codable, Failure: Codable>: Codable {
    var values: [Value] = []
    var failures: [Failure] = []
  }

  /// Process 0's outcome.
  private static func shared<Value, Failure>(
    _ outcome: Outcome<Value, Failure>, _ name: StaticString, _ processes: any Communicator
  ) -> Outcome<Value, Failure> {
    processes.meet(Fingerprint(of: "\(name)").value) { "came to a file (\(name))" }
    do {
      var text = processes.rank == 0 ? Array(try JSONEncoder().encode(outcome)) : []
      let count = processes.common(UInt64(text.count))
      if processes.rank == 0 {
        text.withUnsafeMutableBytes { processes.broadcast($0) }
        return outcome
      }
      text = [UInt8](repeating: 0, count: Int(count))
      text.withUnsafeMutableBytes { processes.broadcast($0) }
      return try JSONDecoder().decode(Outcome<Value, Failure>.self, from: Data(text))
    } catch {
      processes.abort("\(name): \(error)")
    }
  }
}
