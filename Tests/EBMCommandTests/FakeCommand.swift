import EBMCommand
import EBMCore

/// A command that a plugin adds.
struct FakeCommand: Command {
  var name = "repeat"
  let summary = "Says a word again."
  let syntax = CommandSyntax(
    positionals: [Positional("word", "what is said")],
    options: [CommandOption("times", value: "number", "how often; 2 by default")])

  func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitStatus {
    let times = try arguments.integer("times", in: 1...9) ?? 2
    let samplers = context.registry.entries(in: .sampler).count
    for _ in 0..<times { context.output.result("\(context.tool) \(arguments.positionals[0]) \(samplers)\n") }
    return .done
  }
}

struct FakeLab: Plugin {
  var command = FakeCommand()
  func register(in registry: inout ComponentRegistry) throws(ConfigurationError) { try registry.add(command) }
}
