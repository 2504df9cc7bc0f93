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
  static let settings = [Setting("fault", "what is wrong", .oneOf(Fault.allCases.map(\.rawValue)))]
  var fault = Fault.none

  init() {}
  init(_ fault: Fault) { self.fault = fault }

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
  static let settings = [
    Setting("fault", "what is wrong", .oneOf(Fault.allCases.map(\.rawValue))),
    Setting("size", "how much", .atLeast(0)), Setting("count", "how many", .integers(1...9)),
  ]
  var fault = Fault.none
  var size = 1.0
  var count = 3

  init() {}
  init(_ fault: Fault) { self.fault = fault }

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
  static let settings = [Setting("sise", "how much", .positive)]
  var size = 1.0
  func evaluate(_ evaluation: Evaluation) -> [Figure] { [] }
}

/// A table that allows what the component cannot read.
struct TooWideSettings: Metric {
  enum Mode: String, Codable, Sendable { case fast, slow }
  static let name = "too-wide-settings"
  static let summary = "A setting that is declared as any text."
  static let settings = [Setting("mode", "how", .text)]
  var mode = Mode.fast
  func evaluate(_ evaluation: Evaluation) -> [Figure] { [] }
}
