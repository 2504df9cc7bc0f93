internal import CKernels
internal import COpenBLAS

/// Runs the steps of one tile, or of whole tensors, on one worker.
struct StepExecution {
  var bases: Workspace.Table
  /// The worker's number in the team.
  var worker = 0
  /// Pointers for the registers of the strip program at hand.
  let registerBases: Workspace.Table
  let strips: UnsafeMutablePointer<Float>
  let packed: UnsafeMutablePointer<Float>
  let key: (UInt32, UInt32)
  /// The tile: its first row and its number of rows; 0 and 0 on whole tensors.
  var firstRow = 0
  var rows = 0
  /// Whether an earlier tile of this group has begun the sums.
  var accumulates = false

  func pointer(_ operand: Operand) -> UnsafeMutablePointer<Float> {
    bases[operand.slot].unsafelyUnwrapped + (operand.rowStride * firstRow + operand.offset)
  }

  func run(_ steps: UnsafeBufferPointer<Step>) {
    for step in steps { run(step) }
  }

  func run(_ step: Step) {
    switch step {
    case .strip(let program): run(program, first: program.first, count: program.count.count(rows: rows))
    case .reduce(let step): run(step)
    case .product(let step): run(step)
    case .pack(let step):
      ck_pack(
        pointer(step.out), pointer(step.input), Int64(step.k), Int64(step.n), Int64(step.rowStride),
        Int64(step.columnStride))
    case .convolution(let step): run(step)
    case .resample(let step): run(step)
    case .copy(let step): run(step)
    case .gather(let table, let tableRows, let index, let out, let count, let columns):
      ck_gather_rows(
        pointer(out), pointer(table), pointer(index), Int64(tableRows), Int64(count.count(rows: rows)), Int64(columns))
    case .scatter(let updates, let index, let out, let tableRows, let count, let columns):
      let target = pointer(out)
      if !accumulates { target.update(repeating: 0, count: tableRows * columns) }
      _ = ck_scatter_add_rows(
        target, pointer(updates), pointer(index), Int64(tableRows), Int64(count.count(rows: rows)), Int64(columns))
    case .random(let step): run(step)
    case .kernel(let step): step._withUnsafeGuaranteedRef { $0.run(self) }
    case .counter(let outer, let own, let out, let count):
      ck_counter_set(pointer(out), ck_counter_value(pointer(outer)) * Int64(count) + ck_counter_value(pointer(own)))
    case .loop(let step): run(step)
    }
  }

  func run(_ program: StripProgram, first: Int, count: Int) {
    guard count > 0 else { return }
    for (register, operand) in program.operands.enumerated() {
      registerBases[register] = operand.map(pointer)
    }
    ck_strip_run(
      program.instructions.baseAddress, Int64(program.instructions.count), program.registers.baseAddress, registerBases,
      Int64(program.registers.count), ck_random_origin(key: key, row: Int64(firstRow)), Int64(first), Int64(count),
      strips)
  }

  private func run(_ step: ReduceStep) {
    let (outer, reduced, inner) = (step.outer.count(rows: rows), step.reduced.count(rows: rows), step.inner)
    let (out, input) = (pointer(step.out), pointer(step.input))
    let continues = step.accumulates && accumulates
    if inner == 1 {
      // One number a row of the batch is summed at once (`DeferredSums`), so that tiles leave no trace in its bits.
      return (step.isSum ? ck_sum_columns : ck_maximum_columns)(out, input, Int64(outer), Int64(reduced))
    }
    for row in 0..<outer {
      (step.isSum ? ck_sum_rows : ck_maximum_rows)(
        out + row * inner, input + row * reduced * step.rowStride, Int64(reduced), Int64(inner), Int64(step.rowStride),
        continues)
    }
  }

  private func run(_ step: ProductStep) {
    let (m, k) = (step.m.count(rows: rows), step.k.count(rows: rows))
    for index in 0..<step.batch.count(rows: rows) {
      let a = pointer(step.a) + index * step.aBatchStride
      let b = pointer(step.b) + index * step.bBatchStride
      let c = pointer(step.c) + index * step.cBatchStride
      multiply(step, a, b, c, m: m, k: k, accumulates: step.accumulates && accumulates)
    }
  }

  private func multiply(
    _ step: ProductStep, _ a: UnsafeMutablePointer<Float>, _ b: UnsafeMutablePointer<Float>,
    _ c: UnsafeMutablePointer<Float>, m: Int, k: Int, accumulates: Bool
  ) {
    let n = step.n
    guard m > 0, n > 0 else { return }
    guard ck_matmul_is_fast() || step.right == .packed, k > 0 else {
      if k == 0 {
        if !accumulates { for row in 0..<m { (c + row * step.cRowStride).update(repeating: 0, count: n) } }
        return
      }
      let isTransposed = step.aColumnStride != 1
      cblas_sgemm(
        CblasRowMajor, isTransposed ? CblasTrans : CblasNoTrans, step.right == .columns ? CblasTrans : CblasNoTrans,
        Int32(m), Int32(n), Int32(k), 1, a, Int32(isTransposed ? step.aColumnStride : step.aRowStride), b,
        Int32(step.right == .columns ? k : step.bRowStride), accumulates ? 1 : 0, c, Int32(step.cRowStride))
      return
    }
    let (aRow, aColumn, cRow) = (Int64(step.aRowStride), Int64(step.aColumnStride), Int64(step.cRowStride))
    switch step.right {
    case .rows:
      ck_matmul(c, cRow, a, aRow, aColumn, b, Int64(step.bRowStride), Int64(m), Int64(n), Int64(k), accumulates)
    case .columns:
      ck_pack(packed, b, Int64(k), Int64(n), 1, Int64(k))
      ck_matmul_packed(c, cRow, a, aRow, aColumn, packed, Int64(m), Int64(n), Int64(k), accumulates)
    case .packed:
      ck_matmul_packed(c, cRow, a, aRow, aColumn, b, Int64(m), Int64(n), Int64(k), accumulates)
    }
  }

  private func run(_ step: CopyStep) {
    let out = pointer(step.out)
    if step.clears { out.update(repeating: 0, count: step.count.count(rows: rows)) }
    for piece in step.pieces {
      var extents = piece.extents
      let outermost = piece.outermost.count(rows: rows)
      let first = step.part.index * outermost / step.part.count
      extents.0 = Int64((step.part.index + 1) * outermost / step.part.count - first)
      withUnsafePointer(to: extents) { extents in
        withUnsafePointer(to: piece.outStrides) { outStrides in
          withUnsafePointer(to: piece.inStrides) { inStrides in
            ck_copy_strided(
              out + (piece.outOffset + first * Int(piece.outStrides.0)),
              pointer(piece.input) + first * Int(piece.inStrides.0), Int64(piece.rank), pointer(toFirst: extents),
              pointer(toFirst: outStrides), pointer(toFirst: inStrides))
          }
        }
      }
    }
  }

  private func pointer(toFirst axes: UnsafePointer<CopyStep.Axes>) -> UnsafePointer<Int64> {
    UnsafeRawPointer(axes).assumingMemoryBound(to: Int64.self)
  }

  private func run(_ step: RandomStep) {
    let iteration = step.counter.map { ck_counter_value(pointer($0)) } ?? 0
    let random = ck_random(key: key, stream: step.stream, iteration: UInt64(iteration))
    let count = step.count.count(rows: rows)
    (step.isNormal ? ck_random_normal : ck_random_uniform)(
      pointer(step.out), random, Int64(firstRow * step.rowElements + step.first), Int64(count))
  }

  private func run(_ step: LoopStep) {
    for entry in step.entries { transfer(entry) }
    for iteration in 0..<step.count {
      if let active = step.active {
        let mask = UnsafeBufferPointer(start: pointer(active), count: step.activeCount.count(rows: rows))
        if mask.allSatisfy({ $0 == 0 }) { return }
      }
      pointer(step.index).pointee = Float(iteration)
      ck_counter_set(pointer(step.counter), Int64(iteration))
      run(step.body)
      for (a, b) in step.swaps { swap(&bases[a], &bases[b]) }
      for carry in step.carries { transfer(carry) }
    }
  }

  func transfer(_ transfer: LoopStep.Transfer) {
    pointer(transfer.to).update(from: pointer(transfer.from), count: transfer.count.count(rows: rows))
  }
}
