import EBM
import Testing

/// Pairs of spins that agree with probability σ(2 J), J = 1: exact draws of E = −J s₁ s₂.
struct SpinPairs: Dataset {
  static let name = "spin-pairs"
  static let summary = "Two coupled spins."
  static let agreement = 0.8807971

  var space: SampleSpace { SampleSpace(shape: [2], values: .spin) }
  var plotRange: ClosedRange<Double> { -2...2 }
  func batch(_ count: Int, random: inout RandomStream) -> Tensor {
    let first = 1 - 2 * (random.uniform([count, 1]) .< 0.5)
    let agrees = random.uniform([count, 1]) .< Float(Self.agreement)
    return Tensor.concatenated([first, first * (2 * agrees - 1)], alongAxis: 1)
  }
}

/// The same as bits 0 and 1.
struct BitPairs: Dataset {
  static let name = "bit-pairs"
  static let summary = "Two coupled bits."
  var space: SampleSpace { SampleSpace(shape: [2], values: .binary) }
  var plotRange: ClosedRange<Double> { -1...2 }
  func batch(_ count: Int, random: inout RandomStream) -> Tensor {
    0.5 * (SpinPairs().batch(count, random: &random) + 1)
  }
}

@Suite struct PseudoLikelihoodTests {
  /// E = −J s₁ s₂, s = x or s = 2 x − 1.
  struct Coupling: Energy {
    static let name = "coupling"
    static let summary = "Two coupled spins."
    func function(over space: SampleSpace, in scope: ParameterScope) -> any EnergyFunction {
      Function(coupling: scope.parameter("coupling", shape: [], .constant(1)), isBinary: space.values == .binary)
    }
    struct Function: EnergyFunction {
      let coupling: Parameter
      let isBinary: Bool
      func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor {
        let spins = isBinary ? 2 * x - 1 : x
        let (first, second) = (spins.sliced(alongAxis: 1, 0..<1), spins.sliced(alongAxis: 1, 1..<2))
        return -coupling.tensor * (first * second).reshaped([x.shape[0]])
      }
    }
  }

  /// L = 2 (p softplus(−2 J) + (1 − p) softplus(2 J)), dL/dJ = 4 (σ(2 J) − p), which vanishes at the truth.
  @Test(arguments: [(0.5, nil), (1, nil), (1, 1), (1.5, 2)] as [(Double, Int?)])
  func spins(coupling: Double, coordinates: Int?) throws {
    let objective = PseudoLikelihood { $0.coordinates = coordinates }
    let (p, odds) = (
      SpinPairs.agreement,
      [
        "0.5": (0.3132617, 1.3132617, 0.7310586), "1.0": (0.1269280, 2.1269280, 0.8807971),
        "1.5": (0.0485874, 3.0485874, 0.9525741),
      ]
    )
    let (low, high, sigmoid) = try #require(odds["\(coupling)"])
    for isBinary in [false, true] {
      let model = try Model(
        try Pipeline("pairs") {
          if isBinary { BitPairs() } else { SpinPairs() }
          Coupling()
          Gibbs()
          objective
          Adam()
        })
      let found = LossEstimates(objective, model, curvature: coupling) { random in
        isBinary ? BitPairs().batch(4_000, random: &random) : SpinPairs().batch(4_000, random: &random)
      }
      expect(found.value, isNear: 2 * (p * low + (1 - p) * high), "loss")
      expect(found.gradients[0], isNear: 4 * (sigmoid - p), "gradient")
    }
  }

  @Test func continuousPointsAreRefused() {
    #expect(throws: ConfigurationError.self) {
      try Model.bowl {
        PseudoLikelihood()
        Langevin()
      }
    }
  }
}
