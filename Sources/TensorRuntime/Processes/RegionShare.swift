/// What one process does of a region of tiles, and what it exchanges with the others afterwards.
///
/// Each process takes a run of neighbouring tiles, or of groups of tiles where the region adds up: those that one
/// process by itself computes one after the other. Rows that other regions read are exchanged as they are. Sums over
/// groups are a binary tree (`ck_sum_tree`); a process computes the largest subtrees that are all its own, and the few
/// additions above them are done by all, each the same. So the bits do not depend on the number of processes.
struct RegionShare {
  /// The groups, or tiles where nothing is added up, that this process runs.
  let tasks: Range<Int>
  /// Values whose rows are exchanged, with the bytes of each process's rows.
  let rows: [(slot: Int, counts: [Int])]
  /// The largest subtrees of all processes, each a range of groups, in order.
  let blocks: [Range<Int>]
  /// Those of this process among them.
  let ownBlocks: Range<Int>
  /// Additions of the tree above the blocks: the second is added to the first.
  let additions: [(Int, Int)]
  /// Floats of all sums of a block, one behind the other.
  let blockSize: Int
  /// Bytes of each process's blocks.
  let blockCounts: [Int]

  /// Nil where it is quicker that every process does all of the region. The same for all processes.
  init?(_ region: Region, _ communicator: any Communicator) {
    guard let batch = region.batch else { return nil }
    let size = communicator.size
    let isSummed = !region.accumulators.isEmpty
    let count = isSummed ? region.groups.count : region.tiles
    guard count > 1 else { return nil }
    func share(_ rank: Int) -> Range<Int> { (rank * count / size)..<((rank + 1) * count / size) }
    /// The first row of a group or tile.
    func firstRow(_ task: Int) -> Int {
      min(batch, task * (isSummed ? region.groups.rows : region.tileRows))
    }
    tasks = share(communicator.rank)
    let rowCounts = (0..<size).map { firstRow(share($0).upperBound) - firstRow(share($0).lowerBound) }
    rows = region.rowOutputs.map { output in
      (output.slot, rowCounts.map { 4 * $0 * output.rowElements })
    }
    let perProcess = (0..<size).map { isSummed ? Self.blocks(within: share($0), of: count) : [] }
    blocks = perProcess.flatMap { $0 }
    let before = perProcess[..<communicator.rank].reduce(0) { $0 + $1.count }
    ownBlocks = before..<(before + perProcess[communicator.rank].count)
    additions = isSummed ? Self.additions(over: blocks, of: count) : []
    let blockSize = region.accumulators.reduce(0) { $0 + $1.count }
    self.blockSize = blockSize
    blockCounts = perProcess.map { 4 * $0.count * blockSize }

    let largest = Double((0..<size).map { share($0).count }.max() ?? count)
    let saved = WorkEstimate.nanoseconds(region.steps, rows: batch) * (1 - largest / Double(count))
    let exchanges = rows.count + (blockSize > 0 ? 1 : 0)
    let cost = communicator.cost
    let lost = cost.latency * Double(exchanges) + cost.byte * Double(exchangedBytes)
    guard saved > lost else { return nil }
  }

  /// Bytes that all processes together give in one run.
  var exchangedBytes: Int { rows.reduce(0) { $0 + $1.counts.reduce(0, +) } + blockCounts.reduce(0, +) }

  /// Floats of the room in which sums are exchanged.
  var roomSize: Int { blocks.count * blockSize }

  /// The largest subtrees of the tree over `count` groups that are within a range, in order.
  static func blocks(within range: Range<Int>, of count: Int) -> [Range<Int>] {
    var blocks: [Range<Int>] = []
    var first = range.lowerBound
    while first < range.upperBound {
      var length = 1
      // A subtree begins at a multiple of its length, a power of two, unless the groups end within it.
      while first % (2 * length) == 0, min(first + 2 * length, count) <= range.upperBound, first + length < count {
        length *= 2
      }
      blocks.append(first..<min(first + length, count))
      first += length
    }
    return blocks
  }

  /// The additions above the blocks, in an order in which operands are complete.
  static func additions(over blocks: [Range<Int>], of count: Int) -> [(Int, Int)] {
    var additions: [(Int, Int)] = []
    let numbers = Dictionary(uniqueKeysWithValues: blocks.enumerated().map { ($1, $0) })
    /// - Returns: the number of the block in whose place the sum of a subtree is.
    func add(_ range: Range<Int>) -> Int {
      if let number = numbers[range] { return number }
      var half = 1
      while 2 * half < range.count { half *= 2 }
      let middle = range.lowerBound + half
      let (left, right) = (add(range.lowerBound..<middle), add(middle..<range.upperBound))
      additions.append((left, right))
      return left
    }
    _ = add(0..<count)
    return additions
  }
}
