internal import EBMCore
internal import Tensors

/// The Ising energy with exact sweeps.
///
/// Neighbours differ in colour, so the spins of a colour are independent given the others:
/// p(s_i = 1) = sigmoid(2 (J Σ_neighbours s_j + h)). Two colours do, as on a chessboard, but for a torus with a side of
/// odd length, which takes three.
struct IsingFunction: GibbsEnergyFunction {
  let model: Ising

  func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor { model(x) }

  func gibbsSweep(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor {
    var spins = model.grid(x)
    for color in colors {
      let neighbours = [1, 2].flatMap { axis in
        [model.neighbour(spins, axis, ahead: true), model.neighbour(spins, axis, ahead: false)]
      }
      let sum = neighbours[0] + neighbours[1] + neighbours[2] + neighbours[3]
      let probability = (2 * (Float(model.coupling) * sum + Float(model.field))).sigmoid()
      let drawn = 2 * (context.random.uniform(spins.shape) .< probability) - 1
      spins = Tensor.select(color, drawn, spins)
    }
    return spins.reshaped(x.shape)
  }

  /// For each colour, `[rows, columns]` with 1 at its sites.
  private var colors: [Tensor] {
    func isOddCycle(_ size: Int) -> Bool { model.isTorus && size % 2 == 1 }
    // Colours of a path or cycle; their sums by rows and columns differ between neighbours, whatever is added to both.
    func color(_ index: Int, of size: Int) -> Int { isOddCycle(size) && index == size - 1 ? 2 : index % 2 }
    let count = isOddCycle(model.rows) || isOddCycle(model.columns) ? 3 : 2
    let sites = (0..<model.rows).flatMap { row in
      (0..<model.columns).map { (color(row, of: model.rows) + color($0, of: model.columns)) % count }
    }
    return (0..<count).map { color in
      Tensor(sites.map { $0 == color ? 1 : 0 }, shape: [model.rows, model.columns])
    }
  }
}
