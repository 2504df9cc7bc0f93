import EBM
import EBMCommand
import Foundation
import Testing

/// Figures that mean nothing are not printed like others: what a user reads in the table, the report and the file.
@Suite struct DoubtfulFiguresTests {
  /// A run whose figures cannot be trusted.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// The recipe and its settings.
    let words: [String]
    /// Lines of the output, every number in them written as #.
    let lines: [String]
    /// Data in a file, a comma-separated row a line.
    var rows: String?

    init(_ name: String, _ words: [String], _ lines: [String], rows: String? = nil) {
      (testDescription, self.words, self.lines, self.rows) = (name, words, lines, rows)
    }
  }

  static let cases = [
    Case(
      "a kernel that sees no pair",
      ["ml-two-moons", "dataset=digits", "metrics.0.bandwidth=0.3", "metrics.0.kernels=1"],
      [
        "MMD² # ± # [#]",
        "[#] a kernel of width # is too narrow for data that is # apart; bandwidth=# takes its width from the data",
      ]),
    Case(
      "bounds of ln Z that fix nothing", ["ml-two-moons", "dataset=digits", "metrics.2.maximumBridges=0"],
      [
        "effective weights # [#]", "ln Z, bracket width # ± # [#] [#] [#]",
        "[#] # of # weights carry the lower bound of ln Z: its error is too small",
        "[#] # of # weights carry the upper bound of ln Z: its error is too small",
        "[#] the bounds of ln Z are # apart after # densities",
      ]),
    Case(
      "bounds of ln Z that are crossed, and a model without end",
      [
        "sm-two-moons", "optimizer.learningRate=0.3", "training.iterations=30", "seed=4",
        #"metrics=["log-normalizer","grid-divergence"]"#,
      ],
      [
        "KL(true‖model) # [#]",
        "[#] the model's mass does not end: # % of it lies in the outermost of the grids, which reaches to #",
      ]),
    Case(
      "few points", ["ml-two-moons", "evaluation.count=10", #"metrics=["frechet-distance","energy-distance"]"#],
      [
        "Fréchet distance nan [#] [#] [#]", "[#] needs # samples and as many points of data, there are #",
        "[#] only # samples", "[#] only # points of data",
      ]),
    Case(
      "fewer points than dimensions",
      ["ml-two-moons", "dataset=digits", "evaluation.count=40", #"metrics=["frechet-distance"]"#],
      ["[#] covariances of # numbers from # points have no full rank: it is far too large"]),
    Case(
      "neighbours that all are data",
      ["ml-two-moons", "dataset=digits", "evaluation.memory=1", #"metrics=["classifier-two-sample"]"#],
      [
        "[#] nearly all points are taken for data, as the samples are much wider: near a half it does not mean equal laws",
        "note: measured on # points instead of #: # MiB hold no more of # numbers each (evaluation.memory, "
          + "evaluation.count)",
      ]),
    Case(
      "three points of data", ["ml-two-moons", "dataset=csv-file", #"metrics=["maximum-mean-discrepancy"]"#],
      ["[#] the # points of data are only # different ones: errors are too small"], rows: "0,0\n1,1\n-1,0.5\n"),
    Case(
      "data that is one point", ["ml-two-moons", "dataset=csv-file", #"metrics=["precision-recall"]"#],
      [
        "precision # ± # [#] [#]", "[#] # of # balls of the data have no radius: points are equal",
        "[#] all # points of data are equal",
      ], rows: "1,2\n1,2\n1,2\n1,2\n"),
    Case(
      "samples that are no numbers",
      ["dsm-two-moons", "sampler=langevin", "sampler.stepSize=1e38", #"metrics=["energy-distance"]"#],
      ["energy distance nan [#] [#] [#]", "[#] # of # samples are not finite and left out", "[#] there are no samples"]),
    Case(
      "no sample where the data is",
      [
        "ml-two-moons", "dataset=checkerboard", "initializer.lower=50", "initializer.upper=60",
        #"metrics=["support-coverage"]"#,
      ], ["least part nan [#]", "[#] no sample is inside the support"]),
    Case(
      "more states than can be summed over", ["pl-ising-spins", "dataset.rows=5", "dataset.columns=5"],
      ["ln Z nan [#]", "[#] #^# states are too many to be summed over"]),
    Case(
      "metrics that do not apply", ["ml-two-moons", #"metrics=["state-divergence"]"#],
      ["note: state-divergence does not apply to this model and data"]),
  ]

  private static let brief = [
    "training.iterations=4", "training.batch=32", "objective.samplingSteps=20", "seed=1",
  ]

  /// The lines of a text with one blank for many, and # for every number.
  private static func shape(of text: String) -> [String] {
    text.split(separator: "\n").map { line in
      String(line).replacing(#/-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?/#, with: "#").replacing(#/ +/#, with: " ")
    }
  }

  @Test(arguments: cases) func everyDoubtIsTold(_ example: Case) async throws {
    let scratch = try ScratchFolder()
    var words = [example.words[0]] + Self.brief + example.words.dropFirst()
    if let rows = example.rows { words.append("dataset.path=" + (try scratch.write(rows, to: "rows.csv"))) }
    let outcome = await ebm(["train"] + words + ["--output", scratch.file("run")])
    #expect(outcome.status == .done, "\(outcome.messages)")
    let shape = Self.shape(of: outcome.result)
    for line in example.lines { #expect(shape.contains(line), "\(line)\n\(outcome.result)") }

    // Every caution stands in the report too, beside its figure, and in the file.
    let report = try scratch.text("run/report.html")
    let figures = try RunDirectory.open(at: scratch.file("run")).evaluation().figures
    let cautions = Set(figures.flatMap(\.cautions))
    let told = outcome.result.split(separator: "\n").filter { $0.contains(#/^\[[0-9]+\] /#) }
    #expect(told.count == cautions.count)
    for caution in cautions {
      let escaped = caution.replacing("'", with: "&#39;")
      #expect(outcome.result.contains("] \(caution)\n"))
      #expect(report.contains("<dd class=\"warning\">\(escaped)</dd>"), "\(caution)")
    }
    for note in shape where note.hasPrefix("note: ") {
      #expect(Self.shape(of: report).contains { $0.contains("<p class=\"remark\">" + note.dropFirst(6)) })
    }

    // And when the run is compared, in every form.
    for form in [[], ["--markdown"], ["--json"]] {
      let compared = await ebm(["compare", scratch.file("run")] + form)
      #expect(compared.status == .done)
      for caution in cautions { #expect(compared.result.contains(caution), "\(compared.result)") }
    }
  }

  @Test(arguments: [
    (
      ["ml-two-moons", "schedule=geometric-sigma"],
      "error: schedule: maximum-likelihood does not use a schedule, expected schedule=null, or an objective that does\n"
    ),
    (
      ["nce-two-moons", "schedule=geometric-sigma"],
      "error: schedule: noise-contrastive-estimation does not use a schedule, expected schedule=null, or an objective "
        + "that does\n"
    ),
  ]) func aPartThatNothingUsesIsRefused(words: [String], message: String) async throws {
    let scratch = try ScratchFolder()
    let outcome = await ebm(["train"] + words + Self.brief + ["--output", scratch.file("run")])
    #expect(outcome.status == .wrongUsage && outcome.messages == message, "\(outcome.messages)")
    #expect(!scratch.exists("run"))
  }

  @Test(arguments: [
    (
      ["ml-two-moons", "energy=gaussian"],
      "error: energy: gaussian has no weights to learn, expected an energy that can learn, such as mlp\n"
    ),
    (
      ["ml-two-moons", "energy=scaled", "energy.energy=mlp", "energy.factor=0"],
      "error: energy: the loss of maximum-likelihood does not depend on the weights of scaled, expected an energy that "
        + "can learn, such as mlp\n"
    ),
    (
      ["coopnets-two-moons", "energy=gaussian"],
      "warning: energy: gaussian has no weights to learn: the initializer alone is trained\n"
    ),
    (
      ["ncsn-two-moons", "energy=mlp"],
      "warning: energy: mlp does not see the noise level, of which geometric-sigma has 12: one energy is learned for all, "
        + "expected an energy that knows levels\n"
    ),
    (
      ["drl-two-moons", "energy=ring"],
      "error: energy: diffusion-recovery needs an energy that knows noise levels, which ring does not, expected mlp with "
        + "hasLevels=true, residual-mlp\n"
    ),
  ]) func whatCannotBeLearnedIsToldBefore(words: [String], message: String) async throws {
    let scratch = try ScratchFolder()
    let words = ["train"] + words + ["training.iterations=1", "training.batch=16", "seed=1", "metrics=[]"]
    let outcome = await ebm(words + ["--output", scratch.file("run")])
    #expect(outcome.messages.contains(message), "\(outcome.messages)")
    #expect(outcome.status == (message.hasPrefix("error") ? .wrongUsage : .done))
    #expect(scratch.exists("run") == message.hasPrefix("warning"))
  }

  @Test func energiesThatLearnAreNotWarnedOf() async throws {
    let scratch = try ScratchFolder()
    for words in [
      ["nce-two-moons"], ["drl-two-moons"], ["drl-two-moons", "energy=mlp", "energy.hasLevels=true"], ["jem-two-moons"],
      ["guidance-two-moons"], ["pl-ising-spins"],
    ] {
      let pipeline = try SmallRecipe.pipeline(words + ["training.batch=16", "seed=1"])
      #expect(try Trainer(pipeline).findings.isEmpty, "\(words)")
    }
    _ = scratch
  }
}
