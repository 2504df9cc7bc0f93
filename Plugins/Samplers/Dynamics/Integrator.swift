/// How Hamiltonian samplers integrate: palindromic splittings by name.
public enum Integrator: String, Codable, Sendable, CaseIterable {
  /// One gradient a step, of second order. The most robust.
  case leapfrog
  /// Two gradients a step, of second order with a twelfth of the leapfrog's error at the same cost.
  case twoStage
  /// Three gradients a step, of second order with small errors of the energy at long steps.
  case threeStage
  /// Three gradients a step, of fourth order: for short steps.
  case fourthOrder

  /// Its kicks and drifts.
  public var splitting: Splitting {
    switch self {
    case .leapfrog: return Splitting(kicks: [0.5, 0.5], drifts: [1])
    case .twoStage:
      let b: Float = 0.193_183_327_503_783_6
      return Splitting(kicks: [b, 1 - 2 * b, b], drifts: [0.5, 0.5])
    case .threeStage:
      let (a, b): (Float, Float) = (0.296_195_042_611_26, 0.118_880_109_665_48)
      return Splitting(kicks: [b, 0.5 - b, 0.5 - b, b], drifts: [a, 1 - 2 * a, a])
    case .fourthOrder:
      // 1/(2 − ∛2).
      let c: Float = 1.351_207_191_959_657_6
      return Splitting(kicks: [0.5 * c, 0.5 * (1 - c), 0.5 * (1 - c), 0.5 * c], drifts: [c, 1 - 2 * c, c])
    }
  }
}

/// A step of size ε as kicks and drifts in turn, in units of ε, the first and the last being kicks:
///
/// ```
/// w ← w − k₀ ε Lᵀ∇E(x),   x ← x + d₀ ε L w,   w ← w − k₁ ε Lᵀ∇E(x),   …
/// ```
/// One whose lists read the same from both ends is reversible; all preserve volume. Sources: Neal, *MCMC using
/// Hamiltonian dynamics*, 2011, section 2.3, for the leapfrog; McLachlan, *On the numerical integration of ordinary
/// differential equations by symmetric composition methods*, 1995, for two stages; Blanes, Casas & Sanz-Serna, *Numerical
/// integrators for the Hybrid Monte Carlo method*, 2014, for three; Forest & Ruth, 1990, for the fourth order.
public struct Splitting: Sendable {
  /// One more than drifts; they add up to 1.
  public let kicks: [Float]
  /// They add up to 1. Each costs a gradient.
  public let drifts: [Float]

  /// A splitting of one's own.
  ///
  /// - Precondition: there is one kick more than drifts, of which there is one.
  public init(kicks: [Float], drifts: [Float]) {
    precondition(
      kicks.count == drifts.count + 1 && !drifts.isEmpty,
      "a splitting has a kick before and after each drift, found \(kicks.count) kicks and \(drifts.count) drifts")
    (self.kicks, self.drifts) = (kicks, drifts)
  }
}
