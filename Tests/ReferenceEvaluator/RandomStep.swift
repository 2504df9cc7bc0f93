internal import TensorGraph

/// One way to grow a random graph by an operation; nil when the operands do not suit it.
enum RandomStep: String, CaseIterable {
  case negate, absolute, sign, floor, square, reciprocal, squareRoot, reciprocalSquareRoot, exp, expMinusOne
  case log, logOnePlus, sin, cos, tan, atan, tanh, sigmoid, softplus
  case add, subtract, multiply, divide, power, minimum, maximum, less, lessOrEqual, equal, select
  case sum, mean, peak, logSumExp, matmul, reshape, broadcast, transpose, slice, pad, concatenate, gather, scatter
  case loop, noise, stop, convolve, pool, upsample
  case softmax, logSoftmax, normalize, attend, row, replaceRow, cumulativeSum, sumOverLoop, poolFreely, resize

  func build(
    _ x: [Tensor], _ values: [ReferenceArray], _ stream: inout RandomStream, _ random: inout SplitMix64
  ) -> Tensor? {
    let (a, b) = (x[0], x[1])
    let (low, high) = (values[0].scalars.min() ?? 1, values[0].scalars.max() ?? 1)
    let closest = values[0].scalars.map(abs).min() ?? 1
    switch self {
    case .negate: return -a
    case .absolute: return closest > RandomGraph.margin ? a.absolute() : nil
    case .sign: return closest > RandomGraph.margin ? a.sign() : nil
    case .floor: return isBetweenIntegers(values[0]) ? a.floor() : nil
    case .square: return a.squared()
    case .reciprocal: return closest > 0.3 ? a.reciprocal() : nil
    case .squareRoot: return low > 0.1 ? a.squareRoot() : (a.squared() + 0.5).squareRoot()
    case .reciprocalSquareRoot: return low > 0.1 ? a.reciprocalSquareRoot() : (a.squared() + 0.5).reciprocalSquareRoot()
    case .exp: return high < 2 ? a.exp() : (-a.absolute()).exp()
    case .expMinusOne: return high < 2 ? a.expMinusOne() : nil
    case .log: return low > 0.1 ? a.log() : (a.squared() + 0.5).log()
    case .logOnePlus: return low > -0.9 ? a.logOnePlus() : a.squared().logOnePlus()
    case .sin: return a.sin()
    case .cos: return a.cos()
    case .tan: return max(abs(low), abs(high)) < 1.3 ? a.tan() : (a.tanh()).tan()
    case .atan: return a.atan()
    case .tanh: return a.tanh()
    case .sigmoid: return a.sigmoid()
    case .softplus: return a.softplus()
    case .sum, .mean, .peak, .logSumExp, .matmul, .reshape, .broadcast, .transpose, .slice, .pad, .concatenate,
      .gather, .scatter, .loop, .noise, .stop, .convolve, .pool, .upsample, .softmax, .logSoftmax, .normalize, .attend,
      .row, .replaceRow, .cumulativeSum, .sumOverLoop, .poolFreely, .resize:
      return buildMove(x, values, &stream, &random)
    default: break
    }
    guard Tensor.broadcastShape(a.shape, b.shape) != nil else { return nil }
    let gap = ReferenceArray.elementwise(Array(values.prefix(2))) { abs($0[0] - $0[1]) }.scalars.min() ?? 1
    switch self {
    case .add: return a + b
    case .subtract: return a - b
    case .multiply: return a * b
    case .divide: return (values[1].scalars.map(abs).min() ?? 1) > 0.3 ? a / b : a / (b.squared() + 0.5)
    case .power: return low > 0.2 ? a.raised(to: b) : (a.squared() + 0.5).raised(to: b.tanh())
    case .minimum: return gap > RandomGraph.margin ? Tensor.minimum(a, b) : nil
    case .maximum: return gap > RandomGraph.margin ? Tensor.maximum(a, b) : nil
    case .less: return gap > RandomGraph.margin ? a .< b : nil
    case .lessOrEqual: return gap > RandomGraph.margin ? a .<= b : nil
    // Integers are exact on both sides.
    case .equal: return isBetweenIntegers(values[0]) && isBetweenIntegers(values[1]) ? a.floor() .== b.floor() : nil
    case .select:
      guard let shape = Tensor.broadcastShape(a.shape, b.shape), Tensor.broadcastShape(shape, x[2].shape) != nil
      else { return nil }
      return (values[2].scalars.map(abs).min() ?? 1) > RandomGraph.margin ? Tensor.select(x[2] .> 0, a, b) : nil
    default: return nil
    }
  }

  /// Whether no element is within the margin of an integer.
  private func isBetweenIntegers(_ x: ReferenceArray) -> Bool {
    x.scalars.allSatisfy { abs($0 - $0.rounded()) > RandomGraph.margin }
  }
}

extension RandomStep {
  /// Reductions, products, loops and moves of data.
  private func buildMove(
    _ x: [Tensor], _ values: [ReferenceArray], _ stream: inout RandomStream, _ random: inout SplitMix64
  ) -> Tensor? {
    let (a, b) = (x[0], x[1])
    let axis = a.rank == 0 ? 0 : Int.random(in: 0..<a.rank, using: &random)
    let axes = a.shape.indices.filter { _ in Bool.random(using: &random) }
    let isKept = Bool.random(using: &random)
    switch self {
    case .sum: return a.sum(alongAxes: axes, keepingDimensions: isKept)
    case .mean: return axes.contains { a.shape[$0] == 0 } ? nil : a.mean(alongAxes: axes, keepingDimensions: isKept)
    case .peak:
      return a.rank > 0 && hasClearPeak(values[0], axis) ? a.maximum(alongAxes: axis, keepingDimensions: isKept) : nil
    case .logSumExp:
      return a.rank > 0 && a.shape[axis] > 0 ? a.logSumExp(alongAxes: axis, keepingDimensions: isKept) : nil
    case .matmul: return matmul(a, b, &random)
    case .reshape: return a.reshaped(Bool.random(using: &random) ? [a.elementCount] : [1] + a.shape.reversed())
    case .broadcast:
      let lead = a.rank < 4 ? [2] : []
      return a.broadcast(to: lead + a.shape.map { $0 == 1 ? Int.random(in: 1...3, using: &random) : $0 })
    case .transpose: return a.transposed(a.shape.indices.shuffled(using: &random))
    case .slice:
      guard a.rank > 0 else { return nil }
      let start = Int.random(in: 0...a.shape[axis], using: &random)
      return a.sliced(alongAxis: axis, start..<Int.random(in: start...a.shape[axis], using: &random))
    case .pad:
      let (before, after) = (a.shape.map { _ in Int.random(in: 0...1, using: &random) }, a.shape.map { _ in 1 })
      return a.padded(before: before, after: after)
    case .concatenate:
      guard a.rank > 0, a.rank == b.rank else { return nil }
      let fits = a.shape.indices.allSatisfy { $0 == axis || a.shape[$0] == b.shape[$0] }
      return fits ? Tensor.concatenated([a, b, a], alongAxis: axis) : Tensor.concatenated([a, a], alongAxis: axis)
    case .gather, .scatter:
      guard a.rank > 0, a.rank < 4, a.shape[0] > 0 else { return nil }
      let positions = Tensor(
        Literal(a.shape.prefix(1).flatMap { rows in (0..<rows).map { Float(($0 * $0 + 1) % rows) } }, evaluator: nil),
        shape: [a.shape[0]])
      return self == .gather ? a.gatheringRows(at: positions) : a.scatteringRows(at: positions, count: a.shape[0] + 1)
    case .loop:
      guard let shape = Tensor.broadcastShape(a.shape, b.shape) else { return nil }
      return Tensor.iterate(3, from: [a.broadcast(to: shape)], random: &stream) { state, iteration, random in
        [(state[0] * 0.7 + b.sin() * 0.3 + iteration * 0.1 + 0.1 * random.normal(shape)).tanh()]
      }[0]
    case .noise: return a + 0.5 * (isKept ? stream.normal(a.shape) : stream.uniform(a.shape))
    case .stop: return a.stoppingGradient()
    case .softmax: return a.rank > 0 && a.shape[axis] > 0 ? a.softmax(alongAxis: axis) : nil
    case .logSoftmax: return a.rank > 0 && a.shape[axis] > 0 ? a.logSoftmax(alongAxis: axis) : nil
    case .row, .replaceRow:
      guard a.rank > 1 else { return nil }
      let index = Tensor(constant: Float(Int.random(in: -1...a.shape[1], using: &random)))
      return self == .row ? a.row(at: index) : a.replacing(rowAt: index, with: a.sum(alongAxes: 1).tanh())
    case .cumulativeSum: return a.rank > 0 ? a.cumulativeSum(alongAxis: axis, exclusive: isKept) * 0.5 : nil
    case .sumOverLoop:
      guard Tensor.broadcastShape(a.shape, b.shape) != nil else { return nil }
      return Tensor.sum(over: 3) { [(a * 0.4 + $0).sin() * b.tanh() * 0.5] }[0]
    case .poolFreely:
      guard a.rank == 4, a.shape[1] > 0, a.shape[2] > 0 else { return nil }
      let size = Int.random(in: 1...min(2, a.shape[1], a.shape[2]), using: &random)
      return a.averagePooled(size: size, stride: 1, padding: size / 2)
    case .resize:
      guard a.rank == 4, a.shape[1] > 0, a.shape[2] > 0 else { return nil }
      return a.resized(
        height: Int.random(in: 1...4, using: &random), width: Int.random(in: 1...4, using: &random),
        method: isKept ? .nearest : .bilinear)
    case .normalize:
      guard a.rank > 1, a.elementCount > 0 else { return nil }
      let channels = a.shape[a.rank - 1]
      let scale = b.shape == [channels] ? b : nil
      return isKept
        ? a.groupNormalized(groups: channels % 2 == 0 ? 2 : 1, scale: scale, epsilon: 0.5)
        : a.layerNormalized(shift: scale, epsilon: 0.5)
    case .attend:
      let fits = a.rank > 2 && b.rank == a.rank && b.shape.dropLast(2) == a.shape.dropLast(2)
      guard a.rank > 2, a.elementCount > 0 else { return nil }
      return fits && b.shape.last == a.shape.last && b.elementCount > 0
        ? a.attending(to: b, values: b) : a.attending(to: a, values: a.sin())
    case .convolve, .pool, .upsample: return buildImages(a, b, &random)
    default: return nil
    }
  }

  /// Operations on images, as which any array with elements is seen.
  private func buildImages(_ a: Tensor, _ b: Tensor, _ random: inout SplitMix64) -> Tensor? {
    func images(_ x: Tensor) -> Tensor { x.reshaped([Int](repeating: 1, count: 4 - x.rank) + x.shape) }
    guard a.rank <= 4, b.rank <= 4, a.elementCount > 0, b.elementCount > 0 else { return nil }
    let x = images(a)
    let (height, width) = (x.shape[1], x.shape[2])
    switch self {
    case .convolve:
      let (stride, padding) = (Int.random(in: 1...2, using: &random), Int.random(in: 0...2, using: &random))
      let other = images(b)
      let fits =
        other.shape[3] == x.shape[3] && other.shape[1] <= height + 2 * padding && other.shape[2] <= width + 2 * padding
      return 0.25 * x.convolved(with: fits ? other : x, stride: stride, padding: padding)
    case .pool:
      let sizes = (1...min(height, width)).filter { height % $0 == 0 && width % $0 == 0 }
      return sizes.randomElement(using: &random).map { x.averagePooled(size: $0) }
    default:
      return x.upsampled(size: Int.random(in: 1...2, using: &random))
    }
  }

  private func matmul(_ a: Tensor, _ b: Tensor, _ random: inout SplitMix64) -> Tensor? {
    guard a.rank >= 2, b.rank >= 2 else { return nil }
    for (left, right) in [(false, false), (true, false), (false, true), (true, true)].shuffled(using: &random) {
      let inner = a.shape[a.rank - (left ? 2 : 1)]
      guard inner == b.shape[b.rank - (right ? 1 : 2)],
        Tensor.broadcastShape(Array(a.shape.dropLast(2)), Array(b.shape.dropLast(2))) != nil
      else { continue }
      return a.matmul(b, transposeLeft: left, transposeRight: right) * 0.5
    }
    return nil
  }

  /// Whether the largest element along an axis stands clear of the second largest everywhere.
  private func hasClearPeak(_ x: ReferenceArray, _ axis: Int) -> Bool {
    guard x.shape[axis] > 0 else { return false }
    var lines: [[Int]: [Double]] = [:]
    for place in x.scalars.indices {
      var index = ReferenceArray.index(place, in: x.shape)
      index[axis] = 0
      lines[index, default: []].append(x.scalars[place])
    }
    return lines.values.allSatisfy { line in
      let sorted = line.sorted(by: >)
      return sorted.count == 1 || sorted[0] - sorted[1] > RandomGraph.margin
    }
  }
}
