/// What one sample is: the shape of a point, without the batch.
public struct SampleSpace: Hashable, Sendable {
  /// `[features]`, or `[height, width, channels]`.
  public let shape: [Int]

  /// What values a coordinate takes.
  public let values: Values
  /// Number of classes that points have; 0 for points without labels.
  public let classes: Int

  /// What values a coordinate takes.
  public enum Values: String, Hashable, Sendable {
    /// Any real number.
    case continuous
    /// 0 or 1.
    case binary
    /// −1 or 1.
    case spin
  }

  /// A space of points of this shape.
  public init(shape: [Int], values: Values = .continuous, classes: Int = 0) {
    self.shape = shape
    self.values = values
    self.classes = classes
  }

  /// D, the number of scalars of a point.
  public var dimension: Int { shape.reduce(1, *) }
}
