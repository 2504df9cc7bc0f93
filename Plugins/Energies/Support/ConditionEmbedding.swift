internal import EBMCore
internal import Networks
internal import Tensors

/// What a network knows besides the point, as features: the embeddings of its noise level and of its class, added.
///
/// There are few levels and classes and many rows, so what depends on them alone is computed for each combination
/// that exists and rows are gathered, unless there are more combinations than rows.
struct ConditionEmbedding: Sendable {
  private let level: LevelEmbedding?
  /// A linear map of one-hot vectors of classes 0 … n.
  private let label: Linear?
  private let classes: Int

  /// - Parameters:
  ///   - levelFeatures: size of the level's sinusoidal embedding; 0 for a network without levels.
  ///   - classes: number of classes besides the null class; 0 for a network without classes.
  ///   - width: features of the result.
  ///   - scope: the network's; the parts are called `level` and `label` there.
  init(
    levelFeatures: Int, classes: Int, width: Int, activation: Activation, isSpectrallyNormalized: Bool,
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
  struct Rows {
    let table: Tensor
    /// `[batch]`; nil when row i of the table belongs to row i.
    let index: Tensor?

    /// Rows `[batch, …]` of a table `[combinations, …]`.
    func gathering(_ table: Tensor) -> Tensor { index.map { table.gatheringRows(at: $0) } ?? table }
  }

  /// The features of each row. A point without a level is as one of log SNR 0, a point without a label has the null
  /// class.
  func callAsFunction(_ condition: Condition, rows: Int, _ context: inout Context) -> Rows {
    let none = Tensor(0).broadcast(to: [rows])
    var ofLevels: Rows?
    if let level {
      let given = condition.level ?? Condition.Level(index: none, logSNR: Tensor([0]))
      ofLevels = Rows(table: level(logSNR: given.logSNR, &context), index: given.index)
    }
    guard let label else { return ofLevels ?? Rows(table: none, index: nil) }
    let oneHot = Tensor((0...classes).map(Float.init)).oneHot(count: classes + 1)
    let ofClasses = Rows(table: label(oneHot, &context), index: condition.label ?? none)
    guard let ofLevels, let levelIndex = ofLevels.index, let classIndex = ofClasses.index else { return ofClasses }
    if condition.label == nil {
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
