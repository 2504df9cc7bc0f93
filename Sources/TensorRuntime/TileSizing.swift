internal import CKernels

/// Chooses how many rows a tile has, and lays out the memory of a worker.
enum TileSizing {
  /// Floats that a tile's values may take: about a third of a megabyte, so that they and the weights stay in the
  /// second-level cache.
  static let budget = 98_304
  /// Rows of the largest tile: beyond, the cost of starting a step no longer shows.
  static let maximumRows = 1_024
  /// Rows below which a tile is not cut for the sake of more workers.
  static let minimumRows = 64
  /// Tiles that a batch is cut into at least, where that leaves `minimumRows`.
  static let wantedTiles = 8
  /// Pixels of a convolution's call at which its weights, read once, no longer show.
  static let pixelsForWeights = 448
  /// Groups of tiles with accumulators of their own: enough for the cores of a workstation, few enough for memory.
  static let maximumGroups = 8

  /// Sets the tiles of all regions and the offsets of the workers' slots.
  ///
  /// Nothing here depends on the machine: sums over tiles must have the same bits everywhere.
  /// - Returns: the elements of a worker's arena.
  static func choose(_ items: inout [PlanItem], _ slots: inout [Slot]) -> Int {
    var size = 0
    for index in items.indices {
      switch items[index] {
      case .region(var region):
        size = max(size, choose(&region, &slots))
        items[index] = .region(region)
      case .loop(let count, let iteration, let entries, var body, let carries, let active):
        size = max(size, choose(&body, &slots))
        items[index] = .loop(
          count: count, index: iteration, entries: entries, body: body, carries: carries, active: active)
      }
    }
    return size
  }

  private static func choose(_ region: inout Region, _ slots: inout [Slot]) -> Int {
    guard let batch = region.batch else { return 0 }
    let members = slots.indices.filter { slots[$0].kind == .tile && region.ticks.contains(slots[$0].firstTick) }
    let perRow = MemoryLayout.place(&slots, members) { $0.extent.perRow }.size
    let shared = max(minimumRows, (batch + wantedTiles - 1) / wantedTiles)
    let cached = budget / max(1, perRow)
    var fitting = min(maximumRows, shared, cached >= 16 ? cached / 16 * 16 : max(1, cached))
    // Small images come in numbers that repay reading a convolution's weights; two workers keep their share.
    if let pixels = region.steps.smallestImage {
      fitting = max(fitting, min((pixelsForWeights + pixels - 1) / pixels, max(1, batch / 2)))
    }
    var tiles = (batch + fitting - 1) / fitting
    // An even number of tiles keeps two workers equally busy.
    if tiles > 1 { tiles += tiles % 2 }
    let even = (batch + tiles - 1) / tiles
    // Tiles that begin at multiples of 64 elements draw their random numbers without a detour.
    let step = even > 512 ? 64 : even > 64 ? 16 : even > 8 ? 8 : 1
    region.tileRows = max(1, min(batch, (even + step - 1) / step * step))
    region.groups = region.accumulators.isEmpty ? 1 : min(maximumGroups, region.tiles)
    let rows = region.tileRows
    let layout = MemoryLayout.place(&slots, members) { $0.extent.count(rows: rows) }
    region.localSlots = members.map { ($0, slots[$0].offset) }
    return layout.size
  }

  static func groups(of items: [PlanItem]) -> Int {
    items.map { item in
      switch item {
      case .region(let region): region.groups
      case .loop(_, _, _, let body, _, _): groups(of: body)
      }
    }.max() ?? 1
  }
}

extension UnsafeBufferPointer<Step> {
  /// Pixels of the smallest output of a convolution among the steps; nil when there is none.
  fileprivate var smallestImage: Int? {
    compactMap { step -> Int? in
      switch step {
      case .convolution(let step): Int(step.geometry.rows.output * step.geometry.columns.output)
      case .loop(let loop): loop.body.smallestImage
      default: nil
      }
    }.min()
  }
}
