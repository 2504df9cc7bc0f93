internal import TensorGraph

/// Sums over a batch that are made at once from stored rows, rather than added up tile by tile.
///
/// The gradient of a large matrix of weights takes as much memory as the matrix for each group of rows that adds up its
/// own; the rows it is made of often take less. Then they are stored, and one product over the whole batch, cut by
/// columns among the threads, has the gradient in the weights' own size and reads no sum twice.
///
/// - One number a row, such as the energies of a loss, is always stored.
/// - Products that sum over the batch, and sums of what they read, are made at once where the rows take less memory than
///   the groups' sums.
struct DeferredSums {
  private let deferred: Set<ObjectIdentifier>

  init(_ order: [Node]) {
    var deferred = Set<ObjectIdentifier>()
    var products: [Int: [Node]] = [:]
    for node in order {
      switch node.operation {
      case .reduce where node.inputs[0].shape.dropFirst().allSatisfy({ $0 == 1 }): deferred.insert(node.identity)
      case .matrixProduct(let product) where product.transposesLeft && node.shape.count == 2:
        products[node.inputs[0].shape[0], default: []].append(node)
      default: break
      }
    }
    for (rows, nodes) in products {
      var operands = Set<ObjectIdentifier>()
      var stored = 0
      for operand in nodes.flatMap(\.inputs) where operands.insert(operand.identity).inserted {
        stored += operand.elementCount
      }
      let sums = nodes.map(\.elementCount).reduce(0, +)
      let groups = RowGroups(batch: rows, fewestRows: TileSizing.fewestRows, sums: sums)
      // Processes that share the batch would exchange the rows: they are stored where that is little.
      guard stored <= min(groups.count, 8) * sums else { continue }
      deferred.formUnion(nodes.map(\.identity))
      for node in order {
        if case .reduce(let reduction) = node.operation, reduction.axes[0] == 0,
          operands.contains(node.inputs[0].identity)
        {
          deferred.insert(node.identity)
        }
      }
    }
    self.deferred = deferred
  }

  func contains(_ node: Node) -> Bool { deferred.contains(node.identity) }
}
