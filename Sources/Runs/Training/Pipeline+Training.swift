public import EBMCore
private import Foundation
internal import Tensors

extension Pipeline {
  /// Trains into a run's folder and does all that the command `train` does: it logs, saves checkpoints, goes back when
  /// training diverges, measures the trained model and writes the report. The same seed gives the same bytes.
  ///
  /// ```swift
  /// let outcome = try await pipeline.train(into: "runs/x") { event in
  ///   if case .logged(let status) = event { print(status.iteration, status.values) }
  /// }
  /// ```
  ///
  /// When the task is cancelled, what was trained is saved, ``resume(in:command:events:)`` goes on from it, and the
  /// outcome says `interrupted`: nothing is thrown.
  ///
  /// - Parameters:
  ///   - path: the folder, which is made; resolved against the working directory.
  ///   - replacing: whether a run that is there makes way, once the new one has something to keep.
  ///   - command: what the run's record calls the program.
  ///   - registry: where the components come from, for the run's record, and the panels of its report; nil when that
  ///     does not matter.
  ///   - events: told what happens, on the thread that trains.
  /// - Returns: how it ended, with the model and its figures when it is complete.
  /// - Throws: a ``ConfigurationError`` for parts that do not fit or cannot learn, before anything is written; a
  ///   ``FileError`` or `FileFormatError` for files that cannot be used.
  @discardableResult
  public func train(
    into path: String, replacing: Bool = false, command: [String] = CommandLine.arguments,
    registry: ComponentRegistry? = nil, events: @escaping @Sendable (TrainingEvent) -> Void = { _ in }
  ) async throws -> TrainingOutcome {
    try await onThreadOfItsOwn { cancellation in
      try RunTraining(self, events: events).begin(
        in: .folder(path, force: replacing), command: command, registry: registry, interruption: cancellation)
    }
  }

  /// Goes on with a run of this pipeline, to the same bits as without the interruption.
  ///
  /// - Parameters:
  ///   - path: the run's folder.
  ///   - command: what others are told while the run is in use.
  ///   - registry: where the panels of its report come from; nil for none.
  ///   - events: told what happens, on the thread that trains.
  /// - Returns: how it ended.
  /// - Throws: as ``train(into:replacing:command:registry:events:)``; a ``ConfigurationError`` when the run was made by
  ///   another pipeline.
  @discardableResult
  public func resume(
    in path: String, command: [String] = CommandLine.arguments, registry: ComponentRegistry? = nil,
    events: @escaping @Sendable (TrainingEvent) -> Void = { _ in }
  ) async throws -> TrainingOutcome {
    try await onThreadOfItsOwn { cancellation in
      let run = try RunDirectory.open(at: path).opened(for: command)
      let recipe = try run.recipe()
      var pipeline = self
      // A pipeline without a seed has that of its run.
      pipeline.seed = seed ?? recipe.seed
      let own = try pipeline.recipe()
      for section in RecipeSection.allCases where own[section] != recipe[section] {
        throw ConfigurationError(
          path: run.file("recipe.json"), what: "the run was made by another pipeline: \(section.rawValue) differs",
          found: recipe[section]?.excerpt ?? "nothing", expected: own[section]?.excerpt ?? "nothing")
      }
      return try RunTraining.resume(run, as: pipeline, registry: registry, interruption: cancellation, events: events)
    }
  }
}

/// Runs a long computation on a thread of its own: it would keep one of the few that tasks share, which a cancellation
/// may need to arrive.
private func onThreadOfItsOwn<Value: Sendable>(
  _ body: @escaping @Sendable (Cancellation) throws -> Value
) async throws -> Value {
  let cancellation = Cancellation()
  let processes = ProcessGroup.current
  return try await withTaskCancellationHandler {
    try await withCheckedThrowingContinuation { continuation in
      let thread = Thread {
        continuation.resume(
          with: Result { try ProcessGroup.$current.withValue(processes) { try body(cancellation) } })
      }
      // What a main thread has.
      thread.stackSize = 8 << 20
      thread.start()
    }
  } onCancel: {
    cancellation.raise()
  }
}
