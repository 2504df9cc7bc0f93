import EBMCommand
import EBMCore
import Foundation
import Testing

/// Commands that plugins add.
@Suite struct PluginCommandTests {
  private let plugins: [any Plugin] = [FakePlugin(), FakeLab()]

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
    let outcome = await run(["list"], plugins: [FakePlugin(), FakeLab(command: FakeCommand(name: name))])
    #expect(outcome.status == .failed && outcome.result.isEmpty)
    #expect(
      outcome.messages == "error: command \(name): the plugin FakeLab adds a command of a name that is built in\n")
  }

  @Test func listShowsWhereTheyComeFrom() async {
    let all = await run(["list", "extra"], plugins: plugins)
    #expect(all.result == "command.repeat  Says a word again.  FakeLab\n")
  }
}
