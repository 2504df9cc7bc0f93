import EBM
import FileFormats
import Foundation
import Tensors

/// Weights of other programs.
enum WeightSubjects {
  static let safetensors = Subject("safetensors", weight: 15) { random, _ in
    var bytes = file(&random)
    random.roughen(&bytes, with: file(&random))
    return bytes
  } use: { bytes, workshop in
    let file = try Safetensors(contentsOf: try workshop.write(bytes, as: "a.safetensors"))
    let url = URL(fileURLWithPath: "\(workshop.path)/again.safetensors")
    try file.write(to: url)
    let again = try Safetensors(contentsOf: url)
    guard again.metadata == file.metadata, again.tensors.count == file.tensors.count else {
      throw Violation("other tensors or metadata after writing and reading")
    }
    for (name, tensor) in file.tensors {
      guard let same = again.tensors[name] else { throw Violation("no tensor \(name.debugDescription) after writing") }
      try Judge.agree(tensor, same, "the tensor \(name.debugDescription)")
    }
  }

  private static func file(_ random: inout InputGenerator) -> [UInt8] {
    var members = random.isOne(in: 2) ? ["\"__metadata__\":{\"format\":\"pt\",\"π\":\"\\u00e9\"}"] : []
    var start = 0
    for index in 0..<random.below(5) {
      let (type, width) = random.pick([
        ("F32", 4), ("F64", 8), ("F16", 2), ("BF16", 2), ("I64", 8), ("I32", 4), ("U8", 1), ("BOOL", 1), ("F8_E4M3", 1),
      ])
      let shape = (0..<random.below(4)).map { _ in random.pick([0, 1, 2, 3, 4]) }
      let end = start + shape.reduce(width, *)
      members.append(
        "\"layer.\(index)\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":[\(start), \(end)]}")
      start = end
    }
    var header = Array("{\(members.joined(separator: ","))}".utf8)
    if random.isOne(in: 3) { TextMutation.apply(to: &header, other: [], &random) }
    var writer = FieldWriter(&random)
    writer.number(header.count, 8)
    writer.raw(header)
    writer.raw(random.isOne(in: 2) ? random.bytes(start) : [UInt8](repeating: 0, count: start))
    return writer.bytes
  }
}
