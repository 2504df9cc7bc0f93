extension Deflate {
  /// A stream that is not Deflate, or not of the announced length.
  package struct Malformed: Error, Equatable {
    /// Bytes from the start of the stream.
    package var offset: Int
    package var found: String
    package var expected: String
  }

  /// Undoes ``compress(_:)``: decodes a bare Deflate stream.
  ///
  /// - Parameters:
  ///   - input: the stream; what follows its end is left alone.
  ///   - count: the bytes that it stands for.
  /// - Returns: those bytes, and how many bytes of `input` the stream took.
  /// - Throws: ``Malformed`` for a stream that is broken, ends early, or stands for another number of bytes.
  package static func decompress(
    _ input: ArraySlice<UInt8>, count: Int
  ) throws(Malformed) -> (bytes: [UInt8], used: Int) {
    // No stream expands more than this: 258 bytes for two bits, and then some for headers.
    guard count >= 0, count / 1_040 <= input.count else {
      throw Malformed(
        offset: 0, found: "\(input.count) bytes to decompress", expected: "a stream of \(count) bytes, as the file says"
      )
    }
    var failure: Malformed?
    var used = 0
    let bytes = input.withUnsafeBufferPointer { input in
      [UInt8](unsafeUninitializedCapacity: count) { output, initialized in
        let target = UnsafeMutableBufferPointer(rebasing: output[..<count])
        var inflater = Inflater(input, into: target)
        do throws(Malformed) { try inflater.run() } catch { failure = error }
        initialized = inflater.count
        used = inflater.usedCount
      }
    }
    if let failure { throw failure }
    guard bytes.count == count else {
      throw Malformed(offset: used, found: "\(bytes.count) bytes", expected: "\(count) bytes, as the file says")
    }
    return (bytes, used)
  }
}
