import EBMCommand
import EBMCore
import Runs
import Testing

@Suite struct CommandLineToolTests {
  @Test func helpGoesToTheResultWhenAskedFor() async {
    let asked = await run("--help")
    #expect(asked.status == .done && asked.messages.isEmpty)
    #expect(asked.result.contains("\n  list "))
    let bare = await run()
    #expect(bare.status == .wrongUsage && bare.result.isEmpty && bare.messages == asked.result)
    let page = await run("list", "--help")
    #expect(page.status == .done && page.result.contains("ebm list [family] [--json]"))
    #expect(page.result.contains("  --help"))
    #expect(await run("help", "list") == page)
    #expect(await run("help") == asked)
  }

  @Test func printsTheVersion() async {
    #expect(await run("--version") == Outcome(status: .done, result: "ebm \(FrameworkVersion.current)\n", messages: ""))
  }

  @Test(arguments: [
    (["lst"], #"no command is called "lst"; did you mean list?"#),
    (
      ["zzzzz"],
      #"no command is called "zzzzz", expected one of train, resume, sample, evaluate, report, compare, list, describe, "#
        + "tune, benchmark, conform, new"
    ),
    (["list", "--jsn"], "--jsn: no such option of list; did you mean --json?"),
    (["list", "smaplers"], #"no family is called "smaplers"; did you mean sampler?"#),
    (["list", "a=b"], #"list: takes no key=value, found "a=b""#),
    (
      ["describe"],
      "describe: <name> is missing, expected a component such as sampler.mala, a built-in recipe, "
        + "or a recipe's file"
    ),
    (
      ["describe", "sampler.mla"],
      #"no component or built-in recipe is called "sampler.mla"; did you mean sampler.mala?"#
    ),
    (["describe", "mla"], #"no component or built-in recipe is called "mla"; did you mean sampler.mala?"#),
    (["describe", "two-wels"], #"no component or built-in recipe is called "two-wels"; did you mean two-wells?"#),
    (
      ["describe", "double-well"],
      #"several components are called "double-well", expected one of energy.double-well, initializer.double-well"#
    ),
    (["describe", "none.json"], "none.json: cannot read the recipe: No such file or directory"),
    (["describe", "two-wells", "sampler.steps=-3"], "sampler.steps: found -3, expected an integer, at least 1"),
    (
      ["describe", "two-wells", "sampler.limits.enrgy=1"],
      "sampler.limits.enrgy: no such setting of sampler.limits; did you mean energy?"
    ),
    (
      ["describe", "mala", "steps=3"],
      #"describe: sampler.mala is a component, only recipes take key=value, found "steps=3""#
    ),
  ])
  func wrongUsageIsOneLine(words: [String], message: String) async {
    let recorder = Recorder()
    let tool = CommandLineTool(plugins: [FakePlugin()], output: recorder.output())
    #expect(await tool.run(arguments: words) == .wrongUsage)
    #expect(recorder.messages == "error: \(message)\n")
    #expect(recorder.result.isEmpty)
  }

  @Test func allProblemsAreReported() async {
    let outcome = await run("describe", "two-wells", "sampler.steps=0", "sampler.stepSize=0", "smapler=1")
    #expect(outcome.messages.split(separator: "\n").count == 3)
  }

  @Test func aFaultyPluginIsAFailure() async {
    let outcome = await run("list", plugins: [FakePlugin(), FakePlugin()])
    #expect(
      outcome
        == Outcome(
          status: .failed, result: "",
          messages: "error: sampler.mala: this name is taken by the plugin Fake\n"))
  }
}
