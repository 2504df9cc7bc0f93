/// What a component needs of the pipeline around it. A pipeline is checked against the needs of all of its components,
/// those inside others included, before anything is traced.
public enum Need: Sendable, Hashable {
  /// A component of that family.
  case part(ComponentFamily)
  /// No component of that family, for a reason: `starts its chains at the data`.
  case noPart(ComponentFamily, because: String)
  /// Points whose coordinates take these values.
  case points(Set<SampleSpace.Values>)
  /// Points of one axis.
  case vectors
  /// Points with classes.
  case labels
  /// That the objective, or the component around this one, tells it, or gives it to its chains.
  case given(Capability)
  /// That the component of that family can do this.
  case from(ComponentFamily, Capability)

  /// Continuous points, which derivatives and Gaussian noise are of.
  public static var continuousPoints: Need { .points([.continuous]) }
}

extension SampleSpace {
  /// What a point is, in words: `spin points of shape [8, 8]`.
  var words: String { "\(values.rawValue) points of shape \(shape)" }
}

extension Set<SampleSpace.Values> {
  /// `continuous`, `binary or spin`.
  var words: String { map(\.rawValue).sorted().joined(separator: " or ") }
}
