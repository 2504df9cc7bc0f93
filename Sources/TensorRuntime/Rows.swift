internal import TensorGraph

/// How a node's elements divide among the rows of a batch.
///
/// A node is row-wise over a batch of N when its first axis is N × factor and the elements of row i depend only on
/// row i of row-wise inputs and on whole other values. Such nodes run tile by tile.
struct RowKind: Hashable {
  let batch: Int
  let factor: Int
}

/// How an input of a row-wise node is read.
enum Access {
  /// Row i for row i.
  case aligned
  /// All of it for every row.
  case whole
}

/// What a node does with the batch, given what its inputs do.
enum RowBehavior {
  case whole
  case rows(RowKind, [Access])
  /// Adds up or maximises over the batch: runs with the tiles, is whole afterwards.
  case reducesRows(RowKind, [Access])
}

/// Decides which nodes are row-wise.
struct RowAnalysis {
  /// Sizes of batches: first axes of placeholders and random draws.
  let batches: Set<Int>

  /// - Parameters:
  ///   - kinds: the kind of each input that is computed row by row.
  ///   - isLeaf: whether each input is known in full, so that it may be read either way.
  func behavior(of node: Node, kinds: [RowKind?], isBatchLeaf: [Bool]) -> RowBehavior {
    // The kind that all row-wise inputs agree on; leaves follow it.
    var known = kinds.compactMap { $0 }
    if known.isEmpty {
      for (input, isLeaf) in zip(node.inputs, isBatchLeaf) where isLeaf {
        if let size = input.shape.first, batches.contains(size) { known.append(RowKind(batch: size, factor: 1)) }
      }
    }
    if case .random = node.operation, let size = node.shape.first, batches.contains(size), size > 1 {
      return .rows(RowKind(batch: size, factor: 1), node.inputs.map { _ in .whole })
    }
    guard let first = known.first, first.batch > 1, known.allSatisfy({ $0.batch == first.batch }) else { return .whole }
    let batch = first.batch

    func factor(_ node: Node) -> Int? {
      guard let size = node.shape.first, size % batch == 0, size > 0 else { return nil }
      return size / batch
    }
    func isRowWise(_ position: Int, factor wanted: Int) -> Bool {
      if let kind = kinds[position] { return kind.factor == wanted }
      return node.inputs[position].shape.first == batch * wanted
    }

    switch node.operation {
    case .constant, .placeholder, .parameter, .loop, .loopResult, .pack:
      return .whole

    case .unary, .binary, .select, .broadcast:
      guard let factor = factor(node) else { return .whole }
      var access: [Access] = []
      for (position, input) in node.inputs.enumerated() {
        if input.shape.count == node.shape.count, input.shape[0] == node.shape[0] {
          guard isRowWise(position, factor: factor) else { return .whole }
          access.append(.aligned)
        } else {
          guard kinds[position] == nil else { return .whole }
          access.append(.whole)
        }
      }
      return .rows(RowKind(batch: batch, factor: factor), access)

    case .reduce(let reduction):
      guard let factor = factor(node.inputs[0]) else { return .whole }
      let kind = RowKind(batch: batch, factor: factor)
      return reduction.axes[0] == 0 ? .reducesRows(kind, [.aligned]) : .rows(kind, [.aligned])

    case .matrixProduct(let product):
      if node.shape.count > 2 {
        guard let factor = factor(node), isRowWise(0, factor: factor), isRowWise(1, factor: factor) else {
          return .whole
        }
        return .rows(RowKind(batch: batch, factor: factor), [.aligned, .aligned])
      }
      guard let factor = factor(node.inputs[0]), isRowWise(0, factor: factor) else { return .whole }
      let kind = RowKind(batch: batch, factor: factor)
      if product.transposesLeft {
        guard !product.transposesRight, isRowWise(1, factor: factor) else { return .whole }
        return .reducesRows(kind, [.aligned, .aligned])
      }
      return kinds[1] == nil ? .rows(kind, [.aligned, .whole]) : .whole

    case .convolution(let convolution):
      switch convolution.role {
      case .prepareForward, .prepareInputGradient, .finishSums: return .whole
      case .forward, .inputGradient, .weightGradient, .weightSums: break
      }
      guard let factor = factor(node.inputs[0]), isRowWise(0, factor: factor) else { return .whole }
      let kind = RowKind(batch: batch, factor: factor)
      if convolution.role == .weightSums {
        return isRowWise(1, factor: factor) ? .reducesRows(kind, [.aligned, .aligned]) : .whole
      }
      return kinds[1] == nil ? .rows(kind, [.aligned, .whole]) : .whole

    case .reshape:
      guard let from = factor(node.inputs[0]), isRowWise(0, factor: from), let to = factor(node) else { return .whole }
      return .rows(RowKind(batch: batch, factor: to), [.aligned])

    case .transpose(let permutation):
      guard permutation[0] == 0, let factor = factor(node) else { return .whole }
      return .rows(RowKind(batch: batch, factor: factor), [.aligned])

    case .slice, .pad, .resample, .stopGradient:
      guard node.shape[0] == node.inputs[0].shape[0], let factor = factor(node) else { return .whole }
      return .rows(RowKind(batch: batch, factor: factor), [.aligned])

    case .concatenate(let axis):
      guard axis > 0, let factor = factor(node), node.inputs.indices.allSatisfy({ isRowWise($0, factor: factor) })
      else { return .whole }
      return .rows(RowKind(batch: batch, factor: factor), node.inputs.map { _ in .aligned })

    case .gatherRows:
      guard let factor = factor(node), isRowWise(1, factor: factor), kinds[0] == nil else { return .whole }
      return .rows(RowKind(batch: batch, factor: factor), [.whole, .aligned])

    case .scatterRows:
      guard let factor = factor(node.inputs[0]), isRowWise(0, factor: factor), isRowWise(1, factor: factor)
      else { return .whole }
      return .reducesRows(RowKind(batch: batch, factor: factor), [.aligned, .aligned])

    case .composite(let composite):
      guard let aligned = composite.operation.rowOperands(node.inputs.map(\.shape)), let source = aligned.min(),
        let factor = factor(composite.operation.addsUpRows ? node.inputs[source] : node),
        node.inputs.indices.allSatisfy({ aligned.contains($0) ? isRowWise($0, factor: factor) : kinds[$0] == nil })
      else { return .whole }
      let kind = RowKind(batch: batch, factor: factor)
      let access: [Access] = node.inputs.indices.map { aligned.contains($0) ? .aligned : .whole }
      return composite.operation.addsUpRows ? .reducesRows(kind, access) : .rows(kind, access)

    case .random, .nestedCounter:
      return .whole
    }
  }
}

extension Node {
  /// Whether rows of a batch are joined with others or cut out: the result is a batch of another size, which is stored.
  var joinsOrCutsRows: Bool {
    switch operation {
    case .concatenate(let axis): axis == 0
    case .slice: shape.count > 1 && shape[0] != inputs[0].shape[0]
    default: false
    }
  }
}
