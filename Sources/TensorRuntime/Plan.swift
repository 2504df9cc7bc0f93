internal import TensorGraph

/// What a program does, in order.
struct Plan {
  var items: [PlanItem]
  var slots: [Slot]
  var constants: [(slot: Int, scalars: [Float])]
  var results: [Operand]
  var assignments: [(parameter: Int, from: Operand, count: Int)]
  var parameters: [Parameter]
  /// Elements of the arena that a run's workers share.
  var wholeSize: Int
  /// Elements of each worker's own arena.
  var tileSize: Int
  /// Elements of each worker's scratch for packing.
  var packSize: Int
  /// Elements of the room in which processes exchange sums.
  var exchangeSize = 0
  /// Set when it was made to be run by several processes.
  var sharing: Sharing?
  /// Owns what the steps point to.
  var memory: FrozenMemory
}

indirect enum PlanItem {
  case region(Region)
  /// A loop whose rows are not independent: its items run one after the other in each iteration.
  case loop(
    count: Int, index: Operand, counter: Operand, entries: [LoopStep.Transfer], body: [PlanItem],
    carries: [LoopStep.Transfer], active: (operand: Operand, count: Int)?)
}

/// Steps that run together: tile by tile over a batch, or once on whole tensors.
struct Region {
  /// Rows of the batch, or nil for whole tensors.
  var batch: Int?
  var steps: UnsafeBufferPointer<Step>
  /// When it runs, on the plan's clock.
  var ticks: ClosedRange<Int>
  /// Rows of a tile; the last one of a group may have fewer.
  var tileRows = 0
  /// Tiles of a group run in order on one worker and add up into the group's accumulators.
  var groups: RowGroups
  var accumulators: [Accumulator] = []
  /// Values of all rows, of which each tile writes its own, with the elements of a row of the batch.
  var rowOutputs: [(slot: Int, rowElements: Int)] = []
  /// What this process does of it; nil where it does all.
  var share: RegionShare?
  /// Where the workers' own values lie in their arenas.
  var localSlots: [(slot: Int, offset: Int)] = []

  struct Accumulator {
    var partial: Int
    var total: Operand
    var count: Int
    var isSum: Bool
  }

  init(
    batch: Int?, steps: UnsafeBufferPointer<Step>, ticks: ClosedRange<Int>,
    rowOutputs: [(slot: Int, rowElements: Int)] = []
  ) {
    self.rowOutputs = rowOutputs
    self.batch = batch
    self.steps = steps
    self.ticks = ticks
    groups = RowGroups(batch: batch ?? 1)
  }

  var tiles: Int {
    guard let batch else { return 1 }
    return (0..<groups.count).lazy.map { (groups.range($0, batch: batch).count + tileRows - 1) / tileRows }.reduce(0, +)
  }
}
