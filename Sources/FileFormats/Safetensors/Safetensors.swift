#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif
public import Tensors

/// The contents of a safetensors file: named tensors and a few strings about them.
///
/// The format is what PyTorch, JAX and NumPy users exchange weights in. It holds data alone (nothing is executed on
/// reading), and everything in it is checked before a tensor is made.
///
/// ```swift
/// var file = Safetensors(tensors: ["weight": weight, "bias": bias])
/// file.metadata["format"] = "pt"
/// try file.write(to: url)
/// let again = try Safetensors(contentsOf: url)
/// ```
///
/// Source: the format's description in the repository huggingface/safetensors, section "Format": a little-endian
/// 64-bit header length, a JSON header, and the tensors' bytes without gaps. Ours is stricter in two points: a name
/// that occurs twice and a number that 64 bits cannot hold are errors.
public struct Safetensors: Sendable {
  /// The tensors by name. The name `__metadata__` is the format's own and cannot be written.
  public var tensors: [String: Tensor]

  /// Free text about the file by key; empty when the file has none.
  public var metadata: [String: String]

  /// Makes contents to be written.
  ///
  /// - Parameters:
  ///   - tensors: the tensors by name; none by default.
  ///   - metadata: free text by key; none by default.
  public init(tensors: [String: Tensor] = [:], metadata: [String: String] = [:]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  /// Reads a file.
  ///
  /// Tensors of type F32 are taken bit for bit. F64, F16, BF16, I64, I32, I16, I8, U64, U32, U16, U8 and BOOL are
  /// **converted to Float32**, rounding to nearest: integers beyond ±2^24 and the last digits of F64 do not survive a
  /// round trip. Tensors may be in any order in the file.
  ///
  /// - Parameter url: a file URL.
  /// - Throws: `FileFormatError` naming the file and the tensor if the file cannot be read, is truncated, has a header
  ///   that is not the format's or does not agree with the file's size, a type not in the list above, a rank above 6,
  ///   or an F64 that no Float32 can hold.
  public init(contentsOf url: URL) throws(FileFormatError) {
    let bytes = try FileContents.bytes(of: url)
    self = try SafetensorsReader(path: url.path, bytes: bytes).read()
  }

  /// Writes a file, complete or not at all.
  ///
  /// Every tensor is written as F32, names in ascending order of their UTF-8 bytes; the header is padded with spaces so
  /// that the data begins at a multiple of 8 bytes. Equal contents give equal files.
  ///
  /// - Parameter url: the file to make or replace.
  /// - Throws: `FileFormatError` if the file cannot be written, a tensor is named `__metadata__`, or the header would
  ///   exceed the format's 100 MB.
  public func write(to url: URL) throws(FileFormatError) {
    try SafetensorsWriter(contents: self, url: url).write()
  }
}

/// The fixed facts of the format, in one place for reader and writer.
enum SafetensorsFormat {
  /// The header member that holds strings instead of a tensor.
  static let metadataName = "__metadata__"

  /// Bytes of the header length at the start of the file.
  static let prefixLength = 8

  /// The longest header that readers accept, in bytes.
  static let maximumHeaderLength = 100_000_000

  /// The types this module reads, by the format's names for them.
  static let elementTypes: [(name: String, type: ElementType)] = [
    ("F32", .float32), ("F64", .float64), ("F16", .float16), ("BF16", .bfloat16), ("I64", .int64), ("I32", .int32),
    ("I16", .int16), ("I8", .int8), ("U64", .uint64), ("U32", .uint32), ("U16", .uint16), ("U8", .uint8),
    ("BOOL", .bool),
  ]
}
