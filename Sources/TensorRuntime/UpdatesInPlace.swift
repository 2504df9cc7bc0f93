internal import CKernels

/// New values of parameters that are written where the old ones are: without a copy, and without memory of their own.
///
/// A slot may stand in a parameter's place where nothing reads the old value after the new one is begun. Where one pass
/// over strips does both, it reads and writes element by element, and must not read the old ones after it wrote.
struct UpdatesInPlace {
  private let strips: [StripProgram]

  init(_ items: [PlanItem]) { strips = UpdatesInPlace.strips(of: items) }

  /// Gives the sources of assignments their parameters' memory where that is safe.
  func apply(to slots: inout [Slot], assignments: [(parameter: Int, from: Operand)], results: [Operand]) {
    var shared = Set(results.map(\.slot))
    let sources = assignments.map(\.from.slot)
    shared.formUnion(sources.filter { slot in sources.filter { $0 == slot }.count > 1 })
    for (parameter, source) in assignments where source.offset == 0 && !shared.contains(source.slot) {
      guard slots[source.slot].kind == .whole else { continue }
      let old = slots.indices.first { slots[$0].kind == .parameter(parameter) }
      if let old, !isDone(with: old, before: source.slot, slots) { continue }
      slots[source.slot].kind = .parameter(parameter)
    }
  }

  /// Whether all that reads `old` is done when `new` is written.
  private func isDone(with old: Int, before new: Int, _ slots: [Slot]) -> Bool {
    if slots[old].lastTick < slots[new].firstTick { return true }
    guard slots[old].lastTick == slots[new].firstTick else { return false }
    let writers = strips.filter { $0.writes(new) }
    return writers.count == 1 && writers[0].reads(old, beforeWriting: new)
  }

  private static func strips(of items: [PlanItem]) -> [StripProgram] {
    items.flatMap { item -> [StripProgram] in
      switch item {
      case .region(let region):
        region.steps.compactMap { if case .strip(let program) = $0 { program } else { nil } }
      case .loop(_, _, _, _, let body, _, _): strips(of: body)
      }
    }
  }
}

extension StripProgram {
  fileprivate func registers(of slot: Int) -> [Int] { operands.indices.filter { operands[$0]?.slot == slot } }

  fileprivate func writes(_ slot: Int) -> Bool {
    let own = registers(of: slot)
    return instructions.contains { own.contains(Int($0.destination)) }
  }

  /// Whether element i of `old` is read for element i of `new`, and never after that is written.
  fileprivate func reads(_ old: Int, beforeWriting new: Int) -> Bool {
    let (sources, targets) = (registers(of: old), registers(of: new))
    guard sources.allSatisfy({ registers[$0].kind == Int32(CK_CONTIGUOUS.rawValue) }),
      let written = instructions.firstIndex(where: { targets.contains(Int($0.destination)) })
    else { return false }
    return instructions[(written + 1)...].allSatisfy { instruction in
      let (a, b, c) = instruction.operands
      return ![a, b, c].prefix(instruction.operandCount).contains { sources.contains(Int($0)) }
    }
  }
}

extension ck_instruction {
  /// Operands that the instruction reads; the others are not set.
  fileprivate var operandCount: Int {
    opcode < CK_ADD.rawValue ? 1 : opcode < CK_SELECT.rawValue ? 2 : 3
  }
}
