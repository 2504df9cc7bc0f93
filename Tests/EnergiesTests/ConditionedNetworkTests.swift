import EBMCore
import Energies
import Networks
import Tensors
import Testing

/// Networks that know noise levels and classes together.
@Suite struct ConditionedNetworkTests {
  private let space = SampleSpace(shape: [2], classes: 2)
  private let networks: [any Energy] = [
    MLP {
      $0.widths = [16, 16]; $0.hasLevels = true; $0.hasClasses = true
    },
    ResidualMLP {
      $0.width = 16
      $0.multipliers = [1, 2]
      $0.activation = .silu
      $0.spectralNorm = false
      $0.hasClasses = true
    },
  ]

  /// All nine pairs of three levels and three labels at one point.
  private let pairs = (0..<9).map { (level: Float($0 / 3), label: Float($0 % 3)) }

  @Test func levelsAndClassesMatter() throws {
    for network in networks {
      let probe = try Probe(network, over: space)
      let energies = probe.energies(
        pairs.map { _ in [0.3, -0.7] }, labels: pairs.map(\.label), levels: pairs.map(\.level))
      #expect(Set(energies).count == 9)
      #expect(energies.allSatisfy { $0.isFinite })
    }
  }

  /// Few rows embed themselves, many rows are gathered from a table of all pairs: the same numbers.
  @Test func rowsDoNotDependOnTheBatch() throws {
    for network in networks {
      let probe = try Probe(network, over: space)
      let many = (0..<5).flatMap { _ in pairs }
      let points = scatteredPoints(many.count, dimension: 2, in: -2...2)
      let (labels, levels) = (many.map(\.label), many.map(\.level))
      let together = probe.energies(points, labels: labels, levels: levels).map(Double.init)
      for row in [0, 4, 8, 31] {
        let alone = probe.energies([points[row]], labels: [labels[row]], levels: [levels[row]])
        expectAll(alone, [together[row]], within: 1e-6, type(of: network).name)
      }
    }
  }

  @Test func noLabelIsTheNullClass() throws {
    for network in networks {
      let probe = try Probe(network, over: space)
      let points = scatteredPoints(20, dimension: 2, in: -2...2)
      let levels = (0..<20).map { Float($0 % 3) }
      let null = probe.energies(points, labels: points.map { _ in 0 }, levels: levels).map(Double.init)
      expectAll(probe.energies(points, levels: levels), null, within: 1e-6, type(of: network).name)
      let unleveled = probe.energies(points, labels: points.map { _ in 0 }).map(Double.init)
      expectAll(probe.energies(points), unleveled, within: 1e-6, type(of: network).name)
    }
  }

  /// Energies and gradients in 32 bits agree to the rounding of differences: with a step of 2⁻⁷, E of order 1 and
  /// derivatives of order 1, 2⁻²³/2⁻⁷ + 2⁻¹⁴ ≈ 10⁻⁴.
  @Test func gradientsAreDifferences() throws {
    for network in networks {
      let probe = try Probe(network, over: space)
      let points = scatteredPoints(18, dimension: 2, in: -2...2)
      let labels = (0..<18).map { Float($0 % 3) }
      let levels = (0..<18).map { Float($0 / 6) }
      let step: Float = 0x1p-7
      let differences = points.indices.flatMap { row in
        (0..<2).map { axis -> Double in
          func energy(_ sign: Float) -> Float {
            var moved = points
            moved[row][axis] += sign * step
            return probe.energies(moved, labels: labels, levels: levels)[row]
          }
          return Double(energy(1) - energy(-1)) / Double(2 * step)
        }
      }
      let gradients = probe.gradients(points, labels: labels, levels: levels)
      #expect(gradients.contains { abs($0) > 0.02 })
      expectAll(gradients, differences, within: 2e-4, type(of: network).name)
    }
  }

  @Test func parametersAreThoseOfTheConditions() throws {
    func names(_ energy: any Energy) throws -> Set<String> {
      Set(try Probe(energy, over: space).scope.parameters.map { String($0.name.dropFirst("energy.".count)) })
    }
    let plain = try names(MLP { $0.widths = [4] })
    #expect(plain == ["layers.0.weight", "layers.0.bias", "head.weight", "head.bias"])
    let classes: Set = ["label.weight", "label.bias"]
    let levels: Set = ["level.first.weight", "level.first.bias", "level.second.weight", "level.second.bias"]
    let maps: Set = ["conditions.0.weight"]
    #expect(
      try names(
        MLP {
          $0.widths = [4]; $0.hasClasses = true
        }) == plain.union(classes).union(maps))
    #expect(
      try names(
        MLP {
          $0.widths = [4]; $0.hasLevels = true
        }) == plain.union(levels).union(maps))
    let residual = ResidualMLP {
      $0.width = 8; $0.multipliers = [1]; $0.spectralNorm = false
    }
    var conditional = residual
    conditional.hasClasses = true
    #expect(try names(conditional) == names(residual).union(classes))
    // The class's map is normalised where the others are.
    conditional.spectralNorm = true
    #expect(try names(conditional).isSuperset(of: ["label.left", "label.right"]))
  }

  /// Training warns of it before it begins.
  @Test func aPerceptronWithoutLevelsLeavesThemOut() throws {
    let probe = try Probe(MLP { $0.widths = [4] }, over: SampleSpace(shape: [1]))
    #expect(probe.energies([[1]], levels: [0]) == probe.energies([[1]], levels: [1]))
  }
}
