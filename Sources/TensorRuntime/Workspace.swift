internal import CKernels

/// The memory of one run of a program: arenas and tables of base pointers.
///
/// `@unchecked Sendable`: a run takes a workspace from its program's shelf and puts it back when it is done, so one
/// thread owns it at a time; inside a run each worker writes its own part alone.
final class Workspace: @unchecked Sendable {
  typealias Table = UnsafeMutablePointer<UnsafeMutablePointer<Float>?>

  let bases: Table
  let workers: [Worker]
  /// Where processes exchange sums.
  let exchange: UnsafeMutablePointer<Float>
  private let slotCount: Int
  private let shared: UnsafeMutablePointer<Float>

  /// One worker's own memory.
  struct Worker {
    let bases: Table
    let registers: Table
    let arena: UnsafeMutablePointer<Float>
    let strips: UnsafeMutablePointer<Float>
    let packed: UnsafeMutablePointer<Float>
  }

  init(plan: Plan, workers count: Int) {
    slotCount = plan.slots.count
    bases = Table.allocate(capacity: max(1, slotCount))
    shared = Workspace.allocate(plan.wholeSize)
    exchange = Workspace.allocate(plan.exchangeSize)
    for (index, slot) in plan.slots.enumerated() {
      bases[index] =
        switch slot.kind {
        case .whole, .accumulator: shared + slot.offset
        default: nil
        }
    }
    let slots = slotCount
    workers = (0..<count).map { _ in
      Worker(
        bases: Table.allocate(capacity: max(1, slots)),
        registers: Table.allocate(capacity: Int(CK_MAXIMUM_REGISTERS)), arena: Workspace.allocate(plan.tileSize),
        strips: Workspace.allocate(Int(CK_STRIP) * Int(CK_MAXIMUM_REGISTERS)),
        packed: Workspace.allocate(plan.packSize))
    }
  }

  deinit {
    bases.deallocate()
    shared.deallocate()
    exchange.deallocate()
    for worker in workers {
      worker.bases.deallocate()
      worker.registers.deallocate()
      worker.arena.deallocate()
      worker.strips.deallocate()
      worker.packed.deallocate()
    }
  }

  /// Uninitialised memory on a cache line's boundary.
  static func allocate(_ count: Int) -> UnsafeMutablePointer<Float> {
    UnsafeMutableRawPointer.allocate(byteCount: max(1, count) * 4, alignment: 64).bindMemory(
      to: Float.self, capacity: max(1, count))
  }
}
