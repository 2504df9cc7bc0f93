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

let files = try SampleFiles()
let registry = try ComponentRegistry(plugins: .standard + [Lab()])
let (seed, triples) = (option("seed", 1), option("triples", 0))
var plan = try Plan(registry, settings: files.settings, seed: UInt64(seed))
let crossed = triples == 0 ? plan.pairs() : (items: plan.triples(triples), pairs: 0, accepted: 0, refused: 0)

if words.first == "try", let index = words.dropFirst().first.flatMap({ Int($0) }) {
  let item = crossed.items[index]
  print(item.recipe.text)
  print(await Trial(recipe: item.recipe, registry: registry, folder: files.folder + "/run").run())
} else if words.first == "work" {
  let (first, step) = (option("first", 0), option("step", 1))
  for index in stride(from: first, to: crossed.items.count, by: step) {
    FileHandle.standardOutput.write(Data("begin \(index)\n".utf8))
    let item = crossed.items[index]
    let ending = await Trial(recipe: item.recipe, registry: registry, folder: "\(files.folder)/run-\(index)").run()
    FileHandle.standardOutput.write(Data("end \(index) \(ending)\n".utf8))
  }
} else {
  let supervisor = Supervisor(
    items: crossed.items, arguments: ["--seed", "\(seed)", "--triples", "\(triples)"], jobs: option("jobs", 2),
    limit: Double(option("seconds", 60)))
  let failures = supervisor.run()
  if triples == 0 {
    print("\(crossed.pairs) pairs: \(crossed.accepted) in compositions that fit, \(crossed.refused) in none")
  }
  print(supervisor.summary)
  for failure in failures { print(failure) }
  files.remove()
  exit(failures.isEmpty ? 0 : 1)
}
files.remove()
