import EBMCore
import Initializers
import Networks
import Tensors
import Testing

@Suite struct PointPerceptronTests {
  /// 58,432, of the authors' two-dimensional example.
  @Test func countsItsParameters() throws {
    let scope = ParameterScope()
    _ = try PointPerceptron().function(over: SampleSpace(shape: [2]), in: scope)
    let sizes = scope.parameters.map { $0.shape.reduce(1, *) }
    #expect(sizes.reduce(0, +) == 58_432)
  }

  /// Its last map starts at 0, so that the first proposals are the noisy points themselves.
  @Test func startsAsTheIdentity() throws {
    let scope = ParameterScope()
    let function = try PointPerceptron {
      $0.width = 64; $0.embedding = 16; $0.blocks = 2
    }.function(
      over: SampleSpace(shape: [3]), in: scope)
    let store = scope.initialValues(seed: 1)
    let program = CompiledFunction { inputs, context in
      [function(inputs[0], Condition(level: .init(index: inputs[1], logSNR: Tensor([2, -2]))), &context)]
    }
    let x = Tensor([1, -2, 0.5, 3, 0, 7], shape: [2, 3])
    #expect(program([x, Tensor([0, 1])], store: store)[0].scalars == x.scalars)
    // Levels enter before the last maps of the blocks, which start at 0 too.
    for parameter in scope.parameters where parameter.name.hasSuffix("second.weight") || parameter.name == "head.weight"
    {
      store[parameter] = (0..<parameter.shape.reduce(1, *)).map { Float($0 % 7) / 10 }
    }
    let moved = program([x, Tensor([0, 1])], store: store)[0].scalars
    #expect(zip(moved, x.scalars).allSatisfy { $0 != $1 })
    let other = program([x, Tensor([1, 1])], store: store)[0].scalars
    #expect(other[0] != moved[0] && other[3...] == moved[3...], "the level of a row counts for that row")
  }

  /// With classes, a row's class counts for that row; class 0 is that of rows without one.
  @Test func knowsClasses() throws {
    let (scope, space) = (ParameterScope(), SampleSpace(shape: [2], classes: 2))
    let function = try PointPerceptron {
      $0.embedding = 16; $0.hasClasses = true
    }.function(over: space, in: scope)
    let store = scope.initialValues(seed: 1)
    for parameter in scope.parameters where parameter.name.hasSuffix("second.weight") || parameter.name == "head.weight"
    {
      store[parameter] = (0..<parameter.shape.reduce(1, *)).map { Float($0 % 7) / 10 }
    }
    let x = Tensor([1, -2, 1, -2, 1, -2], shape: [3, 2])
    func output(_ labels: [Float]?) -> [Float] {
      CompiledFunction { inputs, context in
        let level = Condition.Level(index: Tensor([0, 0, 0]), logSNR: Tensor([2]))
        return [function(inputs[0], Condition(level: level, label: labels.map { Tensor($0) }), &context)]
      }([x], store: store)[0].scalars
    }
    let found = output([0, 1, 2])
    #expect(found[0] != found[2] && found[2] != found[4] && found[0] != found[4])
    #expect(output([1, 1, 2])[2...] == found[2...])
    let none = output(nil)
    #expect(zip(none, output([0, 0, 0])).allSatisfy { abs($0 - $1) < 1e-5 })
    #expect(PointPerceptron { $0.hasClasses = true }.misfits(over: SampleSpace(shape: [2])).count == 1)
  }

  @Test func misfitsAreRefused() {
    for width in [32, 80] {
      #expect(
        PointPerceptron {
          $0.width = width; $0.embedding = 7
        }.conflicts() == [
          "width \(width) is not 64 or a larger multiple of 32: group norm makes groups of one feature 0",
          "embedding 7 is odd: it has as many sines as cosines",
        ])
    }
    #expect(PointPerceptron().misfits(over: SampleSpace(shape: [4, 4, 1])).count == 1)
  }
}
