public import EBMCore
public import FileFormats

/// The figures of a trained model: `evaluation.json`.
extension RunDirectory {
  private static let evaluationFile = "evaluation.json"

  /// Writes the figures, with the seed and the number of the samples that they were measured on.
  ///
  /// - Throws: a ``FileError`` with the system's reason.
  public func write(
    figures: [Figure], seed: UInt64, seconds: Double?, count: Int? = nil, notes: [String] = []
  ) throws(FileError) {
    var record = JSONObject([("seed", .string(String(seed)))])
    if let count { record["count"] = .integer(count) }
    if let seconds { record["trainingSeconds"] = .number(seconds) }
    record["figures"] = .array(figures.map(JSONValue.init(figure:)))
    if !notes.isEmpty { record["notes"] = .array(notes.map(JSONValue.string)) }
    try write((JSONValue.object(record).prettyText + "\n").utf8, to: RunDirectory.evaluationFile)
  }

  /// Whether figures were written.
  public var hasEvaluation: Bool { Files.exists(file(RunDirectory.evaluationFile)) }

  /// The figures and the seconds of training that were written last.
  ///
  /// - Throws: a ``FileError`` or ``ConfigurationError`` when there are none or they cannot be read.
  public func evaluation() throws -> (figures: [Figure], seconds: Double?) {
    let text = try Files.readText(file(RunDirectory.evaluationFile))
    let value = try JSONValue(parsing: text, source: file(RunDirectory.evaluationFile))
    return ((value["figures"]?.arrayValue ?? []).compactMap(Figure.init(json:)), value["trainingSeconds"]?.anyNumber)
  }
}

extension JSONValue {
  /// A figure as files and programs see it.
  package init(figure: Figure) {
    var entry = JSONObject([("name", .string(figure.name)), ("value", JSONValue(anyNumber: figure.value))])
    if let error = figure.standardError { entry["standardError"] = JSONValue(anyNumber: error) }
    if !figure.cautions.isEmpty { entry["cautions"] = .array(figure.cautions.map(JSONValue.string)) }
    self = .object(entry)
  }

  /// A number, or its name where JSON has no word for it: hiding what is not finite would be worse.
  package init(anyNumber value: Double) { self = value.isFinite ? .number(value) : .string("\(value)") }

  /// The number that ``init(anyNumber:)`` wrote.
  fileprivate var anyNumber: Double? { numberValue ?? stringValue.flatMap(Double.init) }
}

extension Figure {
  /// The figure that ``JSONValue/init(figure:)`` wrote; nil for anything else.
  fileprivate init?(json entry: JSONValue) {
    guard let name = entry["name"]?.stringValue, let value = entry["value"]?.anyNumber else { return nil }
    self.init(
      name, value, standardError: entry["standardError"]?.anyNumber,
      cautions: (entry["cautions"]?.arrayValue ?? []).compactMap(\.stringValue))
  }
}
