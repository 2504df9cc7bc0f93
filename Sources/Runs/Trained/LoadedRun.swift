internal import EBMCore
internal import FileFormats
internal import Networks
internal import Tensors

/// A trained run as a part of another model: its pipeline and its tensors.
struct LoadedRun: Sendable {
  let path: String
  let pipeline: Pipeline
  let tensors: [String: Tensor]

  /// - Throws: a ``ConfigurationError`` at the setting `run` for whatever keeps the run from being used.
  init(_ path: String, registry: ComponentRegistry) throws(ConfigurationError) {
    self.path = path
    do {
      let run = try RunDirectory.open(at: path)
      if try run.recipe().runsWithin.contains(RunDirectory.folder(of: path)) {
        throw FileError(path: path, action: "cannot use the run", reason: "it is made of itself")
      }
      pipeline = try run.pipeline(registry: registry)
      tensors = try run.modelTensors(report: { _ in }).tensors
    } catch {
      throw ConfigurationError(
        path: "run", what: "\(error)".split(separator: "\n").first.map(String.init) ?? "\(error)")
    }
  }

  /// A scope whose parameters begin with the run's tensors of names with this prefix.
  func scope(_ scope: ParameterScope, prefix: String, isFrozen: Bool) -> ParameterScope {
    let tensors = tensors
    return scope.reading(isFrozen: isFrozen) { tensors[prefix + $0]?.scalars }
  }

  /// Throws where a parameter of a scope is not among the run's tensors.
  func check(_ scope: ParameterScope, prefix: String) throws(ConfigurationError) {
    for parameter in scope.parameters {
      let name = prefix + String(parameter.name.dropFirst(scope.path.isEmpty ? 0 : scope.path.count + 1))
      if tensors[name]?.shape == parameter.shape { continue }
      throw ConfigurationError(
        path: "\(scope.path).run", what: "\(path) has no \(name) of shape \(parameter.shape)",
        found: tensors[name].map { "\($0.shape)" } ?? "nothing")
    }
  }
}

/// A run that a setting names, as far as it has been read.
enum RunSetting: Sendable {
  /// None is named yet, or nobody knows the components to read it with.
  case open
  case loaded(LoadedRun)
  case failed([ConfigurationProblem])

  init(_ path: String, registry: ComponentRegistry?) {
    guard !path.isEmpty, let registry else {
      self = .open
      return
    }
    do throws(ConfigurationError) { self = .loaded(try LoadedRun(path, registry: registry)) } catch {
      self = .failed(error.problems)
    }
  }

  var run: LoadedRun? { if case .loaded(let run) = self { run } else { nil } }

  /// What keeps the run from being used, at the setting `run`.
  var problems: [ConfigurationProblem] {
    switch self {
    case .open: [ConfigurationProblem(path: "run", found: "nothing", expected: "the folder of a trained run")]
    case .loaded: []
    case .failed(let problems): problems
    }
  }

  /// The run.
  ///
  /// - Throws: what is wrong with it.
  func get(at path: String) throws(ConfigurationError) -> LoadedRun {
    if let run { return run }
    throw ConfigurationError(
      problems.map {
        var problem = $0
        problem.path = "\(path).\($0.path)"
        return problem
      })
  }
}
