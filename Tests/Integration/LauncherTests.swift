import Foundation
import Testing

/// A program that was built without MPI and is started as several processes.
@Suite struct LauncherTests {
  @Test(
    .enabled(if: Program.path != nil), arguments: [("OMPI_COMM_WORLD", "_RANK", "_SIZE"), ("PMI", "_RANK", "_SIZE")])
  func oneProcessSaysWhatIsMissing(_ names: (prefix: String, rank: String, size: String)) throws {
    let scratch = try ScratchFolder()
    func started(rank: Int, of size: Int) throws -> Program.Ending {
      let variables = "\(names.prefix)\(names.rank)=\(rank) \(names.prefix)\(names.size)=\(size)"
      return try Program.run(["--version"], shell: "\(variables) exec \"$@\"", in: scratch)
    }
    let first = try started(rank: 0, of: 4)
    #expect(first.status == 1)
    #expect(first.output.hasPrefix("error: started as 4 processes, and built without MPI: build it with "))
    #expect(first.output.split(separator: "\n").count == 1)
    // The launcher would end the one that speaks when another one fails.
    let second = try started(rank: 1, of: 4)
    #expect(second.status == 0 && second.output.isEmpty)
    #expect(try started(rank: 0, of: 1).status == 0)
  }
}
