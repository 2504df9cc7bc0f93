import Networks
import Tensors
import Testing

@Suite struct GroupNormTests {
  private let x = Tensor((0..<48).map { Float(($0 * 29) % 47) / 7 - 2 }, shape: [4, 12])

  private func normalized(groups: Int, epsilon: Float, weight: [Float]? = nil, bias: [Float]? = nil) -> [Float] {
    let scope = ParameterScope()
    let norm = GroupNorm(12, groups: groups, epsilon: epsilon, in: scope)
    let store = scope.initialValues(seed: 0)
    if let weight { store[norm.weight] = weight }
    if let bias { store[norm.bias] = bias }
    let function = CompiledFunction { inputs, _ in [norm(inputs[0])] }
    return function([x], store: store)[0].scalars
  }

  @Test(arguments: [1, 2, 3, 6])
  func everyGroupHasMeanZeroAndVarianceOne(_ groups: Int) {
    let y = normalized(groups: groups, epsilon: 0).map(Double.init)
    let width = 12 / groups
    for group in 0..<(4 * groups) {
      let values = y[(group * width)..<((group + 1) * width)]
      let mean = values.reduce(0, +) / Double(width)
      let variance = values.reduce(0) { $0 + $1 * $1 } / Double(width) - mean * mean
      #expect(abs(mean) < 1e-6 && abs(variance - 1) < 1e-5, "group \(group): \(mean), \(variance)")
    }
  }

  /// Against the formula in Double, with ε far from 0 and a weight and bias for each feature.
  @Test func followsTheFormula() {
    let (weight, bias) = ((0..<12).map { Float($0) / 4 - 1 }, (0..<12).map { Float($0 % 5) })
    let y = normalized(groups: 3, epsilon: 0.5, weight: weight, bias: bias)
    let inputs = x.scalars.map(Double.init)
    for (index, found) in y.enumerated() {
      let group = inputs[(index / 4 * 4)..<(index / 4 * 4 + 4)]
      let mean = group.reduce(0, +) / 4
      let variance = group.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4
      let feature = index % 12
      let expected =
        (inputs[index] - mean) / (variance + 0.5).squareRoot() * Double(weight[feature]) + Double(bias[feature])
      #expect(abs(Double(found) - expected) < 1e-5, "element \(index)")
    }
  }

  @Test func aConstantGroupBecomesItsBias() {
    let scope = ParameterScope()
    let norm = GroupNorm(4, groups: 2, in: scope)
    let store = scope.initialValues(seed: 0)
    store[norm.bias] = [1, 2, 3, 4]
    let function = CompiledFunction { inputs, _ in [norm(inputs[0])] }
    #expect(function([Tensor([7, 7, -3, -3], shape: [1, 4])], store: store)[0].scalars == [1, 2, 3, 4])
  }
}
