internal import TensorGraph

/// Groups elementwise nodes that one pass over strips can compute.
///
/// Nodes over the same index space are joined when one reads the other and no path between them leaves the group.
/// The level of a node counts the steps that must come before it, joined nodes sharing theirs; so nodes of one level
/// that are connected form a group, and no cycle of groups can arise. Random numbers that one group alone reads are
/// drawn inside it, wherever it stands.
struct Fusion {
  /// Most registers of a group: what a strip program may have, less a few for constants.
  static let registerLimit = 60

  /// Groups of nodes in an order in which they can run. Elementwise groups have one node or more, others have one.
  ///
  /// - Parameter isStored: whether a node's value must be in memory, whoever reads it.
  static func groups(of nodes: [Node], kind: (Node) -> RowKind?, isStored: (Node) -> Bool) -> [[Node]] {
    let members = Set(nodes.map(\.identity))
    let draws = nodes.filter { $0.operation.isRandom && !$0.shape.isEmpty && !isStored($0) }
    let drawn = Set(draws.map(\.identity))
    var readers: [ObjectIdentifier: [Node]] = [:]
    var level: [ObjectIdentifier: Int] = [:]
    var root: [ObjectIdentifier: ObjectIdentifier] = [:]
    func find(_ identity: ObjectIdentifier) -> ObjectIdentifier {
      var current = identity
      while let next = root[current], next != current { current = next }
      return current
    }
    func agree(_ a: Node, _ b: Node) -> Bool { a.shape == b.shape && kind(a) == kind(b) }
    for node in nodes {
      let isElementwise = node.operation.isElementwise
      func joins(_ input: Node) -> Bool { isElementwise && input.operation.isElementwise && agree(input, node) }
      for draw in node.inputs.map(\.identity) where drawn.contains(draw) { readers[draw, default: []].append(node) }
      // What draws depend on, their iteration, must come before those that read them.
      let inside = node.inputs.flatMap { drawn.contains($0.identity) ? $0.inputs : [$0] }
        .filter { members.contains($0.identity) }
      level[node.identity] = inside.map { (level[$0.identity] ?? 0) + (joins($0) ? 0 : 1) }.max() ?? 0
      root[node.identity] = node.identity
      for input in inside where joins(input) && level[input.identity] == level[node.identity] {
        root[find(input.identity)] = find(node.identity)
      }
    }
    for draw in draws {
      guard let users = readers[draw.identity], let group = users.first.map({ find($0.identity) }),
        users.allSatisfy({ $0.operation.isElementwise && agree($0, draw) && find($0.identity) == group })
      else { continue }
      root[draw.identity] = group
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

  /// Cuts a group that would need too many registers. Its parts then find the random numbers in memory.
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
    guard !parts.isEmpty else { return [part] }
    let draws = nodes.filter(\.operation.isRandom).map { [$0] }
    return draws + (parts + [part]).map { $0.filter { !$0.operation.isRandom } }.filter { !$0.isEmpty }
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
