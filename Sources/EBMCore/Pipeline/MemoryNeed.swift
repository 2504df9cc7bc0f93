internal import Tensors

/// Memory that something takes, stated before any of it is allocated.
package struct MemoryNeed: Sendable {
  /// What asks for it: a setting's path, or an option.
  package var path: String
  /// What takes it, in a few words: `a batch`.
  package let what: String
  /// How much; `Int.max` for more than any machine has.
  package let bytes: Int

  /// So many bytes.
  package init(path: String, what: String, bytes: Int) {
    (self.path, self.what, self.bytes) = (path, what, bytes)
  }

  /// So many numbers in single precision, the product of sizes.
  ///
  /// - Parameters:
  ///   - path: what asks for it.
  ///   - what: what takes it.
  ///   - sizes: factors, none below 0.
  ///   - copies: how many of it there are at once. 1.
  package init(path: String, what: String, numbers sizes: [Int], copies: Int = 1) {
    self.init(path: path, what: what, bytes: MemoryNeed.bytes(of: [sizes + [copies]]))
  }

  /// Bytes of tensors of these shapes together.
  package static func bytes(of shapes: [[Int]]) -> Int {
    shapes.reduce(0) { sum, shape in
      let (total, overflows) = sum.addingReportingOverflow(4 * shape.elementCount)
      return overflows ? .max : total
    }
  }

  /// Does nothing where there is as much.
  ///
  /// - Throws: a ``ConfigurationError`` of one line: what asks for it, for what, how much, and how much there is.
  package func check() throws(ConfigurationError) {
    let available = MachineMemory.bytes
    if bytes <= available { return }
    throw ConfigurationError(
      path: path, what: "needs \(MachineMemory.text(bytes)) for \(what), there are \(MachineMemory.text(available))")
  }
}
