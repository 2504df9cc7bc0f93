import EBM
import EBMCommand
import Foundation
import ReferenceEvaluator
import Testing

/// Runs that are killed, starved of disk and cut off from their terminals, in processes of their own.
///
/// A short form by default; `make torture` sets `EBM_KILLS`.
@Suite(.serialized, .enabled(if: Program.path != nil, "the program is not built"))
struct TortureTests {
  /// How often runs are killed.
  private static let kills = ProcessInfo.processInfo.environment["EBM_KILLS"].flatMap(Int.init) ?? 6

  /// Short enough to be trained again and again, with a checkpoint under way much of the time.
  private static let recipe =
    SmallRecipe.persistent + SmallRecipe.measuredBriefly + [
      "training.iterations=600", "training.checkpointEvery=20", "training.logEvery=7",
      "training.threads=1",
    ]

  private static let signals = [SIGKILL, SIGKILL, SIGKILL, SIGTERM, SIGHUP, SIGINT]

  private let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private func trained(_ name: String, _ words: String...) throws -> String {
    let ending = try Program.run(["train"] + Self.recipe + words + ["--output", scratch.file(name)], in: scratch)
    #expect(ending.status == 0, "\(ending.output)")
    return scratch.file(name)
  }

  /// Says which files differ between two runs.
  private func differences(_ left: String, _ right: String) throws -> [String] {
    let (left, right) = (try results(of: left), try results(of: right))
    return Set(left.keys).union(right.keys).filter { left[$0] != right[$0] }.sorted()
  }

  /// SIGKILL mostly, at any moment from the program's start on, and what batch systems and terminals send.
  @Test func aRunThatIsKilledAgainAndAgainEndsTheSame() throws {
    let straight = try trained("straight")
    var (random, killed, round) = (SplitMix64(seed: 1), 0, 0)
    while killed < Self.kills {
      round += 1
      let run = scratch.file("killed-\(round)")
      var words = ["train"] + Self.recipe + ["--output", run]
      for attempt in 0... {
        try #require(attempt < 1_000, "the run makes no progress")
        let program = try Program(words, in: scratch)
        if killed < Self.kills {
          usleep(UInt32.random(in: 0..<1_000_000, using: &random))
          if program.signal(Self.signals.randomElement(using: &random) ?? SIGKILL) { killed += 1 }
        }
        let ending = program.ending()
        if ending.status == 0 { break }
        try #require(ending.status == 130 || ending.status < 0, "\(ending.output)")
        // Before the recipe is there, there is nothing to go on with and nothing to lose.
        words = ["resume", run]
        if (try? RunDirectory.open(at: run)) == nil {
          words = ["train"] + Self.recipe + ["--output", run]
          if scratch.exists("killed-\(round)/run.json") { words.append("--force") }
        }
      }
      #expect(try differences(straight, run) == [], "round \(round)")
      #expect(try RunDirectory.open(at: run).caution() == nil)
      try FileManager.default.removeItem(atPath: run)
    }
    print("killed \(killed) times, \(round) runs, all ended with the same bits")
  }

  /// Whatever moment `--force` is killed at, there is a whole run: the old one, or the new one with something to keep.
  @Test func aReplacementThatIsKilledLeavesAWholeRun() throws {
    let (old, new) = (try trained("old", "seed=6"), try trained("new"))
    _ = try scratch.write("mine", to: "old/plots/mine.txt")
    var random = SplitMix64(seed: 2)
    var seen: Set<UInt64> = []
    for round in 0..<max(4, Self.kills / 4) {
      let run = scratch.file("replaced-\(round)")
      try FileManager.default.copyItem(atPath: old, toPath: run)
      let program = try Program(["train"] + Self.recipe + ["--output", run, "--force"], in: scratch)
      usleep(UInt32.random(in: 0..<400_000, using: &random))
      _ = program.signal(SIGKILL)
      _ = program.ending()
      let directory = try RunDirectory.open(at: run)
      let seed = try #require(try directory.recipe().seed)
      seen.insert(seed)
      if seed == 6 {
        #expect(try differences(old, run) == [], "round \(round)")
        #expect(try directory.record().state == .complete)
      } else {
        let resumed = try Program.run(["resume", run], in: scratch)
        #expect(resumed.status == 0, "\(resumed.output)")
        #expect(try differences(new, run) == ["plots/mine.txt"], "round \(round)")
      }
      #expect(try scratch.text("replaced-\(round)/plots/mine.txt") == "mine")
    }
    #expect(seen.contains(6))
  }

  /// No file may grow beyond a limit, which hits the first checkpoint, the metrics or the report: an error with the
  /// file's name and status 1, and with room again `resume` ends as if nothing had happened.
  @Test(arguments: [1, 8, 20, 120])
  func aFullDiskLosesNothing(kilobytes: Int) throws {
    let words = ["training.iterations=400", "training.logEvery=1"]
    let straight = try trained("straight", words[0], words[1])
    let run = scratch.file("starved")
    let starved = try Program.run(
      ["train"] + Self.recipe + words + ["--output", run], shell: "ulimit -f \(kilobytes); exec \"$@\"", in: scratch)
    #expect(starved.status == 1 && starved.output.contains("error: \(run)/"), "\(starved.output)")
    #expect(starved.output.contains("File too large"), "\(starved.output)")
    // What could not be begun left nothing behind.
    let isBegun = scratch.exists("starved/recipe.json")
    #expect(isBegun || !scratch.exists("starved/run.json"))
    if isBegun { #expect(try RunDirectory.open(at: run).caution() != nil) }
    let resumed = try Program.run(
      isBegun ? ["resume", run] : ["train"] + Self.recipe + words + ["--output", run], in: scratch)
    #expect(resumed.status == 0, "\(resumed.output)")
    #expect(try differences(straight, run) == [])
  }

  /// `ebm train … | head -1`, a full log, a closed standard output: training goes on to its end.
  @Test(arguments: [
    "\"$@\" 2>&1 | head -1; exit ${PIPESTATUS[0]}", "exec \"$@\" >/dev/full 2>&1", "exec \"$@\" >&- 2>&-",
  ])
  func lostOutputDoesNotStopTraining(shell: String) throws {
    let run = scratch.file("run")
    let ending = try Program.run(["train"] + Self.recipe + ["--output", run], shell: shell, in: scratch)
    #expect(ending.status == 0, "\(ending.output)")
    #expect(try RunDirectory.open(at: run).caution() == nil)
  }

  @Test(arguments: [["list"], ["describe", "sampler.mala"], ["--help"], ["describe", "pcd-two-moons"]])
  func lostResultsAreAFailure(words: [String]) throws {
    let ending = try Program.run(words, shell: "exec \"$@\" >/dev/full", in: scratch)
    #expect(ending.status == 1)
    #expect(
      ending.output.hasSuffix("error: standard output: cannot write the file: No space left on device\n"),
      "\(ending.output)")
  }

  /// While one process trains, others read and are kept from writing.
  @Test func oneProcessAtATimeWrites() throws {
    let run = scratch.file("run")
    let words = ["train"] + Self.recipe + ["training.iterations=1000000", "--output", run]
    let program = try Program(words, in: scratch)
    for _ in 0..<500 where (try? RunDirectory.open(at: run))?.latestCheckpoint()?.iteration ?? 0 < 40 { usleep(20_000) }
    let reason = "it is in use by \"ebm train pcd-two-moons"
    for words in [["resume", run], ["train"] + Self.recipe + ["--output", run, "--force"]] {
      let refused = try Program.run(words, in: scratch)
      #expect(refused.status == 1 && refused.output.contains(reason), "\(refused.output)")
    }
    for words in [
      ["sample", run, "--count", "10", "--output", scratch.file("a.npy")], ["evaluate", run, "--count", "50"],
    ] {
      let reading = try Program.run(words, in: scratch)
      #expect(reading.status == 0, "\(reading.output)")
      #expect(reading.output.contains("caution: the run is not finished, \(reason)"), "\(reading.output)")
    }
    #expect(!scratch.exists("run/evaluation.json"))
    #expect(program.signal(SIGHUP))
    let ending = program.ending()
    #expect(ending.status == 130 && ending.output.contains("resume with: ebm resume \(run)"), "\(ending.output)")
  }

  /// The last seconds of a run are for measuring; an end is not waited for then, and `resume` does what is missing.
  @Test func anInterruptedEvaluationIsFinishedLater() throws {
    let straight = try trained("straight")
    let run = scratch.file("run")
    let program = try Program(["train"] + Self.recipe + ["--output", run], in: scratch)
    let last = run + "/checkpoints/000600/contents.json"
    for _ in 0..<2_000 where !FileManager.default.fileExists(atPath: last) { usleep(5_000) }
    guard program.signal(SIGTERM) else { return }
    let ending = program.ending()
    // The signal may have been faster than the measuring.
    guard ending.status == 130 else { return }
    #expect(ending.output.contains("ebm resume \(run)"), "\(ending.output)")
    let sampled = try Program.run(
      ["sample", run, "--count", "10", "--output", scratch.file("a.npy")], in: scratch)
    #expect(sampled.output.contains("caution: "), "\(sampled.output)")
    let resumed = try Program.run(["resume", run], in: scratch)
    #expect(resumed.status == 0 && resumed.output.contains("report: "), "\(resumed.output)")
    #expect(try differences(straight, run) == [])
  }
}
