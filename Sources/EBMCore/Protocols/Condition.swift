public import Networks
public import Tensors

/// What an energy or an initializer is told besides the point: its noise level and its class.
public struct Condition: Sendable {
  /// The noise level of each row; nil for models without levels.
  public var level: Level?
  /// The class of each row, `[batch]`, integers: 0 is the null class ("no class"), classes count from 1. Nil for
  /// models without classes.
  public var label: Tensor?

  /// Nothing, or what is given.
  public init(level: Level? = nil, label: Tensor? = nil) {
    self.level = level
    self.label = label
  }

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

extension ConditionEmbedding {
  /// The features of each row under a condition.
  public func callAsFunction(_ condition: Condition, rows: Int, _ context: inout Context) -> Rows {
    self(level: condition.level.map { ($0.index, $0.logSNR) }, labels: condition.label, rows: rows, &context)
  }
}

extension PerceptronTrunk {
  /// Features of each row under a condition, `[batch, …]` to `[batch, widths.last]`.
  public func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor {
    self(x, level: condition.level.map { ($0.index, $0.logSNR) }, labels: condition.label, &context)
  }
}
