extension Plan {
  /// Decides which regions the processes of a group share.
  mutating func share(with communicator: any Communicator) {
    exchangeSize = Plan.share(&items, with: communicator)
    var fingerprint = Fingerprint(of: summary)
    for size in [slots.count, wholeSize, tileSize, exchangeSize] { fingerprint.add(UInt64(size)) }
    sharing = Sharing(
      rank: communicator.rank, size: communicator.size, fingerprint: fingerprint.value,
      exchangedBytes: Plan.exchangedBytes(items))
  }

  /// - Returns: floats of the room in which sums are exchanged.
  private static func share(_ items: inout [PlanItem], with communicator: any Communicator) -> Int {
    var size = 0
    for index in items.indices {
      switch items[index] {
      case .region(var region):
        region.share = RegionShare(region, communicator)
        size = max(size, region.share?.roomSize ?? 0)
        items[index] = .region(region)
      case .loop(let count, let iteration, let counter, let entries, var body, let carries, let active):
        size = max(size, share(&body, with: communicator))
        items[index] = .loop(
          count: count, index: iteration, counter: counter, entries: entries, body: body, carries: carries,
          active: active)
      }
    }
    return size
  }

  private static func exchangedBytes(_ items: [PlanItem]) -> Int {
    items.reduce(0) { bytes, item in
      switch item {
      case .region(let region): bytes + (region.share?.exchangedBytes ?? 0)
      case .loop(let count, _, _, _, let body, _, _): bytes + count * exchangedBytes(body)
      }
    }
  }
}

/// For which process of how many a plan was made, and what it is known by among them.
struct Sharing {
  var rank: Int
  var size: Int
  var fingerprint: UInt64
  /// Bytes that all processes together give in one run, iterations of loops included; 0 where each does all.
  var exchangedBytes: Int
}
