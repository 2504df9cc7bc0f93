internal import EBMCore
internal import Networks
internal import Tensors

extension [ConfigurationProblem] {
  /// Whether all that is wrong is a setting that names nothing yet, such as a run.
  var areOfWhatNobodyNamed: Bool { !isEmpty && allSatisfy { $0.found == "nothing" && !$0.path.isEmpty } }
}

extension Examination {
  /// What an energy says of points.
  mutating func checkEnergy(_ energy: some Energy) {
    var functions: [EnergyUnderTest] = []
    var refusals: [ConfigurationProblem] = []
    for space in spaces(for: energy) {
      let misfits = energy.misfits(over: space)
      if !misfits.isEmpty {
        refusals += misfits
        continue
      }
      do throws(ConfigurationError) {
        functions.append(try EnergyUnderTest(energy, over: space, seed: options.seed))
      } catch { refusals += error.problems }
      // One continuous space with and one without classes are enough; discrete ones are for those that take no other.
      if functions.count == 2 || functions.count == 1 && options.quick { break }
    }
    let expected = "a space of points that the energy takes"
    if functions.isEmpty, refusals.areOfWhatNobodyNamed {
      record("spaces", true, "none yet: \(refusals[0])", expected: "an error that names the setting")
    } else if functions.isEmpty {
      record("spaces", error: ConfigurationError(refusals), expected: expected)
    } else {
      record("spaces", true, functions.map(\.name).joined(separator: " and "), expected: expected)
    }
    for function in functions where checkRows(function) {
      checkFinite(function, isDiscrete: function.space.values != .continuous)
      if function.space.values == .continuous { checkGradient(function) }
    }
    if let tractable = energy as? any TractableEnergy { checkTractable(tractable) }
  }

  private func spaces(for energy: some Energy) -> [SampleSpace] {
    if let tractable = energy as? any TractableEnergy { return [tractable.space] }
    return [
      SampleSpace(shape: [2]), SampleSpace(shape: [2], classes: 3), SampleSpace(shape: [2], classes: 2),
      SampleSpace(shape: [2], classes: 10), SampleSpace(shape: [8, 8, 1]),
      SampleSpace(shape: [16, 16, 3], classes: 3), SampleSpace(shape: [32, 32, 3]), SampleSpace(shape: [5]),
      SampleSpace(shape: [6], values: .binary), SampleSpace(shape: [6], values: .spin),
      SampleSpace(shape: [4, 4], values: .spin), SampleSpace(shape: [4, 4, 1], values: .binary),
    ]
  }

  /// Row i of the energy sees row i of x alone, and its bits do not depend on the batch.
  ///
  /// - Returns: whether there is one energy a row.
  private mutating func checkRows(_ function: EnergyUnderTest) -> Bool {
    let rows = 130
    let x = function.points(rows, seed: options.seed &+ 1)
    let energies = function.energies(x)
    guard energies.shape == [rows] else {
      record("shape\(function.suffix)", false, "energies of shape \(energies.shape)", expected: "[\(rows)], one a row")
      return false
    }
    let half = rows / 2
    let alone = function.energies(x.firstRows(half))
    let width = function.space.dimension
    let other = function.points(rows, seed: options.seed &+ 2)
    let mixed = Tensor(
      Array(x.scalars.prefix(half * width)) + other.scalars.dropFirst(half * width), shape: x.shape)
    let beside = function.energies(mixed).firstRows(half)
    let (first, second) = (
      alone.differingBits(from: energies.firstRows(half)), beside.differingBits(from: energies.firstRows(half))
    )
    record(
      "independent rows\(function.suffix)", first == 0 && second == 0,
      "\(first) of \(half) energies differ without the other rows, \(second) with others in their place",
      expected: "each energy from its own row alone",
      hint: second > 0
        ? "rows mix: an energy sees the rows beside it" : "rows mix: an energy depends on how many there are")
    return true
  }

  /// Finite points have finite energies and gradients: at 0, near it, and far out.
  private mutating func checkFinite(_ function: EnergyUnderTest, isDiscrete: Bool) {
    let x = function.points(64, seed: options.seed &+ 3)
    var problems: [String] = []
    for factor in isDiscrete ? [1] : [0, 1e-3, 1, 10, 100] as [Float] {
      let points = Tensor(x.scalars.map { $0 * factor }, shape: x.shape)
      let energies = function.energies(points).scalars
      // Far out an energy may be more than single precision holds, which samplers refuse; it is not NaN, and not low.
      let overflows = factor >= 100 && energies.contains(.infinity)
      if !energies.allSatisfy({ $0.isFinite || overflows && $0 == .infinity }) {
        problems.append("energies at \(factor.short) × N(0, 1)")
      }
      if !isDiscrete, !overflows, !function.gradients(points).isAllFinite {
        problems.append("gradients at \(factor.short) × N(0, 1)")
      }
    }
    record(
      "finite\(function.suffix)", problems.isEmpty,
      problems.isEmpty ? "finite at 0 and out to 100" : "not finite: " + problems.joined(separator: ", "),
      expected: "finite energies and gradients at finite points")
  }

  /// What gradients are to the energy's rise: of the other sign, so many times as long, or not all of it.
  private static func slopeHint(_ lines: [LineIntegral]) -> String? {
    let judged = lines.filter { $0.slope.isFinite && $0.difference.isFinite }
    func sum(_ term: (LineIntegral) -> Double) -> Double { judged.reduce(0) { $0 + term($1) } }
    let (rises, slopes) = (sum { $0.difference * $0.difference }, sum { $0.slope * $0.slope })
    let product = sum { $0.difference * $0.slope }
    guard rises > 0, slopes > 0 else { return slopes == 0 ? "the energy has no gradient" : nil }
    let (factor, correlation) = (product / rises, product / (rises * slopes).squareRoot())
    if correlation < -0.95 { return "the gradient has the wrong sign: it is \(factor.short) times the energy's slope" }
    if correlation > 0.95 { return "the gradient is \(factor.short) times the energy's slope" }
    return "a part of the energy has no gradient, or another one"
  }

  /// The gradient's integral along short lines in random directions against what the energy rises.
  private mutating func checkGradient(_ function: EnergyUnderTest) {
    let rows = options.quick ? 24 : 96
    let x = function.points(rows, seed: options.seed &+ 4)
    var generator = SplitMix64(seed: options.seed &+ 5)
    let directions = (0..<rows).flatMap { _ in
      let z = (0..<function.space.dimension).map { _ in generator.normal() }
      let norm = z.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return z.map { Float($0 / norm) }
    }
    let integrals = LineIntegral.along(
      directions, at: x.scalars, rows: rows, values: { function.energies(Tensor($0, shape: x.shape)).scalars },
      gradients: { function.gradients(Tensor($0, shape: x.shape)).scalars })
    var (wrong, judged) = (0, 0)
    var worst = (claimed: 0.0, found: 0.0, excess: -Double.infinity)
    for line in integrals {
      // Where the slope jumps about or rounding hides it, there is nothing to compare with.
      let size = max(abs(line.difference), line.size)
      guard line.error.isFinite, line.error <= 0.05 * size || size == 0 else { continue }
      judged += 1
      let excess = abs(line.slope - line.difference) - (line.error + 1e-3 * size)
      if excess > 0 { wrong += 1 }
      if excess > worst.excess { worst = (line.slope, line.difference, excess) }
    }
    record(
      "gradient\(function.suffix)", wrong == 0 && judged >= rows / 2,
      "\(wrong) of \(judged) mean slopes wrong (\(rows - judged) too rough to tell); the worst is "
        + "\(worst.claimed.short), energies differ by \(worst.found.short)",
      expected: "gradients that add up to the energy's rise along a line, within 0.1 % and 4 standard errors, on half "
        + "of the lines or more", hint: Self.slopeHint(integrals))
  }
}
