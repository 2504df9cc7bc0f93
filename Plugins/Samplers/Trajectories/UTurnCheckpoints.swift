public import Tensors

/// Momenta at some leaves of a subtree, with the sums of momenta up to and including them: what is needed at leaf n to
/// test every subtree that ends there, in memory that grows with the depth alone.
///
/// Leaf n, counted from 0, starts subtrees when it is even, and is kept at level (ones in the binary n/2). It ends one
/// subtree for each of its trailing ones, whose first leaves are then at the levels up to (ones in n/2).
public struct UTurnCheckpoints: TensorGroup {
  /// `[batch, depth, D]`.
  private var momenta: Tensor
  /// `[batch, depth, D]`.
  private var sums: Tensor

  /// None yet.
  public init(rows: [Int], depth: Int) {
    momenta = Tensor(0).broadcast(to: [rows[0], depth, rows[1]])
    sums = momenta
  }

  /// Takes in leaf n, `[batch]`, with its momentum and the subtree's sum so far, `[batch, D]`.
  ///
  /// - Returns: 1 where a subtree that ends at this leaf turns, `[batch]`.
  public mutating func add(leaf n: Tensor, momentum: Tensor, sum: Tensor) -> Tensor {
    let depth = momenta.shape[1]
    let levels = Tensor((0..<depth).map(Float.init))
    let powers = Tensor((1...depth).map { Float(1 << $0) })
    let column = n.expandingAxis(at: 1)
    // Bits 1, 2, … of n.
    let halves = (column / powers).floor()
    let bits = halves - 2 * (0.5 * halves).floor()
    let last = bits.sum(alongAxes: [1], keepingDimensions: true)
    // Trailing ones of n are trailing zeros of n + 1.
    let ends = (((column + 1) / powers).floor() * powers .== column + 1).sum(alongAxes: [1], keepingDimensions: true)
    let isKept = ((ends .== 0) * (levels .== last)).expandingAxis(at: 2)
    let isTested = (levels .> last - ends) * (levels .<= last)
    let (momentum, sum) = (momentum.expandingAxis(at: 1), sum.expandingAxis(at: 1))
    let turns = Self.turns(from: momenta, to: momentum, sum: sum - sums + momenta)
    momenta = Tensor.select(isKept, momentum, momenta)
    sums = Tensor.select(isKept, sum, sums)
    return (isTested * turns).maximum(alongAxes: 1)
  }

  /// Whether a trajectory turns back on itself: its end points' momenta and the sum of all, half of the ends left out,
  /// make an angle of 90° or more. The sum stands for the way from end to end, by the trapezoidal rule.
  public static func turns(from first: Tensor, to last: Tensor, sum: Tensor) -> Tensor {
    let way = sum - 0.5 * (first + last)
    let cosines = Tensor.minimum((first * way).sum(alongAxes: -1), (last * way).sum(alongAxes: -1))
    return cosines .<= 0
  }
}
