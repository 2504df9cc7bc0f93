package import TensorGraph

/// What an evaluation in Floats may differ by, measured on the graph itself.
///
/// The reference runs again with each result of arithmetic, and each partial sum, multiplied by 1 + 4 u ξ: u = 2⁻²⁴
/// is the unit roundoff of a Float, 4 u what a good kernel of a function may be off by, ξ uniform in ±1. The largest
/// of a few such deviations is a sample of the error and not a bound, so eight times it is allowed. What rounding cannot
/// show, such as a product that is fused with a difference that would cancel, has a floor of 2·10⁻⁶ of the array's
/// size.
package struct RoundingModel {
  package let values: [[Double]]
  package let tolerances: [[Double]]

  package init(of results: [Tensor], placeholders: [Placeholder: [Double]], key: (UInt32, UInt32)) {
    let exact = ReferenceEvaluator(key: key).values(of: results, placeholders: placeholders)
    var spread = exact.map { $0.map { _ in 0.0 } }
    for seed in 0..<4 {
      let noise = Noise(seed: UInt64(seed))
      let perturbed = ReferenceEvaluator(key: key, rounding: noise.perturb).values(
        of: results, placeholders: placeholders)
      for (number, result) in perturbed.enumerated() {
        for (place, value) in result.enumerated() where value != exact[number][place] {
          spread[number][place] = max(spread[number][place], abs(value - exact[number][place]))
        }
      }
    }
    values = exact
    tolerances = zip(exact, spread).map { exact, spread in
      let size = exact.filter(\.isFinite).map(abs).max() ?? 0
      return spread.map { 8 * $0 + 2e-6 * size }
    }
  }

  private final class Noise {
    private var random: SplitMix64

    init(seed: UInt64) {
      random = SplitMix64(seed: seed)
    }

    func perturb(_ x: Double) -> Double {
      let signed = Double(Int64(bitPattern: random.next())) * 0x1p-63
      return x * (1 + 4 * 0x1p-24 * signed)
    }
  }
}
