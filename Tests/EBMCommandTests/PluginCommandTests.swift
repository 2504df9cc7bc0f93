import EBMCommand
import EBMCore
import Testing

/// Commands that plugins add.
@Suite struct PluginCommandTests {
  struct Repeat: Command {
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

  struct Lab: Plugin {
    var command = Repeat()
    func register(in registry: inout ComponentRegistry) throws(ConfigurationError) { try registry.add(command) }
  }

  private let plugins: [any Plugin] = [FakePlugin(), Lab()]

  @Test func theyRunWithTheirArguments() async {
    let outcome = await run(["repeat", "yes", "--times", "3"], plugins: plugins)
    #expect(outcome == Outcome(status: .done, result: String(repeating: "ebm yes 1\n", count: 3), messages: ""))
    let wrong = await run(["repeat", "--tims", "3"], plugins: plugins)
    #expect(wrong.status == .wrongUsage && wrong.messages.contains("did you mean --times?"))
    let range = await run(["repeat", "yes", "--times", "10"], plugins: plugins)
    #expect(range.status == .wrongUsage && range.messages.hasPrefix("error: --times: found \"10\""))
  }

  @Test func helpShowsThemAfterTheBuiltInOnes() async throws {
    let help = await run(["--help"], plugins: plugins).result
    let (new, own) = (try #require(help.range(of: "\n  new ")), try #require(help.range(of: "\n  repeat  Says a word")))
    #expect(new.lowerBound < own.lowerBound && help.contains("\ncommands of plugins:\n"))
    #expect(await run(["--help"], plugins: [FakePlugin()]).result.contains("of plugins") == false)
    let page = await run(["repeat", "--help"], plugins: plugins)
    #expect(page.status == .done && page.result.hasPrefix("ebm repeat <word> [--times <number>]"))
    let near = await run(["repat"], plugins: plugins)
    #expect(near.messages == "error: no command is called \"repat\"; did you mean repeat?\n")
  }

  @Test(arguments: ["train", "help", "new"])
  func theyDoNotTakeBuiltInNames(name: String) async {
    let outcome = await run(["list"], plugins: [FakePlugin(), Lab(command: Repeat(name: name))])
    #expect(outcome.status == .failed && outcome.result.isEmpty)
    #expect(
      outcome.messages == "error: command \(name): the plugin Lab adds a command of a name that is built in\n")
  }

  @Test func listShowsWhereTheyComeFrom() async {
    let all = await run(["list", "extra"], plugins: plugins)
    #expect(all.result == "command.repeat  Says a word again.  Lab\n")
  }
}
