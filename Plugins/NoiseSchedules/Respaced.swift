public import EBMCore
private import Foundation

/// Some of another schedule's levels: the steps between them merge, β_k = 1 − ā²(kept k)/ā²(kept k − 1).
///
/// A model of many levels is sampled through fewer, or a fine schedule is made coarse. Evenly spaced levels include
/// the first and the last. Source: Nichol & Dhariwal, 2021, section 4.
public struct Respaced: NoiseSchedule {
  public static let name = "respaced"
  public static let summary = "Some of another schedule's levels."

  /// The linear schedule of 1000.
  @Part("where the levels come from", .schedule) public var schedule: any NoiseSchedule = LinearBeta()
  @Setting("number of levels kept, evenly spaced", .integers(2...100_000)) public var levels = 10
  /// Empty, for evenly spaced ones.
  @Setting("levels kept, rising from 0 or above; empty for evenly spaced ones", .list(of: .integers(0...)))
  public var kept: [Int] = []

  public init() {}

  /// These levels of a schedule.
  public init(_ schedule: any NoiseSchedule, kept: [Int]) {
    self.schedule = schedule
    self.kept = kept
    levels = kept.count
  }

  public func noiseLevels() throws(ConfigurationError) -> NoiseLevels {
    let all = try schedule.noiseLevels()
    if !kept.isEmpty { return try all.keeping(kept, path: "schedule.kept") }
    guard levels <= all.signals.count else {
      throw ConfigurationError(
        path: "schedule.levels", found: "\(levels)", expected: "at most the \(all.signals.count) that there are")
    }
    let spacing = Double(all.signals.count - 1) / Double(levels - 1)
    return try all.keeping((0..<levels).map { Int((Double($0) * spacing).rounded()) }, path: "schedule.levels")
  }
}

extension NoiseLevels {
  /// The levels at these places alone.
  func keeping(_ places: [Int], path: String) throws(ConfigurationError) -> NoiseLevels {
    guard places.count >= 2, places.allSatisfy(signals.indices.contains), zip(places, places.dropFirst()).allSatisfy(<)
    else {
      throw ConfigurationError(
        path: path, found: "\(places)", expected: "two or more rising levels in 0...\(signals.count - 1)")
    }
    return try NoiseLevels(signals: places.map { signals[$0] }, noises: places.map { noises[$0] })
  }
}
