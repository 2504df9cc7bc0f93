import EBMCore

extension CommandOutput {
  /// Writes the warnings among findings, and throws the errors, all of them.
  func show(_ findings: [Finding]) throws(ConfigurationError) {
    for finding in findings where finding.severity == .warning { message("warning: \(finding.problem)\n") }
    let errors = findings.filter { $0.severity == .error }.map(\.problem)
    if !errors.isEmpty { throw ConfigurationError(errors) }
  }
}
