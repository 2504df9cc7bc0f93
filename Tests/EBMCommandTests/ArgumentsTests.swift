import EBMCommand
import EBMCore
import Testing

@Suite struct ArgumentsTests {
  private let syntax = CommandSyntax(
    positionals: [Positional("recipe", "a recipe"), Positional("more", "others", isRequired: false)],
    overrides: "settings", options: [CommandOption("output", value: "folder", "where"), CommandOption("force", "do")])

  private func parse(_ words: [String]) throws -> Arguments {
    try Arguments(parsing: words, syntax: syntax, command: "train")
  }

  private func lines(_ words: [String]) -> [String] {
    do { _ = try parse(words) } catch { return "\(error)".split(separator: "\n").map(String.init) }
    return []
  }

  @Test func sortsWords() throws {
    let arguments = try parse(["two-wells", "sampler.steps=30", "--output", "runs/x", "seed=-7", "--force"])
    #expect(arguments.positionals == ["two-wells"])
    #expect(arguments.overrides == ["sampler.steps=30", "seed=-7"])
    #expect(arguments.options == ["output": "runs/x"])
    #expect(arguments.flags == ["force"])
  }

  @Test func sortsUnusualWords() throws {
    #expect(try parse(["--output=a=b", "./k=v.json"]).options == ["output": "a=b"])
    #expect(try parse(["--output=a=b", "./k=v.json"]).positionals == ["./k=v.json"])
    #expect(try parse(["--", "--odd", "a=b"]).positionals == ["--odd", "a=b"])
    #expect(try parse(["-3", "-"]).positionals == ["-3", "-"])
    #expect(try parse(["x", "--output", "-y"]).options == ["output": "-y"])
    #expect(try parse(["--nonsense", "--help"]).wantsHelp)
    #expect(try parse(["-h"]).wantsHelp)
    #expect(try parse(["--", "--help"]).wantsHelp == false)
  }

  @Test(arguments: [
    (["x", "--otput", "y"], ["--otput: no such option of train; did you mean --output?"]),
    (["x", "-o"], ["-o: no such option of train, expected one of --output, --force, --help"]),
    (["x", "--output"], ["--output: the value is missing, expected --output <folder>"]),
    (["x", "--output", "--force"], ["--output: the value is missing, expected --output <folder>"]),
    (["x", "--output="], ["--output: the value is missing, expected --output <folder>"]),
    (["x", "--force=yes"], [#"--force: found "yes", expected no value"#]),
    (["x", "--force", "--force"], ["--force: given twice"]),
    (["x", "--output=a", "--output", "b"], ["--output: given twice"]),
    ([], ["train: <recipe> is missing, expected a recipe"]),
    (
      ["a", "b", "c"],
      [
        #"train: one argument too many, found "c", expected <recipe> [more] [key=value …] [--output <folder>] [--force]"#
      ]
    ),
  ])
  func refuses(words: [String], messages: [String]) {
    #expect(lines(words) == messages)
  }

  @Test func reportsAllProblems() { #expect(lines(["--a", "--b", "--output"]).count == 4) }

  @Test func refusesOverridesWhereThereAreNone() {
    #expect(throws: ConfigurationError(path: "", what: "list: takes no key=value", found: "\"a=b\"")) {
      try Arguments(parsing: ["a=b"], syntax: CommandSyntax(), command: "list")
    }
  }

  @Test func readsIntegers() throws {
    #expect(try parse(["x", "--output", "3"]).integer("output", in: 1...5) == 3)
    #expect(try parse(["x"]).integer("output", in: 1...5) == nil)
    #expect(throws: ConfigurationError(path: "--output", found: "\"9\"", expected: "an integer from 1 to 5")) {
      try parse(["x", "--output", "9"]).integer("output", in: 1...5)
    }
  }
}
