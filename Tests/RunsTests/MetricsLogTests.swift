import EBMCore
import FileFormats
import Runs
import TestSupport
import Testing

@Suite struct MetricsLogTests {
  private func append(_ run: RunDirectory, _ iterations: ClosedRange<Int>) throws {
    var log = try run.metricsLog()
    for iteration in iterations {
      try log.append(["iteration": .integer(iteration), "gap": .number(Double(iteration) / 3)])
    }
    try log.flush()
  }

  @Test func appendsAndReadsBack() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory.create(at: folder)
      #expect(try run.metrics().isEmpty)
      try append(run, 1...2)
      try append(run, 3...5000)
      let records = try run.metrics()
      #expect(records.map { $0["iteration"]?.integerValue } == Array(1...5000))
      #expect(records[1] == ["iteration": 2, "gap": .number(2.0 / 3)])
    }
  }

  @Test func writesWhatIsLeftAtTheEnd() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory.create(at: folder)
      do {
        var log = try run.metricsLog()
        try log.append(["iteration": 1, "loss": .number(.nan)])
        #expect(Files.size(of: run.file("metrics.jsonl")) == 0)
      }
      #expect(try Files.readText(run.file("metrics.jsonl")) == "{\"iteration\": 1, \"loss\": \"NaN\"}\n")
    }
  }

  @Test func goesBackToACheckpoint() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory.create(at: folder)
      try run.truncateMetrics(after: 3)
      try append(run, 1...5)
      // A line that a crash cut off.
      let text = try Files.readText(run.file("metrics.jsonl"))
      try Files.replace(run.file("metrics.jsonl"), with: Array((text + "{\"itera").utf8))
      #expect(try run.metrics().count == 5)
      try run.truncateMetrics(after: 3)
      try append(run, 4...4)
      #expect(try run.metrics().map { $0["iteration"] } == [1, 2, 3, 4])
    }
  }

  @Test func saysWhatCannotBeRead() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory.create(at: folder)
      try run.write(Array("{\"iteration\": 1}\n{\"a\" 1}\n".utf8), to: "metrics.jsonl")
      #expect(
        messages { _ = try run.metrics() }
          == [#"\#(folder)/metrics.jsonl: cannot read the metrics: line 2:1:6: found "1", expected ":""#])
      #expect(
        messages { _ = try MetricsLog(path: folder + "/none/x") }
          == ["\(folder)/none/x: cannot write the file: No such file or directory"])
    }
  }
}
