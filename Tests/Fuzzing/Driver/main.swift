import Foundation
import Fuzzing

// fuzz [--seed n] [--inputs n] [--seconds n] [--subjects a,b] [--corpus folder]   tries inputs in a process of their own
// fuzz try <subject> <file>…                                                      tries files again
// fuzz list                                                                       names the subjects
// `fuzz work …` and `fuzz take …` are what these start.

let words = Array(CommandLine.arguments.dropFirst())
do {
  switch words.first {
  case "work": try await Worker(Array(words.dropFirst())).run()
  case "take": try await Worker.tryFiles(Array(words.dropFirst()))
  case "try": exit(try Supervisor.tryFiles(words))
  case "list": for subject in Subjects.all { print(subject.name) }
  default: exit(try Supervisor(words).run() ? 0 : 1)
  }
} catch let error as Options.Problem {
  FileHandle.standardError.write(Data("error: \(error)\n".utf8))
  exit(2)
}
