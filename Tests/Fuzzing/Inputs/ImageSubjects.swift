import Datasets
import EBM
import FileFormats
import Foundation
import Tensors

/// Images in binary files, and the compression that they and archives have.
enum ImageSubjects {
  static let idx = Subject("idx", weight: 10) { random, _ in
    var bytes = images(&random)
    random.roughen(&bytes, with: images(&random))
    return bytes
  } use: { bytes, workshop in
    let url = try workshop.write(bytes, as: "a.idx")
    try Judge.survives(try IDX.read(contentsOf: url), in: workshop)
    try Judge.feeds(
      IDXFile {
        $0.path = url.path
        $0.labels = bytes.count % 2 == 0 ? url.path : ""
        $0.rows = Judge.selection(bytes)
      })
  }

  /// A gzip file, whose member is right inside a header that is not, or the other way round.
  static let gzip = Subject("gzip", weight: 10) { random, _ in
    var content = images(&random)
    if random.isOne(in: 4) { content += [UInt8](repeating: 7, count: random.length(200_000)) }
    var stream = Deflate.compress(content)
    if random.isOne(in: 3) { ByteMutation.apply(to: &stream, other: Deflate.compress(images(&random)), &random) }
    var writer = FieldWriter(&random)
    let flags = random.isOne(in: 2) ? 0 : random.below(40)
    writer.raw([0x1f, 0x8b])
    writer.number(8, 1)
    writer.number(flags, 1)
    writer.number(0, 6)
    if flags & 4 != 0 {
      let extra = random.bytes(random.length(20))
      writer.number(extra.count, 2)
      writer.raw(extra)
    }
    if flags & 8 != 0 { writer.raw(Array("name".utf8) + [0]) }
    if flags & 16 != 0 { writer.raw(Array("comment".utf8) + [0]) }
    if flags & 2 != 0 { writer.number(0, 2) }
    writer.raw(stream)
    writer.number(Int(Checksum.crc32(content)), 4)
    writer.number(content.count, 4)
    var bytes = writer.bytes
    if random.isOne(in: 4) { ByteMutation.apply(to: &bytes, other: [], &random) }
    return bytes
  } use: { bytes, workshop in
    _ = try IDX.read(contentsOf: try workshop.write(bytes, as: "a.gz"))
  }

  static let deflate = Subject("deflate", weight: 10) { random, _ in
    var content =
      random.isOne(in: 2) ? random.bytes(random.length(2_000)) : Array(repeating: 3, count: random.length(9_000))
    if random.isOne(in: 2) { content += content.reversed() + content }
    var stream = Deflate.compress(content)
    let isWhole = random.isOne(in: 3)
    if !isWhole { ByteMutation.apply(to: &stream, other: Deflate.compress(random.bytes(90)), &random) }
    let count = isWhole || random.isOne(in: 2) ? content.count : random.length(100_000)
    return [isWhole ? 1 : 0] + (0..<4).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) } + stream
  } use: { bytes, _ in
    guard bytes.count >= 5 else { return }
    let count = bytes[1..<5].reversed().reduce(0) { $0 << 8 | Int($1) }
    do {
      let (content, used) = try Deflate.decompress(bytes[5...], count: count)
      guard content.count == count, used <= bytes.count - 5 else { throw Violation("another number of bytes") }
      guard try Deflate.decompress(Deflate.compress(content)[...], count: count).bytes == content else {
        throw Violation("bytes that compression changes")
      }
    } catch let error as Deflate.Malformed {
      throw FileFormatError(
        path: "stream", location: "byte \(error.offset)", found: error.found, expected: error.expected)
    }
  }

  static let cifar = Subject("cifar", weight: 4) { random, _ in
    var bytes: [UInt8] = []
    for _ in 0..<random.below(4) {
      bytes +=
        [UInt8(random.below(12))] + (random.isOne(in: 3) ? [UInt8(random.below(110))] : [])
        + [UInt8](repeating: UInt8(random.below(256)), count: 3_072)
    }
    if random.isOne(in: 4) { ByteMutation.apply(to: &bytes, other: [], &random) }
    return bytes
  } use: { bytes, workshop in
    let url = try workshop.write(bytes, as: "a.bin")
    let classes: CIFAR.Classes = bytes.count % 3_074 == 0 ? .hundred : .ten
    try Judge.feeds(
      CIFARFile {
        $0.paths = [url.path]
        $0.classes = classes.rawValue
        $0.rows = Judge.selection(bytes)
      })
  }

  private static func images(_ random: inout InputGenerator) -> [UInt8] {
    let (code, width) = random.pick([(8, 1), (9, 1), (0x0b, 2), (0x0c, 4), (0x0d, 4), (0x0e, 8), (0x0a, 1)])
    let shape = (0..<random.below(5)).map { _ in random.pick([0, 1, 2, 3, 7, 10]) }
    var writer = FieldWriter(&random)
    for value in [0, 0, code, shape.count] { writer.number(value, 1) }
    for extent in shape { writer.number(extent, 4, isBigEndian: true) }
    let count = min(2_000, shape.reduce(1, *)) * width
    writer.raw(random.isOne(in: 2) ? random.bytes(count) : [UInt8](repeating: 1, count: count))
    return writer.bytes
  }
}
