public import EBMCore
public import Networks
internal import Tensors

/// Persistent chains: starts are drawn from a buffer of earlier ends, now and then from noise.
///
/// In each step every chain draws a slot from all of the buffer, no two the same one. Each start is fresh noise with
/// probability 1 − `reuse`: N(0, s² I), or uniform between `bounds`. Ends that are finite replace what was drawn or, with
/// `replaces` oldest, what has been there longest, one chain after the other. Of a batch larger than the buffer, as many
/// chains as there are slots draw one and write; the others start at noise. With `byClass` the buffer is first divided among the classes, null class included, and a chain
/// starts where one of its own class ended. With `quantized` points are kept as 8-bit images are:
/// ```
/// q = ⌊255 clip(x − l, 0, R)/R⌋ when written,   x = l + q R/256 + U(0, R/256) when read,   R = u − l of bounds [l, u]
/// ```
/// Reported are the share of fresh starts, and with `reportsAge` the mean age of the others, in training steps since they
/// were noise: chains much younger than they take to mix say that the buffer is too large or `reuse` too low.
/// Source: Du & Mordatch, *Implicit generation and modeling with energy-based models*, 2019, section 3.2; their code
/// replaces the oldest. The write-back to what was drawn and the classes' segments are those of Grathwohl et al. (JEM),
/// 2020.
public struct ReplayBuffer: Initializer {
  public static let name = "replay-buffer"
  public static let summary = "Replay buffer of persistent chains, refreshed with noise."

  /// What an end takes the place of.
  public enum Replacement: String, Codable, Sendable, CaseIterable {
    /// The point that its chain drew.
    case drawn
    /// The point that was written longest ago.
    case oldest
  }

  @Setting("points in the buffer", .integers(1...16_777_216)) public var capacity = 10_000
  @Setting("probability that a start comes from the buffer", .range(0...1)) public var reuse: Float = 0.95
  @Setting("s, standard deviation of fresh starts", .positive) public var deviation: Float = 1
  @Setting("least and largest value of uniform fresh starts; null for Gaussian ones", .list(of: .any, count: 2...2))
  public var bounds: [Float]? = nil
  @Setting("whether chains start from ends of their own class") public var byClass = false
  @Setting("what ends replace: what their chain drew, or the oldest") public var replaces = Replacement.drawn
  @Setting("whether points are kept in 8 bits between the bounds") public var quantized = false
  @Setting("whether the age of each point is kept and the starts' mean age reported") public var reportsAge = false

  public init() {}

  public func conflicts() -> [String] {
    let isRange = bounds.map { $0.count == 2 && $0[0] < $0[1] } ?? true
    return (isRange ? [] : ["bounds \(bounds ?? []) are not a least value and a larger one"])
      + (quantized && bounds == nil ? ["quantized needs bounds, found null"] : [])
      + (byClass && replaces == .oldest ? ["byClass keeps ends with their class; replaces oldest does not"] : [])
  }

  public var offers: Set<Capability> { [.keptChains] }
  public var needs: [Need] { byClass ? [.given(.classes)] : [] }

  public func misfits(in surroundings: Surroundings) -> [ConfigurationProblem] {
    var problems: [ConfigurationProblem] = []
    let segments = segments(over: surroundings.space)
    if capacity < segments {
      problems.append(
        ConfigurationProblem(
          path: "capacity", found: "\(capacity)",
          expected: "at least \(segments), a point for each class and one for none"))
    }
    if bounds != nil, surroundings.space.values != .continuous {
      problems.append(
        ConfigurationProblem(
          path: "bounds", found: "\(surroundings.space.values.rawValue) points",
          expected: "null: their starts are coins"))
    }
    return problems
  }

  /// The null class has a segment of its own.
  private func segments(over space: SampleSpace) -> Int { byClass && space.classes > 0 ? space.classes + 1 : 1 }

  public func function(
    over space: SampleSpace, chains: Int, in scope: ParameterScope
  ) throws(ConfigurationError) -> any InitializerFunction {
    let first = bounds.map { Initialization.uniform(bound: ($0[1] - $0[0]) / 2) }
    return ReplayBufferFunction(
      settings: self, segments: segments(over: space),
      points: scope.parameter(
        "points", shape: [capacity] + space.shape, kind: .buffer, first ?? .normal(standardDeviation: deviation)),
      ages: reportsAge ? scope.parameter("ages", shape: [capacity], kind: .buffer, .constant(0)) : nil,
      oldest: replaces == .oldest ? scope.parameter("oldest", shape: [1], kind: .buffer, .constant(0)) : nil)
  }
}
