/// What one sample is: the shape of a point, without the batch.
public struct SampleSpace: Hashable, Sendable {
  /// `[features]`, or `[height, width, channels]`.
  public let shape: [Int]

  /// A space of points of this shape.
  public init(shape: [Int]) { self.shape = shape }

  /// D, the number of scalars of a point.
  public var dimension: Int { shape.reduce(1, *) }
}
