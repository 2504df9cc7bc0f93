/// One way in which the program takes bytes from outside.
package struct Subject: Sendable {
  /// The name of its folder in the corpus.
  package let name: String
  /// How often it is tried, relative to the others.
  let weight: Int
  /// Bytes of memory that may be asked for in all, beside `bytesPerByte` for each byte of the input.
  let bytesAllowed: Int
  let bytesPerByte: Int
  /// Whether a user types it.
  let isTyped: Bool
  /// Bytes of an input, from random numbers.
  let make: @Sendable (inout InputGenerator, Workshop) -> [UInt8]
  /// Has the program take them. What it throws is its message to the user, or a ``Violation``.
  let use: @Sendable ([UInt8], Workshop) async throws -> Void

  init(
    _ name: String, weight: Int, bytesAllowed: Int = 8 << 20, bytesPerByte: Int = 2_000,
    isTyped: Bool = false,
    make: @escaping @Sendable (inout InputGenerator, Workshop) -> [UInt8],
    use: @escaping @Sendable ([UInt8], Workshop) async throws -> Void
  ) {
    (self.name, self.weight, self.make, self.use) = (name, weight, make, use)
    (self.bytesAllowed, self.bytesPerByte, self.isTyped) = (bytesAllowed, bytesPerByte, isTyped)
  }
}

/// A promise that the program broke without crashing.
package struct Violation: Error, CustomStringConvertible {
  package let description: String
  init(_ description: String) { self.description = description }
}

/// Inputs by their number: which subject, and what bytes.
package struct Campaign: Sendable {
  package let seed: UInt64
  private let subjects: [Subject]
  private let total: Int

  /// Inputs of some subjects.
  ///
  /// - Parameters:
  ///   - seed: the same seed gives the same inputs.
  ///   - names: the subjects; all when empty.
  package init(seed: UInt64, subjects names: [String] = []) {
    self.seed = seed
    subjects = Subjects.all.filter { names.isEmpty || names.contains($0.name) }
    total = subjects.reduce(0) { $0 + $1.weight }
  }

  /// The subject and the bytes of an input.
  package func input(_ number: Int, in workshop: Workshop) -> (subject: Subject, bytes: [UInt8]) {
    var random = InputGenerator(seed: seed, number: number)
    var ticket = random.below(total)
    for subject in subjects {
      if ticket < subject.weight { return (subject, subject.make(&random, workshop)) }
      ticket -= subject.weight
    }
    preconditionFailure("no subjects")
  }
}
