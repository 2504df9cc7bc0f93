/// Elements minus their mean over their standard deviation, then scaled and shifted by channel: group and layer
/// normalisation.
/// ```
/// y = (x − m) / √(s² + ε) · scale + shift
/// ```
/// m and s² are taken over all axes from `firstAxis` on, the channels of a group alone; s² divides by their number.
/// Operands x `[…, channels]`, scale `[channels]`, shift `[channels]`.
package struct Normalization: CompositeOperation {
  /// The first axis that mean and variance are taken over; all before are kept apart.
  package let firstAxis: Int
  /// Groups of adjacent channels.
  package let groups: Int
  package let epsilon: Float

  package var name: String { "normalization" }

  package func rowOperands(_ inputs: [[Int]]) -> Set<Int>? { firstAxis > 0 ? [0] : nil }

  package func composition(_ inputs: [Tensor]) -> Tensor {
    normalized(inputs[0]) * inputs[1] + inputs[2]
  }

  package func pullback(operand: Int, _ inputs: [Tensor], _ result: Tensor, _ g: Tensor) -> Tensor? {
    if operand == 0 { return NormalizationPullback(forward: self)([inputs[0], inputs[1], g]) }
    let sums = NormalizationSums(forward: self)([inputs[0], g])
    return sums.sliced(alongAxis: 0, (2 - operand)..<(3 - operand)).reshaped(inputs[operand].shape)
  }

  /// The same without scale and shift.
  fileprivate func normalized(_ x: Tensor) -> Tensor {
    let grouped = x.reshaped([images(x.shape), positions(x.shape), groups, x.shape[x.rank - 1] / groups])
    let centred = grouped - grouped.mean(alongAxes: 1, 3, keepingDimensions: true)
    let variance = centred.squared().mean(alongAxes: 1, 3, keepingDimensions: true)
    return (centred * (variance + epsilon).reciprocalSquareRoot()).reshaped(x.shape)
  }

  /// How many means and variances a group of channels has.
  package func images(_ shape: [Int]) -> Int { shape[..<firstAxis].reduce(1, *) }

  /// How many elements of a channel go into each.
  package func positions(_ shape: [Int]) -> Int { shape[firstAxis..<(shape.count - 1)].reduce(1, *) }
}

/// What a gradient g with respect to a normalisation's result gives to x, mean and variance included. Operands x, scale, g.
package struct NormalizationPullback: CompositeOperation {
  package let forward: Normalization

  package var name: String { "normalization pullback" }

  package func rowOperands(_ inputs: [[Int]]) -> Set<Int>? { forward.firstAxis > 0 ? [0, 2] : nil }

  package func composition(_ inputs: [Tensor]) -> Tensor {
    let (x, scale, g) = (inputs[0], inputs[1], inputs[2])
    return forward.composedPullback(operands: [0], [x, scale, Tensor(constant: 0).broadcast(to: scale.shape)], g)[0]
  }
}

/// What a gradient g with respect to a normalisation's result gives to shift and scale, `[2, channels]`: the sums of g and
/// of g (x − m) / √(s² + ε). Operands x, g.
package struct NormalizationSums: CompositeOperation {
  package let forward: Normalization

  package var name: String { "normalization sums" }

  package func rowOperands(_ inputs: [[Int]]) -> Set<Int>? { forward.firstAxis > 0 ? [0, 1] : nil }

  package var addsUpRows: Bool { true }

  package func composition(_ inputs: [Tensor]) -> Tensor {
    let (x, g) = (inputs[0], inputs[1])
    let axes = Array(0..<(x.rank - 1))
    let sums = [g, g * forward.normalized(x)].map { $0.sum(alongAxes: axes).expandingAxis(at: 0) }
    return Tensor.concatenated(sums, alongAxis: 0)
  }
}

extension Tensor {
  /// Group normalisation: the channels of each group, at all positions of an image, are shifted and scaled to mean 0 and
  /// variance 1, then each channel is scaled and shifted.
  /// ```
  /// y = (x − m) / √(s² + ε) · scale + shift
  /// ```
  /// Source: Wu & He, *Group normalization*, 2018, eq. 1 to 7.
  ///
  /// - Parameters:
  ///   - groups: groups of adjacent channels; 1 normalises each image as a whole.
  ///   - scale: `[channels]`, 1 by default.
  ///   - shift: `[channels]`, 0 by default.
  ///   - epsilon: what is added to the variance, above 0; what is the same everywhere becomes 0.
  /// - Returns: the shape of this tensor, `[batch, …, channels]`.
  /// - Precondition: `groups` divides the channels.
  public func groupNormalized(
    groups: Int, scale: Tensor? = nil, shift: Tensor? = nil, epsilon: Float = 1e-5
  ) -> Tensor {
    precondition(rank >= 2, "groupNormalized: shape \(shape) must be [batch, …, channels]")
    return normalized(Normalization(firstAxis: 1, groups: groups, epsilon: epsilon), scale, shift)
  }

  /// Layer normalisation: each row along the last axis is shifted and scaled to mean 0 and variance 1, then each of its
  /// elements is scaled and shifted. For images `[batch, height, width, channels]` rows are those of one pixel.
  ///
  /// Source: Ba, Kiros & Hinton, *Layer normalization*, 2016, eq. 3 and 4. Parameters as in `groupNormalized`.
  public func layerNormalized(scale: Tensor? = nil, shift: Tensor? = nil, epsilon: Float = 1e-5) -> Tensor {
    precondition(rank >= 1, "layerNormalized: a scalar has no axis")
    return normalized(Normalization(firstAxis: rank - 1, groups: 1, epsilon: epsilon), scale, shift)
  }

  private func normalized(_ operation: Normalization, _ scale: Tensor?, _ shift: Tensor?) -> Tensor {
    let channels = shape[rank - 1]
    precondition(
      operation.groups > 0 && channels % operation.groups == 0,
      "\(operation.name): \(operation.groups) groups do not divide \(channels) channels of \(shape)")
    precondition(operation.epsilon > 0, "\(operation.name): epsilon \(operation.epsilon) must be above 0")
    for operand in [scale, shift].compactMap({ $0 }) {
      precondition(
        operand.shape == [channels],
        "\(operation.name): scale and shift of shape \(operand.shape) must be [\(channels)]")
    }
    func constant(_ value: Float) -> Tensor { Tensor(constant: value).broadcast(to: [channels]) }
    if elementCount == 0 { return self }
    let operands = [self, scale ?? constant(1), shift ?? constant(0)]
    // Statistics of a few numbers each are not worth a kernel that goes from one to the next.
    let isNarrow = operation.positions(shape) == 1 && channels / operation.groups < 16
    return isNarrow ? operation.composition(operands) : operation(operands)
  }
}
