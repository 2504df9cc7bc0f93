internal import CKernels

/// What processes that share a region give each other when their tiles are done.
extension ProgramExecution {
  func exchange(_ region: Region, _ share: RegionShare, over communicator: any Communicator) {
    for rows in share.rows {
      guard let base = workspace.bases[rows.slot] else { continue }
      communicator.gather(base, counts: rows.counts)
    }
    if share.blockSize == 0 { return }
    let room = workspace.exchange
    forEachStretch(of: region) { accumulator, first, count, place in
      let partial = execution(worker: 0, bases: workspace.bases).pointer(Operand(slot: accumulator.partial))
      for number in share.ownBlocks {
        let block = share.blocks[number]
        (accumulator.isSum ? ck_sum_tree : ck_maximum_tree)(
          room + number * share.blockSize + place, partial + block.lowerBound * accumulator.count + first,
          Int64(block.count), Int64(count), Int64(accumulator.count))
      }
    }
    communicator.gather(room, counts: share.blockCounts)
    forEachStretch(of: region) { accumulator, first, count, place in
      for (left, right) in share.additions {
        (accumulator.isSum ? ck_sum_rows : ck_maximum_rows)(
          room + left * share.blockSize + place, room + right * share.blockSize + place, 1, Int64(count), Int64(count),
          true)
      }
      let total = execution(worker: 0, bases: workspace.bases).pointer(accumulator.total)
      (total + first).update(from: room + place, count: count)
    }
  }

  /// Calls `body` for stretches of each sum, on the team's workers, with the place of the stretch among all sums.
  private func forEachStretch(
    of region: Region, _ body: (_ sum: Region.Accumulator, _ first: Int, _ count: Int, _ place: Int) -> Void
  ) {
    var place = 0
    for accumulator in region.accumulators {
      let start = place
      parallel(stretchesOf: accumulator.count) { first, count in body(accumulator, first, count, start + first) }
      place += accumulator.count
    }
  }
}
