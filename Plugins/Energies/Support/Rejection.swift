private import Foundation
internal import Tensors

/// Exact independent draws by rejection, traced: every row proposes until its proposal is accepted.
///
/// The number of rounds is bounded so that a row is left over with probability below e⁻⁴⁴ ≈ 10⁻¹⁹; such a row is NaN.
///
/// - Parameters:
///   - rows: number of draws.
///   - acceptance: a lower bound of the probability with which a proposal is accepted.
///   - propose: proposals `[rows]` and the logarithms of their acceptance probabilities, at most 0.
/// - Returns: accepted proposals, `[rows]`.
func drawsByRejection(
  _ rows: Int, acceptance: Double, random: inout RandomStream,
  propose: (_ random: inout RandomStream) -> (value: Tensor, logAcceptance: Tensor)
) -> Tensor {
  let rounds = max(1, Int((-44 / log1p(-min(acceptance, 0.999))).rounded(.up)))
  var stream = random.branch("rejection")
  let waiting = Tensor(1).broadcast(to: [rows])
  let start = Tensor(.nan).broadcast(to: [rows])
  return Tensor.iterate(atMost: rounds, from: [start, waiting], while: { $0[1] }, random: &stream) { _, _, random in
    let (value, logAcceptance) = propose(&random)
    let isAccepted = random.uniform([rows]).log() .<= logAcceptance
    return [Tensor.select(isAccepted, value, Tensor(.nan)), 1 - isAccepted]
  }[0]
}
