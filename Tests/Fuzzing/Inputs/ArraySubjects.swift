import Datasets
import EBM
import FileFormats
import Foundation
import Tensors

/// Arrays of NumPy: `.npy` files and `.npz` archives.
enum ArraySubjects {
  static let npy = Subject("npy", weight: 20) { random, _ in
    var bytes = array(&random)
    random.roughen(&bytes, with: array(&random))
    return bytes
  } use: { bytes, workshop in
    let url = try workshop.write(bytes, as: "a.npy")
    let rows = Result { try Npy.rows(of: url).tensor() }
    let whole = try Npy.read(contentsOf: url)
    try Judge.survives(whole, in: workshop)
    if whole.scalars.allSatisfy(\.isFinite), whole.rank > 0 {
      try Judge.agree(whole, try rows.get(), "an array read by rows")
    }
    try Judge.feeds(
      NpyFile {
        $0.path = url.path; $0.rows = Judge.selection(bytes)
      })
  }

  static let npz = Subject("npz", weight: 20) { random, _ in
    var bytes = archive(&random)
    random.roughen(&bytes, with: archive(&random))
    return bytes
  } use: { bytes, workshop in
    let url = try workshop.write(bytes, as: "a.npz")
    let file = try Npz(contentsOf: url)
    var first: (any Error)?
    for name in file.names.prefix(4) {
      do {
        let whole = try file.tensor(named: name)
        if whole.rank > 0, whole.scalars.allSatisfy(\.isFinite) {
          try Judge.agree(whole, try file.rows(named: name).tensor(), "an archive's array read by rows")
        } else {
          _ = try file.rows(named: name).tensor()
        }
      } catch { first = first ?? error }
    }
    if let first { throw first }
    let names = file.names
    guard let array = names.first else { return }
    try Judge.feeds(
      NpzFile {
        $0.path = url.path
        $0.array = array
        $0.labels = names.count > 1 ? names[1] : ""
        $0.rows = Judge.selection(bytes)
      })
  }

  /// An `.npy` file.
  static func array(_ random: inout InputGenerator, rows: Int? = nil) -> [UInt8] {
    let codes = ["<f4", "<f8", ">f8", "<f2", "<i8", ">i4", "|i1", "<u8", "<u4", "<u2", "|u1", "|b1", "|f4", "<c8", "O"]
    let code = random.pick(codes)
    let width = code.last.flatMap { Int(String($0)) } ?? 1
    var shape = rows.map { [$0] } ?? []
    for _ in 0..<random.below(5) { shape.append(random.pick([0, 1, 2, 3, 5, 8])) }
    let count = min(4_096, shape.reduce(1, *))
    let extents = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    let order = random.isOne(in: 4) ? "True" : "False"
    var header = Array("{'descr': '\(code)', 'fortran_order': \(order), 'shape': (\(extents)), }\n".utf8)
    if random.isOne(in: 3) { TextMutation.apply(to: &header, other: [], &random) }
    var writer = FieldWriter(&random)
    writer.raw([0x93] + Array("NUMPY".utf8))
    let version = random.pick([1, 1, 2, 3])
    writer.number(version, 1)
    writer.number(0, 1)
    writer.number(header.count, version == 1 ? 2 : 4)
    writer.raw(header)
    writer.raw(random.isOne(in: 2) ? random.bytes(count * width) : [UInt8](repeating: 0, count: count * width))
    return writer.bytes
  }

  /// A ZIP archive of arrays, by the format's description.
  private static func archive(_ random: inout InputGenerator) -> [UInt8] {
    var writer = FieldWriter(&random)
    var directory = FieldWriter(&random)
    let isLarge = random.isOne(in: 3)
    let names = ["x.npy", "y.npy", "x.npy", "z", "\u{1b}.npy"]
    let count = random.below(4)
    for index in 0..<count {
      var content = array(&random, rows: 6)
      if random.isOne(in: 8) { content = random.bytes(random.length(200)) }
      let method = random.isOne(in: 2) ? 8 : 0
      let stored = method == 8 ? Deflate.compress(content) : content
      let checksum = Int(Checksum.crc32(content))
      let name = Array((random.isOne(in: 4) ? random.pick(names) : names[index]).utf8)
      let start = writer.bytes.count
      func common(_ writer: inout FieldWriter, extra: Int, _ isLarge: Bool) {
        for value in [20, 1 << 11, method, 0, 0x21] { writer.number(value, 2) }
        writer.number(checksum, 4)
        writer.number(isLarge ? 0xffff_ffff : stored.count, 4)
        writer.number(isLarge ? 0xffff_ffff : content.count, 4)
        writer.number(name.count, 2)
        writer.number(extra, 2)
      }
      writer.number(0x0403_4b50, 4)
      common(&writer, extra: 0, false)
      writer.raw(name)
      writer.raw(stored)
      directory.number(0x0201_4b50, 4)
      directory.number(20, 2)
      common(&directory, extra: isLarge ? 28 : 0, isLarge)
      for width in [2, 2, 2, 4] { directory.number(0, width) }
      directory.number(isLarge ? 0xffff_ffff : start, 4)
      directory.raw(name)
      if isLarge {
        directory.number(1, 2)
        directory.number(24, 2)
        for value in [content.count, stored.count, start] { directory.number(value, 8) }
      }
    }
    let start = writer.bytes.count
    writer.raw(directory.bytes)
    if isLarge {
      let place = writer.bytes.count
      writer.number(0x0606_4b50, 4)
      writer.number(44, 8)
      for value in [45, 45] { writer.number(value, 2) }
      for value in [0, 0] { writer.number(value, 4) }
      for value in [count, count, directory.bytes.count, start] { writer.number(value, 8) }
      writer.number(0x0706_4b50, 4)
      writer.number(0, 4)
      writer.number(place, 8)
      writer.number(1, 4)
    }
    writer.number(0x0605_4b50, 4)
    writer.number(0, 4)
    for value in [count, count] { writer.number(value, 2) }
    for value in [directory.bytes.count, start] { writer.number(value, 4) }
    writer.number(0, 2)
    return writer.bytes
  }
}
