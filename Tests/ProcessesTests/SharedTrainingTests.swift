import EBM
import EBMCommand
import EBMCore
import FileFormats
import Foundation
import Runs
import Synchronization
import TensorRuntime
import TestSupport
import Testing

/// Whole runs by several processes, as threads: one writes, and the files are those of a run by one.
@Suite("Processes: runs")
struct SharedTrainingTests {
  private static let brief = [
    "evaluation.count=200", "training.checkpointEvery=8", "training.checkpointsKept=9", "seed=3",
  ]

  /// The files of a run that have the same bytes whoever made it.
  private func files(of run: String, at iteration: String = "000020") throws -> [[UInt8]] {
    let names = ["weights", "state"].map { "checkpoints/\(iteration)/\($0).safetensors" } + ["metrics.jsonl"]
    return try names.map { try Files.readBytes("\(run)/\($0)") }
  }

  /// What each process says when all run a command line, and what it tells the shell.
  private func run(_ words: [String], processes: Int) throws -> [(status: Int32, text: String)] {
    try inProcesses(processes) { _ in
      let ending = Ending()
      let communicator = ProcessGroup.current
      let done = DispatchSemaphore(value: 0)
      Task(executorPreference: OwnThreads()) {
        let output = CommandOutput(result: ending.hear, message: ending.hear)
        let status = await ProcessGroup.$current.withValue(communicator) {
          await CommandLineTool(plugins: .standard, output: output).run(arguments: words)
        }
        ending.told.withLock { $0.status = status.rawValue }
        done.signal()
      }
      done.wait()
      return ending.told.withLock { $0 }
    }
  }

  /// Gives each piece of a task a thread: processes wait for each other, and tasks have no more threads than cores.
  private final class OwnThreads: TaskExecutor {
    func enqueue(_ job: consuming ExecutorJob) {
      let job = UnownedJob(job)
      let thread = Thread { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
      thread.stackSize = 8 << 20
      thread.start()
    }
  }

  /// What a process has told. A class, as the thread that waits shares it with the task that runs.
  private final class Ending: Sendable {
    let told = Mutex((status: Int32(-1), text: ""))

    @Sendable func hear(_ text: String) { told.withLock { $0.text += text } }
  }

  static let recipes: [[String]] = [
    ["cdrl-checkerboard", "training.batch=500"],
    ["jem-two-moons", "training.batch=300"],
    ["dsm-two-moons", "training.batch=700", "training.microBatches=2"],
  ]

  @Test("1 to 4 processes train to the same bits, and all say the same", arguments: recipes)
  func bits(_ recipe: [String]) throws {
    try withTemporaryFolder { folder in
      var alone: [[UInt8]] = []
      for processes in 1...4 {
        let path = "\(folder)/\(processes)"
        let found = try run(
          ["train"] + recipe + Self.brief + ["training.iterations=20", "training.threads=1", "--output", path],
          processes: processes)
        #expect(found.allSatisfy { $0.status == 0 }, "\(found.map(\.text))")
        if processes == 1 { alone = try files(of: path) }
        #expect(try files(of: path) == alone, "\(recipe[0]): \(processes) processes")
        if processes > 1 { #expect(found[0].text.contains("\(processes) processes, which exchange ")) }
      }
    }
  }

  @Test("a run that two processes have begun is gone on with by three, to the bits of one")
  func resumed() throws {
    try withTemporaryFolder { folder in
      let recipe = ["cdrl-checkerboard", "training.batch=500"] + Self.brief
      _ = try run(
        ["train"] + recipe + ["training.iterations=20", "--output", "\(folder)/alone"], processes: 1)
      _ = try run(["train"] + recipe + ["training.iterations=20", "--output", "\(folder)/two"], processes: 2)
      // As a kill would have left it.
      let two = try RunDirectory.open(at: "\(folder)/two")
      try two.removeCheckpoints(after: 8)
      for file in ["evaluation.json", "report.html"] { try Files.remove(two.file(file)) }
      let found = try run(["resume", "\(folder)/two"], processes: 3)
      #expect(found.allSatisfy { $0.status == 0 && $0.text.contains("from iteration 8") }, "\(found.map(\.text))")
      #expect(try files(of: "\(folder)/two") == files(of: "\(folder)/alone"))
      for words in [
        ["sample", "\(folder)/two", "--count", "901", "--output"], ["report", "\(folder)/two", "--output"],
      ] {
        let kind = words[0] == "sample" ? "npy" : "html"
        for processes in [1, 3] {
          let made = try run(words + ["\(folder)/\(processes).\(kind)"], processes: processes)
          #expect(made.allSatisfy { $0.status == 0 }, "\(made.map(\.text))")
        }
        if kind == "npy" { #expect(try Files.readBytes("\(folder)/1.npy") == Files.readBytes("\(folder)/3.npy")) }
      }
    }
  }

  @Test("rows of files are read by one process, and what is wrong with them is told to all")
  func files() throws {
    try withTemporaryFolder { folder in
      let lines = (0..<900).map { "\(Float($0 % 30) / 15 - 1),\(Float($0 % 7) / 4 - 1)" }
      try Files.replace("\(folder)/x.csv", with: (lines.joined(separator: "\n") + "\n").utf8)
      let recipe =
        ["train", "dsm-two-moons", "dataset=csv-file", "dataset.path=\(folder)/x.csv", "metrics=[]"]
        + Self.brief + ["training.batch=256", "training.iterations=20"]
      for processes in [1, 2] {
        let found = try run(recipe + ["--output", "\(folder)/\(processes)"], processes: processes)
        #expect(found.allSatisfy { $0.status == 0 }, "\(found.map(\.text))")
      }
      #expect(try files(of: "\(folder)/2") == files(of: "\(folder)/1"))

      try Files.replace("\(folder)/x.csv", with: "1,2\n3,no number\n".utf8)
      for words in [
        recipe + ["--output", "\(folder)/3"], ["train", "nothing-like-it"], ["sample", "\(folder)/none"],
      ] {
        let alone = try run(words, processes: 1)[0]
        let found = try run(words, processes: 3)
        #expect(alone.status != 0 && !alone.text.isEmpty)
        #expect(found.allSatisfy { $0.status == alone.status && $0.text == alone.text }, "\(found.map(\.text))")
      }
    }
  }

  @Test("a folder that cannot be written ends all with one reason")
  func unwritable() throws {
    let words = ["train", "dsm-two-moons", "--output", "/proc/nobody/writes/here"] + Self.brief
    let found = try run(words, processes: 3)
    let (status, text) = found[0]
    #expect(status == 1 && text.contains("/proc/nobody"), "\(text)")
    for (otherStatus, otherText) in found.dropFirst() {
      #expect(otherStatus == status)
      #expect(otherText == text)
    }
  }
}
