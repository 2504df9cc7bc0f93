/// The figures of a trained model: `evaluation.json`.
extension RunDirectory {
  private static let evaluationFile = "evaluation.json"

  /// Writes the figures, with the seed of the samples they were measured on.
  ///
  /// - Throws: a ``FileError`` with the system's reason.
  public func write(figures: [Figure], seed: UInt64, seconds: Double?) throws(FileError) {
    var record = JSONObject([("seed", .string(String(seed)))])
    if let seconds { record["trainingSeconds"] = .number(seconds) }
    record["figures"] = .array(
      figures.map { figure in
        var entry = JSONObject([("name", .string(figure.name)), ("value", number(figure.value))])
        if let error = figure.standardError { entry["standardError"] = number(error) }
        return .object(entry)
      })
    try write((JSONValue.object(record).prettyText + "\n").utf8, to: RunDirectory.evaluationFile)
  }

  /// JSON has no word for what is not finite, and hiding it would be worse.
  private func number(_ value: Double) -> JSONValue { value.isFinite ? .number(value) : .string("\(value)") }

  /// The figures and the seconds of training that were written last.
  ///
  /// - Throws: a ``FileError`` or ``ConfigurationError`` when there are none or they cannot be read.
  public func evaluation() throws -> (figures: [Figure], seconds: Double?) {
    let text = try Files.readText(file(RunDirectory.evaluationFile))
    let value = try JSONValue(parsing: text, source: file(RunDirectory.evaluationFile))
    func number(_ value: JSONValue?) -> Double? { value?.numberValue ?? value?.stringValue.flatMap(Double.init) }
    let figures = (value["figures"]?.arrayValue ?? []).compactMap { entry -> Figure? in
      guard let name = entry["name"]?.stringValue, let amount = number(entry["value"]) else { return nil }
      return Figure(name, amount, standardError: number(entry["standardError"]))
    }
    return (figures, number(value["trainingSeconds"]))
  }
}
