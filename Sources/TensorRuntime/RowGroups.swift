/// How a batch is divided where tiles add up over it: each group of rows has sums of its own, which are then added in
/// order.
///
/// Groups fix the bits of sums, so they follow from shapes alone. Tiles and threads are another matter
/// (``TileSizing``): a tile lies inside a group, and the rows of a group are added one after the other.
struct RowGroups: Equatable {
  let count: Int
  let rows: Int

  /// Enough for the cores of a workstation.
  static let most = 32
  /// Floats of all groups' sums together, beyond two groups: 128 MB.
  static let mostSums = 33_554_432

  /// - Parameters:
  ///   - batch: rows.
  ///   - fewestRows: rows that repay reading the weights.
  ///   - sums: floats of one group's sums.
  init(batch: Int, fewestRows: Int, sums: Int) {
    let wanted = min(RowGroups.most, max(2, RowGroups.mostSums / max(1, sums)), max(1, batch / max(1, fewestRows)))
    let even = (batch + wanted - 1) / wanted
    // Tiles that begin at multiples of 64 elements draw their random numbers without a detour.
    let step = even > 64 ? 64 : even > 16 ? 16 : 1
    rows = max(1, (even + step - 1) / step * step)
    count = (batch + rows - 1) / rows
  }

  /// One group of all rows.
  init(batch: Int) { (count, rows) = (1, batch) }

  /// The rows of a group.
  func range(_ group: Int, batch: Int) -> Range<Int> { (group * rows)..<min(batch, (group + 1) * rows) }
}
