import EBMCommand
import EBM
import EBMCommand
import Foundation
import Testing

/// Packages beside this one are written, built and tested, one after the other: what `ebm new` writes, by the words of its
/// README, and a stranger's.
@Suite(.serialized, .enabled(if: SharedBuild.isPossible)) struct ScaffoldTests {
  /// Two of them, in which all others' ideas are; `make scaffolds` takes all.
  static let templates =
    ProcessInfo.processInfo.environment["EBM_SCAFFOLDS"] == nil
    ? [("objective", "PulledDown")]
    : [
      ("dataset", "FiveBlobs"), ("energy", "BentWell"), ("initializer", "HalfData"), ("metric", "MeanGap"),
      ("noise-schedule", "PowerNoise"), ("objective", "PulledDown"), ("optimizer", "HeavyBall"), ("paper", "OurPaper"),
      ("project", "MyProject2"), ("sampler", "BarkerWalk"),
    ]

  /// What makes the README's lines short: training and checks need not be long to show that they work.
  private func shortened(_ line: String) -> String {
    if line.contains("-ebm train ") || line.contains("-ebm paper ") {
      return line + " training.iterations=3 training.batch=64 evaluation.count=200"
        + (line.contains("metrics=") ? "" : " 'metrics=[\"energy-distance\"]'")
    }
    return line.contains("-ebm conform ") ? line + " --quick" : line
  }

  @Test(.timeLimit(.minutes(30)), arguments: templates)
  func aPackageWorksByTheWordsOfItsReadme(template: String, name: String) async throws {
    let scratch = try ScratchFolder()
    let folder = scratch.file("package")
    let outcome = await ebm(["new", template, name, "--into", folder])
    #expect(outcome.status == .done, "\(outcome.messages)")
    let build = try SharedBuild(folder)
    let readme = try String(contentsOfFile: folder + "/README.md", encoding: .utf8)
    // Every second part is between two fences.
    let blocks = readme.components(separatedBy: "```\n").enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
    let lines = blocks.flatMap { $0.split(separator: "\n").map(String.init) }
    #expect(lines.count >= 4)
    // What the command says comes next is what the README begins with.
    #expect(
      outcome.result == "next:\n" + (["cd \(folder)"] + lines.prefix(2)).map { "  \($0)\n" }.joined())
    for line in lines {
      let clock = ContinuousClock.now
      let (status, output) = try build.shell(shortened(line))
      print("\(template): \(line): \((ContinuousClock.now - clock) / .seconds(1)) s")
      #expect(status == 0, "\(line)\n\(output)")
      let warnings = output.split(separator: "\n").filter { $0.contains(folder) && $0.contains("warning:") }
      #expect(warnings.isEmpty, "\(line)\n\(warnings.joined(separator: "\n"))")
      if status != 0 { return }
    }
    let products = template == "paper" ? ["paper/table.md", "paper/figure.svg"] : ["runs/first/report.html"]
    for file in products { #expect(FileManager.default.fileExists(atPath: "\(folder)/\(file)"), "\(file)") }
  }

  /// A package outside of this one with an energy, a sampler, an objective, a schedule, a command, a panel and a recipe of
  /// its own in one file, trained from the command line and by the builder.
  @Test(.timeLimit(.minutes(30)))
  func aStrangersPackageTrains() throws {
    let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "Fixtures/ForeignLab")
    let text = try String(
      contentsOf: source.appendingPathComponent("Sources/ForeignLab/ForeignLab.swift"), encoding: .utf8)
    #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count < 250)
    // A copy that depends on where the original does, so that nothing is written beside the sources.
    let scratch = try ScratchFolder()
    let folder = scratch.file("lab")
    try FileManager.default.copyItem(atPath: source.path, toPath: folder)
    let root = source.path + "/../../../.."
    let manifest = try String(contentsOfFile: folder + "/Package.swift", encoding: .utf8)
    try manifest.replacing("../../../..", with: URL(fileURLWithPath: root).standardizedFileURL.path)
      .write(toFile: folder + "/Package.swift", atomically: true, encoding: .utf8)
    let build = try SharedBuild(folder)
    func run(_ line: String) throws -> String {
      let (status, output) = try build.shell(line)
      #expect(status == 0, "\(line)\n\(output)")
      return output
    }
    let built = try run("swift build -c release")
    #expect(!built.split(separator: "\n").contains { $0.contains(folder) && $0.contains("warning:") }, "\(built)")
    _ = try run(".build/release/ForeignLab train foreign-moons training.iterations=20 evaluation.count=500 --output a")
    let byBuilder = try run(".build/release/ForeignLab by-builder b")
    #expect(byBuilder.contains("energy distance "))
    for name in ["a", "b"] {
      let report = try String(contentsOfFile: "\(folder)/\(name)/report.html", encoding: .utf8)
      #expect(report.contains("Distance from the origin") && report.contains("<p>The mean is <b>"))
      let record = try String(contentsOfFile: "\(folder)/\(name)/run.json", encoding: .utf8)
      #expect(record.contains("ForeignLab") && record.contains("\"sampler.momentum-langevin\""))
    }
    _ = try run(".build/release/ForeignLab sample a --count 50 --output x.npy")
    let resumed = try run(".build/release/ForeignLab evaluate b --count 300")
    #expect(resumed.contains("energy distance"))
    let listed = try run(".build/release/ForeignLab list")
    for words in [
      "initializer.uniform-noise  Uniform noise, shrunken towards 0.  ForeignLab, replacing that of Initializers",
      "command.by-builder  Trains the lab's pipeline as the builder makes it.  ForeignLab",
      "panel.radius  Distance from the origin  ForeignLab", "energy.ridge  Ridges on a bowl",
      "sampler.mala  Metropolis",
    ] {
      #expect(listed.replacing(#/ {2,}/#, with: "  ").contains(words), "\(words)")
    }
    // A replacement takes part wherever its name stands.
    let replaced = try run(
      ".build/release/ForeignLab train ml-two-moons initializer.share=0.25 training.iterations=2 training.batch=32 "
        + "evaluation.count=200 'metrics=[\"energy-distance\"]' --output c")
    #expect(!replaced.contains("error"))
  }
}
