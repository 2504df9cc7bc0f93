import EBMCore
import Tensors
import Testing

/// Every rule on every problem.
@Suite struct RuleTests {
  private static let updates = 24

  /// Float and Double part by rounding: each of 24 updates adds at most three roundings of numbers below 4, 2.4e-7 each,
  /// and near the minimum the updates contract.
  @Test(arguments: RuleCase.all, Problem.all)
  func followsItsFormula(rule: RuleCase, problem: Problem) {
    var descent = Descent(problem, rule.transform, total: Self.updates)
    var theta = problem.start
    var kept: [String: [Double]] = [:]
    for k in 1...Self.updates {
      var formula = RuleCase.Formula(
        g: problem.gradient(theta), theta: theta, k: k, total: Self.updates, kept: kept)
      theta = zip(theta, rule.formula(&formula)).map { $0 - $1 }
      kept = formula.kept
      descent.advance()
      for (found, expected) in zip(descent.point, theta) {
        #expect(abs(Double(found) - expected) < 2e-5 * max(1, abs(expected)), "update \(k): \(descent.point), \(theta)")
      }
    }
    #expect(zip(theta, problem.start).allSatisfy { $0 != $1 }, "every weight moves")
    #expect(descent.state.allSatisfy { $0.kind == .state })
  }

  /// What a rule keeps lies in parameters alone: taken from there, it goes on with the same bits.
  @Test(arguments: RuleCase.all, Problem.all)
  func goesOnWithTheSameBits(rule: RuleCase, problem: Problem) {
    var whole = Descent(problem, rule.transform, total: 20)
    for _ in 0..<7 { whole.advance() }
    var rest = Descent(problem, rule.transform, total: 20)
    rest.resume(from: whole)
    for _ in 7..<20 {
      whole.advance()
      rest.advance()
      #expect(whole.point.map(\.bitPattern) == rest.point.map(\.bitPattern))
    }
  }

  /// Without decay of weights the minimum is where it is without a rule.
  @Test(arguments: RuleCase.all, Problem.all)
  func goesDown(rule: RuleCase, problem: Problem) {
    var descent = Descent(problem, rule.transform, total: 400)
    let first = descent.advance()
    for _ in 1..<400 { descent.advance() }
    #expect(descent.advance() < 0.5 * first, "\(rule) at \(descent.point)")
  }
}
