public import Tensors

/// An affine map y = x Wᵀ + b, or y = x (W/σ)ᵀ + b with spectral normalisation.
///
/// W is `[outputs, inputs]`. First values as PyTorch's: W and b uniform on ±1/√inputs.
public struct Linear: Sendable {
  /// W, `[outputs, inputs]`.
  public let weight: Parameter
  /// b, `[outputs]`; nil for a linear map.
  public let bias: Parameter?
  /// The norm that W is divided by; nil for none.
  public let spectralNorm: SpectralNorm?

  /// Declares the map's parameters.
  ///
  /// - Parameters:
  ///   - inputs: features in.
  ///   - outputs: features out.
  ///   - hasBias: whether b exists.
  ///   - isSpectrallyNormalized: whether W is divided by its largest singular value.
  ///   - isZero: whether W starts at 0, for the last map of a residual branch.
  public init(
    _ inputs: Int, _ outputs: Int, hasBias: Bool = true, isSpectrallyNormalized: Bool = false, isZero: Bool = false,
    in scope: ParameterScope
  ) {
    let bound = Initialization.uniform(bound: 1 / Float(inputs).squareRoot())
    weight = scope.parameter("weight", shape: [outputs, inputs], isZero ? .constant(0) : bound)
    bias = hasBias ? scope.parameter("bias", shape: [outputs], bound) : nil
    spectralNorm = isSpectrallyNormalized ? SpectralNorm(of: weight, in: scope) : nil
  }

  /// y of x, `[batch, inputs]` to `[batch, outputs]`.
  public func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor {
    let matrix = spectralNorm?.normalized(weight.tensor, &context) ?? weight.tensor
    let y = x.matmul(matrix, transposeRight: true)
    return bias.map { y + $0.tensor } ?? y
  }
}
