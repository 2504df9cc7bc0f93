public import Tensors

/// What an energy or an initializer is told besides the point: its noise level.
public struct Condition: Sendable {
  /// The noise level of each row; nil for models without levels.
  public var level: Level?

  /// Nothing.
  public init() {}

  /// A noise level.
  public init(level: Level) { self.level = level }

  /// Levels are few and rows are many, so networks embed the levels that exist and gather rows.
  public struct Level: Sendable {
    /// Which level each row has, `[batch]`, integers.
    public let index: Tensor
    /// λ = log SNR of every level that exists, `[levels]`.
    public let logSNR: Tensor

    /// Rows' levels among those that exist.
    public init(index: Tensor, logSNR: Tensor) {
      self.index = index
      self.logSNR = logSNR
    }

    /// Rows `[batch, …]` of a table `[levels, …]`.
    public func gathering(_ table: Tensor) -> Tensor { table.gatheringRows(at: index) }
  }
}
