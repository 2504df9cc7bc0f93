import EBMCore
import Networks
import Tensors

/// An energy with parameters of some seed, evaluated at points.
struct Probe {
  let function: any EnergyFunction
  let scope = ParameterScope()
  let store: ParameterStore
  let space: SampleSpace

  init(_ energy: any Energy, over space: SampleSpace, seed: UInt64 = 1) throws(ConfigurationError) {
    try energy.checkFit(over: space)
    function = try energy.function(over: space, in: scope["energy"])
    store = scope.initialValues(seed: seed)
    self.space = space
  }

  init(_ energy: some TractableEnergy) throws(ConfigurationError) { try self.init(energy, over: energy.space) }

  /// E of points, row by row.
  func energies(_ points: [[Float]], labels: [Float]? = nil, levels: [Float]? = nil) -> [Float] {
    run(points, labels, levels) { x, condition, context in [function(x, condition, &context)] }
  }

  /// ∇E of points, flat.
  func gradients(_ points: [[Float]], labels: [Float]? = nil, levels: [Float]? = nil) -> [Float] {
    run(points, labels, levels) { x, condition, context in
      let energy = function(x, condition, &context)
      return [pullback(of: [energy], along: [Tensor(1).broadcast(to: energy.shape)], withRespectTo: [x])[0]]
    }
  }

  /// The first result of a function of points and a condition.
  func run(
    _ points: [[Float]], _ labels: [Float]? = nil, _ levels: [Float]? = nil,
    _ body: @escaping @Sendable (Tensor, Condition, inout Context) -> [Tensor]
  ) -> [Float] {
    let compiled = CompiledFunction { inputs, context in
      var condition = Condition()
      if labels != nil { condition.label = inputs[1] }
      if levels != nil { condition.level = .init(index: inputs[2], logSNR: Tensor([2, -1, -4])) }
      return body(inputs[0], condition, &context)
    }
    let x = Tensor(points.flatMap { $0 }, shape: [points.count] + space.shape)
    let none = [Float](repeating: 0, count: points.count)
    return compiled([x, Tensor(labels ?? none), Tensor(levels ?? none)], store: store)[0].scalars
  }

  /// A parameter's values by its name after `energy.`.
  func values(_ name: String) -> [Double]? {
    scope.parameters.first { $0.name == "energy." + name }.flatMap { store[$0] }?.map(Double.init)
  }
}

/// Points spread evenly, but on no grid, over a box: multiples of irrational numbers, without their integers.
func scatteredPoints(_ count: Int, dimension: Int, in range: ClosedRange<Double>) -> [[Float]] {
  let steps = [0.754_877_666_246_693, 0.569_840_290_998_053, 0.437_016_024_448_821, 0.362_841_204_611_571]
  return (1...count).map { row in
    (0..<dimension).map { axis in
      let step = steps[axis % 4] * Double(1 + axis / 4)
      let fraction = (Double(row) * step).truncatingRemainder(dividingBy: 1)
      return Float(range.lowerBound + fraction * (range.upperBound - range.lowerBound))
    }
  }
}

/// ∇f by central differences of fourth order: error ~ h⁴ f⁽⁵⁾/30, rounding ~ 2⁻⁵³ f/h, both below 10⁻⁹ here.
func centralDifferences(_ f: ([Double]) -> Double, at point: [Double]) -> [Double] {
  let h = 1e-3
  return point.indices.map { axis in
    func value(_ steps: Double) -> Double {
      var moved = point
      moved[axis] += steps * h
      return f(moved)
    }
    return (8 * (value(1) - value(-1)) - (value(2) - value(-2))) / (12 * h)
  }
}
