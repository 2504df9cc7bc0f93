internal import EBMCore
internal import FileFormats

/// What a checkpoint keeps beside the trainer's values: `progress.json`.
///
/// With it, the records of a run that is gone on with are those of one that was not interrupted.
public struct TrainingProgress: Codable, Sendable, Equatable {
  private static let file = "progress.json"

  /// Seconds of training until now, those of all parts of the run together.
  public var seconds = 0.0
  /// Updates since the last line of `metrics.jsonl`.
  public var count = 0
  /// The sum of each number that they reported.
  public var sums: [Double] = []

  /// Training that begins.
  ///
  /// - Parameter quantities: how many numbers an update reports.
  public init(quantities: Int) { sums = [Double](repeating: 0, count: quantities) }

  /// Reads what a checkpoint keeps; nothing, where it was written by a trainer alone.
  ///
  /// - Parameters:
  ///   - checkpoint: the checkpoint.
  ///   - quantities: how many numbers an update reports.
  /// - Throws: a ``FileError`` or ``ConfigurationError`` when the file cannot be read or does not fit.
  public init(of checkpoint: Checkpoint, quantities: Int) throws {
    self.init(quantities: quantities)
    let path = checkpoint.file(Self.file)
    guard Files.exists(path) else { return }
    let value = try JSONValue(parsing: try Files.readText(path), source: path)
    let progress = try value.decoded(as: TrainingProgress.self)
    guard progress.sums.count == quantities, progress.count >= 0, progress.seconds >= 0 else {
      throw ConfigurationError(
        path: path, found: value.excerpt, expected: "sums of \(quantities) numbers, no negative count or time")
    }
    self = progress
  }

  /// Writes itself into the folder of a checkpoint.
  public func write(to folder: String) throws {
    try Files.replace("\(folder)/\(Self.file)", with: (try JSONValue(encoding: self).prettyText + "\n").utf8)
  }

  /// Adds what an update reported.
  public mutating func add(_ numbers: [Float]) {
    for index in numbers.indices { sums[index] += Double(numbers[index]) }
    count += 1
  }

  /// The means since the last line, which is written now.
  public mutating func means() -> [Double] {
    defer { (sums, count) = (sums.map { _ in 0 }, 0) }
    return sums.map { $0 / Double(max(1, count)) }
  }
}
