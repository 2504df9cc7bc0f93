import FileFormats
import Foundation
import Tensors
import Testing

@Suite struct SafetensorsErrorTests {
  private let scratch: ScratchDirectory

  init() throws {
    scratch = try ScratchDirectory()
  }

  private static func bytes(_ header: String, dataLength: Int, claiming length: UInt64? = nil) -> [UInt8] {
    let length = length ?? UInt64(header.utf8.count)
    let prefix = (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
    return prefix + Array(header.utf8) + [UInt8](repeating: 0, count: dataLength)
  }

  private static func tensor(_ type: String, _ shape: String, _ offsets: String) -> String {
    #"{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(offsets)}"#
  }

  private static let good = tensor("F32", "[2]", "[0,8]")

  /// Header, bytes of data, and what the message must contain.
  private static let broken: [(header: String, dataLength: Int, fragments: [String])] = [
    ("", 0, ["header", "no bytes"]),
    (" {}", 0, ["begins with {"]),
    ("[]", 0, ["begins with {"]),
    ("{\"w\":\(good)", 8, ["header, byte 53", "the end of the text"]),
    ("{\"w\":\(good)}x", 8, ["\"x\"", "the end of the text"]),
    ("{\"w\":\(good),}", 8, ["a key in double quotes"]),
    ("{\"w\":\(good),\"w\":\(good)}", 8, ["\"w\" appears twice"]),
    ("{\"\\ud800\":\(good)}", 8, ["surrogate"]),
    ("{\"w\":7}", 0, ["tensor \"w\"", "found 7", "dtype, shape and data_offsets"]),
    (#"{"w":{"dtype":"F32","shape":[2]}}"#, 8, ["no data_offsets"]),
    (#"{"w":{"dtype":"F32","shapes":[2],"data_offsets":[0,8]}}"#, 8, ["no shape", "nearest: \"shapes\""]),
    ("{\"w\":\(tensor("F23", "[2]", "[0,8]"))}", 8, ["tensor \"w\", dtype", "\"F23\"", "F32 F64", "nearest: F32"]),
    ("{\"w\":\(tensor("F8_E4M3", "[8]", "[0,8]"))}", 8, ["\"F8_E4M3\"", "BF16"]),
    ("{\"w\":\(tensor("F32", "[3]", "[0,8]"))}", 8, ["8 bytes", "12 for shape [3]"]),
    ("{\"w\":\(tensor("F32", "[2.0]", "[0,8]"))}", 8, ["tensor \"w\", shape", "found 2.0", "an integer"]),
    ("{\"w\":\(tensor("F32", "[-2]", "[0,8]"))}", 8, ["found -2"]),
    ("{\"w\":\(tensor("F32", "2", "[0,8]"))}", 8, ["a list of integers"]),
    ("{\"w\":\(tensor("F32", "[2,1,1,1,1,1,1]", "[0,8]"))}", 8, ["rank 7", "at most 6"]),
    ("{\"w\":\(tensor("F32", "[4294967296,4294967296]", "[0,0]"))}", 0, ["63 bits"]),
    ("{\"w\":\(tensor("F32", "[0,4294967296,4294967296]", "[0,0]"))}", 0, ["63 bits"]),
    ("{\"w\":\(tensor("F32", "[4611686018427387904]", "[0,0]"))}", 0, ["63 bits"]),
    (
      "{\"w\":\(tensor("F32", "[99999999999999999999]", "[0,8]"))}", 8,
      ["header, byte 29", "99999999999999999999 does not fit"]
    ),
    ("{\"w\":\(tensor("F32", "[2]", "[0,8e0]"))}", 8, ["found 8.0", "an integer"]),
    ("{\"w\":\(tensor("F32", "[2]", "[8,0]"))}", 8, ["begin <= end"]),
    ("{\"w\":\(tensor("F32", "[2]", "[0,8,16]"))}", 8, ["[0, 8, 16]"]),
    ("{\"w\":\(tensor("F32", "[2]", "[8,16]"))}", 8, ["end 16", "at most 8", "truncated"]),
    ("{\"w\":\(tensor("F32", "[2]", "[4,12]"))}", 12, ["begin 4, a hole after the header", "begin 0"]),
    ("{\"w\":\(good)}", 9, ["data after tensor \"w\"", "1 bytes of no tensor"]),
    ("{\"w\":\(good)}", 7, ["end 8", "at most 7"]),
    ("{}", 1, ["data after the header"]),
    ("{\"w\":\(good),\"v\":\(tensor("F32", "[1]", "[4,8]"))}", 8, ["tensor \"v\"", "an overlap after tensor \"w\""]),
    ("{\"w\":\(good),\"v\":\(good)}", 8, ["an overlap"]),
    ("{\"w\":\(good),\"__metadata__\":{\"a\":1}}", 8, ["__metadata__, key \"a\"", "found 1", "a string"]),
    ("{\"w\":\(good),\"__metadata__\":null}", 8, ["__metadata__", "found null"]),
    ("{\"w\":" + String(repeating: "[", count: 100_000), 0, ["header, byte 132", "deeper than 128 levels"]),
    ("{\"a\\nb\":\(tensor("F33", "[2]", "[0,8]"))}", 8, ["tensor \"a\\nb\""]),
  ]

  @Test(arguments: broken.indices)
  func aBrokenHeaderIsToldInOneLine(_ index: Int) throws {
    let (header, dataLength, fragments) = Self.broken[index]
    let url = try scratch.write(Self.bytes(header, dataLength: dataLength), as: "broken.safetensors")
    let error = try #require(throws: FileFormatError.self) { try Safetensors(contentsOf: url) }
    for fragment in ["broken.safetensors: "] + fragments {
      #expect(error.description.contains(fragment), "\(error) has no \(fragment)")
    }
    #expect(!error.description.contains { $0.isNewline })
    #expect(error.description.count < 500)
  }

  @Test(arguments: [3, 100_000_001, UInt64(Int64.max), UInt64.max])
  func aHeaderLengthThatLiesIsRefused(_ length: UInt64) throws {
    let url = try scratch.write(Self.bytes("{}", dataLength: 0, claiming: length), as: "length.safetensors")
    let error = try #require(throws: FileFormatError.self) { try Safetensors(contentsOf: url) }
    #expect(error.location == "header length")
    #expect(error.found == "\(length) bytes")
  }

  /// Two tensors out of order and metadata, so that every check has something to look at.
  private static let example: [UInt8] = {
    let header =
      "{\"__metadata__\":{\"k\":\"v\"},\"b\":\(tensor("I16", "[2,2]", "[8,16]")),\"a\":\(tensor("F32", "[2]", "[0,8]"))}  "
    return bytes(header, dataLength: 16)
  }()

  @Test func theExampleOfTheFuzzTestsIsGood() throws {
    let url = try scratch.write(Self.example, as: "good.safetensors")
    #expect(try Safetensors(contentsOf: url).tensors.mapValues(\.shape) == ["a": [2], "b": [2, 2]])
  }

  @Test func everyPrefixIsRefused() throws {
    for length in Self.example.indices {
      let url = try scratch.write(Array(Self.example[..<length]), as: "prefix.safetensors")
      #expect(throws: FileFormatError.self, "\(length) bytes") { try Safetensors(contentsOf: url) }
    }
  }

  @Test func aChangedLengthIsAlwaysRefused() throws {
    for position in 0..<8 {
      for bit in 0..<8 {
        var bytes = Self.example
        bytes[position] ^= 1 << bit
        let url = try scratch.write(bytes, as: "flipped.safetensors")
        #expect(throws: FileFormatError.self, "bit \(bit) of byte \(position)") { try Safetensors(contentsOf: url) }
      }
    }
  }

  @Test func aChangedHeaderIsRefusedOrStillAccountsForEveryByte() throws {
    var refused = 0
    let headerEnd = Self.example.count - 16
    for position in 8..<headerEnd {
      for bit in 0..<8 {
        var bytes = Self.example
        bytes[position] ^= 1 << bit
        let url = try scratch.write(bytes, as: "flipped.safetensors")
        do {
          let file = try Safetensors(contentsOf: url)
          #expect(file.tensors.values.allSatisfy { $0.scalars.count == $0.shape.reduce(1, *) })
          #expect((1...2).contains(file.tensors.count))
        } catch {
          #expect(error.path == url.path)
          refused += 1
        }
      }
    }
    // Only the letters of names, keys and metadata and the padding can change unnoticed: far fewer than the rest.
    #expect(refused > 8 * (headerEnd - 8) * 8 / 10)
  }

  @Test func aDoubleBeyondFloatIsRefusedAndNotMadeInfinite() throws {
    let header = "{\"w\":\(Self.tensor("F64", "[2]", "[0,16]"))}"
    var bytes = Self.bytes(header, dataLength: 16)
    bytes.replaceSubrange(
      (bytes.count - 8)..., with: (0..<8).map { UInt8(truncatingIfNeeded: 1e39.bitPattern >> (8 * $0)) })
    let url = try scratch.write(bytes, as: "double.safetensors")
    let error = try #require(throws: FileFormatError.self) { try Safetensors(contentsOf: url) }
    #expect(error.location == "tensor \"w\", element 1")
    #expect(error.found == "1e+39")
  }

  @Test func aBooleanOtherThanZeroAndOneIsRefused() throws {
    var bytes = Self.bytes("{\"w\":\(Self.tensor("BOOL", "[3]", "[0,3]"))}", dataLength: 3)
    bytes[bytes.count - 1] = 2
    let url = try scratch.write(bytes, as: "bool.safetensors")
    let error = try #require(throws: FileFormatError.self) { try Safetensors(contentsOf: url) }
    #expect(error.location == "tensor \"w\", element 2")
  }

  /// What is repeated is as long as the file; the message is not.
  @Test func aLongNameIsCutInTheMessage() throws {
    let name = String(repeating: "n", count: 1_000_000)
    let url = try scratch.write(Self.bytes("{\"\(name)\":0,\"\(name)\":0}", dataLength: 0), as: "long.safetensors")
    let error = try #require(throws: FileFormatError.self) { try Safetensors(contentsOf: url) }
    #expect(error.location == "header, byte 1000006" && error.found.count < 200)
  }

  @Test func aNameThatIsNotUTF8IsRefused() throws {
    var bytes = Self.bytes("{\"w\":\(Self.good)}", dataLength: 8)
    bytes[10] = 0xff
    let url = try scratch.write(bytes, as: "name.safetensors")
    let error = try #require(throws: FileFormatError.self) { try Safetensors(contentsOf: url) }
    #expect(error.location == "header, byte 1" && error.found.contains("not UTF-8"))
  }

  @Test func theReservedNameCannotBeWritten() throws {
    let file = Safetensors(tensors: ["__metadata__": Tensor([1], shape: [])])
    let error = try #require(throws: FileFormatError.self) { try file.write(to: scratch.file("a")) }
    #expect(error.found == "__metadata__")
    #expect(try scratch.names().isEmpty)
  }
}
