/// Collects the components of a pipeline, one a line.
@resultBuilder
public enum PipelineBuilder {
  /// A component.
  public static func buildExpression(_ component: some Component) -> [any Component] { [component] }
  /// Components one after the other.
  public static func buildBlock(_ components: [any Component]...) -> [any Component] { components.flatMap { $0 } }
  /// Components behind an `if` without `else`.
  public static func buildOptional(_ components: [any Component]?) -> [any Component] { components ?? [] }
  /// Components of the branch taken.
  public static func buildEither(first components: [any Component]) -> [any Component] { components }
  /// Components of the branch taken.
  public static func buildEither(second components: [any Component]) -> [any Component] { components }
  /// Components of a loop, such as metrics.
  public static func buildArray(_ components: [[any Component]]) -> [any Component] { components.flatMap { $0 } }

  /// Advice for what is not a component.
  @_disfavoredOverload
  @available(*, unavailable, message: "a pipeline is made of components: a value here must conform to Component")
  public static func buildExpression<Other>(_ other: Other) -> [any Component] { [] }

  /// Advice for an empty body.
  @available(*, unavailable, message: "a pipeline needs a dataset, an energy, an objective and an optimizer at least")
  public static func buildBlock() -> [any Component] { [] }
}
