internal import TensorGraph

/// Looks through a plan for what a fault of the compiler would do to its memory.
///
/// The plan is run without numbers: each stretch of memory remembers which slot wrote it last. Then
/// - a slot is read only where it was written, and nothing else has written there since: each is written before it is
///   read, and no two slots in use overlap;
/// - rows of a tile are read as rows: a tile's own values never as a whole, nor outside of its region;
/// - steps stay inside their slots;
/// - results, assigned values and totals are written throughout.
///
/// On in tests: the environment's `EBM_VERIFY_PLANS` turns it on for every program.
struct PlanVerifier {
  private let plan: Plan
  private(set) var faults: [String] = []
  /// Where each slot is, and what is known of the memory there. Slots of a loop change places.
  private var places: [Int]
  private var memories: [Memory]
  private var region: Region?
  private var rows = 0

  /// A stretch of memory and the slot that wrote each part of it last.
  private struct Memory {
    var writers: [(range: Range<Int>, slot: Int)] = []

    mutating func write(_ range: Range<Int>, _ slot: Int) {
      guard !range.isEmpty else { return }
      var kept: [(range: Range<Int>, slot: Int)] = []
      for (known, writer) in writers {
        if !known.overlaps(range) {
          kept.append((known, writer))
          continue
        }
        if known.lowerBound < range.lowerBound { kept.append((known.lowerBound..<range.lowerBound, writer)) }
        if known.upperBound > range.upperBound { kept.append((range.upperBound..<known.upperBound, writer)) }
      }
      writers = kept + [(range, slot)]
    }

    /// Elements of the range that the slot wrote last.
    func count(_ range: Range<Int>, of slot: Int) -> Int {
      writers.filter { $0.slot == slot }.map { $0.range.clamped(to: range).count }.reduce(0, +)
    }

    mutating func rename(_ names: [Int: Int]) {
      writers = writers.map { ($0.range, names[$0.slot] ?? $0.slot) }
    }
  }

  /// What is wrong with a plan, a line each; empty for a sound one.
  static func faults(in plan: Plan) -> [String] {
    var verifier = PlanVerifier(plan)
    verifier.run(plan.items)
    for result in plan.results { verifier.look(.read(result, plan.slots[result.slot].extent), "a result") }
    for assignment in plan.assignments {
      verifier.look(.read(assignment.from, .fixed(assignment.count)), "an assigned value")
    }
    return verifier.faults
  }

  private init(_ plan: Plan) {
    self.plan = plan
    places = plan.slots.indices.map { plan.slots[$0].offset }
    memories = [Memory(), Memory()]
    for index in plan.slots.indices where !isOwned(index) { places[index] = 0 }
  }

  /// Whether a slot lies in an arena of the program, shared or a worker's.
  private func isOwned(_ slot: Int) -> Bool {
    switch plan.slots[slot].kind {
    case .whole, .accumulator, .tile: true
    case .input, .parameter, .constant: false
    }
  }

  private func isTile(_ slot: Int) -> Bool { plan.slots[slot].kind == .tile }

  // MARK: Items and steps

  private mutating func run(_ items: [PlanItem]) {
    for item in items {
      switch item {
      case .region(let region): run(region)
      case .loop(let count, let index, let counter, let entries, let body, let carries, let active):
        for entry in entries { move(entry) }
        // What the second iteration finds is what all later ones do.
        for _ in 0..<min(2, count) {
          if let active { look(.read(active.operand, .fixed(active.count)), "a loop's mask") }
          look(.write(index, .fixed(1)), "a loop's index")
          look(.write(counter, .fixed(Counter.digitCount)), "a loop's counter")
          run(body)
          for carry in carries { move(carry) }
        }
      }
    }
  }

  private mutating func run(_ region: Region) {
    guard let batch = region.batch else {
      (self.region, rows) = (nil, 0)
      return run(region.steps)
    }
    (self.region, rows) = (region, min(region.tileRows, batch))
    for (slot, offset) in region.localSlots { places[slot] = offset }
    memories[1] = Memory()
    run(region.steps)
    self.region = nil
    for accumulator in region.accumulators {
      look(.read(Operand(slot: accumulator.partial), .fixed(accumulator.count)), "a sum of groups")
      look(.write(accumulator.total, .fixed(accumulator.count)), "a total")
    }
  }

  private mutating func run(_ steps: UnsafeBufferPointer<Step>) {
    for step in steps {
      if case .loop(let loop) = step { run(loop) } else { for access in step.accesses { look(access, step.name) } }
    }
  }

  private mutating func run(_ loop: LoopStep) {
    for entry in loop.entries { move(entry) }
    for _ in 0..<min(2, loop.count) {
      if let active = loop.active { look(.read(active, loop.activeCount), "a loop's mask") }
      look(.write(loop.index, .fixed(1)), "a loop's index")
      look(.write(loop.counter, .fixed(Counter.digitCount)), "a loop's counter")
      run(loop.body)
      for (a, b) in loop.swaps {
        places.swapAt(a, b)
        memories[1].rename([a: b, b: a])
      }
      for carry in loop.carries { move(carry) }
    }
  }

  private mutating func move(_ transfer: LoopStep.Transfer) {
    look(.read(transfer.from, transfer.count), "a transfer")
    look(.write(transfer.to, transfer.count), "a transfer")
  }

  // MARK: One access

  private mutating func look(_ access: StepAccess, _ user: String) {
    let (operand, slot) = (access.operand, plan.slots[access.operand.slot])
    if access.count == Extent() { return }
    func fault(_ what: String) { faults.append("\(user): slot \(operand.slot) \(what)") }
    if isTile(operand.slot), region == nil { return fault("is of tiles and used outside of their region") }
    if isTile(operand.slot), access.count.perRow == 0, slot.extent.perRow > 0, access.count.fixed > 0 {
      return fault("holds the rows of one tile, \(slot.extent), and is used as a whole, \(access.count)")
    }
    let batch = region?.batch ?? 1
    // All rows of a value that is stored for all are used, tile by tile.
    let isByRows = operand.rowStride > 0
    if isByRows, access.count.perRow > 0, access.count.perRow != operand.rowStride {
      return fault("advances \(operand.rowStride) elements a row of \(access.count.perRow)")
    }
    let count =
      isByRows
      ? operand.rowStride * (batch - 1) + access.count.count(rows: 1)
      : access.count.count(rows: isTile(operand.slot) ? rows : batch)
    let size = slot.extent.count(rows: isTile(operand.slot) ? rows : batch)
    if operand.offset < 0 || operand.offset + count > size {
      return fault("has \(size) elements, not \(operand.offset + count)")
    }
    guard isOwned(operand.slot) || access.isWrite else { return }
    if case .input = slot.kind { return fault("is an input and written") }
    if case .constant = slot.kind { return fault("is a constant and written") }
    if case .parameter = slot.kind { return }
    let arena = isTile(operand.slot) ? 1 : 0
    let start = places[operand.slot] + operand.offset
    let range = start..<(start + count)
    if access.isWrite {
      memories[arena].write(range, operand.slot)
    } else if memories[arena].count(range, of: operand.slot) < count {
      fault("is read where it was not written, or another has been written since")
    }
  }
}
