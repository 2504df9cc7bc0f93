import FileFormats
import Foundation
import Tensors
import Testing

@Suite struct NpzTests {
  private let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  private static let arrays: [(name: String, value: Tensor)] = [
    ("x", Tensor((0..<24).map { Float($0) / 3 }, shape: [4, 3, 2])), ("y", Tensor([1, 0, 2, 1])),
    ("empty", Tensor([], shape: [0, 5])), ("größe", Tensor(-0.5)),
  ]

  @Test func everyArrayComesBack() throws {
    let url = scratch.file("a.npz")
    try Npz.write(Self.arrays, to: url)
    let file = try Npz(contentsOf: url)
    #expect(file.names == Self.arrays.map(\.name))
    for (name, value) in Self.arrays {
      let read = try file.tensor(named: name)
      #expect(read.shape == value.shape && read.scalars == value.scalars, "\(name)")
    }
    #expect(try file.rows(named: "x").rows([2, 0]) == [12, 13, 14, 15, 16, 17, 0, 1, 2, 3, 4, 5].map { $0 / 3 })
    let rank = try #require(throws: FileFormatError.self) { try file.rows(named: "größe") }
    #expect(rank.expected == "at least one axis, that of the rows")
  }

  @Test(.enabled(if: PythonInterpreter.hasNumPy, "python3 has no numpy"))
  func numPyReadsWhatWeWrite() throws {
    let url = scratch.file("a.npz")
    try Npz.write(Self.arrays, to: url)
    let script = """
      import sys, zipfile, numpy as np
      assert zipfile.ZipFile(sys.argv[1]).testzip() is None
      a = np.load(sys.argv[1])
      assert a.files == ["x", "y", "empty", "größe"], a.files
      assert (a["x"] == (np.arange(24, dtype="f4") / np.float32(3)).reshape(4, 3, 2)).all()
      assert a["y"].tolist() == [1, 0, 2, 1] and a["empty"].shape == (0, 5) and a["größe"][()] == -0.5
      """
    try PythonInterpreter.run(script, [url.path])
  }

  @Test(.enabled(if: PythonInterpreter.hasNumPy, "python3 has no numpy"))
  func weReadWhatNumPyWrites() throws {
    let script = """
      import sys, io, zipfile, numpy as np
      x = (np.arange(60_000).reshape(1000, 20, 3) % 251).astype("u1")
      y = np.arange(1000) % 10
      for name, save in [("stored", np.savez), ("compressed", np.savez_compressed)]:
          save(f"{sys.argv[1]}/{name}.npz", x=x, y=y, order=np.asfortranarray(np.arange(6.).reshape(2, 3)))
      # As written to a stream that cannot seek: sizes follow the data.
      class Stream(io.RawIOBase):
          def __init__(self, path): self.f = open(path, "wb")
          def writable(self): return True
          def write(self, b): return self.f.write(b)
          def flush(self): self.f.flush()
      np.savez_compressed(Stream(f"{sys.argv[1]}/stream.npz"), x=x, y=y, order=np.zeros((2, 3)))
      """
    try PythonInterpreter.run(script, [scratch.url.path])
    for name in ["stored", "compressed", "stream"] {
      let file = try Npz(contentsOf: scratch.file("\(name).npz"))
      #expect(file.names == ["x", "y", "order"])
      let x = try file.tensor(named: "x")
      #expect(x.shape == [1_000, 20, 3] && x.scalars == (0..<60_000).map { Float($0 % 251) })
      let rows = try file.rows(named: "x")
      #expect(rows.count == 1_000 && rows.shape == [20, 3])
      #expect(try rows.rows([999, 3]) == [999, 3].flatMap { row in (0..<60).map { Float((row * 60 + $0) % 251) } })
      #expect(try file.rows(named: "y").rows([13]) == [3])
      if name != "stream" { #expect(try file.rows(named: "order").rows([1]) == [3, 4, 5]) }
    }
  }

  @Test func aMissingNameIsToldWithTheNearest() throws {
    let url = scratch.file("a.npz")
    try Npz.write([("images", Tensor([1])), ("labels", Tensor([1]))], to: url)
    let error = try #require(throws: FileFormatError.self) { try Npz(contentsOf: url).tensor(named: "image") }
    #expect(
      error.description == "\(url.path): arrays: found no \"image\", expected one of images, labels (nearest: images)")
  }

  @Test func damageIsSeen() throws {
    let url = scratch.file("a.npz")
    try Npz.write([("x", Tensor((0..<100).map(Float.init)))], to: url)
    let bytes = try fileBytes(url)
    for length in bytes.indices {
      let cut = try scratch.write(Array(bytes[..<length]), as: "cut.npz")
      #expect(throws: FileFormatError.self) { try Npz(contentsOf: cut).tensor(named: "x") }
    }
    var accepted = 0
    for position in bytes.indices {
      var damaged = bytes
      damaged[position] ^= 0x10
      let url = try scratch.write(damaged, as: "damaged.npz")
      do throws(FileFormatError) {
        // What is accepted has the right content: a time stamp, a version, or a size that is stored twice.
        #expect(try Npz(contentsOf: url).tensor(named: "x").scalars == (0..<100).map(Float.init), "byte \(position)")
        accepted += 1
      } catch { continue }
    }
    #expect(accepted < 60)
  }
}
