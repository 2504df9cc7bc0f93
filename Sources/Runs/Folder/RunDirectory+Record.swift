public import EBMCore
public import FileFormats
import FoundationEssentials

/// How far the run is and what has to be known before it is used.
extension RunDirectory {
  /// What the run says about itself.
  ///
  /// - Throws: a ``FileError`` when `run.json` cannot be read or is of another kind or a newer version.
  public func record() throws(FileError) -> RunRecord {
    let path = file(Self.recordFile)
    let text = try Files.readText(path)
    do throws(ConfigurationError) {
      let value = try JSONValue(parsing: text, source: Self.recordFile)
      guard value["format"]?.stringValue == RunRecord.currentFormat,
        let version = value["version"]?.integerValue, (1...RunRecord.currentVersion).contains(version)
      else {
        throw ConfigurationError(
          path: Self.recordFile, found: value.excerpt,
          expected: "a record of the format \"\(RunRecord.currentFormat)\", version \(RunRecord.currentVersion)")
      }
      let record = try value.decoded(as: RunRecord.self)
      // Files of a run are moved and removed: a name must not lead out of the folder.
      if let name = record.files.first(where: { $0.split(separator: "/").contains("..") || $0.hasPrefix("/") }) {
        throw ConfigurationError(path: "\(Self.recordFile): files", found: name, expected: "files in the run's folder")
      }
      return record
    } catch { throw FileError(path: path, action: "cannot read the run", reason: "\(error)") }
  }

  /// Changes what the run says about itself.
  ///
  /// - Parameter change: the change; a new state is entered into the history.
  /// - Throws: a ``FileError`` when the record cannot be read or written.
  public func updateRecord(_ change: (inout RunRecord) throws(FileError) -> Void) throws(FileError) {
    func update() throws(FileError) {
      let old = try record()
      var new = old
      try change(&new)
      if new != old { try write(new) }
    }
    if let lock { try lock.inTurn(update) } else { try update() }
  }

  /// Changes the run's state, and enters it into the history.
  ///
  /// - Parameters:
  ///   - state: what it is now.
  ///   - reason: why; nil where the state says it all.
  ///   - iteration: parameter updates that are done.
  ///   - seconds: seconds of training until now; nil to leave what is known.
  /// - Throws: a ``FileError`` when the record cannot be read or written.
  public func enter(
    _ state: RunRecord.State, because reason: String? = nil, iteration: Int, seconds: Double? = nil
  ) throws(FileError) {
    try updateRecord { record in
      record.state = state
      record.reason = reason
      record.iteration = iteration
      if let seconds { record.trainingSeconds = seconds }
      let event = state.rawValue + (reason.map { ": \($0)" } ?? "")
      record.history.append(
        RunRecord.Event(date: Date().formatted(.iso8601), event: event, iteration: iteration))
    }
  }

  /// What whoever uses the run's model has to know: that it was not trained to the end, and why. Nil when it was.
  ///
  /// - Parameter iteration: the updates behind the model that is used; those of the latest checkpoint by default.
  public func caution(at iteration: Int? = nil) -> String? {
    guard let record = try? record() else { return "the run's \(Self.recordFile) cannot be read" }
    guard let iteration = iteration ?? latestCheckpoint()?.iteration else { return "the run holds no checkpoint" }
    if record.state == .complete, iteration >= record.iterations { return nil }
    var model = "this is the model of iteration \(iteration) of \(record.iterations)"
    if iteration == 0 { model += ", which is untrained" }
    let because = record.reason.map { ": \($0)" } ?? ""
    switch record.state {
    case .complete: return "the run is complete, but its last checkpoint is not in order; \(model)"
    case .interrupted: return "training was interrupted\(because); \(model)"
    case .failed: return "the run failed\(because); \(model)"
    case .diverged: return "training diverged\(because); \(model)"
    case .running:
      if lock == nil, let user { return "the run is not finished, \(user); \(model)" }
      if iteration >= record.iterations, iteration > 0 { return "the run was stopped before its evaluation was done" }
      return "the run was stopped without notice; \(model)"
    }
  }

  /// The run's recipe as a pipeline.
  ///
  /// - Parameter registry: the components that are known.
  /// - Throws: a ``ConfigurationError`` that names the plugins of components that are missing; whatever else keeps the
  ///   recipe from being read.
  public func pipeline(registry: ComponentRegistry) throws -> Pipeline {
    try record().check(against: registry)
    return try Pipeline(try recipe(), registry: registry)
  }

  func write(_ record: RunRecord) throws(FileError) {
    let value: JSONValue
    do throws(ConfigurationError) { value = try JSONValue(encoding: record) } catch {
      throw FileError(path: file(Self.recordFile), action: "cannot write the file", reason: "\(error)")
    }
    try Files.replace(file(Self.recordFile), with: (value.prettyText + "\n").utf8)
  }
}
