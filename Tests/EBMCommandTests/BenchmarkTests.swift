import EBM
import EBMCommand
import Testing

/// Each workload runs: benchmarks that nobody calls rot. No test looks at a time.
@Suite struct BenchmarkTests {
  @Test(arguments: BenchmarkCommand.workloads.map(\.name))
  func workloadRuns(name: String) throws {
    let workload = try #require(BenchmarkCommand.workloads.first { $0.name == name })
    let prepared = try workload.prepare(try ComponentRegistry(plugins: .standard), 0)
    prepared.call()
    #expect((prepared.peakBytes ?? 0) > 0)
    #expect((prepared.compilation ?? 0) > 0)
  }

  @Test func chainsRun() throws {
    for workload in BenchmarkCommand.chains.prefix(2) {
      try workload.prepare(try ComponentRegistry(plugins: .standard), 0).call()
    }
    #expect(BenchmarkCommand.chains.count == 8)
  }

  @Test func namesAreUnique() {
    let names = BenchmarkCommand.workloads.map(\.name)
    #expect(Set(names).count == names.count)
  }
}
