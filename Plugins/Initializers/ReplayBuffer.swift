public import EBMCore
public import Networks
internal import Tensors

/// Persistent chains: starts are drawn from a buffer of earlier ends, now and then from noise.
///
/// Chain i of n draws from its own segment of the buffer, so that no two write to the same slot. Each start is fresh
/// noise with probability 1 − `reuse`: N(0, s² I), or uniform between `bounds`. Ends replace what was drawn, unless they
/// are not finite. With `byClass` the buffer is first divided among the classes, null class included, and a chain
/// starts where one of its own class ended. With `quantized` points are kept as 8-bit images are:
/// ```
/// q = ⌊255 clip(x − l, 0, R)/R⌋ when written,   x = l + q R/256 + U(0, R/256) when read,   R = u − l of bounds [l, u]
/// ```
/// Reported are the share of fresh starts, and with `reportsAge` the mean age of the others, in training steps since they
/// were noise: chains much younger than they take to mix say that the buffer is too large or `reuse` too low.
/// Source: Du & Mordatch, *Implicit generation and modeling with energy-based models*, 2019, section 3.2; the write-back
/// and the classes' segments are those of Grathwohl et al. (JEM), 2020.
public struct ReplayBuffer: Initializer {
  public static let name = "replay-buffer"
  public static let summary = "Replay buffer of persistent chains, refreshed with noise."

  @Setting("points in the buffer, at least the batch", .integers(1...16_777_216)) public var capacity = 10_000
  @Setting("probability that a start comes from the buffer", .range(0...1)) public var reuse: Float = 0.95
  @Setting("s, standard deviation of fresh starts", .positive) public var deviation: Float = 1
  @Setting("least and largest value of uniform fresh starts; null for Gaussian ones", .list(of: .any, count: 2...2))
  public var bounds: [Float]? = nil
  @Setting("whether chains start from ends of their own class") public var byClass = false
  @Setting("whether points are kept in 8 bits between the bounds") public var quantized = false
  @Setting("whether the age of each point is kept and the starts' mean age reported") public var reportsAge = false

  public init() {}

  public func conflicts() -> [String] {
    let isRange = bounds.map { $0.count == 2 && $0[0] < $0[1] } ?? true
    return (isRange ? [] : ["bounds \(bounds ?? []) are not a least value and a larger one"])
      + (quantized && bounds == nil ? ["quantized needs bounds, found null"] : [])
  }

  public var offers: Set<Capability> { [.keptChains] }
  public var needs: [Need] { byClass ? [.given(.classes)] : [] }

  public func misfits(in surroundings: Surroundings) -> [ConfigurationProblem] {
    var problems: [ConfigurationProblem] = []
    let segments = segments(over: surroundings.space)
    if let batch = surroundings.batch, capacity / segments < batch {
      let classes = segments == 1 ? "" : " times \(segments) classes"
      problems.append(
        ConfigurationProblem(
          path: "capacity", found: "\(capacity)", expected: "at least the batch, \(batch)\(classes)"))
    }
    if bounds != nil, surroundings.space.values != .continuous {
      problems.append(
        ConfigurationProblem(
          path: "bounds", found: "\(surroundings.space.values.rawValue) points", expected: "null: their starts are coins"))
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
      ages: reportsAge ? scope.parameter("ages", shape: [capacity], kind: .buffer, .constant(0)) : nil)
  }
}
