internal import CKernels

/// A step on whole tensors in parts that threads share. Each element has the same bits however many parts there are.
extension Step {
  /// Elements that a part handles at least, and multiply-adds.
  private static let (elements, multiplyAdds) = (16_384, 1_048_576)
  /// Parts at most: enough for the cores of a workstation to be done together.
  private static let most = 128

  /// So many parts: one where the work is small, or goes on from one element to the next.
  var parts: Int {
    switch self {
    case .strip(let program): Step.parts(program.count.fixed)
    case .reduce(let step):
      step.outer.fixed > 1 ? Step.parts(step.count, step.outer.fixed) : Step.parts(step.count, step.inner / 16)
    case .product(let step):
      step.batch.fixed > 1 ? Step.parts(step.work / 64, step.batch.fixed) : step.grid.rows * step.grid.columns
    case .pack(let step): Step.parts(step.k * step.n, step.n / 32)
    case .convolution(let step): step.role.isByImages ? min(Step.most, step.images.fixed) : 1
    case .resample(let step): Step.parts(step.images.fixed * step.largeImage, step.images.fixed)
    case .copy(let step):
      step.clears ? 1 : Step.parts(step.count.fixed, step.pieces.lazy.map(\.outermost.fixed).min() ?? 1)
    case .gather(_, _, _, _, let rows, let columns): Step.parts(rows.fixed * columns, rows.fixed)
    case .random(let step): Step.parts(step.count.fixed)
    case .scatter, .kernel, .counter, .loop: 1
    }
  }

  private static func parts(_ work: Int, _ pieces: Int = .max) -> Int { max(1, min(most, pieces, work / elements)) }

  /// Rows and columns of blocks that a product is cut into.
  fileprivate static func grid(_ step: ProductStep) -> (rows: Int, columns: Int) {
    let (m, n) = (step.m.fixed, step.n)
    let wanted = min(most, step.work / multiplyAdds)
    // Each part would pack a transposed right-hand side anew.
    let rows = step.right == .columns ? 1 : max(1, min(wanted, m / 64))
    return (rows, max(1, min(wanted / rows, n / 128)))
  }

  /// Part `index` of `count`, a step of its own.
  func part(_ index: Int, of count: Int) -> Step {
    func range(_ total: Int, by unit: Int = 1) -> Range<Int> {
      let units = (total + unit - 1) / unit
      return (index * units / count * unit)..<min(total, (index + 1) * units / count * unit)
    }
    switch self {
    case .strip(var program):
      // Whole strips, so that random numbers are drawn as they are in one part.
      let part = range(program.count.fixed, by: Int(CK_STRIP))
      (program.first, program.count) = (part.lowerBound, .fixed(part.count))
      return .strip(program)
    case .reduce(var step):
      if step.outer.fixed > 1 {
        let part = range(step.outer.fixed)
        step.input.offset += part.lowerBound * step.reduced.fixed * step.rowStride
        step.out.offset += part.lowerBound * step.inner
        step.outer = .fixed(part.count)
      } else {
        let part = range(step.inner, by: 16)
        step.input.offset += part.lowerBound
        step.out.offset += part.lowerBound
        step.inner = part.count
      }
      return .reduce(step)
    case .product(let step):
      return .product(
        step.batch.fixed > 1 ? step.part(batch: range(step.batch.fixed)) : step.part(index, of: step.grid))
    case .pack(var step):
      let part = range(step.n, by: 32)
      step.input.offset += part.lowerBound * step.columnStride
      step.out.offset += part.lowerBound * step.k
      step.n = part.count
      return .pack(step)
    case .convolution(var step):
      let part = range(step.images.fixed)
      let (from, to) = step.imageSizes
      step.a.offset += part.lowerBound * from
      step.out.offset += part.lowerBound * to
      step.images = .fixed(part.count)
      return .convolution(step)
    case .resample(var step):
      let part = range(step.images.fixed)
      step.input.offset += part.lowerBound * (step.isDown ? step.largeImage : step.smallImage)
      step.out.offset += part.lowerBound * (step.isDown ? step.smallImage : step.largeImage)
      step.images = .fixed(part.count)
      return .resample(step)
    case .copy(var step):
      step.part = (index, count)
      return .copy(step)
    case .gather(let table, let tableRows, var positions, var out, let rows, let columns):
      let part = range(rows.fixed)
      positions.offset += part.lowerBound
      out.offset += part.lowerBound * columns
      return .gather(
        table: table, tableRows: tableRows, index: positions, out: out, rows: .fixed(part.count), columns: columns)
    case .random(var step):
      let part = range(step.count.fixed, by: 64)
      step.first = part.lowerBound
      step.out.offset += part.lowerBound
      step.count = .fixed(part.count)
      return .random(step)
    case .scatter, .kernel, .counter, .loop:
      return self
    }
  }
}

extension ReduceStep {
  fileprivate var count: Int { outer.fixed * reduced.fixed * inner }
}

extension ProductStep {
  /// Multiply-adds.
  fileprivate var work: Int { batch.fixed * m.fixed * n * k.fixed }
  fileprivate var grid: (rows: Int, columns: Int) { Step.grid(self) }

  fileprivate func part(batch range: Range<Int>) -> ProductStep {
    var step = self
    step.a.offset += range.lowerBound * aBatchStride
    step.b.offset += range.lowerBound * bBatchStride
    step.c.offset += range.lowerBound * cBatchStride
    step.batch = .fixed(range.count)
    return step
  }

  /// A block; columns are cut between panels.
  fileprivate func part(_ index: Int, of grid: (rows: Int, columns: Int)) -> ProductStep {
    let (row, column) = (index / grid.columns, index % grid.columns)
    let rows = (row * m.fixed / grid.rows)..<((row + 1) * m.fixed / grid.rows)
    // The last block is never as narrow as those that are packed in another way.
    let panels = n / 32
    let first = column * panels / grid.columns * 32
    let end = column + 1 == grid.columns ? n : (column + 1) * panels / grid.columns * 32
    var step = self
    step.a.offset += rows.lowerBound * aRowStride
    step.b.offset += first * (right == .rows ? 1 : k.fixed)
    step.c.offset += rows.lowerBound * cRowStride + first
    step.m = .fixed(rows.count)
    step.n = end - first
    return step
  }
}

extension ConvolutionStep {
  /// Elements of an image of the operand and of the result.
  fileprivate var imageSizes: (from: Int, to: Int) {
    let (x, y) = (geometry.imageSize, geometry.outputSize)
    return role == .forward ? (x, y) : (y, x)
  }
}

extension ConvolutionStep.Role {
  /// Whether each image of the result is made of one image.
  fileprivate var isByImages: Bool { self == .forward || self == .inputGradient }
}

extension ResampleStep {
  fileprivate var largeImage: Int { height * width * channels }
  fileprivate var smallImage: Int { (height / factor) * (width / factor) * channels }
}
