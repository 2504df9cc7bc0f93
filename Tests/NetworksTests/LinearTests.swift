import Networks
import Tensors
import Testing

@Suite struct LinearTests {
  @Test func isAnAffineMap() {
    let scope = ParameterScope()
    let (affine, linear) = (Linear(3, 2, in: scope["affine"]), Linear(3, 2, hasBias: false, in: scope["linear"]))
    #expect(scope.parameters.map(\.name) == ["affine.weight", "affine.bias", "linear.weight"])
    let store = scope.initialValues(seed: 0)
    for weight in [affine.weight, linear.weight] { store[weight] = [1, 2, 3, -1, 0, 1] }
    if let bias = affine.bias { store[bias] = [10, 20] }
    let function = CompiledFunction { inputs, context in [affine(inputs[0], &context), linear(inputs[0], &context)] }
    let results = function([Tensor([1, 1, 1, 2, 0, -1], shape: [2, 3])], store: store)
    #expect(results.map(\.shape) == [[2, 2], [2, 2]])
    #expect(results[0].scalars == [16, 20, 9, 17])
    #expect(results[1].scalars == [6, 0, -1, -3])
  }

  /// Uniform on ±1/√inputs: variance 1/(3 inputs); the variance of x² is 4/45 b⁴.
  @Test func startsLikePyTorchs() throws {
    let scope = ParameterScope()
    let map = Linear(64, 500, in: scope)
    let zero = Linear(64, 5, isZero: true, in: scope["zero"])
    let store = scope.initialValues(seed: 2)
    let weight = try #require(store[map.weight])
    #expect(weight.allSatisfy { abs($0) <= 0.125 })
    let square = weight.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(weight.count)
    let variance = 1 / (3 * 64.0)
    let error = (4.0 / 45 / Double(weight.count)).squareRoot() / 64
    #expect(abs(square - variance) < 4 * error)
    let mean = weight.reduce(0.0) { $0 + Double($1) } / Double(weight.count)
    #expect(abs(mean) < 4 * (variance / Double(weight.count)).squareRoot())
    #expect(try #require(map.bias.flatMap { store[$0] }).allSatisfy { $0 != 0 && abs($0) <= 0.125 })
    #expect(try #require(store[zero.weight]).allSatisfy { $0 == 0 })
  }
}
