package import TensorGraph

/// A random graph over all operations, with inputs at which it is well conditioned.
///
/// The graph grows node by node; each candidate is evaluated by the reference and kept only when its elements stay
/// within `bound` and its operands are away from where a function jumps, bends or blows up (`margin`). So a rounding
/// of the operands moves the results by little, and central differences see one branch.
package struct RandomGraph {
  package let inputs: [(placeholder: Placeholder, scalars: [Double])]
  /// The last nodes, and a node that no other reads.
  package private(set) var results: [Tensor]
  /// What each step did, for the message of a failing test.
  package private(set) var trace: [String] = []

  /// The key of the random numbers for which the graph is well conditioned.
  package static let key: (UInt32, UInt32) = (11, 7)
  /// How many ways to grow there are.
  package static var stepCount: Int { RandomStep.allCases.count }
  static let bound = 8.0
  static let margin = 0.01

  private var pool: [(tensor: Tensor, value: ReferenceArray)] = []
  private var random: SplitMix64
  private var stream = RandomStream()
  private let evaluator = ReferenceEvaluator(key: RandomGraph.key)

  package init(seed: UInt64, nodes: Int = 30) {
    random = SplitMix64(seed: seed)
    // Sizes 1 and 0 beside others, and shapes that broadcast with one another.
    let sizes = [Int.random(in: 1...5, using: &random), Int.random(in: 2...4, using: &random), 1, 3]
    let hasEmpty = Int.random(in: 0..<8, using: &random) == 0
    var inputs: [(placeholder: Placeholder, scalars: [Double])] = []
    for number in 0..<4 {
      let rank = Int.random(in: 0...4, using: &random)
      var shape: [Int] = []
      for axis in 0..<rank { shape.append(Bool.random(using: &random) ? sizes[axis] : 1) }
      if hasEmpty && number == 0 && rank > 0 { shape[Int.random(in: 0..<rank, using: &random)] = 0 }
      let placeholder = Placeholder("x\(number)", shape: shape)
      inputs.append((placeholder, random.scalars(shape.reduce(1, *), in: -2...2)))
    }
    self.inputs = inputs
    results = []
    for (placeholder, scalars) in inputs {
      pool.append((placeholder.tensor, ReferenceArray(shape: placeholder.shape, scalars: scalars)))
    }
    while trace.count < nodes { grow() }
    results = pool.suffix(3).map(\.tensor)
  }

  private mutating func grow() {
    let kind = RandomStep.allCases[Int.random(in: 0..<RandomStep.allCases.count, using: &random)]
    // Recent nodes are preferred, so that graphs are deep as well as wide.
    let operands = (0..<3).map { _ in
      let low = Bool.random(using: &random) ? max(0, pool.count - 6) : 0
      return pool[Int.random(in: low..<pool.count, using: &random)]
    }
    guard let candidate = kind.build(operands.map(\.tensor), operands.map(\.value), &stream, &random) else { return }
    let bindings = Dictionary(uniqueKeysWithValues: inputs.map { ($0.placeholder, $0.scalars) })
    guard candidate.elementCount <= 200, candidate.rank <= 4 else { return }
    let scalars = evaluator.values(of: [candidate], placeholders: bindings)[0]
    guard scalars.allSatisfy({ abs($0) <= RandomGraph.bound }) else { return }
    pool.append((candidate, ReferenceArray(shape: candidate.shape, scalars: scalars)))
    trace.append("\(kind.rawValue)\(operands.map(\.value.shape)) -> \(candidate.shape)")
  }
}
