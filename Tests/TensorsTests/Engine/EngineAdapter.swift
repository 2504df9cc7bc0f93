import TensorGraph
import TensorRuntime

/// Compiles the graph and runs it once: the one contact of these tests with the runtime.
///
/// - Parameters:
///   - results: what is computed, in order.
///   - inputs: the placeholders' elements in row-major order.
///   - key: the words of the random numbers' key.
///   - threads: how many threads work on it.
/// - Returns: the elements of each result.
func engineValues(
  of results: [Tensor], inputs: [(Placeholder, [Float])], key: (UInt32, UInt32), threads: Int
) throws -> [[Float]] {
  let program = Program(inputs: inputs.map(\.0), results: results, threads: threads)
  let buffers = inputs.map { _, scalars in
    let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: max(1, scalars.count))
    _ = buffer.update(from: scalars)
    return UnsafeMutableBufferPointer(rebasing: buffer[..<scalars.count])
  }
  defer { for buffer in buffers { buffer.deallocate() } }
  return program.run(buffers.map { UnsafeBufferPointer($0) }, key: randomKey(key)) { results in
    results.map { Array($0) }
  }
}

/// The run's key whose words are these: the finaliser of SplitMix64 undone twice, at step 0.
func randomKey(_ words: (UInt32, UInt32)) -> RandomKey {
  func unmixed(_ value: UInt64) -> UInt64 {
    var value = value
    value = (value ^ (value >> 31) ^ (value >> 62)) &* 0x3196_42b2_d24d_8ec3
    value = (value ^ (value >> 27) ^ (value >> 54)) &* 0x96de_1b17_3f11_9089
    return value ^ (value >> 30) ^ (value >> 60)
  }
  let inner = unmixed(UInt64(words.1) << 32 | UInt64(words.0)) ^ 0x2545_f491_4f6c_dd1d
  let key = RandomKey(seed: unmixed(inner) &- 0x9e37_79b9_7f4a_7c15)
  precondition(key.words == words, "random key: \(key.words) instead of \(words)")
  return key
}
