/// What a slot of the table of base pointers stands for.
enum SlotKind: Equatable {
  /// Given by the caller for each run.
  case input(Int)
  /// Bound to a value of a store for each run.
  case parameter(Int)
  /// Known when the program was compiled.
  case constant(Int)
  /// Shared memory of a run.
  case whole
  /// Memory of one worker.
  case tile
  /// Shared memory, one copy for each group of tiles.
  case accumulator
}

/// A value's memory: how much, and between which ticks of the plan's clock it is needed.
struct Slot {
  var kind: SlotKind
  var extent: Extent
  var firstTick: Int
  var lastTick: Int
  /// Elements from the start of its arena, once the memory is laid out.
  var offset = 0
}

/// Lays slots of overlapping lifetimes side by side and lets others share memory.
struct MemoryLayout {
  /// Elements of the arena.
  private(set) var size = 0

  /// Alignment of each slot: a cache line, so that vector loads do not straddle two.
  static let alignment = 16

  /// Largest first, each at the lowest place that is free throughout its lifetime.
  static func place(_ slots: inout [Slot], _ members: [Int], size: (Slot) -> Int) -> MemoryLayout {
    var layout = MemoryLayout()
    let sizes = Dictionary(
      uniqueKeysWithValues: members.map { ($0, (size(slots[$0]) + alignment - 1) / alignment * alignment) })
    let order = members.sorted { (sizes[$0] ?? 0, $1) > (sizes[$1] ?? 0, $0) }
    var placed: [Int] = []
    for member in order {
      let length = sizes[member] ?? 0
      let rivals = placed.filter {
        slots[$0].firstTick <= slots[member].lastTick && slots[member].firstTick <= slots[$0].lastTick
      }.sorted { slots[$0].offset < slots[$1].offset }
      var offset = 0
      for rival in rivals {
        if offset + length <= slots[rival].offset { break }
        offset = max(offset, slots[rival].offset + (sizes[rival] ?? 0))
      }
      slots[member].offset = offset
      layout.size = max(layout.size, offset + length)
      placed.append(member)
    }
    return layout
  }
}
