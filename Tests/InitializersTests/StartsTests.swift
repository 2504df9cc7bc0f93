import EBM
import EBMCore
import Initializers
import Networks
import ReferenceEvaluator
import Tensors
import Testing

/// Initializers that keep nothing: the laws of their starts.
@Suite struct StartsTests {
  private static let rows = 50_000

  private func starts(
    _ initializer: some Initializer, over space: SampleSpace = SampleSpace(shape: [2]), isFresh: Bool = false,
    request: @escaping @Sendable (StartRequest) -> StartRequest = { $0 }
  ) throws -> [Double] {
    let rows = Self.rows
    let function = try initializer.function(over: space, chains: rows, in: ParameterScope())
    let program = CompiledFunction(phase: .training) { _, context in
      let request = request(StartRequest(count: rows, space: space))
      return [isFresh ? function.freshStart(request, &context) : function.starts(request, &context)]
    }
    return program([], key: RandomKey(seed: 3))[0].scalars.map(Double.init)
  }

  /// Expects the average of independent numbers of this variance within 4 standard errors.
  private func expect(
    _ numbers: [Double], average: Double, variance: Double, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let found = numbers.reduce(0, +) / Double(numbers.count)
    let error = (variance / Double(numbers.count)).squareRoot()
    #expect(abs(found - average) < 4 * error, sourceLocation: sourceLocation)
  }

  @Test func uniformNoise() throws {
    for isFresh in [false, true] {
      let found = try starts(
        UniformNoise {
          $0.lower = -1; $0.upper = 3
        }, isFresh: isFresh)
      #expect(found.count == 2 * Self.rows && found.allSatisfy { $0 >= -1 && $0 <= 3 })
      let centred = found.map { $0 - 1 }
      expect(centred, average: 0, variance: 4.0 / 3)
      // E[d⁴] − E[d²]² = 16/5 − 16/9 for d uniform on ±2.
      expect(centred.map { $0 * $0 }, average: 4.0 / 3, variance: 16.0 / 5 - 16.0 / 9)
    }
    #expect(
      UniformNoise {
        $0.lower = 2; $0.upper = 1
      }.conflicts() == ["lower 2.0 is not below upper 1.0"])
  }

  @Test(arguments: [(SampleSpace.Values.binary, [0.0, 1]), (.spin, [-1, 1])])
  func noiseOverTwoValuesIsCoins(values: SampleSpace.Values, both: [Double]) throws {
    let found = try starts(GaussianNoise { $0.deviation = 3 }, over: SampleSpace(shape: [2], values: values))
    #expect(Set(found) == Set(both))
    expect(found.map { $0 == both[1] ? 1 : 0 }, average: 0.5, variance: 0.25)
  }

  /// Every initializer over every kind of points: starts, first ones and fresh ones, are points of that kind, or the
  /// initializer says that it makes none of them.
  @Test(arguments: [SampleSpace.Values.continuous, .binary, .spin])
  func startsArePointsOfTheirKind(values: SampleSpace.Values) throws {
    var registry = ComponentRegistry()
    for plugin in [any Plugin].standard { try plugin.register(in: &registry) }
    let (rows, space) = (64, SampleSpace(shape: [3], values: values, classes: 2))
    let allowed: Set<Float>? =
      switch values {
      case .continuous: nil
      case .binary: [0, 1]
      case .spin: [-1, 1]
      }
    var refused: Set<String> = []
    for entry in registry.entries(in: .initializer) {
      let initializer = try #require(entry.type.init() as? any Initializer)
      let scope = ParameterScope()
      if !initializer.misfits(over: space).isEmpty {
        refused.insert(entry.name)
        continue
      }
      let function = try initializer.function(over: space, chains: rows, in: scope)
      let program = CompiledFunction(phase: .training) { _, context in
        var request = StartRequest(
          count: rows, space: space, data: space.noise(rows, random: &context.random),
          label: Tensor((0..<rows).map { Float($0 % 3) }))
        let level = Tensor(0).broadcast(to: [rows])
        request.noisy = .init(
          position: space.noise(rows, random: &context.random), level: .init(index: level, logSNR: Tensor([0])),
          deviation: level)
        return [function.starts(request, &context), function.freshStart(request, &context)]
      }
      for points in program([], store: scope.initialValues(seed: 1)) {
        #expect(points.shape == [rows, 3] && points.scalars.allSatisfy(\.isFinite), "\(entry.name)")
        if let allowed { #expect(Set(points.scalars) == allowed, "\(entry.name)") }
      }
    }
    #expect(
      refused
        == (values == .continuous ? [] : ["generator", "learned-gaussian", "noisier-partner", "noisy-data"]))
  }

  @Test func dataAndNoisyData() throws {
    let data = Tensor((0..<2 * Self.rows).map { Float($0 % 7) }, shape: [Self.rows, 2])
    let exact = data.scalars.map(Double.init)
    #expect(
      try starts(DataPoints()) {
        var request = $0; request.data = data; return request
      } == exact)
    let noisy = try starts(NoisyData { $0.deviation = 0.3 }) {
      var request = $0; request.data = data; return request
    }
    let moves = zip(noisy, exact).map { $0 - $1 }
    expect(moves, average: 0, variance: 0.09)
    expect(moves.map { $0 * $0 }, average: 0.09, variance: 2 * 0.09 * 0.09)
    // Without data, noise of variance 1.
    let fresh = try starts(NoisyData { $0.deviation = 0.3 }, isFresh: true)
    expect(fresh.map { $0 * $0 }, average: 1, variance: 2)
    #expect(NoisyData().misfits(over: SampleSpace(shape: [2], values: .spin)).count == 1)
  }

  @Test func noisierPartner() throws {
    let partner = Tensor((0..<2 * Self.rows).map { Float($0 % 5) }, shape: [Self.rows, 2])
    let found = try starts(NoisierPartner()) { request in
      var request = request
      let rows = Tensor(0).broadcast(to: [Self.rows])
      request.noisy = .init(position: partner, level: .init(index: rows, logSNR: Tensor([0])), deviation: rows)
      return request
    }
    #expect(found == partner.scalars.map(Double.init))
  }
}
