import EBM
import EBMCore
import FileFormats
import Foundation
import Tensors

// Crosses components with one another and tries every composition in a process that may end:
// `crossing [--triples 300] [--seed 1] [--jobs 2] [--seconds 60]`; `crossing try 17 …` tries one again, here.

let words = CommandLine.arguments.dropFirst()
func option(_ name: String, _ usual: Int) -> Int {
  words.firstIndex(of: "--\(name)").flatMap { words.indices.contains($0 + 1) ? Int(words[$0 + 1]) : nil } ?? usual
}

/// A line that is read at once, by a supervisor or in a log.
func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

/// The plan as a file, so that it is made once: a line a composition.
func written(_ items: [Plan.Item], to path: String) throws {
  let lines = items.map { item in
    let object = JSONObject([
      ("names", .string(item.names.joined(separator: " "))), ("fits", .bool(item.isExpectedToFit)),
      ("recipe", .object(item.recipe.sections)),
    ])
    return JSONValue.object(object).compactText + "\n"
  }
  try Data(lines.joined().utf8).write(to: URL(fileURLWithPath: path))
}

func read(_ path: String) throws -> [Plan.Item] {
  try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { line in
    let value = try JSONValue(parsing: String(line))
    return Plan.Item(
      recipe: Recipe(sections: value["recipe"]?.objectValue ?? [:]),
      names: (value["names"]?.stringValue ?? "").split(separator: " ").map(String.init),
      isExpectedToFit: value["fits"]?.boolValue ?? false)
  }
}

let usage = "crossing [--triples 300] [--seed 1] [--jobs 2] [--seconds 60]; crossing try 17 …"
if let word = words.first, !["try", "work"].contains(word),
  !["--triples", "--seed", "--jobs", "--seconds"].contains(word)
{
  say("crossing: \(word) is not known; expected \(usage)")
  exit(2)
}
let registry = try ComponentRegistry(plugins: .standard + [Lab()])
if words.first == "work", let path = words.dropFirst().first {
  let items = try read(path)
  let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
  for index in stride(from: option("first", 0), to: items.count, by: option("step", 1)) {
    say("begin \(index)")
    let trial = Trial(recipe: items[index].recipe, registry: registry, folder: "\(folder)/run-\(index)")
    let ending = await trial.run()
    say("end \(index) \(ending)")
  }
} else {
  let files = try SampleFiles()
  let (seed, triples) = (option("seed", 1), option("triples", 0))
  var plan = try Plan(registry, settings: files.settings, seed: UInt64(seed))
  let crossed = triples == 0 ? plan.pairs() : (items: plan.triples(triples), pairs: 0, accepted: 0, refused: 0)
  if triples == 0 {
    say("\(crossed.pairs) pairs: \(crossed.accepted) in compositions that fit, \(crossed.refused) in none")
  }
  let path = "\(files.folder)/plan.jsonl"
  try written(crossed.items, to: path)
  if words.first == "try", let index = words.dropFirst().first.flatMap({ Int($0) }) {
    let item = crossed.items[index]
    say(item.recipe.text)
    say("\(await Trial(recipe: item.recipe, registry: registry, folder: files.folder + "/run").run())")
    files.remove()
  } else {
    let supervisor = Supervisor(
      items: crossed.items, plan: path, jobs: option("jobs", 2), limit: Double(option("seconds", 60)), report: say)
    let failures = supervisor.run()
    say(supervisor.summary)
    files.remove()
    exit(failures.isEmpty ? 0 : 1)
  }
}
