internal import CKernels
internal import TensorGraph

/// Makes the steps of one region, or of the body of a loop inside one.
final class Emission {
  let lowering: Lowering
  /// Rows of the batch, or nil on whole tensors.
  let batch: Int?
  let placements: [ObjectIdentifier: Lowering.Placement]
  /// Row-wise nodes that are stored for all rows.
  let needed: Set<ObjectIdentifier>
  /// Nodes that are read beyond this region: none of them stays in a register.
  let escaping: Set<ObjectIdentifier>
  private(set) var accumulators: [(node: Node, slot: Int, count: Int, isSum: Bool)] = []
  private(set) var rowOutputs: [(slot: Int, rowElements: Int)] = []

  init(
    lowering: Lowering, batch: Int?, placements: [ObjectIdentifier: Lowering.Placement],
    needed: Set<ObjectIdentifier>, escaping: Set<ObjectIdentifier>
  ) {
    self.lowering = lowering
    self.batch = batch
    self.placements = placements
    self.needed = needed
    self.escaping = escaping
  }

  func emit(_ nodes: [Node]) -> [Step] {
    let uses = Set(nodes.map(\.identity))
    var readers: [ObjectIdentifier: [Node]] = [:]
    for node in nodes {
      for input in node.inputs where uses.contains(input.identity) { readers[input.identity, default: []].append(node) }
    }
    var steps: [Step] = []
    let stored = needed.union(escaping)
    var firstRearrangement: Int?
    for group in Fusion.groups(of: nodes, kind: kind, isStored: { stored.contains($0.identity) }) {
      lowering.tick += 1
      let isStrip = group.contains(where: \.operation.isElementwise)
      let made = isStrip ? [.strip(strip(group, readers))] : step(group[0])
      if made.isEmpty { continue }
      steps += made
      // Neighbouring rearrangements run side by side: none may write where another still reads.
      if batch == nil, made.allSatisfy(\.isRearrangement) {
        let start = firstRearrangement ?? lowering.tick
        lowering.extendLifetimes(since: start) { _ in true }
        firstRearrangement = start
      } else {
        firstRearrangement = nil
      }
    }
    return steps
  }

  // MARK: Kinds and counts

  func kind(_ node: Node) -> RowKind? {
    batch == nil ? nil : placements[node.identity]?.kind
  }

  /// So many elements a row of the batch, for row-wise nodes; else a fixed number.
  func extent(_ elements: Int, _ kind: RowKind?) -> Extent {
    guard let kind else { return .fixed(elements) }
    return .perRow(elements / kind.batch)
  }

  /// Elements of one row of the batch; 0 for what does not divide among rows, and is the same in every tile.
  func rowElements(_ node: Node) -> Int {
    kind(node).map { node.elementCount / $0.batch } ?? 0
  }

  /// Where a node's rows of the tile are, for row-wise readers; its whole elsewhere.
  func operand(_ node: Node, for kind: RowKind?, _ access: Access = .aligned) -> Operand {
    lowering.operand(node, alignedTo: access == .aligned ? kind?.batch : nil)
  }

  /// The access of a node's input.
  func access(_ node: Node, _ position: Int) -> Access {
    placements[node.identity]?.access[position] ?? .whole
  }

  func input(_ node: Node, _ position: Int) -> Operand {
    operand(node.inputs[position], for: kind(node), access(node, position))
  }

  /// Makes the slot in which a node's value is stored, and the operand that writes it.
  func output(_ node: Node) -> Operand {
    let kind = kind(node)
    if var value = lowering.inPlace[node.identity] {
      value.kind = kind
      lowering.values[node.identity] = value
      return operand(node, for: kind)
    }
    let isTileLocal = batch != nil && !needed.contains(node.identity)
    let slot = lowering.makeSlot(
      isTileLocal ? .tile : .whole, isTileLocal ? extent(node.elementCount, kind) : .fixed(node.elementCount))
    lowering.values[node.identity] = Lowering.Value(
      slot: slot, kind: kind, isTileLocal: isTileLocal, elements: node.elementCount)
    if batch != nil, !isTileLocal { rowOutputs.append((slot, rowElements(node))) }
    return operand(node, for: kind)
  }

  /// The same for an operation of its own type, which may add up over rows.
  func destination(_ node: Node) -> Operand {
    batch != nil && placements[node.identity]?.reduces == true ? accumulator(node, isSum: true) : output(node)
  }

  /// Rows along the last axis of a node, and how long they are.
  func rows(_ node: Node) -> (Extent, columns: Int) {
    let columns = node.shape.last ?? 1
    return (extent(node.shape.dropLast().reduce(1, *), kind(node)), columns)
  }

  /// Asks for so many floats of the worker's scratch, `StepExecution.packed`.
  func reserveScratch(_ count: Int) { lowering.packSize = max(lowering.packSize, count) }

  /// Makes the slot in which the tiles of a group add up a node's value.
  private func accumulator(_ node: Node, isSum: Bool) -> Operand {
    let slot = lowering.makeSlot(.accumulator, .fixed(node.elementCount))
    accumulators.append((node, slot, node.elementCount, isSum))
    return Operand(slot: slot)
  }

  // MARK: Steps

  private func step(_ node: Node) -> [Step] {
    let kind = kind(node)
    let reduces = placements[node.identity]?.reduces == true && batch != nil
    switch node.operation {
    case .constant, .placeholder, .parameter, .unary, .binary, .select, .broadcast, .stopGradient:
      preconditionFailure("compile: \(node.operation.name) is not a step")

    case .reshape:
      return alias(node)

    case .reduce(let reduction):
      let shape = node.inputs[0].shape
      guard let first = reduction.axes.first, let last = reduction.axes.last else { return [] }
      let outer = shape[..<first].reduce(1, *)
      let reduced = shape[first...last].reduce(1, *)
      let inner = shape[(last + 1)...].reduce(1, *)
      let isSum = reduction.kind == .sum
      let input = operand(node.inputs[0], for: kind)
      return [
        .reduce(
          ReduceStep(
            isSum: isSum, input: input, out: reduces ? accumulator(node, isSum: isSum) : output(node),
            outer: reduces ? .fixed(outer) : extent(outer, kind),
            reduced: reduces ? extent(reduced, kind) : .fixed(reduced),
            inner: inner, rowStride: inner, accumulates: reduces))
      ]

    case .matrixProduct(let product):
      return [.product(self.product(product, node, kind, reduces))]

    case .pack(let transposed):
      let shape = node.inputs[0].shape
      let (k, n) = transposed ? (shape[1], shape[0]) : (shape[0], shape[1])
      let input = input(node, 0)
      return [
        .pack(
          PackStep(
            input: input, out: output(node), k: k, n: n, rowStride: transposed ? 1 : n, columnStride: transposed ? k : 1
          ))
      ]

    case .convolution(let convolution):
      return [.convolution(self.convolution(convolution, node) { reduces ? accumulator($0, isSum: true) : output($0) })]

    case .resample(let resampling):
      return [.resample(resample(resampling, node))]

    case .transpose, .slice, .pad, .concatenate:
      return [.copy(copy(node, kind))]

    case .gatherRows:
      let (table, index) = (operand(node.inputs[0], for: nil), input(node, 1))
      return [
        .gather(
          table: table, tableRows: node.inputs[0].shape[0], index: index, out: output(node),
          rows: extent(node.shape[0], kind), columns: node.shape.dropFirst().reduce(1, *))
      ]

    case .scatterRows(let count):
      let (updates, index) = (operand(node.inputs[0], for: kind), operand(node.inputs[1], for: kind))
      return [
        .scatter(
          updates: updates, index: index, out: reduces ? accumulator(node, isSum: true) : output(node),
          tableRows: count,
          rows: extent(node.inputs[0].shape[0], kind), columns: node.shape.dropFirst().reduce(1, *))
      ]

    case .random(let draw):
      let counter = node.inputs.first.map { operand($0, for: nil) }
      return [
        .random(
          RandomStep(
            isNormal: draw.distribution == .normal, stream: draw.stream, counter: counter, out: output(node),
            count: extent(node.elementCount, kind), rowElements: rowElements(node)))
      ]

    case .composite(let composite):
      guard let operation = composite.operation as? any KernelOperation else {
        preconditionFailure("compile: \(node.operation.name) was not prepared")
      }
      return [.kernel(lowering.memory.keep(kernel(operation, node, kind, reduces)))]

    case .nestedCounter(let count):
      let (outer, own) = (operand(node.inputs[0], for: nil), operand(node.inputs[1], for: nil))
      return [.counter(outer: outer, own: own, out: output(node), count: count)]

    case .loop(let loop):
      guard let tileLoop = placements[node.identity]?.tileLoop else { return [] }
      return [.loop(self.loop(loop, node, tileLoop))]

    case .loopResult(let position):
      return result(node, position)
    }
  }

  /// Another shape of the same memory. What must be stored for all rows and is the tile's own is copied.
  private func alias(_ node: Node) -> [Step] {
    var value = lowering.value(node.inputs[0])
    let kind = kind(node)
    if needed.contains(node.identity), batch != nil, value.isTileLocal {
      return [.copy(plainCopy(node.inputs[0], node, kind))]
    }
    value.kind = kind
    lowering.values[node.identity] = value
    return []
  }

  private func result(_ node: Node, _ position: Int) -> [Step] {
    let key = Lowering.LoopState(loop: node.inputs[0].identity, position: position)
    guard let slot = lowering.loopStates[key] else { preconditionFailure("compile: a loop's result precedes it") }
    let kind = kind(node)
    let state = Lowering.Value(slot: slot, kind: kind, isTileLocal: batch != nil, elements: node.elementCount)
    guard batch != nil, needed.contains(node.identity) else {
      lowering.values[node.identity] = state
      return []
    }
    lowering.values[node.inputs[0].identity] = state
    return [.copy(plainCopy(node.inputs[0], node, kind))]
  }

  private func plainCopy(_ source: Node, _ node: Node, _ kind: RowKind?) -> CopyStep {
    let input = operand(source, for: kind)
    let count = extent(node.elementCount, kind)
    let piece = CopyStep.Piece(
      input: input, outOffset: 0, outermost: count, rank: 1, extents: CopyStep.axes([0]), inStrides: CopyStep.axes([1]),
      outStrides: CopyStep.axes([1]))
    return CopyStep(out: output(node), count: count, clears: false, pieces: lowering.memory.freeze([piece]))
  }

  private func product(_ product: MatrixProduct, _ node: Node, _ kind: RowKind?, _ reduces: Bool) -> ProductStep {
    let (left, right) = (node.inputs[0], node.inputs[1])
    let rank = node.shape.count
    let (m, n) = (node.shape[rank - 2], node.shape[rank - 1])
    let k = left.shape[left.shape.count - (product.transposesLeft ? 2 : 1)]
    let batchCount = node.shape[..<(rank - 2)].reduce(1, *)
    let isBatched = rank > 2
    let a = operand(left, for: kind)
    let b = operand(right, for: kind, reduces || isBatched ? .aligned : .whole)
    if product.transposesRight && !product.isPacked {
      lowering.packSize = max(lowering.packSize, Int(ck_packed_size(Int64(k), Int64(n))))
    }
    return ProductStep(
      a: a, b: b, c: reduces ? accumulator(node, isSum: true) : output(node),
      m: reduces || isBatched ? .fixed(m) : extent(m, kind), k: reduces ? extent(k, kind) : .fixed(k), n: n,
      aRowStride: product.transposesLeft ? 1 : k, aColumnStride: product.transposesLeft ? m : 1, bRowStride: n,
      cRowStride: n,
      right: product.isPacked ? .packed : product.transposesRight ? .columns : .rows, accumulates: reduces,
      batch: isBatched ? extent(batchCount, kind) : .fixed(1), aBatchStride: m * k, bBatchStride: k * n,
      cBatchStride: m * n)
  }

  /// The step of an operation with a kernel of its own, and what it touches.
  private func kernel(
    _ operation: any KernelOperation, _ node: Node, _ kind: RowKind?, _ reduces: Bool
  ) -> KernelStep {
    let reads = node.inputs.enumerated().map { position, operand in
      StepAccess.read(
        input(node, position),
        access(node, position) == .aligned ? extent(operand.elementCount, kind) : .fixed(operand.elementCount))
    }
    let step = operation.step(for: node, in: self)
    let total = reduces ? accumulators.last.map { Operand(slot: $0.slot) } : nil
    step.accesses =
      reads + [
        .write(total ?? operand(node, for: kind), reduces ? .fixed(node.elementCount) : extent(node.elementCount, kind))
      ]
    return step
  }

  // MARK: Loops inside a tile

  private func loop(_ loop: Loop, _ node: Node, _ tileLoop: TileLoop) -> LoopStep {
    lowering.tick += 1
    let start = lowering.tick
    func count(_ position: Int) -> Extent {
      extent(loop.state[position].shape.elementCount, tileLoop.stateKinds[position])
    }
    var entries: [LoopStep.Transfer] = []
    var states: [Int] = []
    for (position, (state, initial)) in zip(loop.state, node.inputs).enumerated() {
      let kind = tileLoop.stateKinds[position]
      let slot = lowering.makeSlot(.tile, count(position))
      entries.append(
        .init(
          from: operand(initial, for: kind, kind == nil ? .whole : .aligned), to: Operand(slot: slot),
          count: count(position)))
      lowering.values[ObjectIdentifier(state)] = Lowering.Value(
        slot: slot, kind: kind, isTileLocal: true, elements: initial.elementCount)
      states.append(slot)
    }
    for (capture, outer) in zip(loop.captures, node.inputs.dropFirst(loop.state.count)) {
      let value = lowering.value(outer)
      lowering.touch(value.slot)
      lowering.values[ObjectIdentifier(capture)] = value
    }
    let index = lowering.makeSlot(.tile, .fixed(1))
    lowering.values[ObjectIdentifier(loop.index)] = Lowering.Value(
      slot: index, kind: nil, isTileLocal: true, elements: 1)
    let counter = lowering.makeSlot(.tile, .fixed(Counter.digitCount))
    lowering.values[ObjectIdentifier(loop.counter)] = Lowering.Value(
      slot: counter, kind: nil, isTileLocal: true, elements: Counter.digitCount)

    for (position, next) in loop.statesWrittenInPlace(isInTile: true) {
      lowering.inPlace[next.identity] = lowering.values[ObjectIdentifier(loop.state[position])]
    }
    lowering.tick += 1
    let bodyStart = lowering.tick
    let order = Graph.order(loop.results).filter { lowering.leaf($0) == nil }
    let body = Emission(
      lowering: lowering, batch: batch, placements: tileLoop.body, needed: [],
      escaping: Set(loop.results.map(\.identity)))
    let steps = body.emit(order)
    lowering.tick += 1

    // A result that this iteration computed into its own slot changes places with the state; others are copied.
    var swaps: [(Int, Int)] = []
    var carries: [LoopStep.Transfer] = []
    var late: [LoopStep.Transfer] = []
    var carried = Set<Int>()
    for (position, result) in loop.results.enumerated() {
      let kind = tileLoop.stateKinds[position]
      let value = lowering.value(result)
      let from = operand(result, for: kind, kind == nil ? .whole : .aligned)
      let state = states[position]
      if value.slot == state { continue }
      let isFresh =
        value.isTileLocal && lowering.slots[value.slot].firstTick > bodyStart && !states.contains(value.slot)
      let readers = loop.results.filter { lowering.value($0).slot == value.slot }.count
      if isFresh && readers == 1 && carried.insert(value.slot).inserted {
        swaps.append((state, value.slot))
      } else if states.contains(value.slot) {
        let detour = Operand(slot: lowering.makeSlot(.tile, count(position)))
        carries.append(.init(from: from, to: detour, count: count(position)))
        late.append(.init(from: detour, to: Operand(slot: state), count: count(position)))
      } else {
        late.append(.init(from: from, to: Operand(slot: state), count: count(position)))
      }
    }
    carries += late
    for state in states + [index, counter] { lowering.touch(state) }
    lowering.extendLifetimes(since: bodyStart) { _ in false }
    // Slots that change places hold a state in every other iteration, and the last one or the other.
    for (state, fresh) in swaps {
      lowering.slots[state].firstTick = start
      lowering.exchanges.append((state, fresh))
    }
    for (position, state) in states.enumerated() {
      lowering.loopStates[.init(loop: ObjectIdentifier(node), position: position)] = state
    }
    lowering.tick += 1
    for state in states { lowering.touch(state) }
    return LoopStep(
      count: loop.count, index: Operand(slot: index), counter: Operand(slot: counter),
      entries: lowering.memory.freeze(entries),
      body: lowering.memory.freeze(steps), swaps: lowering.memory.freeze(swaps),
      carries: lowering.memory.freeze(carries),
      active: loop.activeState.map { Operand(slot: states[$0]) },
      activeCount: loop.activeState.map(count) ?? Extent())
  }
}
