import FileFormats
import Foundation
import TestSupport
import Testing

/// The program that `make mpi` builds with the trait.
private let program = ProcessInfo.processInfo.environment["EBM_MPI"]

/// The program under `mpirun`.
@Suite("Processes: MPI", .serialized, .enabled(if: program != nil))
struct MPITests {

  private struct Ending {
    let status: Int32
    let text: String
  }

  /// Starts a command of the program in a folder.
  private func start(_ words: String, processes: Int, in folder: String) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = [
      "-c",
      """
      exec mpirun --allow-run-as-root --oversubscribe -n \(processes) "$EBM_MPI" \(words) > \(folder)/output 2>&1
      """,
    ]
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return process
  }

  private func ending(of process: Process, in folder: String) throws -> Ending {
    process.waitUntilExit()
    return Ending(status: process.terminationStatus, text: try Files.readText("\(folder)/output"))
  }

  private func run(_ words: String, processes: Int, in folder: String) throws -> Ending {
    try ending(of: try start(words, processes: processes, in: folder), in: folder)
  }

  private func weights(_ run: String) throws -> [UInt8] {
    let last = try #require(try Files.list("\(run)/checkpoints").last)
    return try ["weights", "state"].flatMap { try Files.readBytes("\(run)/checkpoints/\(last)/\($0).safetensors") }
  }

  /// Numbers of the program's processes, in the order in which they were started.
  private func processes(of run: String) throws -> [Int32] {
    let found = Process()
    let pipe = Pipe()
    found.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    found.arguments = ["pgrep", "-f", "^\(program ?? "") .*\(run)"]
    found.standardOutput = pipe
    try found.run()
    found.waitUntilExit()
    return String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self).split(separator: "\n")
      .compactMap { Int32($0) }.sorted()
  }

  static let recipes = [
    "cdrl-checkerboard training.batch=1024", "jem-two-moons training.batch=1000",
    "dsm-two-moons training.batch=2048",
  ]

  @Test("1 to 4 processes: weights, samples and figures have the same bits after 20 iterations", arguments: recipes)
  func bits(_ recipe: String) throws {
    try withTemporaryFolder { folder in
      var alone: [[UInt8]] = []
      for processes in 1...4 {
        let run = "\(folder)/\(processes)"
        let found = try self.run(
          "train \(recipe) training.iterations=20 evaluation.count=500 seed=2 --output \(run)", processes: processes,
          in: folder)
        #expect(found.status == 0, "\(found.text)")
        // One process speaks.
        #expect(found.text.components(separatedBy: "seed 2, into").count == 2, "\(found.text)")
        let samples = try self.run(
          "sample \(run) --count 3001 --seed 5 --output \(folder)/\(processes).npy", processes: processes, in: folder)
        #expect(samples.status == 0, "\(samples.text)")
        let made = [try weights(run), try Files.readBytes("\(folder)/\(processes).npy")]
        if processes == 1 { alone = made }
        #expect(made == alone, "\(recipe): \(processes) processes")
      }
    }
  }

  @Test("one process is killed: all end, and the run goes on with another number of them", arguments: [0, 1, 2])
  func killed(_ rank: Int) throws {
    try withTemporaryFolder { folder in
      let words = "cdrl-checkerboard training.batch=1024 training.iterations=60 training.checkpointEvery=10 seed=4"
      _ = try run("train \(words) evaluation.count=500 --output \(folder)/alone", processes: 1, in: folder)
      let started = try start(
        "train \(words) evaluation.count=500 --output \(folder)/killed", processes: 3, in: folder)
      // In the middle of it.
      while !Files.isFolder("\(folder)/killed/checkpoints/000010"), started.isRunning { usleep(5_000) }
      let victims = try processes(of: "\(folder)/killed")
      #expect(victims.count == 3)
      kill(victims[rank], SIGKILL)
      let end = try ending(of: started, in: folder)
      #expect(end.status != 0 && end.text.contains("signal 9"), "\(end.text)")
      #expect(try processes(of: "\(folder)/killed").isEmpty)
      let resumed = try run("resume \(folder)/killed", processes: 2, in: folder)
      #expect(resumed.status == 0 && resumed.text.contains("from iteration"), "\(resumed.text)")
      #expect(try weights("\(folder)/killed") == weights("\(folder)/alone"))
    }
  }

  @Test("mpirun is asked to end: the run is saved and can be gone on with", arguments: [SIGINT, SIGTERM])
  func interrupted(_ signal: Int32) throws {
    try withTemporaryFolder { folder in
      let started = try start(
        "train cdrl-checkerboard training.batch=1024 training.checkpointEvery=10 --output \(folder)/run", processes: 2,
        in: folder)
      while !Files.isFolder("\(folder)/run/checkpoints/000010"), started.isRunning { usleep(5_000) }
      kill(started.processIdentifier, signal)
      let end = try ending(of: started, in: folder)
      #expect(end.text.contains("resume with: ebm resume"), "\(end.text)")
      let record = try Files.readText("\(folder)/run/run.json")
      #expect(record.contains(#""state": "interrupted""#), "\(record)")
    }
  }

  @Test("what is wrong with a command line is said once")
  func mistakes() throws {
    try withTemporaryFolder { folder in
      for words in ["train no-such-recipe", "sample \(folder)/nowhere", "train cdrl-checkerboard dataset=none"] {
        let alone = try run(words, processes: 1, in: folder)
        let found = try run(words, processes: 3, in: folder)
        let lines = alone.text.split(separator: "\n").filter { $0.hasPrefix("error: ") }
        #expect(found.text.split(separator: "\n").filter { $0.hasPrefix("error: ") } == lines && !lines.isEmpty)
        #expect(found.status == alone.status && found.status != 0)
      }
      let list = try run("list", processes: 3, in: folder)
      #expect(list.text.components(separatedBy: "dataset.checkerboard ").count == 2)
    }
  }
}
