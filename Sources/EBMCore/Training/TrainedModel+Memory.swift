internal import Networks
internal import Tensors

extension TrainedModel {
  /// Does nothing where there is the memory for so many samples: those of all noise levels are kept, put together and
  /// written.
  ///
  /// - Parameters:
  ///   - count: points a level.
  ///   - path: what asks for them, such as `--count`.
  /// - Throws: a ``ConfigurationError`` of one line with the memory that they need and that there is.
  package func checkMemory(samples count: Int, at path: String) throws(ConfigurationError) {
    var probe = Context()
    let levels = model.objective.samples(2, model: model, &probe).count
    try MemoryNeed(
      path: path, what: "\(count) samples of shape \(model.space.shape)" + (levels > 1 ? " at \(levels) levels" : ""),
      numbers: [count, levels] + model.space.shape, copies: 3
    ).check()
  }
}
