import EBMCore
import FileFormats
import Foundation
import Tensors

/// Small files for the data sets that read some.
struct SampleFiles {
  let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "crossing-\(ProcessInfo.processInfo.processIdentifier)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let points = Tensor((0..<120).map { sin(Float($0)) }, shape: [60, 2])
    try Npy.write(points, to: URL(fileURLWithPath: "\(folder)/points.npy"))
    try Npz.write([("points", points)], to: URL(fileURLWithPath: "\(folder)/points.npz"))
    let lines = (0..<60).map { row -> String in
      let angle = Double(row)
      return "\(cos(angle)),\(sin(2 * angle)),\(row % 3)\n"
    }.joined()
    try Data(lines.utf8).write(to: URL(fileURLWithPath: "\(folder)/points.csv"))
    var images: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 40, 0, 0, 0, 4, 0, 0, 0, 4]
    for pixel in 0..<640 { images.append(UInt8(pixel % 251)) }
    try Data(images).write(to: URL(fileURLWithPath: "\(folder)/images.idx"))
    let cifar = (0..<(30 * 3_073)).map { place -> UInt8 in
      let (row, pixel) = place.quotientAndRemainder(dividingBy: 3_073)
      return UInt8(pixel == 0 ? row % 10 : place % 253)
    }
    try Data(cifar).write(to: URL(fileURLWithPath: "\(folder)/cifar.bin"))
  }

  /// Settings that name them.
  var settings: [String: JSONObject] {
    func path(_ name: String) -> JSONValue { .string("\(folder)/\(name)") }
    return [
      "dataset.npy-file": ["path": path("points.npy")], "dataset.npz-file": ["path": path("points.npz")],
      "dataset.csv-file": ["path": path("points.csv"), "labelColumn": 3],
      "dataset.idx-file": ["path": path("images.idx")],
      "dataset.cifar-file": ["paths": .array([path("cifar.bin")])],
    ]
  }

  func remove() { try? FileManager.default.removeItem(atPath: folder) }
}
