internal import CKernels
internal import TensorGraph

/// Turns a prepared graph into a plan: decides what runs tile by tile, in which order, and where values live.
final class Lowering {
  /// A value's place while steps are made.
  struct Value {
    var slot: Int
    /// How it divides among rows; nil for whole values.
    var kind: RowKind?
    /// Whether the slot holds the rows of one tile alone.
    var isTileLocal: Bool
    var elements: Int
  }

  var slots: [Slot] = []
  var values: [ObjectIdentifier: Value] = [:]
  var tick = 0
  var packSize = 0
  /// Where nodes are written that take the place of a loop's state.
  var inPlace: [ObjectIdentifier: Value] = [:]
  /// Slots that change places in a loop: each stands in for the other.
  var exchanges: [(Int, Int)] = []
  let memory = FrozenMemory()
  private var constants: [(slot: Int, scalars: [Float])] = []
  private var parameters: [Parameter] = []
  private var constantSlots: [Literal: Int] = [:]
  private let inputs: [Placeholder: Int]
  private let batches: Set<Int>

  init(inputs: [Placeholder], results: [Node]) {
    self.inputs = Dictionary(uniqueKeysWithValues: inputs.enumerated().map { ($1, $0) })
    var batches = Set(inputs.compactMap { $0.shape.first })
    for node in Graph.order(results) {
      if case .random(let draw) = node.operation, let size = draw.shape.first { batches.insert(size) }
      if node.joinsOrCutsRows, let size = node.shape.first { batches.insert(size) }
    }
    self.batches = batches.filter { $0 > 1 }
  }

  static func lower(
    inputs: [Placeholder], results: [Node], assignments: [(Parameter, Node)], threads: Int
  ) -> Plan {
    let prepared = Preparation.prepare(results + assignments.map(\.1))
    let lowering = Lowering(inputs: inputs, results: prepared)
    var items = lowering.lowerScope(prepared)
    let operands = prepared.map { lowering.wholeOperand($0) }
    for operand in operands { lowering.keep(operand.slot) }
    let parameterSlots = assignments.map { lowering.parameterIndex($0.0) }
    lowering.uniteExchangedLifetimes()
    var slots = lowering.slots
    let tile = TileSizing.choose(&items, &slots, threads: threads)
    UpdatesInPlace(items).apply(
      to: &slots, assignments: Array(zip(parameterSlots, operands.dropFirst(results.count))),
      results: Array(operands.prefix(results.count)))
    let whole = slots.indices.filter { slots[$0].kind == .whole || slots[$0].kind == .accumulator }
    let groups = TileSizing.groups(of: items)
    let layout = MemoryLayout.place(&slots, whole) { $0.extent.fixed * ($0.kind == .accumulator ? groups : 1) }
    return Plan(
      items: items, slots: slots, constants: lowering.constants, results: Array(operands.prefix(results.count)),
      assignments: zip(parameterSlots, zip(operands.dropFirst(results.count), assignments)).map {
        ($0, $1.0, $1.1.1.elementCount)
      },
      parameters: lowering.parameters, wholeSize: layout.size, tileSize: tile, packSize: lowering.packSize,
      memory: lowering.memory)
  }

  // MARK: Slots

  func makeSlot(_ kind: SlotKind, _ extent: Extent) -> Int {
    slots.append(Slot(kind: kind, extent: extent, firstTick: tick, lastTick: tick))
    return slots.count - 1
  }

  /// Notes that a slot is used at the current tick.
  func touch(_ slot: Int) {
    slots[slot].lastTick = max(slots[slot].lastTick, tick)
  }

  private func keep(_ slot: Int) {
    slots[slot].lastTick = .max
  }

  /// Values made before `start` and used since must outlive the span that ends now, which repeats; those made inside
  /// and listed must live from its start.
  func extendLifetimes(since start: Int, wholly: (Slot) -> Bool) {
    for index in slots.indices where slots[index].lastTick >= start {
      if slots[index].firstTick < start {
        slots[index].lastTick = max(slots[index].lastTick, tick)
      } else if wholly(slots[index]) {
        slots[index].firstTick = start
        slots[index].lastTick = max(slots[index].lastTick, tick)
      }
    }
  }

  /// Slots that change places are needed whenever one of them is.
  private func uniteExchangedLifetimes() {
    var changed = true
    while changed {
      changed = false
      for (a, b) in exchanges {
        let first = min(slots[a].firstTick, slots[b].firstTick)
        let last = max(slots[a].lastTick, slots[b].lastTick)
        for slot in [a, b] where slots[slot].firstTick != first || slots[slot].lastTick != last {
          (slots[slot].firstTick, slots[slot].lastTick) = (first, last)
          changed = true
        }
      }
    }
  }

  func parameterIndex(_ parameter: Parameter) -> Int {
    if let index = parameters.firstIndex(of: parameter) { return index }
    parameters.append(parameter)
    return parameters.count - 1
  }

  /// The value of a node that is known in full before any step: a constant, an input, a parameter.
  func leaf(_ node: Node) -> Value? {
    if let value = values[node.identity] { return value }
    let slot: Int
    switch node.operation {
    case .constant(let literal):
      if let known = constantSlots[literal] {
        slot = known
      } else {
        slot = makeSlot(.constant(constants.count), .fixed(node.elementCount))
        constants.append((slot, literal.scalars))
        constantSlots[literal] = slot
      }
    case .parameter(let parameter):
      slot = makeSlot(.parameter(parameterIndex(parameter)), .fixed(node.elementCount))
    case .placeholder(let placeholder):
      guard let index = inputs[placeholder] else {
        preconditionFailure("compile: placeholder \(placeholder.name) \(placeholder.shape) is not among the inputs")
      }
      slot = makeSlot(.input(index), .fixed(node.elementCount))
    default: return nil
    }
    let value = Value(slot: slot, kind: nil, isTileLocal: false, elements: node.elementCount)
    values[node.identity] = value
    return value
  }

  func value(_ node: Node) -> Value {
    guard let value = values[node.identity] ?? leaf(node) else {
      preconditionFailure("compile: \(node.operation.name) \(node.shape) was used before it was made")
    }
    return value
  }

  /// The place of all elements of a node.
  func wholeOperand(_ node: Node) -> Operand {
    let value = value(node)
    touch(value.slot)
    return Operand(slot: value.slot)
  }

  /// The place of the rows of the tile at hand (`batch` given), or of the whole.
  func operand(_ node: Node, alignedTo batch: Int?) -> Operand {
    let value = value(node)
    touch(value.slot)
    // A tile's own row-wise values begin with its rows; what it computed whole has the rows of all tiles.
    guard let batch, !value.isTileLocal || value.kind == nil else { return Operand(slot: value.slot) }
    return Operand(slot: value.slot, rowStride: value.elements / batch)
  }

  // MARK: Scopes

  /// What is known of a node of a scope before steps are made.
  struct Placement {
    var kind: RowKind?
    var access: [Access]
    var reduces = false
    /// Even for whole work, odd for work by tiles.
    var stage: Int
    var tileLoop: TileLoop?
  }

  /// The items that compute the results, given that placeholders of the scope have values already.
  func lowerScope(_ results: [Node]) -> [PlanItem] {
    let order = Graph.order(results).filter { leaf($0) == nil }
    let placements = place(order)
    let needed = crossing(order, placements, results)

    struct RegionKey: Hashable {
      let stage: Int
      let batch: Int?
    }
    var members: [RegionKey: [Node]] = [:]
    var keys: [RegionKey] = []
    for node in order {
      guard let placement = placements[node.identity] else { continue }
      let key = RegionKey(stage: placement.stage, batch: placement.kind?.batch)
      if members[key] == nil { keys.append(key) }
      members[key, default: []].append(node)
    }
    var items: [PlanItem] = []
    for key in keys.sorted(by: { ($0.stage, $0.batch ?? 0) < ($1.stage, $1.batch ?? 0) }) {
      let nodes = members[key] ?? []
      if let batch = key.batch {
        items.append(lowerTiles(nodes, batch, placements, needed))
      } else {
        items += lowerWhole(nodes, placements, order, results)
      }
    }
    return items
  }

  /// Kinds and stages of the nodes of a scope, inputs first.
  private func place(_ order: [Node]) -> [ObjectIdentifier: Placement] {
    var placements: [ObjectIdentifier: Placement] = [:]
    let analysis = RowAnalysis(batches: batches)
    let deferred = DeferredSums(order)
    for node in order {
      let kinds = node.inputs.map { input in placements[input.identity].flatMap { $0.reduces ? nil : $0.kind } }
      let isBatchLeaf = node.inputs.map { input -> Bool in
        if let placement = placements[input.identity] { return placement.kind == nil && input.joinsOrCutsRows }
        if case .placeholder = input.operation { return true }
        return false
      }
      var placement: Placement
      if case .loop(let loop) = node.operation {
        placement = Placement(kind: nil, access: node.inputs.map { _ in .whole }, stage: 0)
        if let tileLoop = TileLoop(loop, inputs: node.inputs, kinds: kinds, isBatchLeaf: isBatchLeaf, batches: batches),
          !order.contains(where: { user in
            guard case .loopResult(let position) = user.operation, user.inputs[0] === node else { return false }
            return tileLoop.stateKinds[position] == nil
          })
        {
          placement.kind = RowKind(batch: tileLoop.batch, factor: 1)
          placement.access = node.inputs.indices.map { kinds[$0] == nil ? .whole : .aligned }
          placement.tileLoop = tileLoop
        }
      } else if case .loopResult(let position) = node.operation {
        let loop = placements[node.inputs[0].identity]
        placement = Placement(kind: loop?.tileLoop?.stateKinds[position], access: [.aligned], stage: 0)
      } else {
        switch analysis.behavior(of: node, kinds: kinds, isBatchLeaf: isBatchLeaf) {
        case .whole: placement = Placement(kind: nil, access: node.inputs.map { _ in .whole }, stage: 0)
        case .rows(let kind, let access): placement = Placement(kind: kind, access: access, stage: 0)
        case .reducesRows where deferred.contains(node):
          placement = Placement(kind: nil, access: node.inputs.map { _ in .whole }, stage: 0)
        case .reducesRows(let kind, let access):
          placement = Placement(kind: kind, access: access, reduces: true, stage: 0)
        }
      }
      var stage = placement.kind == nil ? 0 : 1
      for (input, access) in zip(node.inputs, placement.access) {
        guard let source = placements[input.identity] else { continue }
        let isRows = source.kind != nil && !source.reduces
        switch (placement.kind, source.kind) {
        case (let kind?, let other?) where isRows && access == .aligned && kind.batch == other.batch:
          stage = max(stage, source.stage)
        case (.some, .some): stage = max(stage, source.stage + 2)
        case (.some, nil), (nil, .some): stage = max(stage, source.stage + 1)
        case (nil, nil): stage = max(stage, source.stage)
        }
      }
      placement.stage = stage
      placements[node.identity] = placement
    }
    return placements
  }

  /// Row-wise nodes whose rows are all needed at once: results, and what other regions read.
  private func crossing(
    _ order: [Node], _ placements: [ObjectIdentifier: Placement], _ results: [Node]
  ) -> Set<ObjectIdentifier> {
    var needed = Set(results.map(\.identity))
    for node in order {
      guard let own = placements[node.identity] else { continue }
      for (input, access) in zip(node.inputs, own.access) {
        guard let source = placements[input.identity], source.kind != nil else { continue }
        if source.stage != own.stage || source.kind?.batch != own.kind?.batch || access == .whole {
          needed.insert(input.identity)
        }
      }
    }
    return needed
  }

  // MARK: Regions

  private func lowerTiles(
    _ nodes: [Node], _ batch: Int, _ placements: [ObjectIdentifier: Placement], _ needed: Set<ObjectIdentifier>
  ) -> PlanItem {
    tick += 1
    let start = tick
    let emission = Emission(lowering: self, batch: batch, placements: placements, needed: needed, escaping: needed)
    let steps = emission.emit(nodes)
    tick += 1
    // Shared values that a tile reads or writes are in use while any tile runs.
    extendLifetimes(since: start) { $0.kind != .tile }
    var region = Region(
      batch: batch, steps: memory.freeze(steps), ticks: start...tick, rowOutputs: emission.rowOutputs)
    tick += 1
    for accumulator in emission.accumulators {
      let total = makeSlot(.whole, .fixed(accumulator.count))
      values[accumulator.node.identity] = Value(slot: total, kind: nil, isTileLocal: false, elements: accumulator.count)
      touch(accumulator.slot)
      region.accumulators.append(
        Region.Accumulator(
          partial: accumulator.slot, total: Operand(slot: total), count: accumulator.count, isSum: accumulator.isSum))
    }
    return .region(region)
  }

  private func lowerWhole(
    _ nodes: [Node], _ placements: [ObjectIdentifier: Placement], _ scope: [Node], _ results: [Node]
  ) -> [PlanItem] {
    var items: [PlanItem] = []
    var plain: [Node] = []
    func flush() {
      guard !plain.isEmpty else { return }
      let inside = Set(plain.map(\.identity))
      let outside = scope.filter { !inside.contains($0.identity) }
      let escaping = Set(results.map(\.identity)).union(outside.flatMap { $0.inputs.map(\.identity) })
      let emission = Emission(lowering: self, batch: nil, placements: placements, needed: [], escaping: escaping)
      tick += 1
      let start = tick
      items.append(.region(Region(batch: nil, steps: memory.freeze(emission.emit(plain)), ticks: start...tick)))
      plain = []
    }
    for node in nodes {
      guard case .loop(let loop) = node.operation else {
        plain.append(node)
        continue
      }
      flush()
      items.append(lower(loop, node))
    }
    flush()
    return items
  }

  /// A loop whose body mixes rows or has none.
  private func lower(_ loop: Loop, _ node: Node) -> PlanItem {
    tick += 1
    let start = tick
    var entries: [LoopStep.Transfer] = []
    var states: [Operand] = []
    for (state, initial) in zip(loop.state, node.inputs) {
      let count = initial.elementCount
      let slot = makeSlot(.whole, .fixed(count))
      entries.append(.init(from: wholeOperand(initial), to: Operand(slot: slot), count: .fixed(count)))
      values[ObjectIdentifier(state)] = Value(slot: slot, kind: nil, isTileLocal: false, elements: count)
      states.append(Operand(slot: slot))
    }
    for (capture, outer) in zip(loop.captures, node.inputs.dropFirst(loop.state.count)) {
      values[ObjectIdentifier(capture)] = value(outer)
    }
    let index = makeSlot(.whole, .fixed(1))
    values[ObjectIdentifier(loop.index)] = Value(slot: index, kind: nil, isTileLocal: false, elements: 1)
    let counter = makeSlot(.whole, .fixed(Counter.digitCount))
    values[ObjectIdentifier(loop.counter)] = Value(
      slot: counter, kind: nil, isTileLocal: false, elements: Counter.digitCount)

    for (position, next) in loop.statesWrittenInPlace(isInTile: false) {
      inPlace[next.identity] = values[ObjectIdentifier(loop.state[position])]
    }
    tick += 1
    let bodyStart = tick
    let body = lowerScope(loop.results)
    tick += 1
    // All new states are computed before any is replaced; a state that is another's old value needs a detour.
    var carries: [LoopStep.Transfer] = []
    var late: [LoopStep.Transfer] = []
    for (result, state) in zip(loop.results, states) {
      let from = wholeOperand(result)
      let count = Extent.fixed(result.elementCount)
      if from.slot == state.slot { continue }
      if states.contains(where: { $0.slot == from.slot }) {
        let detour = Operand(slot: makeSlot(.whole, count))
        carries.insert(.init(from: from, to: detour, count: count), at: 0)
        late.append(.init(from: detour, to: state, count: count))
      } else {
        late.append(.init(from: from, to: state, count: count))
      }
    }
    carries += late
    for state in states { touch(state.slot) }
    for slot in [index, counter] { touch(slot) }
    tick += 1
    for state in states { touch(state.slot) }
    extendLifetimes(since: bodyStart) { _ in false }
    for slot in [index, counter] { slots[slot].firstTick = min(slots[slot].firstTick, start) }
    tick += 1
    for (position, state) in states.enumerated() {
      loopStates[LoopState(loop: ObjectIdentifier(node), position: position)] = state.slot
      touch(state.slot)
    }
    return .loop(
      count: loop.count, index: Operand(slot: index), counter: Operand(slot: counter), entries: entries, body: body,
      carries: carries,
      active: loop.activeState.map { (states[$0], loop.state[$0].shape.elementCount) })
  }

  /// Where the states of finished loops are.
  struct LoopState: Hashable {
    let loop: ObjectIdentifier
    let position: Int
  }
  var loopStates: [LoopState: Int] = [:]
}
