public import FileFormats
public import Tensors

/// Rows that the host reads for each batch, such as those of a file that is larger than memory. A training program gets
/// them as arguments and makes points of them with ``Dataset/points(of:random:)``.
public protocol RowSource: Sendable {
  /// Shape of one raw row.
  var rowShape: [Int] { get }

  /// Whether rows have classes.
  var hasLabels: Bool { get }

  /// The raw rows of a batch, a function of its number and the seed alone.
  ///
  /// - Returns: rows, row-major `[count, …]`, all finite, and their classes `[count]`, integers from 1, empty without
  ///   classes.
  /// - Throws: `FileFormatError` that names the file and the row, when rows cannot be read or used.
  func batch(_ number: Int, count: Int, seed: UInt64) throws(FileFormatError) -> (rows: [Float], labels: [Float])

  /// The rows that were left out so far because they cannot be used; none by default.
  var skippedRows: SkippedRows { get }
}

extension RowSource {
  public var skippedRows: SkippedRows { SkippedRows() }
}

/// Rows that a source left out because they cannot be used.
public struct SkippedRows: Sendable, Equatable {
  /// How many different ones.
  public let count: Int
  /// What is wrong with the first; nil without.
  public let first: String?

  /// So many rows.
  public init(count: Int = 0, first: String? = nil) {
    self.count = count
    self.first = first
  }
}

/// Batches of a data set inside a program: drawn there, or made of rows that the host reads, which then are arguments of
/// the program.
public struct DataFeed: Sendable {
  private let dataset: any Dataset
  private let count: Int
  private let source: (any RowSource)?

  /// Batches of `count` points.
  public init(_ dataset: any Dataset, count: Int) {
    self.dataset = dataset
    self.count = count
    source = dataset.rowSource
  }

  /// Shapes of the arguments that the program takes for its batch; none for data that is drawn inside it.
  public var shapes: [[Int]] {
    guard let source else { return [] }
    return [[count] + source.rowShape] + (source.hasLabels ? [[count]] : [])
  }

  /// Values of those arguments for batch `number`.
  ///
  /// - Throws: as ``RowSource/batch(_:count:seed:)``.
  public func arguments(_ number: Int, seed: UInt64) throws(FileFormatError) -> [Tensor] {
    guard let source else { return [] }
    let batch = try source.batch(number, count: count, seed: seed)
    return zip([batch.rows, batch.labels], shapes).map { Tensor($0, shape: $1) }
  }

  /// The batch, traced, from the program's arguments: points `[count, …]`, and classes `[count]` where there are any.
  public func batch(
    _ arguments: some Collection<Tensor>, random: inout RandomStream
  ) -> (points: Tensor, labels: Tensor?) {
    let arguments = Array(arguments)
    if source != nil {
      return (dataset.points(of: arguments[0], random: &random), arguments.count > 1 ? arguments[1] : nil)
    }
    if let (points, labels) = dataset.labeledBatch(count, random: &random) { return (points, labels) }
    return (dataset.batch(count, random: &random), nil)
  }
}

extension Dataset {
  /// Points as values, `[count, …]`, and their classes `[count]` where the data has any.
  ///
  /// - Parameters:
  ///   - count: how many.
  ///   - seed: the same seed gives the same points.
  /// - Throws: as ``RowSource/batch(_:count:seed:)``; never for data that is drawn inside the program.
  public func draw(_ count: Int, seed: UInt64) throws(FileFormatError) -> (points: Tensor, labels: Tensor?) {
    let feed = DataFeed(self, count: count)
    let function = CompiledFunction { arguments, context in
      var random = context.random.split("data")
      let batch = feed.batch(arguments, random: &random)
      return [batch.points] + (batch.labels.map { [$0] } ?? [])
    }
    let results = function(try feed.arguments(0, seed: seed), key: RandomKey(seed: seed))
    return (results[0], results.count > 1 ? results[1] : nil)
  }
}
