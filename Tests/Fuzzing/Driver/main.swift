import Foundation
import Fuzzing

// fuzz [--seed n] [--inputs n] [--seconds n] [--subjects a,b] [--corpus folder]   tries inputs in a process of their own
// fuzz try <subject> <file>…                                                      tries files again
// fuzz list                                                                       names the subjects
// `fuzz work …` and `fuzz take …` are what these start.

var words = CommandLine.arguments.dropFirst()
switch words.first {
case "work": try await Worker(Array(words.dropFirst())).run()
case "take": try await Worker.tryFiles(Array(words.dropFirst()))
case "try": exit(try Supervisor.tryFiles(Array(words)))
case "list": for subject in Subjects.all { print(subject.name) }
default: exit(try Supervisor(Array(words)).run() ? 0 : 1)
}
