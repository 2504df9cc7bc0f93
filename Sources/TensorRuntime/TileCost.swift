internal import CKernels

/// What a tile of some rows costs, in nanoseconds of one core: the model by which the rows of a tile are chosen.
///
/// ```
/// t(r) = r (multiply-adds · (1 + 2/r) · a + moved · b(r · live)) + weights · w(kept) + calls · c
/// ```
/// `moved` are the floats of activations that steps read and write for a row, `live` those that a row keeps at a time;
/// they cost more where the rows of a tile outgrow the second-level cache. `weights` are floats that every tile reads
/// whole, from the second-level cache where those of one pass fit into it beside the activations. What does not depend
/// on the rows of a tile, such as the arithmetic of elementwise functions, is left out. Constants are those of cores with
/// one or two megabytes of second-level cache and 100 to 130 GFLOP/s; Docs/Performance.md compares the model with
/// measurements.
struct TileCost {
  private static let multiplyAdd = 0.012
  private static let cached = 0.06
  private static let uncached = 0.16
  private static let cachedWeight = 0.02
  private static let uncachedWeight = 0.12
  private static let call = 120.0
  /// Floats of the second-level cache that activations may fill, and all that it holds.
  private static let (activations, all) = (98_304, 229_376)

  private var multiplyAdds = 0.0
  private var moved = 0.0
  private var weights = 0.0
  private var calls = 0.0
  /// Floats of the weights that one pass reads.
  private var kept = 0

  init(_ steps: UnsafeBufferPointer<Step>, _ slots: [Slot]) {
    var known = Set<Int>()
    add(steps, times: 1, slots, &known)
  }

  /// Nanoseconds of a tile of `rows` rows, of each of which `live` floats are in use at a time.
  func callAsFunction(rows: Int, live: Int) -> Double {
    let (rows, used) = (Double(rows), Double(rows * live))
    let outside = max(0, 1 - Double(TileCost.activations) / max(1, used))
    let move = TileCost.cached + (TileCost.uncached - TileCost.cached) * outside
    let room = TileCost.all - min(TileCost.activations, Int(used))
    let read = kept <= room ? TileCost.cachedWeight : TileCost.uncachedWeight
    return (rows + 2) * multiplyAdds * TileCost.multiplyAdd + rows * moved * move + weights * read
      + calls * TileCost.call
  }

  private mutating func add(
    _ steps: UnsafeBufferPointer<Step>, times: Double, _ slots: [Slot], _ known: inout Set<Int>
  ) {
    func isShared(_ operand: Operand) -> Bool { operand.rowStride == 0 && slots[operand.slot].kind != .tile }
    func read(_ operand: Operand, _ floats: Int) {
      weights += times * Double(floats)
      if known.insert(operand.slot).inserted { kept += floats }
    }
    for step in steps {
      calls += times
      switch step {
      case .strip(let program):
        let places = program.operands.filter { $0.map { !isShared($0) } ?? false }.count
        moved += times * Double(program.count.perRow * places)
      case .product(let product):
        let (m, k) = (max(product.m.perRow, product.m.fixed), max(product.k.perRow, product.k.fixed))
        let batch = max(1, max(product.batch.perRow, product.batch.fixed))
        multiplyAdds += times * Double(m * k * product.n * batch)
        moved += times * Double(batch * (m * k + m * product.n))
        if isShared(product.b) {
          read(product.b, k * product.n)
        } else {
          moved += times * Double(batch * k * product.n)
        }
        if product.accumulates { weights += times * Double(2 * m * product.n) }
      case .convolution(let convolution):
        let shape = convolution.geometry
        let images = Double(convolution.images.perRow)
        multiplyAdds += times * images * Double(shape.multiplyAdds) / 2
        moved += times * images * Double(shape.imageSize + shape.outputSize)
        read(convolution.b, 2 * shape.weightCount)
      case .loop(let loop):
        add(loop.body, times: times * Double(loop.count), slots, &known)
      default:
        break
      }
    }
  }
}
