internal import CKernels

/// About how long one thread takes for steps, from how much they do.
///
/// The figures are those of a fast core: an estimate that is too small leaves work that is hardly worth sharing
/// unshared, and costs little.
enum WorkEstimate {
  /// Nanoseconds of a multiplication and addition in a product.
  private static let multiplyAdd = 0.02
  /// Nanoseconds of one instruction of a strip program on one element, and of moving or adding up an element.
  private static let element = 0.1
  /// Nanoseconds of a random number.
  private static let randomNumber = 1.0

  /// Nanoseconds of steps on so many rows.
  static func nanoseconds(_ steps: UnsafeBufferPointer<Step>, rows: Int) -> Double {
    steps.reduce(0) { $0 + nanoseconds($1, rows: rows) }
  }

  private static func nanoseconds(_ step: Step, rows: Int) -> Double {
    func count(_ extent: Extent) -> Double { Double(extent.count(rows: rows)) }
    switch step {
    case .strip(let program):
      return element * Double(program.instructions.count) * count(program.count)
    case .reduce(let step):
      return element * count(step.outer) * count(step.reduced) * Double(step.inner)
    case .product(let step):
      return multiplyAdd * count(step.batch) * count(step.m) * count(step.k) * Double(step.n)
    case .pack(let step):
      return element * Double(step.k) * Double(step.n)
    case .convolution(let step):
      return multiplyAdd * count(step.images) * Double(step.geometry.multiplyAdds)
    case .resample(let step):
      return element * count(step.images) * Double(step.height * step.width * step.channels)
    case .copy(let step):
      return element * count(step.count)
    case .gather(_, _, _, _, let rows, let columns), .scatter(_, _, _, _, let rows, let columns):
      return element * count(rows) * Double(columns)
    case .random(let step):
      return randomNumber * count(step.count)
    case .kernel(let step):
      // What a kernel touches, several times over for what it computes.
      return step._withUnsafeGuaranteedRef { step in
        step.accesses.map { 8 * element * count($0.count) }.reduce(0, +)
      }
    case .counter:
      return element
    case .loop(let step):
      return Double(step.count) * nanoseconds(step.body, rows: rows)
    }
  }
}
