internal import EBMCore
internal import Tensors
private import Foundation

extension Examination {
  /// What a tractable energy declares, against its draws and against its own energy.
  mutating func checkTractable(_ energy: some TractableEnergy) {
    let rows = count(200_000)
    let draw = CompiledFunction { _, context in energy.draws(rows, random: &context.random).map { [$0] } ?? [] }
    guard let points = draw([], key: key(51)).first else {
      if energy.space.values == .continuous, energy.space.dimension <= 2 { checkWholeIntegral(energy) }
      return
    }
    let shape = [rows] + energy.space.shape
    guard points.shape == shape, points.isAllFinite else {
      record("draws", false, "shape \(points.shape), finite: \(points.isAllFinite)", expected: "finite, shape \(shape)")
      return
    }
    checkMoments(energy, points)
    if energy.space.values == .continuous {
      checkStein(energy, points)
      if energy.space.dimension <= 2 { checkNormalizer(energy, points) }
    } else {
      checkEnumeration(energy, points)
    }
  }

  private mutating func checkMoments(_ energy: some TractableEnergy, _ points: Tensor) {
    let (scalars, width) = (points.scalars, energy.space.dimension)
    var (worst, skipped, compared) = ((what: "", deviation: 0.0), 0, 0)
    func compare(_ what: String, _ claimed: [Double]?, _ value: (Int, Double) -> Double) {
      guard let claimed else { return }
      guard claimed.count == width else {
        worst = ("\(claimed.count) numbers for the \(what)s of \(width) coordinates", .infinity)
        return
      }
      for axis in 0..<width {
        let values = stride(from: axis, to: scalars.count, by: width).map { value(axis, Double(scalars[$0])) }
        let sample = SampleMean(values)
        // A mean that a few points decide says nothing.
        if sample.dominance > 0.01, sample.deviation(from: claimed[axis]) < 1e3 {
          skipped += 1
          continue
        }
        compared += 1
        let deviation = sample.deviation(from: claimed[axis])
        if deviation > worst.deviation {
          worst = (
            "\(what) \(axis) is \(sample.mean.short) ± \(sample.standardError.short), declared \(claimed[axis].short); off",
            deviation
          )
        }
      }
    }
    compare("mean", energy.mean) { $1 }
    if let mean = energy.mean, mean.count == width {
      compare("variance", energy.variance) { ($1 - mean[$0]) * ($1 - mean[$0]) }
    }
    if compared + skipped == 0, worst.deviation == 0 { return }
    record(
      "moments", worst.deviation < Significance.standardErrors,
      "\(compared) moments, the worst: \(worst.what) by \(worst.deviation.short) standard errors"
        + (skipped > 0 ? "; \(skipped) too heavy-tailed to judge" : ""),
      expected: "draws with the declared moments, within \(Significance.standardErrors) standard errors")
  }

  /// E[∇E] = 0 and E[x·∇E] = D, and the same with tanh(x) in place of x, whose tails are light.
  private mutating func checkStein(_ energy: some TractableEnergy, _ points: Tensor) {
    let gradient = CompiledFunction { arguments, _ in
      let energies = energy(arguments[0])
      return [
        pullback(of: [energies], along: [Tensor(1).broadcast(to: energies.shape)], withRespectTo: [arguments[0]])[0]
      ]
    }
    let (x, slopes) = (points.scalars, gradient([points])[0].scalars)
    let (width, rows) = (energy.space.dimension, points.shape[0])
    var worst = (what: "none", deviation: 0.0)
    func compare(_ what: String, expected: Double, _ value: (Int) -> Double) {
      let sample = SampleMean((0..<rows).map(value))
      if sample.dominance > 0.01, sample.standardError.isFinite { return }
      let deviation = sample.deviation(from: expected)
      if deviation > worst.deviation {
        worst = (
          "\(what) = \(sample.mean.short) ± \(sample.standardError.short) instead of \(expected.short)", deviation
        )
      }
    }
    compare("E[x·∇E]", expected: Double(width)) { row in
      (0..<width).reduce(0) { $0 + Double(x[row * width + $1]) * Double(slopes[row * width + $1]) }
    }
    for axis in 0..<min(width, 8) {
      compare("E[∂E/∂x\(axis)]", expected: 0) { Double(slopes[$0 * width + axis]) }
      compare("E[tanh(x\(axis)) ∂E/∂x\(axis) − sech²(x\(axis))]", expected: 0) { row in
        let wave = tanh(Double(x[row * width + axis]))
        return wave * Double(slopes[row * width + axis]) - (1 - wave * wave)
      }
    }
    record(
      "Stein identities", worst.deviation < Significance.standardErrors,
      "the worst: \(worst.what), \(worst.deviation.short) standard errors, \(rows) draws",
      expected: "0 and D under exact draws, within \(Significance.standardErrors) standard errors")
  }

  // MARK: ln Z

  /// Z = ∫_B exp(−E) dx / P(B) over a box B that holds a good part of the draws.
  private mutating func checkNormalizer(_ energy: some TractableEnergy, _ points: Tensor) {
    guard let claimed = energy.logNormalizer else { return }
    let (x, width, rows) = (points.scalars, energy.space.dimension, points.shape[0])
    // Between the 20th and the 80th percentile of each coordinate, widened where that is nothing.
    let box = (0..<width).map { axis -> ClosedRange<Double> in
      let sorted = stride(from: axis, to: x.count, by: width).map { Double(x[$0]) }.sorted()
      return sorted[rows / 5]...sorted[rows * 4 / 5]
    }
    let inside = (0..<rows).reduce(0) { sum, row in
      sum + ((0..<width).allSatisfy { box[$0].contains(Double(x[row * width + $0])) } ? 1 : 0)
    }
    let share = Double(inside) / Double(rows)
    guard inside > 100 else {
      record("log Z", false, "\(inside) draws between their own percentiles", expected: "draws that fill their range")
      return
    }
    let integral = logIntegral(energy, over: box, cells: width == 1 ? 200_000 : 1_000)
    let found = integral - log(share)
    let error = ((1 - share) / (share * Double(rows))).squareRoot()
    record(
      "log Z", abs(found - claimed) < Significance.standardErrors * error + 1e-4,
      "\(found.short) ± \(error.short) by quadrature over a box with \(inside) of \(rows) draws, declared \(claimed.short)",
      expected: "the declared value within \(Significance.standardErrors) standard errors",
      hint: Self.normalizerHint(declared: claimed, found: found))
  }

  private static func normalizerHint(declared: Double, found: Double) -> String {
    "the declared ln Z is \(abs(declared - found).short) too \(declared > found ? "high" : "low")"
  }

  /// ln Z of an energy without draws, over the box beyond which exp(−E) is negligible.
  private mutating func checkWholeIntegral(_ energy: some TractableEnergy) {
    guard let claimed = energy.logNormalizer else { return }
    let width = energy.space.dimension
    let (coarse, fine) = (
      logIntegral(energy, over: [ClosedRange](repeating: -16...16, count: width), cells: width == 1 ? 100_000 : 1_600),
      logIntegral(energy, over: [ClosedRange](repeating: -24...24, count: width), cells: width == 1 ? 200_000 : 2_400)
    )
    record(
      "log Z", abs(fine - claimed) < 1e-3 + 4 * abs(fine - coarse),
      "\(fine.short) by quadrature, \(coarse.short) over a smaller box, declared \(claimed.short)",
      expected: "the declared value within the quadrature's error",
      hint: Self.normalizerHint(declared: claimed, found: fine))
  }

  /// ln ∫ exp(−E) over a box, by the midpoint rule.
  private func logIntegral(_ energy: some TractableEnergy, over box: [ClosedRange<Double>], cells: Int) -> Double {
    let widths = box.map { ($0.upperBound - $0.lowerBound) / Double(cells) }
    func centre(_ axis: Int, _ cell: Int) -> Float { Float(box[axis].lowerBound + (Double(cell) + 0.5) * widths[axis]) }
    let function = CompiledFunction { arguments, _ in [energy(arguments[0])] }
    var (peak, total) = (-Double.infinity, 0.0)
    func add(_ grid: [Float], rows: Int) {
      for value in function([Tensor(grid, shape: [rows] + energy.space.shape)])[0].scalars {
        let exponent = -Double(value)
        if exponent > peak {
          total = total * exp(peak - exponent) + 1
          peak = exponent
        } else {
          total += exp(exponent - peak)
        }
      }
    }
    if box.count == 1 {
      add((0..<cells).map { centre(0, $0) }, rows: cells)
    } else {
      let columns = (0..<cells).map { centre(0, $0) }
      for row in 0..<cells {
        let y = centre(1, row)
        add(columns.flatMap { [$0, y] }, rows: cells)
      }
    }
    return peak + log(total) + widths.reduce(0) { $0 + log($1) }
  }

  // MARK: Discrete points

  /// All points of a discrete space of up to 2¹⁶: ln Z as a sum, and the draws' energies against their mean.
  private mutating func checkEnumeration(_ energy: some TractableEnergy, _ points: Tensor) {
    let width = energy.space.dimension
    guard width <= 16 else { return }
    let low: Float = energy.space.values == .spin ? -1 : 0
    let all = (0..<(1 << width)).flatMap { state in (0..<width).map { (state >> $0) & 1 == 1 ? 1 : low } }
    let function = CompiledFunction { arguments, _ in [energy(arguments[0])] }
    let energies = function([Tensor(all, shape: [1 << width] + energy.space.shape)])[0].scalars.map(Double.init)
    let least = energies.min() ?? 0
    let total = energies.reduce(0) { $0 + exp(least - $1) }
    let found = log(total) - least
    if let claimed = energy.logNormalizer {
      record(
        "log Z", abs(found - claimed) < 1e-4 * Double(max(1, width)),
        "\(found.short) by summation, declared \(claimed.short)",
        expected: "the declared value", hint: Self.normalizerHint(declared: claimed, found: found))
    }
    let mean = energies.reduce(0) { $0 + exp(least - $1) * $1 } / total
    let sample = SampleMean(function([points])[0].scalars.map(Double.init))
    let isOnPoints = points.scalars.allSatisfy { $0 == 1 || $0 == low }
    record(
      "energy of draws", isOnPoints && sample.deviation(from: mean) < Significance.standardErrors,
      "\(sample.mean.short) ± \(sample.standardError.short)" + (isOnPoints ? "" : ", draws outside the space"),
      expected: "\(mean.short) within \(Significance.standardErrors) standard errors")
  }
}
