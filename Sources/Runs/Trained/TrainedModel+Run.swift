public import EBMCore
internal import FileFormats
internal import Networks
internal import Tensors

extension TrainedModel {
  /// The model of a run's latest sound checkpoint, with other settings where some are given: another sampler, fewer steps,
  /// another temperature.
  ///
  /// Every tensor that the settings ask for has to be in the checkpoint, but for what initializers keep, such as replay
  /// buffers, which samples do not start from.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - overrides: `key=value` each; see ``Recipe/applying(afterTraining:registry:)``.
  ///   - registry: the components that are known.
  ///   - report: takes what has to be known of the model: that a checkpoint is damaged, that training did not end well.
  /// - Throws: when the run cannot be read, holds no sound checkpoint, or weights that are not finite; a
  ///   ``ConfigurationError`` for settings that do not fit, or that need other tensors, with their names.
  public init(
    run: RunDirectory, overrides: [String] = [], registry: ComponentRegistry, report: (String) -> Void
  ) throws {
    try run.record().check(against: registry)
    let recipe = try run.recipe().applying(afterTraining: overrides, registry: registry)
    let pipeline = try Pipeline(recipe, registry: registry, isTrained: true)
    let model = try Model(pipeline)
    let (tensors, iteration) = try run.modelTensors(report: report)
    let store = model.scope.initialValues(seed: 0)
    var missing: [String] = []
    for parameter in model.scope.parameters {
      guard let tensor = tensors[parameter.name] else {
        let isKept = parameter.kind == .buffer && parameter.name.hasPrefix("initializer.")
        let isGiven = parameter.name.contains(".trained.")
        if !isKept, !isGiven { missing.append("\(parameter.name), which the run does not have") }
        continue
      }
      if tensor.shape == parameter.shape {
        store[parameter] = tensor.scalars
      } else if parameter.kind != .buffer || !parameter.name.hasPrefix("initializer.") {
        missing.append("\(parameter.name) of shape \(parameter.shape), which has \(tensor.shape) in the run")
      }
    }
    if !missing.isEmpty {
      let rest = missing.count > 3 ? " and \(missing.count - 3) more" : ""
      throw ConfigurationError(
        path: overrides.isEmpty ? run.path : overrides.joined(separator: " "),
        what: "needs other weights than were trained: \(missing.prefix(3).joined(separator: "; "))\(rest)")
    }
    self.init(pipeline: pipeline, model: model, store: store, iteration: iteration)
    if let caution = run.caution(at: iteration) { report(caution) }
  }
}

extension RunDirectory {
  /// The tensors of the model in the latest sound checkpoint, by name, and its iteration.
  ///
  /// - Throws: when there is none, or weights are not finite.
  func modelTensors(report: (String) -> Void) throws -> (tensors: [String: Tensor], iteration: Int) {
    try withSoundCheckpoint(report: report) { checkpoint in
      let tensors = try Checkpoints.modelTensors(in: checkpoint.path)
      for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
        let scalars = tensor.scalars
        guard let value = scalars.first(where: { !$0.isFinite }) else { continue }
        throw FileError(
          path: checkpoint.file("weights.safetensors"), action: "cannot use the weights",
          reason: "\(name) holds \(value) in \(scalars.count { !$0.isFinite }) of \(scalars.count) places")
      }
      return (tensors, checkpoint.iteration)
    }
  }
}
