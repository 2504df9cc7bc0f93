import EBM
import EBMCommand
import FileFormats
import Foundation
import Tensors
import Testing

/// Samples in files of each kind, by the ending of the name.
@Suite struct SamplesFileTests {
  @Test func theEndingSaysTheKind() async throws {
    let folder = try ScratchFolder()
    let run = folder.file("run")
    let trained = await ebm(["train"] + SmallRecipe.persistent + ["training.iterations=1", "--output", run])
    #expect(trained.status == .done, "\(trained.messages)")
    func sample(_ name: String) async -> URL {
      let outcome = await ebm(["sample", run, "--count", "1e1", "--output", folder.file(name)])
      #expect(outcome.status == .done, "\(outcome.messages)")
      return URL(fileURLWithPath: folder.file(name))
    }
    let points = try Npy.read(contentsOf: await sample("a.npy"))
    #expect(points.shape == [10, 2])
    let (table, names) = try CSV.read(contentsOf: await sample("a.csv"))
    #expect(table.shape == [10, 2] && table.scalars == points.scalars && names.isEmpty)
    let archive = try Npz(contentsOf: await sample("a.npz"))
    #expect(try archive.tensor(named: "samples").scalars == points.scalars)
  }
}
