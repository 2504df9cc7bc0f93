private import Foundation

/// KL(true ‖ model) of two laws on the same cells.
enum KullbackLeibler {
  /// Σ p (ln p − ln q) of laws that are given by the logarithms of their masses up to a constant.
  ///
  /// - Parameters:
  ///   - elsewhere: ln of the mass that the model has in other places, by the same constant.
  ///   - place: what the cells are called, in the plural.
  /// - Returns: the divergence, and why it is no number where it is none.
  static func divergence(
    _ truth: [Double], _ model: [Double], elsewhere: Double = -.infinity, place: String
  ) -> (value: Double, problems: [String]) {
    let broken = model.count { $0.isNaN || $0 == .infinity }
    if broken > 0 || elsewhere.isNaN {
      return (.nan, ["the model's energy is not a number at \(max(1, broken)) of \(model.count) \(place)"])
    }
    let (p, q) = (PlaneLaw.logSum(truth), PlaneLaw.logSum(model + [elsewhere]))
    // 0 ln 0 = 0
    let divergence = zip(truth, model).reduce(0) { sum, pair in
      pair.0 == -.infinity ? sum : sum + exp(pair.0 - p) * (pair.0 - p - pair.1 + q)
    }
    let gaps = zip(truth, model).count { $0.0 > -.infinity && $0.1 == -.infinity }
    return (divergence, gaps > 0 ? ["the model has no mass at \(gaps) \(place) where data has some"] : [])
  }
}
