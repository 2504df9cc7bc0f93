internal import CKernels
internal import TensorGraph

/// What a step reads or writes: elements from an operand's place on.
struct StepAccess {
  var operand: Operand
  var count: Extent
  var isWrite: Bool

  static func read(_ operand: Operand, _ count: Extent) -> StepAccess {
    StepAccess(operand: operand, count: count, isWrite: false)
  }
  static func write(_ operand: Operand, _ count: Extent) -> StepAccess {
    StepAccess(operand: operand, count: count, isWrite: true)
  }
}

extension Step {
  /// Everything that the step touches, reads first. A loop's own are found by walking its parts.
  var accesses: [StepAccess] {
    switch self {
    case .strip(let program): return program.accesses
    case .reduce(let step):
      let (outer, reduced) = (step.outer, step.reduced)
      let inputs = outer.fixed > 0 || outer.perRow > 0 ? outer * reduced * step.inner : Extent()
      return [.read(step.input, inputs), .write(step.out, outer * .fixed(step.inner))]
    case .product(let step):
      let right = step.right == .packed ? Int(ck_packed_size(Int64(step.k.fixed), Int64(step.n))) : step.n
      return [
        .read(step.a, step.batch * step.m * step.k),
        .read(step.b, step.right == .packed ? .fixed(right) : step.batch * step.k * .fixed(step.n)),
        .write(step.c, step.batch * step.m * .fixed(step.n)),
      ]
    case .pack(let step):
      return [
        .read(step.input, .fixed(step.k * step.n)),
        .write(step.out, .fixed(Int(ck_packed_size(Int64(step.k), Int64(step.n))))),
      ]
    case .convolution(let step): return step.accesses
    case .resample(let step):
      let large = step.images * .fixed(step.height * step.width * step.channels)
      let small =
        step.images * .fixed((step.height / step.factor) * (step.width / step.factor) * step.channels)
      return step.isDown
        ? [.read(step.input, large), .write(step.out, small)] : [.read(step.input, small), .write(step.out, large)]
    case .copy(let step):
      return step.pieces.map { .read($0.input, $0.elements) } + [.write(step.out, step.count)]
    case .gather(let table, let tableRows, let index, let out, let rows, let columns):
      return [
        .read(table, .fixed(tableRows * columns)), .read(index, rows), .write(out, rows * .fixed(columns)),
      ]
    case .scatter(let updates, let index, let out, let tableRows, let rows, let columns):
      return [
        .read(updates, rows * .fixed(columns)), .read(index, rows), .write(out, .fixed(tableRows * columns)),
      ]
    case .random(let step):
      return (step.counter.map { [.read($0, .fixed(Counter.digitCount))] } ?? []) + [.write(step.out, step.count)]
    case .counter(let outer, let own, let out, _):
      let digits = Extent.fixed(Counter.digitCount)
      return [.read(outer, digits), .read(own, digits), .write(out, digits)]
    case .kernel(let step): return step._withUnsafeGuaranteedRef { $0.accesses }
    case .loop: return []
    }
  }
}

extension Extent {
  /// A product, of which one factor at most depends on the rows.
  static func * (a: Extent, b: Extent) -> Extent {
    Extent(perRow: a.perRow * b.fixed + a.fixed * b.perRow, fixed: a.fixed * b.fixed)
  }
  static func * (a: Extent, b: Int) -> Extent { a * .fixed(b) }
}

extension StripProgram {
  fileprivate var accesses: [StepAccess] {
    if count == Extent() { return [] }
    let written = Set(instructions.map { Int($0.destination) })
    var (reads, writes): ([StepAccess], [StepAccess]) = ([], [])
    for (index, register) in registers.enumerated() {
      guard let operand = operands[index] else { continue }
      switch ck_register_kind(UInt32(register.kind)) {
      case CK_CONTIGUOUS where written.contains(index): writes.append(.write(operand, count))
      case CK_CONTIGUOUS: reads.append(.read(operand, count))
      case CK_BROADCAST: reads.append(.read(operand, register.span(of: count)))
      case CK_UNIFORM, CK_NORMAL: reads.append(.read(operand, .fixed(Counter.digitCount)))
      default: reads.append(.read(operand, .fixed(1)))
      }
    }
    return reads + writes
  }
}

extension ck_register {
  /// Elements from the first that a repeating register reads to the last, in an index space of so many.
  fileprivate func span(of count: Extent) -> Extent {
    var extents = withUnsafeBytes(of: extent) { Array($0.bindMemory(to: Int64.self)).map(Int.init) }
    let strides = withUnsafeBytes(of: stride) { Array($0.bindMemory(to: Int64.self)).map(Int.init) }
    let inner = extents[1..<Int(rank)].reduce(1, *)
    // The outermost index goes on with the rows of a tile.
    if count.perRow > 0, strides[0] > 0 { return Extent(perRow: count.perRow / max(1, inner) * strides[0]) }
    if strides[0] == 0 { extents[0] = 1 }
    return .fixed((0..<Int(rank)).map { (extents[$0] - 1) * strides[$0] }.reduce(1, +))
  }
}

extension ConvolutionStep {
  fileprivate var accesses: [StepAccess] {
    var shape = geometry
    let (x, y) = (images * geometry.imageSize, images * geometry.outputSize)
    let weights = Extent.fixed(geometry.weightCount)
    let forward = Extent.fixed(Int(ck_convolution_weights_size(&shape, CK_CONVOLUTION_FORWARD)))
    let backward = Extent.fixed(Int(ck_convolution_weights_size(&shape, CK_CONVOLUTION_INPUT_GRADIENT)))
    let sums = Extent.fixed(Int(ck_convolution_sums_size(&shape)))
    switch role {
    case .forward: return [.read(a, x), .read(b, forward), .write(out, y)]
    case .inputGradient: return [.read(a, y), .read(b, backward), .write(out, x)]
    case .prepareForward: return [.read(a, weights), .write(out, forward)]
    case .prepareInputGradient: return [.read(a, weights), .write(out, backward)]
    case .weightSums: return [.read(a, x), .read(b, y), .write(out, sums)]
    case .finishSums: return [.read(a, sums), .write(out, weights)]
    }
  }
}

extension CopyStep.Piece {
  /// Elements from the first that a piece reads to the last.
  fileprivate var elements: Extent {
    func numbers(_ axes: CopyStep.Axes) -> [Int] {
      [axes.0, axes.1, axes.2, axes.3, axes.4, axes.5].prefix(rank).map(Int.init)
    }
    let (extents, strides) = (numbers(self.extents), numbers(inStrides))
    let inner = zip(extents.dropFirst(), strides.dropFirst()).map { ($0 - 1) * $1 }.reduce(1, +)
    guard rank > 0 else { return .fixed(1) }
    if extents.dropFirst().contains(0) { return .fixed(0) }
    // The last row ends where its last element does.
    if outermost.perRow > 0 { return Extent(perRow: outermost.perRow * strides[0], fixed: inner - strides[0]) }
    return .fixed(outermost.fixed == 0 ? 0 : (outermost.fixed - 1) * strides[0] + inner)
  }
}
