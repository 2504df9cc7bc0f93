public import EBMCore
public import Tensors

/// Maximum pseudo-likelihood over coordinates of two values: each coordinate is predicted from the others, which needs
/// no normaliser and no chains.
///
/// ```
/// L = −mean Σ_d ln p(x_d | x_others) = mean Σ_d softplus( E(x) − E(x with coordinate d turned over) )
/// ```
/// Consistent, if not as efficient as maximum likelihood. With `coordinates` the sum is estimated from so many random
/// coordinates of each point; all of them need a batch of D copies.
/// Source: Besag, *Statistical analysis of non-lattice data*, 1975.
public struct PseudoLikelihood: Objective, ObjectiveFunction {
  public static let name = "pseudo-likelihood"
  public static let summary = "Pseudo-likelihood of coordinates that take two values."

  @Setting("random coordinates turned over for each point; null for all", .integers(1...))
  public var coordinates: Int? = nil
  @Setting("sampler steps of a chain that makes a sample, from a fresh start", .integers(0...))
  public var samplingSteps = 500

  public init() {}

  public var needs: [Need] { [.points([.binary, .spin]), .part(.sampler)] }
  public var mayUse: Set<ComponentFamily> { [.initializer] }

  public func misfits(in surroundings: Surroundings) -> [ConfigurationProblem] {
    guard let coordinates, coordinates > surroundings.space.dimension else { return [] }
    return [
      ConfigurationProblem(
        path: "coordinates", found: "\(coordinates)", expected: "at most the \(surroundings.space.dimension) of a point"
      )
    ]
  }

  public func losses(for data: Tensor, model: Model, _ context: inout Context) -> Losses {
    let (rows, dimension) = (data.shape[0], model.space.dimension)
    let count = coordinates ?? dimension
    let place =
      coordinates == nil
      ? Tensor((0..<dimension * rows).map { Float($0 / rows) })
      : NoiseLevels.randomPlaces(count * rows, among: dimension, random: &context.random)
    let turned = place.oneHot(count: dimension).reshaped([count * rows] + data.shape.dropFirst())
    let copies = data.copies(count)
    let other = model.space.values == .spin ? -copies : 1 - copies
    let energy = model.energy(data, Condition(), &context)
    let turnedEnergy = model.energy(Tensor.select(turned, other, copies), Condition(), &context)
    let surprise = (energy.copies(count) - turnedEnergy).softplus()
    return Losses(
      energy: Float(dimension) * surprise.mean(),
      diagnostics: [("predicted", (turnedEnergy .> energy.copies(count)).mean())])
  }

  public func samples(_ count: Int, model: Model, _ context: inout Context) -> [LeveledSamples] {
    MaximumLikelihood { $0.samplingSteps = samplingSteps }.samples(count, model: model, &context)
  }

  public func energy(at points: Tensor, level: Int?, model: Model, _ context: inout Context) -> Tensor {
    model.energy(points, Condition(), &context)
  }
}
