public import EBMCore
private import Foundation
public import Networks
public import Tensors

/// A restricted Boltzmann machine: binary visible and hidden units with weights between, but not within, the sides.
///
/// ```
/// E(v, h) = −bᵀv − cᵀh − vᵀW h
/// E(v) = −bᵀv − Σ_j ln(1 + exp(c_j + (vᵀW)_j))
/// ```
/// Units of a side are independent given the other side: its function is a ``GibbsEnergyFunction``, a sweep of which draws
/// h given v, then v given h. First values: W normal of deviation 0.01, b and c 0.
/// Source: Hinton, *A practical guide to training restricted Boltzmann machines*, 2012.
public struct RestrictedBoltzmannMachine: Energy {
  public static let name = "rbm"
  public static let summary = "Restricted Boltzmann machine: binary visible and hidden units."

  @Setting("number of hidden units", .integers(1...65_536)) public var hidden = 64
  /// 0.01: small, but not all alike.
  @Setting("standard deviation of the first weights", .range(0...10)) public var deviation: Float = 0.01

  public init() {}

  public var needs: [Need] { [.points([.binary])] }

  public func function(
    over space: SampleSpace, in scope: ParameterScope
  ) throws(ConfigurationError) -> any EnergyFunction {
    Function(
      shape: space.shape,
      weight: scope.parameter(
        "weight", shape: [space.dimension, hidden], .normal(standardDeviation: deviation)),
      visibleBias: scope.parameter("visibleBias", shape: [space.dimension], .constant(0)),
      hiddenBias: scope.parameter("hiddenBias", shape: [hidden], .constant(0)))
  }

  /// The machine with its parameters.
  public struct Function: GibbsEnergyFunction {
    /// Shape of a point.
    let shape: [Int]
    /// W, `[visible, hidden]`.
    public let weight: Parameter
    /// b, `[visible]`.
    public let visibleBias: Parameter
    /// c, `[hidden]`.
    public let hiddenBias: Parameter

    private func flat(_ visible: Tensor) -> Tensor { visible.reshaped([visible.shape[0], visibleBias.shape[0]]) }

    /// c + vᵀW.
    private func hiddenInput(_ visible: Tensor) -> Tensor { flat(visible).matmul(weight.tensor) + hiddenBias.tensor }

    public func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor {
      -(flat(x) * visibleBias.tensor).sum(alongAxes: 1) - hiddenInput(x).softplus().sum(alongAxes: 1)
    }

    /// p(h_j = 1 | v), from points `[batch, …]` to `[batch, hidden]`.
    public func hiddenProbabilities(given visible: Tensor) -> Tensor {
      hiddenInput(visible).sigmoid()
    }

    /// p(v_i = 1 | h), from `[batch, hidden]` to points `[batch, …]`.
    public func visibleProbabilities(given hidden: Tensor) -> Tensor {
      let input = hidden.matmul(weight.tensor, transposeRight: true) + visibleBias.tensor
      return input.sigmoid().reshaped([hidden.shape[0]] + shape)
    }

    /// E(v, h) of each row.
    public func jointEnergy(visible: Tensor, hidden: Tensor) -> Tensor {
      -(flat(visible) * visibleBias.tensor).sum(alongAxes: 1) - (hidden * hiddenInput(visible)).sum(alongAxes: 1)
    }

    public func gibbsSweep(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor {
      let hidden = context.random.uniform([x.shape[0], hiddenBias.shape[0]]) .< hiddenProbabilities(given: x)
      return context.random.uniform(x.shape) .< visibleProbabilities(given: hidden)
    }

    /// ln Z by enumeration of the smaller side, of at most 16 units; nil for larger machines.
    ///
    /// - Precondition: the store has values of the parameters.
    public func logNormalizer(in store: ParameterStore) -> Double? {
      let (visibleCount, hiddenCount) = (visibleBias.shape[0], hiddenBias.shape[0])
      guard min(visibleCount, hiddenCount) <= 16 else { return nil }
      guard let weights = store[weight], let b = store[visibleBias], let c = store[hiddenBias] else {
        preconditionFailure("\(weight.name): the machine's parameters have no values in the store")
      }
      let isVisible = visibleCount <= hiddenCount
      let (outer, inner) = isVisible ? (b, c) : (c, b)
      func coupling(_ outer: Int, _ inner: Int) -> Double {
        Double(isVisible ? weights[outer * hiddenCount + inner] : weights[inner * hiddenCount + outer])
      }
      let couplings = outer.indices.map { row in inner.indices.map { coupling(row, $0) } }
      let exponents = (0..<(1 << outer.count)).map { state -> Double in
        var inputs = inner.map(Double.init)
        var exponent = 0.0
        for unit in outer.indices where (state >> unit) & 1 == 1 {
          exponent += Double(outer[unit])
          for index in inputs.indices { inputs[index] += couplings[unit][index] }
        }
        return inputs.reduce(exponent) { $0 + max($1, 0) + log1p(exp(-abs($1))) }
      }
      let peak = exponents.max() ?? 0
      return peak + log(exponents.reduce(0) { $0 + exp($1 - peak) })
    }
  }
}
