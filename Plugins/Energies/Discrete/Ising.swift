public import EBMCore
private import Foundation
public import Networks
public import Tensors

/// The Ising model on a grid of spins ±1.
///
/// ```
/// E(s) = −J Σ_⟨ij⟩ s_i s_j − h Σ_i s_i
/// ```
/// over pairs of neighbours on the grid, each pair once; on a torus the last row and column are neighbours of the
/// first. J is in units of the temperature: on an infinite grid spins order above J = ln(1 + √2)/2 = 0.4407.
/// Points are `[rows, columns, 1]`. Between ±1, E is the multilinear function through its values there, so ∇E holds
/// minus the field at each spin and a flip changes E by −2 s_i ∂E/∂s_i. Its function is a ``GibbsEnergyFunction``: spins
/// of one colour of a colouring of the grid are drawn at once.
/// ln Z, means and variances are exact by the transfer matrix (Kramers & Wannier, *Statistics of the two-dimensional
/// ferromagnet*, 1941) where that is a few seconds' work at most: sides of 12, on a torus 10; draws by enumeration of up
/// to 12 spins.
public struct Ising: TractableEnergy {
  public static let name = "ising"
  public static let summary = "Ising model on a grid of spins."

  @Setting("rows of the grid", .integers(1...4_096)) public var rows = 4
  @Setting("columns of the grid", .integers(1...4_096)) public var columns = 4
  /// 0.4: almost critical.
  @Setting("J: above 0 neighbours agree", .range(-100...100)) public var coupling = 0.4
  @Setting("h: above 0 spins are up", .range(-100...100)) public var field = 0.0
  /// Yes: all spins are alike.
  @Setting("whether opposite edges are neighbours") public var isTorus = true

  public init() {}

  public func conflicts() -> [String] {
    guard isTorus, min(rows, columns) < 3 else { return [] }
    return ["a torus of \(rows) × \(columns) spins has pairs that are neighbours twice; 3 × 3 is the smallest"]
  }

  public var space: SampleSpace { SampleSpace(shape: [rows, columns, 1], values: .spin) }
  public var logNormalizer: Double? { IsingTransfer(self)?.logNormalizer }
  public var mean: [Double]? {
    // Turning all spins over changes nothing without a field.
    if field == 0 { return [Double](repeating: 0, count: rows * columns) }
    return IsingTransfer(self)?.means
  }
  public var variance: [Double]? { mean?.map { 1 - $0 * $0 } }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let spins = grid(x)
    let bonds = [1, 2].map { (spins * neighbour(spins, $0, ahead: true)).sum(alongAxes: 1, 2) }
    return -Float(coupling) * (bonds[0] + bonds[1]) - Float(field) * spins.sum(alongAxes: 1, 2)
  }

  public func function(over space: SampleSpace, in scope: ParameterScope) -> any EnergyFunction {
    IsingFunction(model: self)
  }

  /// Points as `[batch, rows, columns]`.
  func grid(_ x: Tensor) -> Tensor { x.reshaped([x.shape[0], rows, columns]) }

  /// For each spin of a grid the next one along an axis, or the one before; at the end 0, on a torus the one at the
  /// other end.
  func neighbour(_ spins: Tensor, _ axis: Int, ahead: Bool) -> Tensor {
    let size = spins.shape[axis]
    let rest = spins.sliced(alongAxis: axis, ahead ? 1..<size : 0..<(size - 1))
    let end = spins.sliced(alongAxis: axis, ahead ? 0..<1 : (size - 1)..<size)
    let wrapped = isTorus ? end : Tensor(0).broadcast(to: end.shape)
    return Tensor.concatenated(ahead ? [rest, wrapped] : [wrapped, rest], alongAxis: axis)
  }

  public func draws(_ count: Int, random: inout RandomStream) -> Tensor? {
    let size = rows * columns
    guard size <= 12 else { return nil }
    let states = (0..<(1 << size)).map { state in (0..<size).map { Float((state >> $0) & 1) * 2 - 1 } }
    let table = Tensor(rows: states)
    let energies = callAsFunction(table).scalars.map(Double.init)
    let lowest = energies.min() ?? 0
    var total = 0.0
    let sums = energies.map { energy -> Double in
      total += exp(lowest - energy)
      return total
    }
    let bounds = Tensor(sums.dropLast().map { Float($0 / total) })
    let state = (random.uniform([count, 1]) .>= bounds).sum(alongAxes: 1)
    return table.gatheringRows(at: state).reshaped([count, rows, columns, 1])
  }
}
