import EBMCore
import Foundation
import Samplers
import Tensors
import Testing

/// What holds for every sampler of the family.
@Suite struct EverySamplerTests {
  static let continuous: [any Sampler] = [
    Langevin {
      $0.steps = 4
      $0.stepSize = 0.3
    },
    PreconditionedLangevin {
      $0.steps = 4; $0.stepSize = 0.3; $0.inverseMass = [1, 2]
    },
    MALA {
      $0.steps = 4; $0.stepSize = 0.8
    }, RandomWalkMetropolis { $0.steps = 4 },
    HMC {
      $0.steps = 3
      $0.leapfrogSteps = 3
    },
    HMC {
      $0.steps = 3
      $0.leapfrogSteps = 3
      $0.inverseMass = CorrelatedGaussian.covariance
    }, GeneralizedHMC { $0.steps = 4 },
    UnderdampedLangevin { $0.steps = 4 },
    NUTS {
      $0.steps = 2; $0.stepSize = 0.5; $0.maximumDepth = 4
    },
    RejectionSampling {
      $0.steps = 4; $0.width = 3; $0.logBound = 4
    },
    AnnealedLangevin {
      $0.levels = 2
      $0.stepsPerLevel = 2
    },
    ParallelTempering {
      $0.sampler = HMC { $0.leapfrogSteps = 2 }
      $0.temperatures = [1, 2]
      $0.steps = 2
      $0.stepsPerExchange = 2
    },
    ReducedSteps(Langevin { $0.stepSize = 0.2 }, steps: 3),
    Masked {
      $0.sampler = MALA { $0.steps = 3 }
      $0.observed = [1]
    },
  ]

  private static func ends(_ sampler: any Sampler, chains: Int, threads: Int) -> [[Float]] {
    results(seed: 101, threads: threads) { context in
      let start = context.random.normal([chains, 2])
      let chain = sampler.run(from: start, target: CorrelatedGaussian.target(), random: &context.random)
      return [chain.position, reported(chain.acceptance), chain.evaluations]
    }
  }

  /// The same bits for any number of threads and whatever chains are beside.
  @Test(arguments: continuous)
  func bitsDependOnTheChainAlone(_ sampler: any Sampler) {
    let one = Self.ends(sampler, chains: 1_000, threads: 1)
    let two = Self.ends(sampler, chains: 1_000, threads: 2)
    #expect(one == two)
    let few = Self.ends(sampler, chains: 37, threads: 1)
    for (many, few) in zip(one, few) { #expect(Array(many.prefix(few.count)) == few) }
    #expect(one[0].allSatisfy { $0.isFinite })
  }

  /// Beyond 1 nothing is finite: chains never go there, and every attempt is counted.
  @Test(
    arguments: [
      RandomWalkMetropolis { $0.steps = 30 },
      MALA {
        $0.steps = 30
      },
      HMC {
        $0.steps = 20; $0.stepSize = 0.5; $0.leapfrogSteps = 3
      },
      GeneralizedHMC {
        $0.steps = 40; $0.stepSize = 0.5
      },
      NUTS {
        $0.steps = 12
        $0.stepSize = 0.5
        $0.maximumDepth = 4
      },
      ParallelTempering {
        $0.sampler = RandomWalkMetropolis()
        $0.temperatures = [1, 2]
        $0.steps = 15
        $0.stepsPerExchange = 2
      },
      RejectionSampling {
        $0.steps = 30; $0.logBound = 0.92
      },
    ] as [any Sampler], [Float.nan, .infinity, -.infinity])
  func refusesWhatIsNotFinite(sampler: any Sampler, forbidden: Float) {
    let found = results(seed: 103) { context in
      let target = Target { x in
        (0.5 * x.squared() + Tensor.select(x .> 1, 0 * x + Tensor(forbidden), 0 * x)).sum(alongAxes: 1)
      }
      let start = Tensor(0.9).broadcast(to: [4_000, 1])
      let chain = sampler.run(from: start, target: target, random: &context.random)
      return [chain.position, chain.nonFinite, reported(chain.acceptance)]
    }
    #expect(found[0].allSatisfy { $0.isFinite && $0 <= 1 })
    #expect(found[1].filter { $0 > 0 }.count > 2_000)
    #expect(found[2].allSatisfy { $0 >= 0 && $0 <= 1 })
    // The normal law cut off at 1, whose mean is −φ(1)/Φ(1).
    expect(Estimate(found[0]), isNear: -exp(-0.5) / (2 * Double.pi).squareRoot() / 0.841344746, "\(sampler)")
  }

  /// Numbers for other coordinates are named before anything runs, inside other samplers too.
  @Test func misfitsAreNamed() {
    let space = SampleSpace(shape: [2])
    for sampler in Self.continuous { #expect(sampler.misfits(over: space).isEmpty, "\(sampler)") }
    func lines(_ sampler: any Sampler, _ space: SampleSpace = space) -> [String] {
      sampler.misfits(over: space).map(\.description)
    }
    let mass =
      "inverseMass: found 3 numbers, expected none, 2 variances or 4 covariances for points of shape [2]"
    let wrong = MALA { $0.inverseMass = [1, 2, 3] }
    #expect(lines(wrong) == ["sampler.\(mass)"])
    for holder in [
      ParallelTempering { $0.sampler = wrong }, ReducedSteps(wrong, steps: 3), Masked { $0.sampler = wrong },
    ]
      as [any Sampler]
    {
      #expect(lines(holder) == ["sampler.sampler.\(mass)"], "\(holder)")
    }
    func masked(_ observed: [Int], _ inverseMass: [Float] = []) -> Masked {
      Masked {
        $0.sampler = MALA { $0.inverseMass = inverseMass }; $0.observed = observed
      }
    }
    #expect(
      lines(masked([1, 2])).contains("sampler.observed: found coordinate 2, expected 0 to 1 for points of shape [2]"))
    #expect(
      lines(masked([0, 1])) == [
        "sampler.observed: found all coordinates of points of shape [2], expected one that is free"
      ])
    // A mass is that of the free coordinates, also where another sampler is between.
    #expect(lines(masked([1], [1, 4]), SampleSpace(shape: [3])).isEmpty)
    #expect(
      lines(
        Masked {
          $0.sampler = ReducedSteps(masked([], [1, 4]), steps: 3); $0.observed = [0]
        }, SampleSpace(shape: [3])
      ).isEmpty)
    #expect(
      lines(masked([1], [1, 4])) == [
        "sampler.sampler.inverseMass: found 2 numbers, expected none, 1 variances or 1 covariances for points of shape [1]"
      ])
  }

  /// An inverse mass is variances or a covariance matrix.
  @Test func massesAreChecked() {
    for good in [[], [1], [0.5, 2], [1, 0.5, 0.5, 1], [2, -1, -1, 2], [1, 0, 0, 1]] as [[Float]] {
      #expect(NUTS { $0.inverseMass = good }.conflicts().isEmpty, "\(good)")
    }
    for bad in [[0], [-1], [1, 0], [1, -2, -2, 1], [1, -0.5, 0.5, 1], [1, 2, -3]] as [[Float]] {
      #expect(NUTS { $0.inverseMass = bad }.conflicts().count == 1, "\(bad)")
    }
  }

  /// Recipes hold every setting and give the same sampler again.
  @Test func settingsGoThroughRecipes() throws {
    var registry = ComponentRegistry()
    func add<S: Sampler>(_ sampler: S) throws {
      if !registry.entries(in: .sampler).contains(where: { $0.name == S.name }) { try registry.add(S.self) }
    }
    let all = Self.continuous + [Gibbs(), GibbsWithGradients()]
    for sampler in all { try add(sampler) }
    for sampler in all {
      let value = try sampler.recipeValue(at: "sampler")
      let again = try registry.component(value, as: .sampler, at: "sampler").recipeValue(at: "sampler")
      #expect(again == value)
    }
  }
}
