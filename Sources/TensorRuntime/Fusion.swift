internal import TensorGraph

/// Groups elementwise nodes that one pass over strips can compute.
///
/// Nodes over the same index space are joined when one reads the other and no path between them leaves the group.
/// The level of a node counts the steps that must come before it, joined nodes sharing theirs; so nodes of one level
/// that are connected form a group, and no cycle of groups can arise.
struct Fusion {
  /// Most registers of a group: what a strip program may have, less a few for constants.
  static let registerLimit = 60

  /// Groups of nodes in an order in which they can run. Elementwise groups have one node or more, others have one.
  static func groups(of nodes: [Node], kind: (Node) -> RowKind?) -> [[Node]] {
    let members = Set(nodes.map(\.identity))
    var level: [ObjectIdentifier: Int] = [:]
    var root: [ObjectIdentifier: ObjectIdentifier] = [:]
    func find(_ identity: ObjectIdentifier) -> ObjectIdentifier {
      var current = identity
      while let next = root[current], next != current { current = next }
      return current
    }
    for node in nodes {
      let isElementwise = node.operation.isElementwise
      func joins(_ input: Node) -> Bool {
        isElementwise && input.operation.isElementwise && input.shape == node.shape && kind(input) == kind(node)
      }
      let inside = node.inputs.filter { members.contains($0.identity) }
      level[node.identity] = inside.map { (level[$0.identity] ?? 0) + (joins($0) ? 0 : 1) }.max() ?? 0
      root[node.identity] = node.identity
      for input in inside where joins(input) && level[input.identity] == level[node.identity] {
        root[find(input.identity)] = find(node.identity)
      }
    }

    var groups: [ObjectIdentifier: [Node]] = [:]
    for node in nodes { groups[find(node.identity), default: []].append(node) }
    var order: [[Node]] = []
    var emitted = Set<ObjectIdentifier>()
    // Depth first from each node in turn, so that a value is made shortly before it is used.
    func emit(_ group: ObjectIdentifier) {
      guard emitted.insert(group).inserted, let nodes = groups[group] else { return }
      for node in nodes {
        for input in node.inputs where members.contains(input.identity) { emit(find(input.identity)) }
      }
      order += split(nodes)
    }
    for node in nodes { emit(find(node.identity)) }
    return order
  }

  /// Cuts a group that would need too many registers.
  private static func split(_ nodes: [Node]) -> [[Node]] {
    var parts: [[Node]] = []
    var part: [Node] = []
    var registers = Set<ObjectIdentifier>()
    for node in nodes {
      let more = registers.union(node.inputs.map(\.identity)).union([node.identity])
      if more.count > registerLimit, !part.isEmpty {
        parts.append(part)
        part = []
        registers = Set(node.inputs.map(\.identity)).union([node.identity])
      } else {
        registers = more
      }
      part.append(node)
    }
    return parts + [part]
  }
}

extension Operation {
  /// Whether strips compute it: elementwise functions, and repetition, which is a copy from a repeating register.
  var isElementwise: Bool {
    switch self {
    case .unary, .binary, .select, .broadcast: true
    default: false
    }
  }
}
