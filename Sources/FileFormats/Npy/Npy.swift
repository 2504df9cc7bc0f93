#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif
public import Tensors

/// Reads and writes NumPy's `.npy` files: one array each.
///
/// ```swift
/// let samples = try Npy.read(contentsOf: url)        // numpy.save("samples.npy", samples)
/// try Npy.write(samples, to: url)                    // numpy.load("samples.npy")
/// ```
///
/// Source: NumPy's reference guide, `numpy.lib.format`, "Format Version 1.0" to "3.0". Object, string, complex and
/// structured arrays are refused.
public enum Npy {
  /// Reads an array.
  ///
  /// Floats of 2, 4 and 8 bytes, signed and unsigned integers of 1, 2, 4 and 8 bytes and Booleans, of either byte order,
  /// are **converted to Float32**, rounding to nearest (`<f4` is taken bit for bit). Arrays in Fortran order are
  /// rearranged.
  ///
  /// - Parameter url: a file URL.
  /// - Returns: a tensor with the array's shape.
  /// - Throws: `FileFormatError` if the file cannot be read, is truncated or too long, has a malformed header, a type
  ///   not listed above, a rank above 6, or a 64-bit float that no Float32 can hold.
  public static func read(contentsOf url: URL) throws(FileFormatError) -> Tensor {
    try decode(try FileContents.bytes(of: url), path: url.path)
  }

  /// The array in the bytes of a file.
  static func decode(_ bytes: [UInt8], path: String) throws(FileFormatError) -> Tensor {
    let (header, dataStart) = try NpyHeader.parse(bytes, path: path)
    guard let size = ElementBytes.count(of: header.shape, width: header.type.width) else {
      throw FileFormatError(
        path: path, location: "shape", found: "\(header.shape)", expected: "a number of bytes that fits 63 bits")
    }
    guard bytes.count - dataStart == size else {
      throw FileFormatError(
        path: path, location: "data", found: "\(bytes.count - dataStart) bytes",
        expected: "\(size) for shape \(header.shape) at \(header.type.width) bytes an element")
    }
    try FileContents.requireMemory(4 * (size / header.type.width), for: path, "an array of shape \(header.shape)")
    do {
      let scalars = try header.type.decode(bytes[dataStart...], isBigEndian: header.isBigEndian)
      let ordered = header.isFortranOrder ? rowMajor(scalars, shape: header.shape) : scalars
      return Tensor(ordered, shape: header.shape)
    } catch {
      throw FileFormatError(
        path: path, location: "element \(error.element)", found: error.found, expected: error.expected)
    }
  }

  /// Writes a tensor as `<f4` in C order, complete or not at all.
  ///
  /// - Parameters:
  ///   - tensor: any shape.
  ///   - url: the file to make or replace.
  /// - Throws: `FileFormatError` with the system's reason if the file cannot be written.
  public static func write(_ tensor: Tensor, to url: URL) throws(FileFormatError) {
    var file = try AtomicFile(replacing: url)
    try file.append(NpyHeader.encode(shape: tensor.shape))
    try ElementBytes.withLittleEndianBytes(of: tensor.scalars) { (bytes) throws(FileFormatError) in
      try file.append(bytes)
    }
    try file.commit()
  }

  /// Scalars stored with the first index fastest, rearranged so that the last is.
  private static func rowMajor(_ scalars: [Float], shape: [Int]) -> [Float] {
    var strides: [Int] = []
    var stride = 1
    for extent in shape {
      strides.append(stride)
      stride *= extent
    }
    var index = [Int](repeating: 0, count: shape.count)
    var source = 0
    var result: [Float] = []
    result.reserveCapacity(scalars.count)
    for _ in scalars.indices {
      result.append(scalars[source])
      var axis = shape.count - 1
      while axis >= 0 {
        index[axis] += 1
        source += strides[axis]
        if index[axis] < shape[axis] { break }
        source -= strides[axis] * shape[axis]
        index[axis] = 0
        axis -= 1
      }
    }
    return result
  }
}
