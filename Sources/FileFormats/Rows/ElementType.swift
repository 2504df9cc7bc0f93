/// The kinds of number that tensor files hold, and how each becomes a Float32.
///
/// Conversion rounds to nearest, as for integers beyond ±2^24. What a Float32 cannot hold at all is refused rather than
/// turned into an infinity; infinities and NaNs that are in the file stay what they are.
enum ElementType: String, CaseIterable, Sendable {
  case float64, float32, float16, bfloat16
  case int64, int32, int16, int8
  case uint64, uint32, uint16, uint8
  case bool

  /// An element that cannot become a Float32.
  struct Unrepresentable: Error {
    /// The element's position in the file's order.
    var element: Int
    var found: String
    var expected: String
  }

  /// Bytes an element takes.
  var width: Int {
    switch self {
    case .float64, .int64, .uint64: 8
    case .float32, .int32, .uint32: 4
    case .float16, .bfloat16, .int16, .uint16: 2
    case .int8, .uint8, .bool: 1
    }
  }

  /// Turns a run of elements into Float32.
  ///
  /// - Parameters:
  ///   - bytes: whole elements, `width` bytes each.
  ///   - isBigEndian: whether the most significant byte comes first.
  /// - Returns: one scalar an element, in the same order.
  /// - Throws: `Unrepresentable` for a finite Float64 beyond the largest Float32, or a Boolean other than 0 and 1.
  func decode(_ bytes: ArraySlice<UInt8>, isBigEndian: Bool = false) throws(Unrepresentable) -> [Float] {
    try bytes.withUnsafeBufferPointer { (buffer) throws(Unrepresentable) in
      try decode(UnsafeRawBufferPointer(buffer), isBigEndian)
    }
  }

  private func decode(_ bytes: UnsafeRawBufferPointer, _ isBigEndian: Bool) throws(Unrepresentable) -> [Float] {
    let reader = Reader(bytes: bytes, isBigEndian: isBigEndian)
    switch self {
    case .float64: return try reader.doubles()
    case .float32: return reader.map { (raw: UInt32) in Float(bitPattern: raw) }
    case .float16: return reader.map { (raw: UInt16) in Self.float(fromHalf: raw) }
    case .bfloat16: return reader.map { (raw: UInt16) in Float(bitPattern: UInt32(raw) << 16) }
    case .int64: return reader.map { (raw: Int64) in Float(raw) }
    case .int32: return reader.map { (raw: Int32) in Float(raw) }
    case .int16: return reader.map { (raw: Int16) in Float(raw) }
    case .int8: return reader.map { (raw: Int8) in Float(raw) }
    case .uint64: return reader.map { (raw: UInt64) in Float(raw) }
    case .uint32: return reader.map { (raw: UInt32) in Float(raw) }
    case .uint16: return reader.map { (raw: UInt16) in Float(raw) }
    case .uint8: return reader.map { (raw: UInt8) in Float(raw) }
    case .bool:
      if let wrong = bytes.firstIndex(where: { $0 > 1 }) {
        throw Unrepresentable(element: wrong, found: "\(bytes[wrong])", expected: "a Boolean, 0 or 1")
      }
      return reader.map { (raw: UInt8) in Float(raw) }
    }
  }

  /// The value of an IEEE 754 half: 1 sign bit, 5 exponent bits with bias 15, 10 fraction bits.
  static func float(fromHalf half: UInt16) -> Float {
    let sign = UInt32(half & 0x8000) << 16
    let exponent = UInt32(half >> 10) & 0x1f
    let fraction = UInt32(half & 0x3ff)
    switch exponent {
    case 0: return Float(bitPattern: sign | (Float(fraction) * 0x1p-24).bitPattern)
    case 0x1f: return Float(bitPattern: sign | 0x7f80_0000 | fraction << 13)
    default: return Float(bitPattern: sign | (exponent + 127 - 15) << 23 | fraction << 13)
    }
  }

  /// Reads fixed-width numbers that need not be aligned.
  private struct Reader {
    var bytes: UnsafeRawBufferPointer
    var isBigEndian: Bool

    func raw<Raw: FixedWidthInteger & BitwiseCopyable>(_ index: Int, as type: Raw.Type = Raw.self) -> Raw {
      let stored = bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Raw>.size, as: Raw.self)
      return isBigEndian ? Raw(bigEndian: stored) : Raw(littleEndian: stored)
    }

    @inline(__always)
    func map<Raw: FixedWidthInteger & BitwiseCopyable>(_ convert: (Raw) -> Float) -> [Float] {
      let count = bytes.count / MemoryLayout<Raw>.size
      return [Float](unsafeUninitializedCapacity: count) { scalars, filled in
        for index in 0..<count { scalars.initializeElement(at: index, to: convert(raw(index))) }
        filled = count
      }
    }

    func doubles() throws(Unrepresentable) -> [Float] {
      let scalars = map { (raw: UInt64) in Float(Double(bitPattern: raw)) }
      for (index, scalar) in scalars.enumerated() where scalar.isInfinite {
        let stored = Double(bitPattern: raw(index))
        guard stored.isInfinite else {
          throw Unrepresentable(
            element: index, found: "\(stored)",
            expected: "at most \(Float.greatestFiniteMagnitude), the largest Float32")
        }
      }
      return scalars
    }
  }
}
