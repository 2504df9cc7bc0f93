public import Tensors

/// What a network knows besides the point, as features: the embeddings of its noise level and of its class, added.
///
/// There are few levels and classes and many rows, so what depends on them alone is computed for each combination
/// that exists and rows are gathered, unless there are more combinations than rows.
public struct ConditionEmbedding: Sendable {
  private let level: LevelEmbedding?
  /// A linear map of one-hot vectors of classes 0 … n.
  private let label: Linear?
  private let classes: Int

  /// Declares the embedding's parameters.
  ///
  /// - Parameters:
  ///   - levelFeatures: size of the level's sinusoidal embedding; 0 for a network without levels.
  ///   - classes: number of classes besides the null class; 0 for a network without classes.
  ///   - width: features of the result.
  ///   - scope: the network's; the parts are called `level` and `label` there.
  public init(
    levelFeatures: Int, classes: Int, width: Int, activation: Activation, isSpectrallyNormalized: Bool = false,
    in scope: ParameterScope
  ) {
    level =
      levelFeatures == 0
      ? nil
      : LevelEmbedding(
        features: levelFeatures, width: width, activation: activation,
        isSpectrallyNormalized: isSpectrallyNormalized, in: scope["level"])
    label =
      classes == 0
      ? nil : Linear(classes + 1, width, isSpectrallyNormalized: isSpectrallyNormalized, in: scope["label"])
    self.classes = classes
  }

  /// Features `[combinations, width]`, and which combination each row has.
  public struct Rows: Sendable {
    /// One row a combination.
    public let table: Tensor
    /// `[batch]`; nil when row i of the table belongs to row i.
    public let index: Tensor?

    /// Rows `[batch, …]` of a table `[combinations, …]`.
    public func gathering(_ table: Tensor) -> Tensor { index.map { table.gatheringRows(at: $0) } ?? table }
  }

  /// The features of each row. A point without a level is as one of log SNR 0, a point without a label has the null
  /// class.
  ///
  /// - Parameters:
  ///   - level: which level each row has, `[batch]`, and λ = log SNR of every level that exists, `[levels]`.
  ///   - labels: the class of each row, `[batch]`, from 1; 0 for none.
  ///   - rows: size of the batch.
  public func callAsFunction(
    level given: (index: Tensor, logSNR: Tensor)?, labels: Tensor?, rows: Int, _ context: inout Context
  ) -> Rows {
    let none = Tensor(0).broadcast(to: [rows])
    var ofLevels: Rows?
    if let level {
      let (index, logSNR) = given ?? (none, Tensor([0]))
      ofLevels = Rows(table: level(logSNR: logSNR, &context), index: index)
    }
    guard let label else { return ofLevels ?? Rows(table: none, index: nil) }
    let oneHot = Tensor((0...classes).map(Float.init)).oneHot(count: classes + 1)
    let ofClasses = Rows(table: label(oneHot, &context), index: labels ?? none)
    guard let ofLevels, let levelIndex = ofLevels.index, let classIndex = ofClasses.index else { return ofClasses }
    if labels == nil {
      return Rows(table: ofLevels.table + ofClasses.table.sliced(alongAxis: 0, 0..<1), index: levelIndex)
    }
    if ofLevels.table.shape[0] * (classes + 1) > rows {
      return Rows(table: ofLevels.gathering(ofLevels.table) + ofClasses.gathering(ofClasses.table), index: nil)
    }
    let pairs = ofLevels.table.expandingAxis(at: 1) + ofClasses.table
    return Rows(
      table: pairs.reshaped([-1, pairs.shape[2]]), index: levelIndex * Float(classes + 1) + classIndex)
  }
}
