public import EBMCore
public import Networks
package import Tensors

/// Noise-contrastive estimation: the density is learned by telling data from noise of a known density, normaliser
/// included.
///
/// ```
/// G(x) = −E(x) − ln Z − ln ν − ln q(x),   L = mean softplus(−G(x⁺)) + ν mean softplus(G(x⁻)),   x⁻ ~ q
/// ```
/// ln Z is a parameter that is learned along with E: the energy of a trained model is normalised. There are ν noise
/// points for each point of data. q is N(μ, diag v), either of the data's own mean and variances, which are averaged over
/// all batches seen, or N(0, s² I). Near 2 ln 2 at ν = 1 the loss says that nothing is left to tell apart: the noise must
/// overlap the data for much to be learned, so it serves few dimensions.
/// Source: Gutmann & Hyvärinen, *Noise-contrastive estimation: a new estimation principle for unnormalized statistical
/// models*, 2010, eq. 3 and 8.
public struct NoiseContrastiveEstimation: Objective {
  public static let name = "noise-contrastive-estimation"
  public static let summary = "Telling data from noise of a known density, with a learned normaliser (NCE)."

  /// Mean and variances of the noise.
  public enum Noise: String, Codable, Sendable, CaseIterable {
    /// Those of the data, the variances times s².
    case moments
    /// 0 and s².
    case standard
  }

  @Setting("ν, noise points for each point of data", .integers(1...65_536)) public var ratio = 1
  @Setting("mean and variances of the noise") public var noise = Noise.moments
  @Setting("s, standard deviation of the noise in units of the data's, or as it is", .positive)
  public var deviation: Float = 1
  @Setting("sampler steps of a chain that makes a sample, from a fresh start", .integers(0...))
  public var samplingSteps = 500

  public init() {}

  public var needs: [Need] { [.continuousPoints, .part(.sampler)] }
  public var mayUse: Set<ComponentFamily> { [.initializer] }

  public func function(over space: SampleSpace, in scope: ParameterScope) -> any ObjectiveFunction {
    let logNormalizer = scope.parameter("logNormalizer", shape: [], .constant(0))
    if noise == .standard { return Function(settings: self, logNormalizer: logNormalizer, moments: nil) }
    let moments = Function.Moments(
      mean: scope.parameter("noiseMean", shape: space.shape, kind: .buffer, .constant(0)),
      variance: scope.parameter("noiseVariance", shape: space.shape, kind: .buffer, .constant(1)),
      batches: scope.parameter("batches", shape: [], kind: .buffer, .constant(0)))
    return Function(settings: self, logNormalizer: logNormalizer, moments: moments)
  }

  package struct Function: ObjectiveFunction {
    let settings: NoiseContrastiveEstimation
    package let logNormalizer: Parameter
    /// Averages over all batches seen; nil for noise of a fixed law.
    package let moments: Moments?

    package struct Moments: Sendable {
      package let mean: Parameter
      package let variance: Parameter
      package let batches: Parameter
    }

    package func losses(for data: Tensor, model: Model, _ context: inout Context) -> Losses {
      let noise = noise(for: data, model: model, &context)
      let negative = noise.mean + noise.variance.squareRoot() * context.random.normal(data.copies(settings.ratio).shape)
      let logZ = logNormalizer.tensor
      func logOdds(_ x: Tensor, _ context: inout Context) -> Tensor {
        -model.energy(x, Condition(), &context) - logZ - noise.logDensity(x) - Tensor(Float(settings.ratio)).log()
      }
      let positiveOdds = logOdds(data, &context)
      var evaluation = context
      evaluation.phase = .evaluation
      let negativeOdds = logOdds(negative, &evaluation)
      let accuracy = 0.5 * ((positiveOdds .> 0).mean() + (negativeOdds .< 0).mean())
      return Losses(
        energy: (-positiveOdds).softplus().mean() + Float(settings.ratio) * negativeOdds.softplus().mean(),
        diagnostics: [("accuracy", accuracy), ("logNormalizer", logZ)])
    }

    /// The noise's density: normal with independent coordinates.
    private struct Normal {
      let mean: Tensor
      let variance: Tensor

      func logDensity(_ x: Tensor) -> Tensor {
        let distance = ((x - mean).squared() / variance).sumOfFeatures()
        let volume = (Float(2 * Double.pi) * variance).broadcast(to: Array(x.shape.dropFirst())).log().sum()
        return -0.5 * (distance + volume)
      }
    }

    /// The noise of this step. Moments are averaged over all batches, this one included, so they settle.
    private func noise(for data: Tensor, model: Model, _ context: inout Context) -> Normal {
      guard let moments else {
        return Normal(mean: Tensor(0), variance: Tensor(settings.deviation * settings.deviation))
      }
      let (mean, variance) = (context.value(of: moments.mean), context.value(of: moments.variance))
      let batches = context.value(of: moments.batches) + 1
      let batchMean = data.mean(alongAxes: 0)
      let batchVariance = (data - batchMean).squared().mean(alongAxes: 0)
      // Moments of the union of k − 1 batches and one more.
      let share = batches.reciprocal()
      let newMean = mean + share * (batchMean - mean)
      let newVariance =
        variance + share * (batchVariance - variance) + (share - share.squared()) * (batchMean - mean).squared()
      if context.phase == .training {
        context.assign(newMean, to: moments.mean)
        context.assign(newVariance, to: moments.variance)
        context.assign(batches, to: moments.batches)
      }
      return Normal(
        mean: newMean,
        variance: (settings.deviation * settings.deviation) * Tensor.maximum(newVariance, Tensor(Self.leastVariance)))
    }

    /// Keeps the noise's density finite where a coordinate never varies.
    private static let leastVariance: Float = 1e-8

    package func samples(_ count: Int, model: Model, _ context: inout Context) -> [LeveledSamples] {
      MaximumLikelihood { $0.samplingSteps = settings.samplingSteps }.samples(count, model: model, &context)
    }

    /// −ln p, normalised as well as ln Z was learned.
    package func energy(at points: Tensor, level: Int?, model: Model, _ context: inout Context) -> Tensor {
      model.energy(points, Condition(), &context) + logNormalizer.tensor
    }
  }
}
