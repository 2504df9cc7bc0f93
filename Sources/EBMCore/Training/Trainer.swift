internal import FileFormats
private import Foundation
internal import Networks
public import Tensors

/// Trains a pipeline: holds the values of its parameters and does one update after the other.
///
/// Everything that an update depends on is the seed, the number of the update and the values in the store; so a run
/// that is resumed from a checkpoint equals one that was not interrupted, bit for bit.
public final class Trainer {
  /// What is trained.
  public let pipeline: Pipeline
  /// Its functions.
  public let model: Model
  /// The seed that all randomness comes from.
  public let seed: UInt64
  /// Live values: weights, buffers, the optimizer's state, the averages.
  public let store: ParameterStore
  /// Updates done.
  public private(set) var iteration = 0
  /// How often training went back to a checkpoint; part of the random numbers' key, so that it then goes another way.
  public private(set) var rollbacks = 0
  private let step: TrainingStep

  /// A trainer at the first update, its weights drawn from the seed.
  ///
  /// - Parameters:
  ///   - pipeline: what to train.
  ///   - seed: used when the pipeline has none; a random one by default.
  ///   - steps: how an update is made; as usual by default.
  /// - Throws: a ``ConfigurationError`` when the parts do not fit. That they can learn is not asked: ``findings`` tells.
  public init(
    _ pipeline: Pipeline, seed: UInt64 = .random(in: 0...UInt64(Int.max)), steps: TrainingSteps = TrainingSteps()
  ) throws(ConfigurationError) {
    self.pipeline = pipeline
    self.seed = pipeline.seed ?? seed
    try pipeline.batchNeed().check()
    model = try Model(pipeline)
    step = TrainingStep(pipeline, model, steps)
    try pipeline.parameterNeed(model.scope, state: step.scope).check()
    store = model.scope.initialValues(seed: self.seed)
    let state = step.scope.initialValues(seed: self.seed)
    for parameter in step.scope.parameters { store[parameter] = state[parameter] }
    for (weight, average) in step.averages.pairs { store[average] = store[weight] }
  }

  /// Names of the numbers that an update reports.
  public var diagnostics: [String] { step.diagnostics }

  /// What is noticed about the model's parts before training, such as an energy that cannot learn.
  public var findings: [Finding] { model.findings(in: pipeline, step.trace) }

  /// What the compiled update does, one line for each part that runs over a batch or over whole tensors.
  public var programSummary: String { step.summary }

  /// Bytes of memory that an update needs beside the parameters.
  public var peakBytes: Int { step.peakBytes }

  /// Bytes that all processes together give the others in an update; 0 where there is one.
  public var exchangedBytes: Int { step.exchangedBytes }

  /// Compiles the update, and does nothing where there is the memory for it and for measuring what was trained.
  ///
  /// - Throws: a ``ConfigurationError`` with the memory that it needs, that there is, and the setting that asks for most.
  public func checkMemory() throws(ConfigurationError) {
    var need = MemoryNeed(path: "training.batch", what: "an update", bytes: step.peakBytes)
    if need.bytes > MachineMemory.bytes { need.path = pipeline.largestSetting(otherwise: need.path) }
    try need.check()
    try pipeline.evaluationNeed().check()
  }

  /// Does one update.
  ///
  /// - Returns: the numbers of ``diagnostics``.
  /// - Throws: ``Divergence`` when one of them is not finite; the values in the store are of no use then. A
  ///   `FileFormatError` when the rows of the batch cannot be read or used; nothing has changed then, and what was
  ///   trained can be saved. ``ProcessDisagreement``, now and then, when processes have come apart.
  public func advance() throws -> [Float] {
    let numbers = try step.run(iteration: iteration, store: store, key: key)
    if let index = numbers.firstIndex(where: { !$0.isFinite }) {
      throw Divergence(iteration: iteration + 1, quantity: diagnostics[index], value: numbers[index])
    }
    iteration += 1
    if iteration % ProcessDisagreement.interval == 0 { try checkProcesses() }
    return numbers
  }

  /// Makes sure that all processes that train this have the same values.
  private func checkProcesses() throws(ProcessDisagreement) {
    let processes = ProcessGroup.current
    if processes.size == 1 { return }
    if let other = processes.firstDiffering(store.fingerprint(of: parameters)) {
      throw ProcessDisagreement(iteration: iteration, other: other)
    }
  }

  /// Rows of the data's files that were left out so far because they cannot be used.
  public var skippedRows: SkippedRows { pipeline.dataset.rowSource?.skippedRows ?? SkippedRows() }

  /// Of a part of a batch, by its number among all parts of all updates.
  private func key(_ part: Int) -> RandomKey { RandomKey(seed: seed, step: UInt64(rollbacks) << 40 | UInt64(part)) }

  /// Makes sure that weights and buffers are finite, which the numbers of an update need not show at once, and the same
  /// in all processes.
  ///
  /// - Throws: ``Divergence`` that names the first one that is not finite; ``ProcessDisagreement``.
  public func checkWeights() throws {
    try checkProcesses()
    for parameter in parameters where parameter.kind != .state {
      if let value = store[parameter]?.first(where: { !$0.isFinite }) {
        throw Divergence(iteration: iteration, quantity: parameter.name, value: value)
      }
    }
  }

  /// The operation at which the next update would first yield a NaN or an infinity; nil when it does not. Slow.
  ///
  /// - Throws: `FileFormatError` when the rows of the batch cannot be read.
  public func diagnose() throws -> NonFiniteValue? {
    try step.diagnosis(iteration: iteration, store: store, key: key)
  }

  /// Finds the operation at which an update that diverged first yields a NaN or an infinity.
  ///
  /// The divergence has left values that are of no use. So the updates since a checkpoint are done once more, which
  /// gives the same bits, and the last one node by node. Whoever goes on calls ``rollBack(to:)``.
  ///
  /// - Parameters:
  ///   - divergence: what ``advance()`` or ``checkWeights()`` has thrown.
  ///   - folder: a checkpoint from before.
  ///   - isWanted: asked before each update; when it says no, the search is given up.
  /// - Returns: the operation; nil when the search was given up, or when nothing is found.
  /// - Throws: what reading the checkpoint or the data throws.
  public func diagnose(
    _ divergence: Divergence, from folder: String, while isWanted: () -> Bool
  ) throws -> NonFiniteValue? {
    let count = rollbacks
    try restore(from: folder)
    // Random numbers depend on it.
    rollbacks = count
    while iteration < divergence.iteration - 1 {
      if !isWanted() { return nil }
      _ = try advance()
    }
    return try diagnose()
  }

  /// The values to use a trained model with: averages in the weights' places, when there are any.
  public func averagedStore() -> ParameterStore {
    let values = store.copy()
    for (weight, average) in step.averages.pairs { values[weight] = store[average] }
    return values
  }

  // MARK: Checkpoints

  private var parameters: [Parameter] { model.scope.parameters + step.scope.parameters }

  /// Writes all values and counters into an empty folder.
  public func save(to folder: String) throws {
    try Checkpoints.write(
      parameters, averages: step.averages.pairs, store, to: folder, metadata: ["recipe": try pipeline.recipe().text])
    let counters = JSONObject([
      ("iteration", .integer(iteration)), ("seed", .string(String(seed))), ("rollbacks", .integer(rollbacks)),
    ])
    try Files.replace("\(folder)/counters.json", with: (JSONValue.object(counters).prettyText + "\n").utf8)
  }

  /// Reads values and counters that `save` wrote.
  public func restore(from folder: String) throws {
    let counters = try JSONValue(parsing: try Files.readText("\(folder)/counters.json"), source: "counters.json")
    guard let iteration = counters["iteration"]?.integerValue, let rollbacks = counters["rollbacks"]?.integerValue,
      counters["seed"]?.stringValue == String(seed), (0..<1 << 40).contains(iteration),
      (0..<1 << 20).contains(rollbacks)
    else {
      throw ConfigurationError(
        path: "\(folder)/counters.json", found: counters.excerpt,
        expected: "iteration and rollbacks, integers from 0, of a run with seed \"\(seed)\"")
    }
    try Checkpoints.read(parameters, averages: step.averages.pairs, into: store, from: folder)
    self.iteration = iteration
    self.rollbacks = rollbacks
  }

  /// Goes back to a checkpoint and on with other random numbers.
  public func rollBack(to folder: String) throws {
    let before = rollbacks
    try restore(from: folder)
    rollbacks = before + 1
  }
}

/// Training that yields numbers that are not finite.
public struct Divergence: Error, CustomStringConvertible, Sendable {
  /// The update, from 1.
  public let iteration: Int
  /// Which number.
  public let quantity: String
  /// NaN or an infinity.
  public let value: Float

  /// One line with what helps.
  public var description: String {
    """
    training diverged: \(quantity) is \(value) in iteration \(iteration); a smaller learning rate, more sampler steps \
    or a smaller step size help
    """
  }
}
