internal import TensorGraph

/// A loop that runs inside a tile: its rows are independent, so each tile goes through all iterations by itself.
struct TileLoop {
  let batch: Int
  /// The kind of each state; nil for states that every tile computes for itself, such as a step size.
  let stateKinds: [RowKind?]
  /// The placements of the body's nodes.
  let body: [ObjectIdentifier: Lowering.Placement]

  /// Nil when some row of the body depends on other rows.
  init?(_ loop: Loop, inputs: [Node], kinds: [RowKind?], isBatchLeaf: [Bool], batches: Set<Int>) {
    let width = loop.state.count
    // The batch: what row-wise inputs say, else the first axis of a state that is a batch.
    let candidates = kinds.compactMap { $0?.batch } + loop.state.compactMap { $0.shape.first }.filter(batches.contains)
    guard let batch = candidates.first, kinds.allSatisfy({ $0 == nil || $0?.batch == batch }) else { return nil }

    var known: [ObjectIdentifier: RowKind] = [:]
    var stateKinds: [RowKind?] = []
    for (position, state) in loop.state.enumerated() {
      var kind = kinds[position]
      if kind == nil, state.shape.first == batch { kind = RowKind(batch: batch, factor: 1) }
      stateKinds.append(kind)
      if let kind { known[ObjectIdentifier(state)] = kind }
    }
    var leaves = Set<ObjectIdentifier>()
    for (position, capture) in loop.captures.enumerated() {
      if let kind = kinds[width + position] {
        known[ObjectIdentifier(capture)] = kind
      } else if isBatchLeaf[width + position] {
        leaves.insert(ObjectIdentifier(capture))
      }
    }

    let analysis = RowAnalysis(batches: batches)
    var body: [ObjectIdentifier: Lowering.Placement] = [:]
    for node in Graph.order(loop.results) where !node.inputs.isEmpty || node.operation.isRandom {
      let kinds = node.inputs.map { known[$0.identity] }
      let isBatchLeaf = node.inputs.map { leaves.contains($0.identity) }
      if case .loop(let inner) = node.operation {
        guard
          let nested = TileLoop(inner, inputs: node.inputs, kinds: kinds, isBatchLeaf: isBatchLeaf, batches: batches),
          nested.batch == batch
        else { return nil }
        body[node.identity] = Lowering.Placement(
          kind: RowKind(batch: batch, factor: 1), access: kinds.map { $0 == nil ? .whole : .aligned }, stage: 1,
          tileLoop: nested)
        continue
      }
      if case .loopResult(let position) = node.operation {
        let kind = body[node.inputs[0].identity]?.tileLoop?.stateKinds[position]
        body[node.identity] = Lowering.Placement(kind: kind, access: [.aligned], stage: 1)
        known[node.identity] = kind
        continue
      }
      switch analysis.behavior(of: node, kinds: kinds, isBatchLeaf: isBatchLeaf) {
      case .rows(let kind, let access):
        guard kind.batch == batch, !zip(kinds, access).contains(where: { $0 != nil && $1 == .whole }) else {
          return nil
        }
        body[node.identity] = Lowering.Placement(kind: kind, access: access, stage: 1)
        known[node.identity] = kind
      case .whole:
        // Small work that every tile repeats; it must not read rows.
        guard kinds.allSatisfy({ $0 == nil }) else { return nil }
        body[node.identity] = Lowering.Placement(kind: nil, access: node.inputs.map { _ in .whole }, stage: 1)
      case .reducesRows:
        return nil
      }
    }
    for (result, kind) in zip(loop.results, stateKinds) {
      if let kind {
        if let own = known[result.identity] {
          guard own == kind else { return nil }
        } else if result.shape.first != batch * kind.factor || body[result.identity] != nil {
          return nil
        }
      } else if known[result.identity] != nil {
        return nil
      }
    }
    self.batch = batch
    self.stateKinds = stateKinds
    self.body = body
  }
}

extension Operation {
  var isRandom: Bool {
    if case .random = self { true } else { false }
  }
}
