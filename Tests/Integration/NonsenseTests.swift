import EBMCommand
import Foundation
import Testing

/// What makes no sense is refused in one line before anything runs: where, what was found, what is allowed.
@Suite struct NonsenseTests {
  /// A training that is refused: its one message, after which there is no run.
  private func expectRefusal(
    _ overrides: [String], in folder: ScratchFolder, _ message: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async {
    let outcome = await ebm(["train", "pcd-two-moons"] + overrides + ["--output", folder.file("run")])
    #expect(outcome.status == .wrongUsage && outcome.result.isEmpty, sourceLocation: sourceLocation)
    #expect(outcome.messages == "error: \(message)\n", sourceLocation: sourceLocation)
    #expect(!folder.exists("run"), sourceLocation: sourceLocation)
  }

  @Test(arguments: [
    (["sampler.stepSize=0"], "sampler.stepSize: found 0, expected a number above 0"),
    (["sampler.steps=-3"], "sampler.steps: found -3, expected an integer, at least 0"),
    (["sampler.steps=2.5"], "sampler.steps: found 2.5, expected an integer, at least 0"),
    (["sampler.stepSize=-0.1"], "sampler.stepSize: found -0.1, expected a number above 0"),
    (["sampler.stepSize=nan"], #"sampler.stepSize: found "nan", expected a number above 0"#),
    (["sampler.stepSize=1e39"], "sampler.stepSize: found 1e+39, expected a number that fits 32 bits"),
    (["sampler.stepsSize=1"], "sampler.stepsSize: no such setting of sampler.mala; did you mean stepSize?"),
    (["sampler=lagevin"], #"sampler: no sampler is called "lagevin"; did you mean langevin?"#),
    (["sampler=langevin", "sampler.temperature=0"], "sampler.temperature: found 0, expected a number above 0"),
    (["initializer.capacity=0"], "initializer.capacity: found 0, expected an integer from 1 to 16777216"),
    (["objective.energyPenalty=-1"], "objective.energyPenalty: found -1, expected a number, at least 0"),
    (["training.batch=0"], "training.batch: found 0, expected an integer, at least 1"),
    (["training.averagingDecay=1"], "training.averagingDecay: found 1, expected a number in [0, 1)"),
    (["optimizer.learningRate=0"], "optimizer.learningRate: found 0, expected a number above 0"),
    (["energy.widths=[8,0]"], "energy.widths.1: found 0, expected an integer from 1 to 65536"),
    (["dataset.deviation=-1"], "dataset.deviation: found -1, expected a number above 0"),
    (["seed=-1"], "seed: found -1, expected an integer, at least 0"),
  ])
  func settings(_ overrides: [String], message: String) async throws {
    await expectRefusal(overrides, in: try ScratchFolder(), message)
  }

  /// A file of NumPy's with this type and shape, and so many bytes of data.
  private static func npy(_ type: String, _ shape: String, bytes: Int) -> Data {
    let header = "{'descr': '\(type)', 'fortran_order': False, 'shape': \(shape), }\n"
    return Data([0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0]) + Data(header.utf8)
      + Data(count: bytes)
  }

  @Test(arguments: [
    (
      "csv-file", "text.csv", Data("x,y\n1,2\n3,apple\n".utf8),
      #"line 3, column 2: found "apple", expected a finite number"#
    ),
    (
      "npy-file", "scalar.npy", npy("<f4", "()", bytes: 4),
      "shape: found (), expected at least one axis, that of the rows"
    ),
    (
      "npy-file", "axes.npy", npy("<f4", "(1, 1, 1, 1, 1)", bytes: 4),
      "rows: found shape [1, 1, 1, 1, 1], expected vectors [rows, n] or images [rows, height, width, channels]"
    ),
    (
      "npy-file", "complex.npy", npy("<c16", "(2, 2)", bytes: 64),
      #"descr: found "<c16", expected one of <f4 <f8 <f2 <i8 <i4 <i2 |i1 <u8 <u4 <u2 |u1 |b1"#
    ),
    (
      "npy-file", "short.npy", npy("<f4", "(3, 2)", bytes: 20),
      "data: found 20 bytes, expected 24 for shape [3, 2] at 4 bytes an element"
    ),
    (
      "idx-file", "short.idx", Data([0, 0, 8, 3, 0, 0, 0, 9, 0, 0, 0, 28, 0, 0, 0, 28]) + Data(count: 1_000),
      "data: found 1000 bytes, expected as many as shape [9, 28, 28] of uint8 takes, which the header says"
    ),
  ])
  func files(_ dataset: String, _ name: String, _ contents: Data, message: String) async throws {
    let folder = try ScratchFolder()
    try contents.write(to: URL(fileURLWithPath: folder.file(name)))
    await expectRefusal(
      ["dataset=\(dataset)", "dataset.path=\(folder.file(name))"], in: folder,
      "dataset.path: \(folder.file(name)): \(message)")
  }

  /// Usage that makes no sense, what fails, and what works: three numbers for the shell.
  @Test func theShellIsTold() throws {
    // Beside the program that runs the tests.
    let program = Bundle.main.bundleURL.appendingPathComponent("ebm")
    try #require(FileManager.default.isExecutableFile(atPath: program.path), "\(program.path)")
    func status(_ words: String...) throws -> Int32 {
      let process = Process()
      process.executableURL = program
      process.arguments = words
      (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
      try process.run()
      process.waitUntilExit()
      return process.terminationStatus
    }
    #expect(try status("list", "samplers") == 0)
    #expect(try status("describe", "pcd-two-moons", "sampler.steps=-1") == 2)
    #expect(try status("lst") == 2)
    #expect(try status("evaluate", "/nowhere") == 1)
  }
}
