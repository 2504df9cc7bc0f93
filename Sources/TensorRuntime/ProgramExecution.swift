internal import CKernels

/// Runs a plan's items: regions over the team's workers, whole-tensor loops one iteration after the other.
struct ProgramExecution {
  let workspace: Workspace
  let slots: [Slot]
  let key: (UInt32, UInt32)
  let workers: Int
  /// The processes that share regions; nil for a process by itself.
  let communicator: (any Communicator)?

  func run(_ items: [PlanItem]) {
    for item in items {
      switch item {
      case .region(let region):
        if region.batch == nil { runWhole(region) } else { runTiles(region) }
      case .loop(let count, let index, let counter, let entries, let body, let carries, let active):
        let own = execution(worker: 0, bases: workspace.bases)
        for entry in entries { own.transfer(entry) }
        for iteration in 0..<count {
          if let active {
            let mask = UnsafeBufferPointer(start: own.pointer(active.operand), count: active.count)
            if mask.allSatisfy({ $0 == 0 }) { break }
          }
          own.pointer(index).pointee = Float(iteration)
          ck_counter_set(own.pointer(counter), Int64(iteration))
          run(body)
          for carry in carries { own.transfer(carry) }
        }
      }
    }
  }

  func execution(worker: Int, bases: Workspace.Table) -> StepExecution {
    let own = workspace.workers[worker]
    return StepExecution(
      bases: bases, registerBases: own.registers, strips: own.strips, packed: own.packed, key: key)
  }

  // MARK: Whole tensors

  private func runWhole(_ region: Region) {
    let own = execution(worker: 0, bases: workspace.bases)
    var rest = region.steps[...]
    while let step = rest.first {
      // Rearrangements of weights do not read each other's results: neighbours run side by side.
      let alike = rest.prefix { step.isRearrangement && $0.isRearrangement }
      if workers > 1, alike.count >= workers {
        parallel(tasks: alike.count) { execution, task in execution.run(alike[alike.startIndex + task]) }
        rest = rest.dropFirst(alike.count)
        continue
      }
      rest = rest.dropFirst()
      let parts = workers > 1 ? step.parts : 1
      if parts == 1 {
        own.run(step)
      } else {
        parallel(tasks: parts) { execution, part in execution.run(step.part(part, of: parts)) }
      }
    }
  }

  // MARK: Tiles

  private func runTiles(_ region: Region) {
    guard let batch = region.batch else { return }
    let accumulates = !region.accumulators.isEmpty
    let share = communicator == nil ? nil : region.share
    let tasks = share?.tasks ?? 0..<(accumulates ? region.groups.count : region.tiles)
    let slotCount = slots.count
    parallel(tasks: tasks.count) { execution, index in
      let task = tasks.lowerBound + index
      var execution = execution
      let own = workspace.workers[execution.worker]
      own.bases.update(from: workspace.bases, count: slotCount)
      for slot in region.localSlots { own.bases[slot.slot] = own.arena + slot.offset }
      execution.bases = own.bases
      for accumulator in region.accumulators {
        own.bases[accumulator.partial] =
          workspace.bases[accumulator.partial].unsafelyUnwrapped + task * accumulator.count
      }
      let first = task * region.tileRows
      let range =
        accumulates ? region.groups.range(task, batch: batch) : first..<min(batch, first + region.tileRows)
      for first in stride(from: range.lowerBound, to: range.upperBound, by: region.tileRows) {
        execution.firstRow = first
        execution.rows = min(region.tileRows, range.upperBound - first)
        execution.accumulates = first > range.lowerBound
        execution.run(region.steps)
      }
    }
    if let share, let communicator {
      exchange(region, share, over: communicator)
    } else {
      for accumulator in region.accumulators { reduce(accumulator, groups: region.groups.count) }
    }
  }

  /// Adds up what the groups made of a value, as a tree over the groups.
  private func reduce(_ accumulator: Region.Accumulator, groups: Int) {
    let own = execution(worker: 0, bases: workspace.bases)
    let (total, partial) = (own.pointer(accumulator.total), own.pointer(Operand(slot: accumulator.partial)))
    parallel(stretchesOf: accumulator.count) { first, count in
      (accumulator.isSum ? ck_sum_tree : ck_maximum_tree)(
        total + first, partial + first, Int64(groups), Int64(count), Int64(accumulator.count))
    }
  }

  // MARK: Workers

  /// Calls `body` for stretches of `count` elements, the last of which takes what is left over.
  func parallel(stretchesOf count: Int, body: (_ first: Int, _ count: Int) -> Void) {
    let length = 16_384
    let tasks = max(1, count / length)
    parallel(tasks: tasks) { _, task in
      body(task * length, task == tasks - 1 ? count - task * length : length)
    }
  }

  /// Calls `body` for each task on the team's workers.
  private func parallel(tasks: Int, body: (_ execution: StepExecution, _ task: Int) -> Void) {
    if workers == 1 || tasks == 1 {
      for task in 0..<tasks { body(execution(worker: 0, bases: workspace.bases), task) }
      return
    }
    // The C team calls a plain function; the closure travels behind its context pointer and does not escape.
    withoutActuallyEscaping(body) { body in
      var call = ParallelCall(execution: self, body: body)
      withUnsafeMutablePointer(to: &call) { call in
        ThreadPool.shared.run(tasks: tasks, workers: workers, context: call) { context, task, worker in
          guard let call = context?.assumingMemoryBound(to: ParallelCall.self).pointee else { return }
          var execution = call.execution.execution(worker: Int(worker), bases: call.execution.workspace.bases)
          execution.worker = Int(worker)
          call.body(execution, Int(task))
        }
      }
    }
  }

  private struct ParallelCall {
    let execution: ProgramExecution
    let body: (StepExecution, Int) -> Void
  }
}
