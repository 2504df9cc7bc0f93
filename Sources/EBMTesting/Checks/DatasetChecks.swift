internal import EBMCore
private import Foundation
internal import Tensors

extension Examination {
  /// Batches of a data set.
  mutating func checkDataset(_ component: some Dataset) throws {
    let dataset: any Dataset
    do throws(ConfigurationError) { dataset = try component.opened() } catch {
      // Data in a file that nobody has named yet: what it has to do is to say so.
      let names = error.problems.allSatisfy { !$0.path.isEmpty }
      return record(
        "opening", names,
        "does not open with these settings: \(error.problems.map(\.description).joined(separator: "; "))",
        expected: "an error that names the setting")
    }
    // Nothing that is random can be asked of a data set of a single point.
    let width = dataset.space.dimension
    let few = try dataset.draw(32, seed: options.seed).points.scalars
    if few.indices.allSatisfy({ few[$0] == few[$0 % width] }) {
      isRefused = true
      return
    }
    try checkBatches(dataset)
    if dataset.space.shape == [2], dataset.rowSource == nil { try checkDensity(dataset) }
  }

  private mutating func checkBatches(_ dataset: any Dataset) throws {
    let rows = dataset.space.dimension > 64 ? 200 : 1_000
    let (points, labels) = try dataset.draw(rows, seed: options.seed)
    let shape = [rows] + dataset.space.shape
    record(
      "shape", points.shape == shape && points.isAllFinite,
      "\(points.shape), \(points.isAllFinite ? "finite" : "not finite")",
      expected: "finite points of shape \(shape)")
    let again = try dataset.draw(rows, seed: options.seed).points.differingBits(from: points)
    let other = try dataset.draw(rows, seed: options.seed &+ 1).points.differingBits(from: points)
    record(
      "seed", again == 0 && other > 0,
      "\(again) numbers differ with the same seed, \(other) of \(points.elementCount) with another",
      expected: "none with the same seed, some with another")
    let values = dataset.space.values
    if values != .continuous {
      let allowed: Set<Float> = values == .binary ? [0, 1] : [-1, 1]
      let strays = points.scalars.filter { !allowed.contains($0) }.count
      record(
        "values", strays == 0, "\(strays) numbers are none of \(allowed.sorted())",
        expected: "\(values.rawValue) points")
    }
    checkLabels(labels, of: dataset, rows)
    guard let source = dataset.rowSource else { return }
    let (first, next) = (try source.batch(0, count: 8, seed: 1), try source.batch(1, count: 8, seed: 1))
    let repeated = try source.batch(0, count: 8, seed: 1)
    record(
      "batches by number", first.rows == repeated.rows && first.rows != next.rows,
      first.rows == next.rows ? "batches 0 and 1 are the same" : "batches 0 and 1 differ",
      expected: "a batch that is a function of its number and the seed")
  }

  private mutating func checkLabels(_ labels: Tensor?, of dataset: any Dataset, _ rows: Int) {
    let classes = dataset.space.classes
    guard let labels else {
      if classes > 0 { record("labels", false, "none", expected: "classes 1 to \(classes), as the space says") }
      return
    }
    let strays = labels.scalars.filter { $0 != $0.rounded() || $0 < 1 || $0 > Float(classes) }.count
    record(
      "labels", labels.shape == [rows] && strays == 0 && classes > 0,
      "shape \(labels.shape), \(Set(labels.scalars).count) classes seen, \(strays) labels outside 1 to \(classes)",
      expected: "integers from 1 to \(classes), one a point")
  }

  // MARK: Density

  private mutating func checkDensity(_ dataset: any Dataset) throws {
    guard dataset.logDensity(at: [0, 0], signal: 1, noise: 0) != nil else { return try checkSupport(dataset, nil) }
    let rows = count(80_000)
    let clean = try dataset.draw(rows, seed: options.seed &+ 2).points.scalars
    let densities = dataset.logDensity(at: clean.map(Double.init), signal: 1, noise: 0) ?? []
    try checkSupport(dataset, (clean, densities))
    let width = (dataset.plotRange.upperBound - dataset.plotRange.lowerBound) / 40
    for (signal, noise) in [(1, 0), (1, width), (0.6, 2 * width)]
    where noise > 0 || densities.contains(where: \.isFinite) {
      var generator = SplitMix64(seed: options.seed &+ 3)
      let points = clean.map { signal * Double($0) + noise * generator.normal() }
      compare(points, with: dataset, signal: signal, noise: noise)
    }
  }

  /// Points in cells of a grid against the density's integral over each cell.
  private mutating func compare(_ points: [Double], with dataset: any Dataset, signal: Double, noise: Double) {
    let cells = PlaneCells(range: dataset.plotRange, side: options.quick ? 12 : 20)
    let integrals = cells.integrals(fine: noise > 0 ? 8 : 20, seed: options.seed &+ 4) {
      dataset.logDensity(at: $0, signal: signal, noise: noise)
    }
    guard let integrals else { return }
    let rows = points.count / 2
    let found = cells.counts(of: points)
    // Cells of few points are put together, what lies outside the plot being one of them.
    var (statistic, degrees) = (0.0, -1)
    var rest = (expected: 0.0, error: 0.0, found: 0.0)
    func add(_ expected: Double, error: Double, found: Double) {
      let error = max(0.005 * expected, error)
      statistic += (found - expected) * (found - expected) / (expected + error * error)
      degrees += 1
    }
    for (integral, found) in zip(integrals, found) {
      let (expected, error) = (integral.mass * Double(rows), integral.error * Double(rows))
      if expected < 25 {
        rest = (rest.expected + expected, rest.error + error, rest.found + found)
      } else {
        add(expected, error: error, found: found)
      }
    }
    if rest.expected > 25 { add(rest.expected, error: rest.error, found: rest.found) }
    let p = Significance.chiSquareTail(statistic, degrees: max(1, degrees))
    let strays = rest.expected <= 25 && rest.found > rest.expected + 40 + 4 * rest.error
    record(
      "density: signal \(signal.short), noise \(noise.short)", p > Conformance.falseAlarm && !strays,
      "χ² = \(statistic.short) over \(degrees + 1) cells, p = \(p.short), \(rows) points"
        + (strays ? ", \(Int(rest.found)) where \(rest.expected.short) are expected" : ""),
      expected: "points that fill cells as the declared density says, p above \(Conformance.falseAlarm.short)")
  }

  /// No point where the density is 0, and none outside the modes of data with hard edges.
  private mutating func checkSupport(_ dataset: any Dataset, _ sample: (points: [Float], densities: [Double])?) throws {
    if let sample {
      let outside = sample.densities.filter { $0 == -.infinity }.count
      let isUndefined = sample.densities.contains(where: \.isNaN)
      // Single precision may put a point on the edge; more than one in ten thousand is no rounding.
      record(
        "support", outside <= sample.densities.count / 10_000 && !isUndefined,
        "\(outside) of \(sample.densities.count) points where the density is 0"
          + (isUndefined ? ", NaN at others" : ""),
        expected: "none")
    }
    guard dataset.modeCount > 0 else { return }
    let points =
      if let sample { sample.points } else { try dataset.draw(count(20_000), seed: options.seed &+ 2).points.scalars }
    var counts = [Int](repeating: 0, count: dataset.modeCount)
    var strays = 0
    let rows = points.count / 2
    for row in 0..<rows {
      let mode = dataset.mode(of: points[(2 * row)..<(2 * row + 2)])
      if let mode, counts.indices.contains(mode) { counts[mode] += 1 } else { strays += 1 }
    }
    record(
      "modes", Double(strays) <= 0.05 * Double(rows) && !counts.contains(0),
      "\(strays) of \(rows) points in none of \(dataset.modeCount) modes, \(counts.filter { $0 == 0 }.count) modes empty",
      expected: "points in every mode, at most a twentieth in none")
  }
}
