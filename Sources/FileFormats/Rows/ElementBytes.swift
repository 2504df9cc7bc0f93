/// The shapes and bytes that the tensor formats have in common.
enum ElementBytes {
  /// The highest rank a `Tensor` has.
  static let maximumRank = 6

  /// The bytes of an array, or `nil` if they overflow an `Int`.
  ///
  /// The product of the non-zero extents must not overflow either, although the array may be empty: such a shape could
  /// not be reshaped or indexed, and its rows would be longer than any memory.
  ///
  /// - Parameters:
  ///   - shape: its extents.
  ///   - width: bytes of an element.
  static func count(of shape: [Int], width: Int) -> Int? {
    var product = width
    for extent in shape where extent != 0 {
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      product = next
    }
    // Converted to Float32, at least as much.
    if product > Int.max / 4 { return nil }
    return shape.contains(0) ? 0 : product
  }

  /// Calls `body` with the scalars as Float32, least significant byte first.
  static func withLittleEndianBytes<Failure: Error>(
    of scalars: [Float], _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    #if _endian(little)
      try scalars.withUnsafeBufferPointer { (scalars) throws(Failure) in try body(UnsafeRawBufferPointer(scalars)) }
    #else
      let swapped = scalars.map { $0.bitPattern.littleEndian }
      try swapped.withUnsafeBufferPointer { (scalars) throws(Failure) in try body(UnsafeRawBufferPointer(scalars)) }
    #endif
  }
}
