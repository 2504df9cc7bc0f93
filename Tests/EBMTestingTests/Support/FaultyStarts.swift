import EBMCore
import Networks
import Tensors

/// A buffer of one slot a chain, or one with a fault.
struct FaultyStart: Initializer {
  enum Fault: String, Codable, Sendable, CaseIterable {
    case none, wrongShape, wrongLaw, forgets, keepsNonFinite, ignoresSeed
  }

  static let name = "faulty-start"
  static let summary = "Persistent chains with a fault."
  @Setting("what is wrong") var fault = Fault.none

  init() {}

  func function(over space: SampleSpace, chains: Int, in scope: ParameterScope) -> any InitializerFunction {
    Function(
      fault: fault,
      ends: scope.parameter("ends", shape: [chains] + space.shape, kind: .buffer, .normal(standardDeviation: 1)))
  }

  private struct Function: InitializerFunction {
    let fault: Fault
    let ends: Parameter

    func start(_ request: StartRequest, _ context: inout Context) -> Starts<Void> {
      var random = context.random.split("starts")
      if fault == .wrongShape { return Starts(random.normal([request.count])) }
      if fault == .ignoresSeed { return Starts(0 * ends.tensor + 1) }
      let isKept = random.uniform([request.count] + request.space.shape.map { _ in 1 }) .< 0.5
      let fresh = (fault == .wrongLaw ? 1.1 : 1) * random.normal(request.shape)
      return Starts(Tensor.select(isKept, context.value(of: ends), fresh))
    }

    func finish(
      _ starts: Starts<Void>, end: Tensor, request: StartRequest, _ context: inout Context
    ) -> Tensor? {
      if fault == .forgets { return nil }
      let isFinite = ((end - end) .== 0).sum(alongAxes: 1) .== 2
      let kept = Tensor.select(isFinite.reshaped([request.count, 1]), end, ends.tensor)
      context.assign(fault == .keepsNonFinite ? end : kept, to: ends)
      return nil
    }
  }
}

/// Uniform on [−1, 1]², or with a fault.
struct FaultySquare: Dataset {
  enum Fault: String, Codable, Sendable, CaseIterable {
    case none, outside, wrongDensity, ignoresSeed, wrongLabels, emptyMode
  }

  static let name = "faulty-square"
  static let summary = "A square with a fault."
  @Setting("what is wrong") var fault = Fault.none

  init() {}

  var space: SampleSpace { SampleSpace(shape: [2], classes: 2) }
  var plotRange: ClosedRange<Double> { -1.5...1.5 }
  var modeCount: Int { 2 }

  func batch(_ count: Int, random: inout RandomStream) -> Tensor {
    if fault == .ignoresSeed { return Tensor((0..<(2 * count)).map { Float($0 % 19) / 9.5 - 1 }, shape: [count, 2]) }
    let u = random.uniform([count, 2])
    switch fault {
    case .outside: return 2.02 * u - 1.01
    // u² piles up at the lower edge.
    case .wrongDensity: return 2 * u * (0.8 + 0.2 * u) - 1
    case .emptyMode: return 2 * u * Tensor([0.5, 1]) - 1
    default: return 2 * u - 1
    }
  }

  func labeledBatch(_ count: Int, random: inout RandomStream) -> (points: Tensor, labels: Tensor)? {
    let points = batch(count, random: &random)
    let isRight = points.sliced(alongAxis: 1, 0..<1).reshaped([count]) .> 0
    return (points, fault == .wrongLabels ? isRight : 1 + isRight)
  }

  func logDensity(at points: [Double], signal: Double, noise: Double) -> [Double]? {
    guard noise == 0, signal == 1 else { return nil }
    return stride(from: 0, to: points.count - 1, by: 2).map {
      abs(points[$0]) <= 1 && abs(points[$0 + 1]) <= 1 ? -1.3862944 : -.infinity
    }
  }

  func mode(of point: ArraySlice<Float>) -> Int? { (point.first ?? 0) > 0 ? 1 : 0 }
}

/// The mean radius, or a figure with a fault.
struct FaultyRadius: Metric {
  enum Fault: String, Codable, Sendable, CaseIterable {
    case none, noError, ignoresSamples, isNotANumber, errorTooSmall
  }

  static let name = "faulty-radius"
  static let summary = "Mean radius with a fault."
  @Setting("what is wrong") var fault = Fault.none

  init() {}

  func evaluate(_ evaluation: Evaluation) -> [Figure] {
    let samples = evaluation.samples.map(Double.init)
    let radii = (0..<(samples.count / 2)).map { row -> Double in
      let (x, y) = (samples[2 * row], samples[2 * row + 1])
      return (x * x + y * y).squareRoot()
    }
    let n = Double(radii.count)
    let mean = radii.reduce(0, +) / n
    let squares = radii.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
    let error = squares.squareRoot() / n
    switch fault {
    case .none: return [Figure("radius", mean, standardError: error)]
    case .noError: return [Figure("radius", mean)]
    case .ignoresSamples: return [Figure("radius", 1, standardError: 0.1)]
    case .isNotANumber: return [Figure("radius", .nan, standardError: error)]
    case .errorTooSmall: return [Figure("radius", mean, standardError: error / 1_000)]
    }
  }
}

/// Gradient descent with momentum, or with a fault.
struct FaultyDescent: Optimizer {
  enum Fault: String, Codable, Sendable, CaseIterable { case none, ascends, rateIsNotANumber }

  static let name = "faulty-descent"
  static let summary = "Gradient descent with a fault."
  @Setting("what is wrong") var fault = Fault.none

  init() {}

  func rule(for weights: WeightGroup, in scope: ParameterScope) -> UpdateRule {
    UpdateRule(rates: [{ [fault] _, _ in fault == .rateIsNotANumber ? .nan : 0.01 }]) {
      [sign = fault == .ascends ? -1 : 1 as Float] gradients, inputs, _ in
      gradients.map { sign * inputs.rates[0] * $0 }
    }
  }
}
