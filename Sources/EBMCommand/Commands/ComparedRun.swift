import EBMCore
import FileFormats
import Runs

/// What `compare` knows of one run.
struct ComparedRun {
  let name: String
  let recipe: Recipe
  let figures: [Figure]
  let seconds: Double?
  /// Why there are no figures; nil where there are.
  let gap: String?
  /// Why the figures are not those of a run that was trained to its end; nil where they are, or where there are none.
  let caution: String?

  /// Reads a run; one without figures is a row too.
  init(_ run: RunDirectory, name: String) throws(ConfigurationError) {
    self.name = name
    recipe = try run.recipe()
    caution = run.hasEvaluation ? run.caution() : nil
    guard run.hasEvaluation else {
      (figures, seconds) = ([], nil)
      let total = (try? recipe.trainingSettings())?.iterations
      let done = run.latestCheckpoint()?.iteration ?? 0
      gap =
        done == total
        ? "no figures yet: ebm evaluate \(name)"
        : "unfinished, iteration \(done)\(total.map { " of \($0)" } ?? ""): ebm resume \(name)"
      return
    }
    do {
      (figures, seconds) = try run.evaluation()
      gap = figures.isEmpty ? "its recipe has no metrics that apply" : nil
    } catch {
      (figures, seconds) = ([], nil)
      gap = "\(error); ebm evaluate \(name) measures it again"
    }
  }

  subscript(figure: String) -> Figure? { figures.first { $0.name == figure } }

  /// The recipe without its seed: what runs of a group share.
  var group: Recipe {
    var recipe = recipe
    recipe.seed = nil
    return recipe
  }

  /// The run as programs see it, with these figures.
  func json(_ names: [String]) -> JSONValue {
    var object = JSONObject([("run", .string(name))])
    if let seconds { object["trainingSeconds"] = JSONValue(anyNumber: seconds) }
    if let gap { object["note"] = .string(gap) }
    if let caution { object["caution"] = .string(caution) }
    object["figures"] = .array(names.compactMap { self[$0] }.map(JSONValue.init(figure:)))
    return .object(object)
  }
}
