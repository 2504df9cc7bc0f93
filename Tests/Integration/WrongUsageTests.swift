import EBM
import EBMCommand
import Testing

/// What a clumsy or hostile stranger types, and the one line that each gets. Nothing is written, nothing is run.
@Suite struct WrongUsageTests {
  private static let recipe: String = "pcd-two-moons"

  /// The words, and the message without "error: ".
  private func expect(
    _ words: [String], _ message: String, isUsage: Bool = true, sourceLocation: SourceLocation = #_sourceLocation
  ) async {
    let outcome = await ebm(words)
    #expect(
      outcome.status == (isUsage ? .wrongUsage : .failed) && outcome.result.isEmpty, sourceLocation: sourceLocation)
    #expect(outcome.messages == "error: \(message)\n", sourceLocation: sourceLocation)
    let printable = outcome.messages.dropLast().unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
    #expect(printable, sourceLocation: sourceLocation)
  }

  private static let allCommands =
    "train, resume, sample, evaluate, report, compare, list, describe, tune, benchmark, conform, new"
  private static let nameRule =
    "a name that a folder can have: 1 to 200 bytes, no slash, no dot in front, no control character"
  private static let tunable = "one of generalized-hmc, hmc, mala, nuts, random-walk-metropolis"

  @Test(arguments: [
    (["-x"], "-x: an option before the command, expected a command first"),
    (["--json", "list"], "--json: an option before the command, expected a command first"),
    (["lst"], #"no command is called "lst"; did you mean list?"#),
    (["Train"], #"no command is called "Train"; did you mean train?"#),
    (["help", "lst"], #"no command is called "lst"; did you mean list?"#),
    (["frobnicate"], "no command is called \"frobnicate\", expected one of \(allCommands)"),
    (["train"], "train: <recipe> is missing, expected a built-in recipe or a recipe's file"),
    (["train", "=x"], "train: <recipe> is missing, expected a built-in recipe or a recipe's file"),
    (
      ["train", "a", "b"],
      #"train: one argument too many, found "b", expected <recipe> [key=value …] [--output <folder>] [--force]"#
    ),
    (["train", "pcd-two-mons"], #"no built-in recipe is called "pcd-two-mons"; did you mean pcd-two-moons?"#),
    (["train", "nothing.json"], "nothing.json: cannot read the recipe: No such file or directory"),
    (["train", "\u{1B}[31m.json"], #"\u{1B}[31m.json: cannot read the recipe: No such file or directory"#),
    (["train", "a\nb.json"], #"a\nb.json: cannot read the recipe: No such file or directory"#),
    (["resume"], "resume: <run> is missing, expected the run's folder"),
    (
      ["sample"], "energy: missing, expected an energy, such as energy=banana, or the folder of a trained run"
    ),
    (["compare"], "compare: <run> is missing, expected folders of trained runs"),
    (["list", "smaplers"], #"no family is called "smaplers"; did you mean sampler?"#),
    (["list", "samplers", "energies"], #"list: one argument too many, found "energies", expected [family] [--json]"#),
    (["list", "a=b"], #"list: takes no key=value, found "a=b""#),
    (
      ["describe"],
      "describe: <name> is missing, expected a component such as sampler.mala, a built-in recipe, or a recipe's file"
    ),
    (
      ["describe", "samplers"],
      #""samplers" is a family, expected one of its components, such as sampler.annealed-langevin"#
    ),
    (
      ["describe", "sampler.mla"],
      #"no component or built-in recipe is called "sampler.mla"; did you mean sampler.mala?"#
    ),
    (
      ["describe", "mala", "steps=3"],
      #"describe: sampler.mala is a component, only recipes take key=value, found "steps=3""#
    ),
    (["conform", "sampler.mla"], #"no component or family is called "sampler.mla"; did you mean sampler.mala?"#),
    (
      ["conform", "optimizer.adam", "x=1"],
      #"optimizer.adam.x: no such setting of optimizer.adam, expected one of learningRate, rate, beta1, "#
        + "beta2, epsilon"
    ),
    (
      ["conform", "sampler.mala", "stepsize=1"],
      "sampler.mala.stepsize: no such setting of sampler.mala; did you mean stepSize?"
    ),
    (["conform", "sampler.mala", "stepSize=0"], "sampler.mala.stepSize: found 0, expected a number above 0"),
    (["conform", "--json", "--markdown"], "--markdown: does not go together with --json"),
    (["tune"], "sampler: missing, expected \(tunable)"),
    (["tune", "sampler=mala"], "energy: missing, expected what chains run on, such as energy=gaussian"),
    (
      ["tune", "sampler=langevin", "energy=banana"],
      "sampler: langevin has no acceptance by which its step size could be tuned, expected \(tunable)"
    ),
    (
      ["tune", "sampler=hmc", "energy=banana", "--acceptance", "2"],
      #"--acceptance: found "2", expected a number in (0, 1)"#
    ),
    (["tune", "sampler=hmc", "energy=banana", "--mass", "dence"], #"--mass: found "dence"; did you mean dense?"#),
    (
      ["tune", "sampler=hmc", "energy=banana", "--chains", "1"],
      #"--chains: found "1", expected an integer from 2 to 1000000"#
    ),
    (["benchmark", "--threads", "0"], #"--threads: found "0", expected an integer from 1 to 1024"#),
    (["benchmark", "--seed", "3"], "--seed: is for benchmark samplers"),
    (["new", "sampler"], "new: <Name> is missing, expected the type that the package adds, such as BarkerWalk"),
    (["new", "smapler", "Walk"], #"there is no template of "smapler"; did you mean sampler?"#),
    (
      ["new", "sampler", "barker-walk"],
      #"Name: found "barker-walk", expected a type's name: letters and digits, the first an upper-case letter"#
    ),
    (
      ["new", "sampler", "Walk", "--dependency", "/nowhere"],
      "--dependency: found \"/nowhere\", expected the folder of swift-ebm's Package.swift, or a URL such as "
        + "https://host/swift-ebm.git@1.2.0"
    ),
  ])
  func commands(_ words: [String], message: String) async { await expect(words, message) }

  @Test(arguments: [
    (["--otput", "x"], "--otput: no such option of train; did you mean --output?"),
    (["--output"], "--output: the value is missing, expected --output <folder>"),
    (["--output="], "--output: the value is missing, expected --output <folder>"),
    (["--force=yes"], #"--force: found "yes", expected no value"#),
    (["--force", "--force"], "--force: given twice"),
    (["--output", "a", "--output", "b"], "--output: given twice"),
    (["=x"], #"found "=x", expected key=value such as sampler.steps=30"#),
    (["sampler.=3"], #"found "sampler.=3", expected key=value such as sampler.steps=30"#),
    (["sampler..steps=3"], #"found "sampler..steps=3", expected key=value such as sampler.steps=30"#),
    (["sampler .steps=3"], #"found "sampler .steps=3", expected key=value such as sampler.steps=30"#),
    (["sampler.steps="], #"sampler.steps: found "", expected an integer, at least 0"#),
    (["steps=3"], "steps: a recipe has no such section; did you mean sampler.steps?"),
    (["batch=3"], "batch: a recipe has no such section; did you mean training.batch?"),
    (["s\u{430}mpler=mala"], "s\u{430}mpler: a recipe has no such section; did you mean sampler?"),
    (
      ["sampler.\u{1B}[2J=3"],
      #"sampler.\u{1B}[2J: no such setting of sampler.mala, expected one of steps, stepSize, inverseMass"#
    ),
    (["sampler=lagevin"], #"sampler: no sampler is called "lagevin"; did you mean langevin?"#),
    (["sampler=[1]"], #"sampler: found [1], expected a sampler: its name, or an object with "type""#),
    (["sampler.type=3"], #"sampler: found 3, expected a sampler: its name, or an object with "type""#),
    (["sampler=null"], "sampler: missing, expected a sampler, which persistent-contrastive-divergence needs"),
    (["sampler.steps.x=3"], #"sampler.steps: found {"x": 3}, expected an integer, at least 0"#),
    (["sampler.stepSize=1e400"], "sampler.stepSize: the number 1e400 is too large"),
    (["sampler.stepSize=1e39"], "sampler.stepSize: found 1e+39, expected a number that fits 32 bits"),
    (["sampler.stepSize=nan"], #"sampler.stepSize: found "nan", expected a number above 0"#),
    (["energy.widths=[a]"], #"energy.widths: found "[a]", expected JSON; at character 2: found "a", expected a value"#),
    (
      ["energy.widths=[8"],
      #"energy.widths: found "[8", expected JSON; at character 3: found the end of the text, expected "," or "]""#
    ),
    (
      ["energy.widths=[]"],
      "energy.widths: found [], expected a list of at least 1, each element an integer from 1 to 65536"
    ),
    (["energy.widths.7=3"], "energy.widths.7: no such place in a list of 2, expected 0 to 1"),
    (["training.threads=1000000"], "training.threads: found 1000000, expected an integer from 0 to 1024"),
    (["training.batch=2.5"], "training.batch: found 2.5, expected an integer, at least 1"),
    (
      ["training.batch=9223372036854775807"],
      "training.batch: found 9223372036854775807, expected an integer, at most 2147483647"
    ),
    (
      ["training.onDivergence=stopp"],
      #"training.onDivergence: found "stopp", expected one of rollback, stop; did you mean stop?"#
    ),
    (["seed=-1"], "seed: found -1, expected an integer, at least 0"),
    (["seed=18446744073709551616"], "seed: the integer 18446744073709551616 does not fit 64 bits"),
    (["seed=1e30"], "seed: found 1e+30, expected an integer, at most 9223372036854775807"),
    (["name="], "name: found \"\", expected \(nameRule)"),
    (["name=../../evil"], "name: found \"../../evil\", expected \(nameRule)"),
    (["name=.hidden"], "name: found \".hidden\", expected \(nameRule)"),
    (["name=a\u{1B}[31mb"], #"name: found "a\u001b[31mb", expected "# + nameRule),
    (["metrics=3"], "metrics: found 3, expected a list, each element a metric"),
    (["dataset=csv-file"], "dataset.path: found nothing, expected the path of a file"),
    (
      ["dataset=csv-file", #"dataset.path="a\u0000b""#],
      #"dataset.path: found "a\u0000b", expected text without the character NUL"#
    ),
    (["initializer.capacity=16777217"], "initializer.capacity: found 16777217, expected an integer from 1 to 16777216"),
    (["initializer.capacity=0"], "initializer.capacity: found 0, expected an integer from 1 to 16777216"),
    (
      ["objective=noise-contrastive-estimation", "objective.ratio=9223372036854775807"],
      "objective.ratio: found 9223372036854775807, expected an integer from 1 to 65536"
    ),
  ])
  func training(_ words: [String], message: String) async { await expect(["train", Self.recipe] + words, message) }

  /// Parts that are each right and do not go together.
  @Test(arguments: [
    (
      ["ml-two-moons", "initializer=learned-gaussian"],
      "initializer: learned-gaussian needs noisier points to start from, which maximum-likelihood does not give, "
        + "expected data, gaussian-noise, generator, noisy-data, persistent-chains, replay-buffer, …"
    ),
    (
      ["ml-two-moons", "sampler=gibbs"],
      "sampler: gibbs takes binary or spin points, found continuous ones, expected annealed-langevin, "
        + "generalized-hmc, hmc, langevin, mala, masked, …"
    ),
    (
      ["ml-two-moons", "initializer=noisier-partner"],
      "initializer: noisier-partner needs noisier points to start from, which maximum-likelihood does not give, "
        + "expected data, gaussian-noise, generator, noisy-data, persistent-chains, replay-buffer, …"
    ),
    (
      ["drl-two-moons", "initializer=noisy-data"],
      "initializer: noisy-data needs data to start at, which diffusion-recovery does not give, expected "
        + "gaussian-noise, generator, learned-gaussian, noisier-partner, persistent-chains, replay-buffer, …"
    ),
    (
      ["pcd-two-moons", "initializer.byClass=true"],
      "initializer: replay-buffer needs a class for each chain, which persistent-contrastive-divergence does not give, "
        + "expected persistent-chains, replay-buffer"
    ),
  ])
  func compositions(_ words: [String], message: String) async { await expect(["train"] + words, message) }

  @Test(arguments: [
    (["--count", "5k"], #"--count: found "5k", expected an integer from 1 to 100000000"#, true),
    (["--count", "0"], #"--count: found "0", expected an integer from 1 to 100000000"#, true),
    (["--count", "1e12"], #"--count: found "1e12", expected an integer from 1 to 100000000"#, true),
    (["--seed", "-1"], #"--seed: found "-1", expected an integer, at least 0"#, true),
    (
      ["--seed", "18446744073709551616"],
      #"--seed: found "18446744073709551616", expected an integer, at most 9223372036854775807"#, true
    ),
    (["--output", "x.txt"], #"--output: found "x.txt", expected a name that ends in .npy, .npz, .csv"#, true),
    (["--count", "1e3"], "/no\\u{1B}where: cannot open the run: no such folder", false),
  ])
  func sampling(_ words: [String], message: String, isUsage: Bool) async {
    await expect(["sample", "/no\u{1B}where"] + words, message, isUsage: isUsage)
  }

  @Test func whatNobodyCouldReadIsCut() async {
    let outcome = await ebm(["train", Self.recipe, String(repeating: "a", count: 100_000) + "=3"])
    #expect(outcome.status == .wrongUsage && outcome.messages.count < 2_000 && outcome.messages.contains("aaa…"))
  }

  /// What there is no memory for: the setting that asks for most, the size asked for, and what there is.
  @Test(arguments: [
    (
      ["energy.widths=[60000,60000]"],
      "energy.widths: needs 67.1 GiB for parameters, their gradients, averages and the optimizer's state"
    ),
    (
      ["training.batch=2147483647"],
      "training.batch: needs 64.0 GiB for 2147483647 points, as many chains, and gradients of both"
    ),
    (
      ["evaluation.count=10000000", "training.batch=8", "dataset=sprites"],
      "evaluation.count: needs 153 GiB for 10000000 samples of shape [32, 32, 1], as many points of data, and copies"
    ),
  ])
  func memory(_ words: [String], message: String) async {
    await MachineMemory.$available.withValue(1 << 30) {
      await expect(["train", Self.recipe] + words, message + ", there are 1.0 GiB")
    }
  }

  /// An update's memory is known when it is compiled, before it runs.
  @Test func memoryOfAnUpdate() async {
    await MachineMemory.$available.withValue(1 << 30) {
      let outcome = await ebm([
        "train", "dsm-two-moons", "objective=sliced-score-matching", "objective.projections=65536",
      ])
      #expect(outcome.status == .wrongUsage && outcome.result.isEmpty)
      #expect(outcome.messages.hasPrefix("error: objective.projections: needs "))
      #expect(outcome.messages.hasSuffix(" GiB for an update, there are 1.0 GiB\n"))
    }
  }
}
