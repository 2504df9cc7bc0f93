public import EBMCore
public import Networks
internal import Tensors

/// Several classes at once, as concepts that are independent given the point.
///
/// ```
/// E(x | c₁ … c_M) = Σ_i E(x | c_i) − (M − 1) E(x | null)
/// E~ = (w + 1) Σ_i E(x | c_i) − (M w + M − 1) E(x | null)      with guidance of weight w
/// ```
/// The term of the null class is what a plain product of experts lacks: without it the prior counts M times. The
/// second line is ``GuidedEnergy`` of the first. Labels of the data are ignored. The inner energy has to know classes;
/// its parameters keep their names, so that weights trained on single classes load.
/// Source: Zhu et al., *Learning energy-based models by cooperative diffusion recovery likelihood*, 2024, equations 13
/// and 14.
public struct ConceptComposition: Energy {
  public static let name = "composed-concepts"
  public static let summary = "Several classes at once, as concepts that are independent given the point."

  @Part("the class-conditional energy", .energy) public var energy: any Energy = MLP { $0.hasClasses = true }
  @Setting("the classes that a point is to have", .list(of: .integers(1...65_536), count: 1...))
  public var concepts = [1]
  /// 0: no guidance.
  @Setting("w, of guidance; 0 for none", .range(-1...1e3)) public var weight = 0.0

  public init() {}

  public var offers: Set<Capability> { energy.offers.subtracting([.classes, .classScores]) }
  public var gives: Set<Capability> { [.classes] }
  public var needs: [Need] { [.labels] }

  public func misfits(in surroundings: Surroundings) -> [ConfigurationProblem] {
    let classes = surroundings.space.classes
    let unknown = concepts.filter { $0 > classes && classes > 0 }.map {
      ConfigurationProblem(path: "concepts", found: "concept \($0)", expected: "a class from 1 to \(classes)")
    }
    return unknown + energy.lacking(.classes, at: "energy", for: Self.name)
  }

  public func function(
    over space: SampleSpace, in scope: ParameterScope
  ) throws(ConfigurationError) -> any EnergyFunction {
    Function(inner: try energy.function(over: space, in: scope), concepts: concepts, weight: Float(weight))
  }

  private struct Function: EnergyFunction {
    let inner: any EnergyFunction
    let concepts: [Int]
    let weight: Float

    func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor {
      func energy(_ label: Int, _ context: inout Context) -> Tensor {
        inner(x, condition.withLabel(label, rows: x.shape[0]), &context)
      }
      var sum = energy(concepts[0], &context)
      for concept in concepts.dropFirst() { sum = sum + energy(concept, &context) }
      let count = Float(concepts.count)
      return (weight + 1) * sum - (count * weight + count - 1) * energy(0, &context)
    }
  }
}
