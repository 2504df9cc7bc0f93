internal import EBMCore
public import Tensors

/// Exchanges of points between neighbouring temperatures T_1 < … < T_R, which leave the product of the replicas' laws
/// exp(−E(x_r)/T_r) unchanged:
///
/// ```
/// r and r + 1 exchange when ln u < (1/T_r − 1/T_{r+1}) (E(x_r) − E(x_{r+1}))
/// ```
/// Sources: Geyer, *Markov chain Monte Carlo maximum likelihood*, 1991; Syed et al., *Non-reversible parallel tempering*,
/// 2022, for even and odd pairs in turn.
public struct ReplicaExchange: Sendable {
  /// T of each replica, rising.
  public let temperatures: [Float]

  /// Exchanges along a ladder of temperatures.
  public init(temperatures: [Float]) { self.temperatures = temperatures }

  /// Exchanges neighbours.
  ///
  /// - Parameters:
  ///   - replicas: points of each temperature, `[batch, …]` each.
  ///   - energies: E at them, `[batch]` each; exchanged with them.
  ///   - parity: 0 where pairs (1, 2), (3, 4), … exchange, 1 where (2, 3), (4, 5), … do, `[batch]`.
  /// - Returns: mean probability of the exchanges that were tried, `[batch]`.
  public func callAsFunction(
    _ replicas: inout [Tensor], energies: inout [Tensor], parity: Tensor, random: inout RandomStream
  ) -> Tensor {
    var (probability, tried) = (Tensor(0), Tensor(0))
    for cold in 0..<(temperatures.count - 1) {
      let hot = cold + 1
      let isTurn = parity .== Float(cold % 2)
      let gap = 1 / temperatures[cold] - 1 / temperatures[hot]
      let test = MetropolisTest(
        logRatio: Tensor.select(isTurn, gap * (energies[cold] - energies[hot]), Tensor(-.infinity)),
        finite: energies[hot], random: &random)
      exchange(&replicas, cold, hot, where: test)
      exchange(&energies, cold, hot, where: test)
      probability = probability + isTurn * (test.info.acceptance ?? Tensor(0))
      tried = tried + isTurn
    }
    return probability / Tensor.maximum(tried, Tensor(1))
  }

  private func exchange(_ values: inout [Tensor], _ cold: Int, _ hot: Int, where test: MetropolisTest) {
    (values[cold], values[hot]) = (
      test.choose(values[hot], over: values[cold]), test.choose(values[cold], over: values[hot])
    )
  }
}
