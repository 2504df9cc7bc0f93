internal import CKernels

/// Chooses how many rows a tile has, and lays out the memory of a worker.
enum TileSizing {
  /// Rows that a group of tiles has at least where products read weights.
  static let fewestRows = 64
  /// Pixels of a convolution's call at which its weights, read once, no longer show.
  private static let pixelsForWeights = 448
  /// Rows of the largest tile: beyond, the cost of starting a step no longer shows.
  private static let mostRows = 1_024

  /// Sets the tiles of all regions and the offsets of the workers' slots.
  ///
  /// - Parameter threads: threads that share the tiles of a region.
  /// - Returns: the elements of a worker's arena.
  static func choose(_ items: inout [PlanItem], _ slots: inout [Slot], threads: Int) -> Int {
    var size = 0
    for index in items.indices {
      switch items[index] {
      case .region(var region):
        size = max(size, choose(&region, &slots, threads))
        items[index] = .region(region)
      case .loop(let count, let iteration, let counter, let entries, var body, let carries, let active):
        size = max(size, choose(&body, &slots, threads: threads))
        items[index] = .loop(
          count: count, index: iteration, counter: counter, entries: entries, body: body, carries: carries,
          active: active)
      }
    }
    return size
  }

  private static func choose(_ region: inout Region, _ slots: inout [Slot], _ threads: Int) -> Int {
    guard let batch = region.batch else { return 0 }
    let members = slots.indices.filter { slots[$0].kind == .tile && region.ticks.contains(slots[$0].firstTick) }
    let perRow = MemoryLayout.place(&slots, members) { $0.extent.perRow }.size
    let images = region.steps.smallestImage.map { (pixelsForWeights + $0 - 1) / $0 }
    if !region.accumulators.isEmpty {
      let sums = region.accumulators.map(\.count).reduce(0, +)
      region.groups = RowGroups(batch: batch, fewestRows: min(images ?? fewestRows, max(1, batch / 2)), sums: sums)
    }
    region.tileRows = rows(region, TileCost(region.steps, slots), live: perRow, threads)
    let rows = region.tileRows
    let layout = MemoryLayout.place(&slots, members) { $0.extent.count(rows: rows) }
    region.localSlots = members.map { ($0, slots[$0].offset) }
    return layout.size
  }

  /// The rows with which the threads are done first, as the model has it.
  private static func rows(_ region: Region, _ cost: TileCost, live: Int, _ threads: Int) -> Int {
    let (span, groups) = (region.groups.rows, region.groups.count)
    // Sums of convolutions have the same bits in any tiles of a multiple of so many images.
    let unit = region.steps.imagesOfSums
    if unit >= span { return span }
    var best = (rows: 1, time: Double.infinity)
    var tiles = (span + mostRows - 1) / mostRows
    while tiles <= span {
      let even = (span + tiles - 1) / tiles
      // Tiles that begin at multiples of 64 elements draw their random numbers without a detour.
      let step = unit > 1 ? unit : even > 512 ? 64 : even > 64 ? 16 : even > 8 ? 8 : 1
      let rows = min(span, (even + step - 1) / step * step)
      let made = (span + rows - 1) / rows
      // Tasks are groups of tiles where sums add up, else tiles.
      let turns =
        region.accumulators.isEmpty
        ? (made + threads - 1) / threads : (groups + threads - 1) / threads * made
      let time = Double(turns) * cost(rows: rows, live: live)
      if time < best.time { best = (rows, time) }
      if rows <= unit { break }
      tiles = max(tiles + 1, (span + rows - 2) / (rows - 1))
    }
    return best.rows
  }

  static func groups(of items: [PlanItem]) -> Int {
    items.map { item in
      switch item {
      case .region(let region): region.groups.count
      case .loop(_, _, _, _, let body, _, _): groups(of: body)
      }
    }.max() ?? 1
  }
}

extension UnsafeBufferPointer<Step> {
  /// The least number of images of which a tile must have a multiple for sums of convolutions.
  fileprivate var imagesOfSums: Int {
    reduce(1) { unit, step in
      guard case .convolution(var step) = step, step.role == .weightSums else { return unit }
      let images = Int(ck_convolution_sums_images(&step.geometry))
      return unit % images == 0 ? unit : images % unit == 0 ? images : unit * images
    }
  }

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
