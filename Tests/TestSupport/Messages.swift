import EBMCore

/// What a body that throws a configuration error says, a line for each problem; none when it throws nothing.
package func messages(_ body: () throws -> Void) -> [String] {
  do {
    try body()
    return []
  } catch let error as ConfigurationError {
    return error.problems.map(\.description)
  } catch { return ["\(error)"] }
}
