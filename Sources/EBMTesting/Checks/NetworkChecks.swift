internal import EBMCore
internal import Networks
internal import Tensors

extension Examination {
  /// A network from points to points.
  mutating func checkNetwork(_ network: some Network) {
    var refusals: [ConfigurationProblem] = []
    var count = 0
    for shape in [[2], [8, 8, 1], [32, 32, 3]] {
      let space = SampleSpace(shape: shape, classes: 3)
      let misfits = network.misfits(over: space)
      if !misfits.isEmpty {
        refusals += misfits
        continue
      }
      let scope = ParameterScope()
      let function: any NetworkFunction
      do throws(ConfigurationError) { function = try network.function(over: space, in: scope["network"]) } catch {
        refusals += error.problems
        continue
      }
      count += 1
      let store = scope.initialValues(seed: options.seed)
      let program = CompiledFunction { arguments, context in
        [function(arguments[0], Conditions.example(rows: arguments[0].shape[0], classes: 3), &context)]
      }
      let rows = space.dimension > 100 ? 10 : 130
      var generator = SplitMix64(seed: options.seed)
      let x = Tensor(
        (0..<(rows * space.dimension)).map { _ in Float(generator.normal()) }, shape: [rows] + space.shape)
      let y = program([x], store: store)[0]
      record(
        "shape: \(space.shape)", y.shape == x.shape && y.isAllFinite,
        "\(y.shape), \(y.isAllFinite ? "finite" : "not finite")",
        expected: "finite numbers of shape \(x.shape)")
      let half = rows / 2
      let alone = program([x.firstRows(half)], store: store)[0]
      let differing = y.shape == x.shape ? alone.differingBits(from: y.firstRows(half)) : 0
      record(
        "independent rows: \(space.shape)", differing == 0, "\(differing) numbers differ without the other rows",
        expected: "each row from its own row alone", hint: "rows mix")
      if options.quick { break }
    }
    if count == 0, refusals.areOfWhatNobodyNamed {
      record("spaces", true, "none yet: \(refusals[0])", expected: "an error that names the setting")
    } else if count == 0 {
      record("spaces", error: ConfigurationError(refusals), expected: "a space of points that the network takes")
    }
  }
}
