import EBMCore
import Foundation
import Networks
import Tensors

/// A schedule, or one with a fault.
struct FaultySchedule: NoiseSchedule {
  enum Fault: String, Codable, Sendable, CaseIterable {
    case none, exploding, rises, losesVariance, changes
  }

  static let name = "faulty-schedule"
  static let summary = "A schedule with a fault."
  @Setting("what is wrong") var fault = Fault.none

  init() {}

  func noiseLevels() throws(ConfigurationError) -> NoiseLevels {
    let angles = (0..<6).map { 0.1 + 0.28 * Double($0) }
    var (signals, noises) = (angles.map(cos), angles.map(sin))
    switch fault {
    case .none: break
    case .exploding: (signals, noises) = (angles.map { _ in 1 }, angles.map { exp(3 * $0) })
    case .rises: noises.swapAt(1, 4)
    case .losesVariance: noises[3] *= 1.01
    case .changes: noises[5] += Double.random(in: 0...1e-9)
    }
    return try NoiseLevels(signals: signals, noises: noises)
  }
}

/// A component with settings, or one that does not look after them.
struct FaultySettings: Metric {
  enum Fault: String, Codable, Sendable, CaseIterable { case none, rounds, forgets }

  static let name = "faulty-settings"
  static let summary = "Settings with a fault."
  @Setting("what is wrong") var fault = Fault.none
  @Setting("how much", .atLeast(0)) var size = 1.0
  @Setting("how many", .integers(1...9)) var count = 3

  init() {}

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    fault = try container.decode(Fault.self, forKey: .fault)
    size = try container.decode(Double.self, forKey: .size)
    if fault == .rounds { size = size.rounded() }
    if fault != .forgets { count = try container.decode(Int.self, forKey: .count) }
  }

  private enum CodingKeys: String, CodingKey { case fault, size, count }

  func evaluate(_ evaluation: Evaluation) -> [Figure] { [] }
}

/// A table of settings that names what is not stored.
struct MisnamedSettings: Metric {
  static let name = "misnamed-settings"
  static let summary = "A table of settings with a wrong name in it."
  var size = 1.0
  func evaluate(_ evaluation: Evaluation) -> [Figure] { [] }
}

/// A table that allows what the component cannot read.
struct TooWideSettings: Metric {
  enum Mode: String, Codable, Sendable { case fast, slow }
  static let name = "too-wide-settings"
  static let summary = "A setting that is declared as any text."
  @Setting("how", .text) var mode = Mode.fast
  func evaluate(_ evaluation: Evaluation) -> [Figure] { [] }
}
