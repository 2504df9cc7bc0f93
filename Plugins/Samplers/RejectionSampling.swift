public import EBMCore
internal import Foundation
public import Tensors

/// Rejection sampling: independent exact draws under an envelope.
///
/// ```
/// x ~ q,   accept when u C q(x) < exp(−E(x)),   exp(−E) ≤ C q everywhere
/// ```
/// Each step makes one proposal a chain, and a chain is at its last accepted proposal, which is an exact draw; one that
/// has accepted nothing yet is where it started, with probability (1 − Z/C)^steps. The mean acceptance is Z/C, so that
/// ``logNormalizer(acceptance:)`` estimates ln Z. Proposals above the envelope make draws wrong; they count as
/// divergent. Source: von Neumann, *Various techniques used in connection with random digits*, 1951.
///
/// The target's scale has no part in it.
public struct RejectionSampling: Sampler {
  /// The family of q, each coordinate by itself.
  public enum Proposal: String, Codable, Sendable, CaseIterable {
    /// N(center, width²).
    case gaussian
    /// Uniform on center ± width.
    case uniform
  }

  public static let name = "rejection-sampling"
  public static let summary = "Exact draws by rejection under a Gaussian or uniform envelope."

  @Setting("proposals a chain", .integers(0...)) public var steps = 100
  @Setting("family of the proposals") public var proposal = Proposal.gaussian
  @Setting("centre of the proposals in each coordinate", .finite) public var center: Float = 0
  @Setting("standard deviation, or half the width of the interval", .positive) public var width: Float = 1
  @Setting("ln C, such that exp(−E) is nowhere above C times the proposals' density", .finite)
  public var logBound: Float = 0

  public init() {}

  public var needs: [Need] { [.points(Self.values)] }

  /// ln Z as estimated from a mean acceptance.
  public func logNormalizer(acceptance: Double) -> Double { Double(logBound) + log(acceptance) }

  /// 1 for Gaussian proposals; uniform ones leave what lies outside of their box out, so that the law is another one.
  public var lawTemperature: Float? { proposal == .gaussian ? 1 : nil }

  public func start(at position: Tensor, target: Target) -> PositionState { PositionState(position: position) }

  public func step(_ state: inout PositionState, target: Target, random: inout RandomStream) -> StepInfo {
    let (proposed, logDensity) = proposals(state.position.shape, &random)
    let energy = target.energy(proposed)
    let logRatio = -energy - logBound - logDensity
    let test = MetropolisTest(logRatio: logRatio, finite: energy, random: &random)
    state.position = test.choose(proposed, over: state.position)
    var info = test.info
    // A ratio of 1 that rounding lifts is no fault.
    let isAbove = logRatio .> 1e-4
    info.divergent = isAbove
    return info
  }

  /// Draws from q with ln q, `[batch]`.
  private func proposals(_ shape: [Int], _ random: inout RandomStream) -> (points: Tensor, logDensity: Tensor) {
    let dimension = Float(shape.dropFirst().reduce(1, *))
    switch proposal {
    case .gaussian:
      let noise = random.normal(shape)
      let logVolume = dimension * log(width * (2 * Float.pi).squareRoot())
      return (center + width * noise, -0.5 * noise.squared().sumOfFeatures() - logVolume)
    case .uniform:
      let logVolume = Tensor(dimension * log(2 * width)).broadcast(to: [shape[0]])
      return (center + width * (2 * random.uniform(shape) - 1), -logVolume)
    }
  }

  public func position(of state: PositionState) -> Tensor { state.position }
}
