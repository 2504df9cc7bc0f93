import EBM

/// Two classes on a line: N(−2, 1) and N(1, 0.5²), with equal probability.
struct TwoClasses: Dataset {
  static let name = "two-classes"
  static let summary = "Two normal classes."
  var space: SampleSpace { SampleSpace(shape: [1], classes: 2) }
  var plotRange: ClosedRange<Double> { -6...6 }

  func labeledBatch(_ count: Int, random: inout RandomStream) -> (points: Tensor, labels: Tensor)? {
    let labels = 1 + (random.uniform([count]) .< 0.5)
    let isSecond = (labels - 1).reshaped([count, 1])
    let noise = random.normal([count, 1])
    return (Tensor.select(isSecond, 1 + 0.5 * noise, noise - 2), labels)
  }

  func batch(_ count: Int, random: inout RandomStream) -> Tensor {
    labeledBatch(count, random: &random)?.points ?? Tensor(.nan).broadcast(to: [count, 1])
  }
}

/// Class scores of the true densities: l_y = −(x − μ_y)²/(2 s_y²) − ln s_y + c, true for any c, which is a parameter.
struct TrueClasses: Energy {
  static let name = "true-classes"
  static let summary = "Class scores of two normal classes."
  var offers: Set<Capability> { [.gradient, .classes, .classScores] }

  func function(over space: SampleSpace, in scope: ParameterScope) -> any EnergyFunction {
    Function(
      widths: scope.parameter("widths", shape: [2], .constant(0)),
      constant: scope.parameter("constant", shape: [], .constant(0)))
  }

  struct Function: ClassifierFunction {
    /// ln s_y less its true value.
    let widths: Parameter
    let constant: Parameter

    func logits(_ x: Tensor, _ context: inout Context) -> Tensor {
      let logarithm = Tensor([0, -0.6931472]) + widths.tensor
      let distance = (x - Tensor([-2, 1])).squared() * (-2 * logarithm).exp()
      return -0.5 * distance - logarithm + constant.tensor
    }
  }
}

/// E = (x − μ_y)²/(2 s_y²) for class y = 1, 2 and x²/(2 · 3²) for none.
struct ClassBowls: AnalyticEnergy {
  static let name = "class-bowls"
  static let summary = "A parabola for each class."
  static let means: [Float] = [0, -2, 1]
  static let deviations: [Float] = [3, 1, 0.5]
  var offers: Set<Capability> { [.gradient, .classes] }

  func callAsFunction(_ x: Tensor) -> Tensor { Tensor(.nan).broadcast(to: [x.shape[0]]) }

  func function(over space: SampleSpace, in scope: ParameterScope) -> any EnergyFunction { Function() }

  struct Function: EnergyFunction {
    func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor {
      let label = condition.label ?? Tensor(0).broadcast(to: [x.shape[0]])
      let mean = Tensor(ClassBowls.means).gatheringRows(at: label)
      let deviation = Tensor(ClassBowls.deviations).gatheringRows(at: label)
      return 0.5 * ((x.reshaped([x.shape[0]]) - mean) / deviation).squared()
    }
  }
}
