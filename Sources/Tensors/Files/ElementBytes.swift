/// The shapes and bytes that the tensor formats have in common.
enum ElementBytes {
  /// The highest rank a `Tensor` has.
  static let maximumRank = 6

  /// The number of elements of a shape, or `nil` if it overflows an `Int`.
  ///
  /// The product of the non-zero extents must not overflow either, although the count would be zero: such a shape
  /// could not be reshaped or indexed.
  static func count(of shape: [Int]) -> Int? {
    var product = 1
    for extent in shape where extent != 0 {
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      product = next
    }
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
