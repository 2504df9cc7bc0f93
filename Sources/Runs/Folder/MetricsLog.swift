import EBMCore
public import FileFormats
import Glibc
internal import Tensors

/// Appends records to `metrics.jsonl`, one JSON object a line.
///
/// Lines are collected and written together, when 64 KiB have come together, when ``flush()`` is called and when
/// the log goes out of scope. A number that is not finite is written as `"NaN"`, `"Infinity"` or `"-Infinity"`.
/// It is noncopyable because it owns the open file. Of several processes the first writes (`LeadingProcess`).
public struct MetricsLog: ~Copyable, Sendable {
  /// When collected lines are written without being asked.
  private static let bufferSize = 1 << 16

  private let path: String
  private let descriptor: Int32
  private var buffer: [UInt8] = []

  /// Opens a log for appending; a file that is missing is made.
  ///
  /// - Parameter path: the file.
  /// - Throws: a ``FileError`` with the system's reason.
  public init(path: String) throws(FileError) {
    var descriptor: Int32 = -1
    try LeadingProcess.perform("open the log") { () throws(FileError) in
      descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
      if descriptor < 0 { throw Files.failure(path, "cannot write the file") }
    }
    self.path = path
    self.descriptor = descriptor
  }

  /// Adds a record.
  ///
  /// - Parameter record: the line's members; by convention `iteration` comes first.
  /// - Throws: a ``FileError`` when the collected lines cannot be written.
  public mutating func append(_ record: JSONObject) throws(FileError) {
    buffer += Array((JSONValue.object(record).compactText + "\n").utf8)
    if buffer.count >= Self.bufferSize { try flush() }
  }

  /// Writes the collected lines, so that other programs see them.
  ///
  /// - Throws: a ``FileError`` with the system's reason.
  public mutating func flush() throws(FileError) {
    if buffer.isEmpty { return }
    let (bytes, descriptor, path) = (buffer, descriptor, path)
    // What is written does not come again when the rest has failed and is tried once more.
    var written = 0
    defer { buffer.removeFirst(written) }
    try LeadingProcess.perform { () throws(FileError) in
      try Files.append(bytes, to: descriptor, path: path, written: &written)
    }
    written = bytes.count
  }

  /// Writes the collected lines and waits until they are on the disk.
  ///
  /// - Throws: a ``FileError`` with the system's reason.
  public mutating func synchronize() throws(FileError) {
    try flush()
    let (descriptor, path) = (descriptor, path)
    try LeadingProcess.perform { () throws(FileError) in
      if fsync(descriptor) != 0, errno != EINVAL { throw Files.failure(path, "cannot write the file") }
    }
  }

  deinit {
    if descriptor < 0 { return }
    // There is nobody left to tell: who has to know that the last lines arrived calls flush().
    try? Files.append(buffer, to: descriptor, path: path)
    close(descriptor)
  }
}

extension RunDirectory {
  /// The log of the run's metrics, open for appending.
  ///
  /// - Throws: a ``FileError`` with the system's reason.
  public func metricsLog() throws(FileError) -> MetricsLog {
    try claim("metrics.jsonl")
    return try MetricsLog(path: file("metrics.jsonl"))
  }

  /// The records of `metrics.jsonl`; none where there is no file yet. A last line that a crash cut off is left out.
  ///
  /// - Throws: a ``FileError`` when the file cannot be read or another line of it is not a JSON object
  ///   with an `iteration` above those before.
  public func metrics() throws(FileError) -> [JSONObject] {
    let path = file("metrics.jsonl")
    guard Files.exists(path) else { return [] }
    let lines = try Files.readText(path, atMost: MachineMemory.bytes / 16)
      .split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    var records: [JSONObject] = []
    for (index, line) in lines.enumerated() {
      do throws(ConfigurationError) {
        let value = try JSONValue(parsing: String(line), source: "line \(index + 1)")
        guard let record = value.objectValue else {
          throw ConfigurationError(path: "line \(index + 1)", found: value.excerpt, expected: "an object")
        }
        let last = records.last?["iteration"]?.integerValue ?? -1
        guard let iteration = record["iteration"]?.integerValue, iteration > last else {
          throw ConfigurationError(
            path: "line \(index + 1)", found: record["iteration"].map { "iteration \($0.excerpt)" } ?? "no iteration",
            expected: "an integer above \(last)")
        }
        records.append(record)
      } catch {
        throw FileError(path: path, action: "cannot read the metrics", reason: "\(error)")
      }
    }
    return records
  }

  /// Drops the records after an iteration, so that a run that goes on from a checkpoint writes each line once.
  ///
  /// - Parameter iteration: records whose `iteration` is larger are dropped.
  /// - Throws: a ``FileError`` when the file cannot be read or written.
  public func truncateMetrics(after iteration: Int) throws(FileError) {
    let path = file("metrics.jsonl")
    guard Files.exists(path) else { return }
    let records = try metrics()
    // The lines as they are, so that a resumed run's file has the bytes of an uninterrupted one's.
    let lines = try Files.readText(path, atMost: MachineMemory.bytes / 16).split(
      separator: "\n", omittingEmptySubsequences: false)
    let kept = zip(lines, records).filter { ($0.1["iteration"]?.integerValue ?? 0) <= iteration }
    try Files.replace(path, with: kept.map { $0.0 + "\n" }.joined().utf8)
  }
}
