public import EBMCore

/// Checks that a component keeps what its family's protocol promises.
///
/// ```swift
/// @Test func conforms() {
///   let verdicts = Conformance.verdicts(of: MySampler.self)
///   #expect(verdicts.allSatisfy(\.passed), "\(verdicts.filter { !$0.passed })")
/// }
/// ```
/// Statistical checks compare with closed forms. They draw with a fixed seed, so a verdict is the same in every run; a
/// comparison fails a correct component with probability ``falseAlarm``, so that five thousand comparisons together do
/// so with probability 10⁻⁴.
public enum Conformance {
  /// How thorough checks are.
  public struct Options: Sendable {
    /// Fewer targets and chains: seconds a component instead of tens of seconds. Every check runs, with less power.
    public var quick: Bool
    /// The seed of all randomness.
    public var seed: UInt64
    /// Less still, for one of many values of a setting: only what is grossly wrong shows.
    var isBrief = false

    /// Thorough checks with a fixed seed.
    ///
    /// - Parameters:
    ///   - quick: whether to check less.
    ///   - seed: the seed of all randomness; the same one gives the same verdicts.
    public init(quick: Bool = false, seed: UInt64 = 20_250) {
      self.quick = quick
      self.seed = seed
    }
  }

  /// Probability that one comparison fails a correct component.
  public static let falseAlarm = 2e-8

  /// Checks a component with its default settings, then briefly what each setting changes.
  ///
  /// - Parameters:
  ///   - type: the component's type.
  ///   - options: how thorough to be.
  ///   - registry: where components inside it are looked up by name; one that knows its defaults when nil.
  /// - Returns: a verdict for each check.
  public static func verdicts(
    of type: any Component.Type, options: Options = Options(), registry: ComponentRegistry? = nil
  ) -> [Verdict] {
    func examine(_ component: some Component) -> [Verdict] {
      var examination = Examination(of: component, options: options, registry: registry)
      examination.checkSettings(of: component)
      examination.checkFamily(of: component)
      examination.checkBranches(of: component)
      return examination.verdicts
    }
    return examine(type.init())
  }

  /// Checks a registered component with its default settings, then briefly what each setting changes.
  ///
  /// - Parameters:
  ///   - entry: what the registry knows of it.
  ///   - registry: where components inside it are looked up by name.
  ///   - options: how thorough to be.
  /// - Returns: a verdict for each check.
  public static func verdicts(
    of entry: ComponentRegistry.Entry, in registry: ComponentRegistry, options: Options = Options()
  ) -> [Verdict] {
    verdicts(of: entry.type, options: options, registry: registry)
  }

  /// Checks a component with the settings it has, and no others.
  ///
  /// - Parameters:
  ///   - component: the component.
  ///   - options: how thorough to be.
  ///   - registry: where components inside it are looked up by name; one that knows its defaults when nil.
  /// - Returns: a verdict for each check.
  public static func verdicts(
    of component: some Component, options: Options = Options(), registry: ComponentRegistry? = nil
  ) -> [Verdict] {
    var examination = Examination(of: component, options: options, registry: registry)
    examination.checkSettings(of: component)
    examination.checkFamily(of: component)
    return examination.verdicts
  }
}
