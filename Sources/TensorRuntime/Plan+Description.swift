extension Plan {
  /// The regions and their steps, for looking at what a program does.
  var summary: String { Plan.lines(items, indent: "").joined(separator: "\n") }

  private static func lines(_ items: [PlanItem], indent: String) -> [String] {
    items.flatMap { item -> [String] in
      switch item {
      case .region(let region):
        let head = region.batch.map { batch in
          "batch \(batch): \(region.tiles) tiles of \(region.tileRows) rows, \(region.accumulators.count) sums"
            + (region.share.map { ", shared for \($0.exchangedBytes) bytes" } ?? "")
        }
        return ["\(indent)\(head ?? "whole tensors"): \(counts(region.steps))"]
          + loops(region.steps, indent: indent + "  ")
      case .loop(let count, _, _, _, let body, _, _):
        return ["\(indent)loop of \(count):"] + lines(body, indent: indent + "  ")
      }
    }
  }

  private static func loops(_ steps: UnsafeBufferPointer<Step>, indent: String) -> [String] {
    steps.flatMap { step -> [String] in
      guard case .loop(let loop) = step else { return [] }
      return ["\(indent)loop of \(loop.count): \(counts(loop.body))"] + loops(loop.body, indent: indent + "  ")
    }
  }

  private static func counts(_ steps: UnsafeBufferPointer<Step>) -> String {
    var counts: [String: Int] = [:]
    for step in steps { counts[step.name, default: 0] += 1 }
    return counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
  }
}

extension Step {
  var name: String {
    switch self {
    case .strip(let program): "strip[\(program.instructions.count)]"
    case .reduce: "reduce"
    case .product: "product"
    case .pack: "pack"
    case .convolution: "convolution"
    case .resample: "resample"
    case .copy: "copy"
    case .gather: "gather"
    case .scatter: "scatter"
    case .random: "random"
    case .kernel(let step): step._withUnsafeGuaranteedRef { $0.name }
    case .counter: "counter"
    case .loop: "loop"
    }
  }
}
