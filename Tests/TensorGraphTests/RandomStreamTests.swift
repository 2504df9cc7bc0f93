import ReferenceEvaluator
import TensorGraph
import Testing

@Suite("Random streams")
struct RandomStreamTests {
  private let evaluator = ReferenceEvaluator(key: (1, 2))

  private func values(_ tensors: [Tensor]) -> [[Double]] { evaluator.values(of: tensors) }

  private func streamNumber(_ draw: Tensor) -> UInt32? {
    if case .random(let draw) = draw.node.operation { draw.stream } else { nil }
  }

  @Test("draws of a stream differ; parts differ from the whole and from each other; a repetition is one")
  func streams() {
    var stream = RandomStream()
    var twin = stream.repeated()
    var (a, b, empty) = (stream.split("a"), stream.split("b"), stream.split(""))
    var nested = stream.split("a").split("b")
    var joined = stream.split("ab")
    let first = values([stream.normal([5]), stream.normal([5]), stream.uniform([5])])
    #expect(Set(first).count == 3)
    #expect(values([twin.normal([5]), twin.normal([5]), twin.uniform([5])]) == first)
    let parts = values([a.normal([5]), b.normal([5]), empty.normal([5]), nested.normal([5]), joined.normal([5])])
    #expect(Set(parts + first).count == 8)
  }

  @Test("streams of many parts and draws do not meet")
  func collisions() {
    // 64 parts of 16 draws: by chance 2 of 1024 numbers of 32 bits are equal once in 8000 designs.
    var seen = Set<UInt32>()
    for part in 0..<64 {
      var stream = RandomStream().split("layer\(part)")
      for _ in 0..<16 { streamNumber(stream.normal([1])).map { _ = seen.insert($0) } }
    }
    #expect(seen.count == 1024)
  }

  @Test("streams have the numbers that recipes were made with")
  func numbers() {
    var stream = RandomStream()
    var part = stream.branch("chain")
    var found = [part.normal([1]), stream.uniform([1])]
    _ = Tensor.iterate(2, from: [Tensor(constant: 0)], random: &part) { state, _, random in
      found.append(random.normal([]))
      return [state[0] + found[2]]
    }
    #expect(found.compactMap(streamNumber) == [0x5482_071b, 0x7989_4dba, 0x813c_af13])
  }

  @Test("each iteration draws anew, in nested loops too")
  func iterations() {
    func rows(_ draw: @escaping (inout RandomStream) -> Tensor) -> Tensor {
      // Row i of the state is what iteration i drew.
      var stream = RandomStream()
      let zeros = Tensor(constant: 0).broadcast(to: [6, 2])
      return Tensor.iterate(3, from: [zeros], random: &stream) { outer, i, random in
        Tensor.iterate(2, from: outer, random: &random) { inner, j, random in
          let position = (2 * i + j).reshaped([1])
          return [inner[0] + draw(&random).expandingAxis(at: 0).scatteringRows(at: position, count: 6)]
        }
      }[0]
    }
    let scalars = values([rows { $0.normal([2]) }])[0]
    #expect(Set(scalars).count == 12)
    // A draw from outside is one value for all iterations.
    var outside = RandomStream()
    let drawn = outside.normal([2])
    let same = values([rows { _ in drawn }])[0]
    #expect(Set(same).count == 2)
  }

  @Test("draws inside a loop differ from those of its surroundings, before and after it, and of other loops")
  func surroundings() {
    var stream = RandomStream()
    let before = stream.normal([3])
    let zero = Tensor(constant: 0).broadcast(to: [3])
    func loops() -> [Tensor] {
      Tensor.iterate(1, from: [zero, zero, zero], random: &stream) { state, _, random in
        let outer = random.normal([3])
        let inner = (1...2).map { place in
          Tensor.iterate(1, from: [state[place]], random: &random) { state, _, random in
            [state[0] + random.normal([3])]
          }[0]
        }
        return [outer] + inner
      }
    }
    let drawn = values([before] + loops() + loops() + [stream.normal([3])])
    #expect(Set(drawn.joined()).count == 24)
  }

  @Test("a loop without iterations takes no numbers from those that follow")
  func emptyLoops() {
    let found = [0, 1].map { count in
      var stream = RandomStream()
      var numbers: [UInt32?] = []
      func loop(_ count: Int) {
        _ = Tensor.iterate(count, from: [Tensor(constant: 0)], random: &stream) { state, _, random in
          let draw = random.normal([])
          numbers.append(streamNumber(draw))
          return [state[0] + draw]
        }
      }
      loop(count)
      loop(1)
      return numbers
    }
    #expect(found[0].count == 1 && found[1].count == 2 && found[0][0] == found[1][0] && found[1][0] != found[1][1])
  }

  @Test("a loop written out draws what the loop draws")
  func unrolled() {
    let x = Placeholder("x", shape: [3])
    func walk(_ start: Tensor) -> Tensor {
      var stream = RandomStream()
      return Tensor.iterate(4, from: [start], random: &stream) { state, _, random in
        [state[0] * random.uniform([3]) + random.normal([3])]
      }[0]
    }
    let y = walk(x.tensor)
    // y = x · Π u + …: the gradient is the product of the four draws, which y itself shows at two points.
    let found = gradient(of: y.sum(), withRespectTo: x.tensor)
    let at = [[0.0, 0, 0], [1, 1, 1]].map { evaluator.values(of: [y, found], placeholders: [x: $0]) }
    expectClose(at[0][1], zip(at[1][0], at[0][0]).map { $0 - $1 }, absolute: 1e-14)
  }

  @Test("row i does not depend on how many rows there are")
  func rows() {
    var (few, many) = (RandomStream(), RandomStream())
    let drawn = values([few.normal([3, 5]), many.normal([7, 5])])
    #expect(Array(drawn[1].prefix(15)) == drawn[0])
  }

  @Test("moments of uniform and normal numbers, within 5 standard errors")
  func moments() {
    var stream = RandomStream()
    let drawn = values([stream.uniform([100, 200]), stream.normal([100, 200])])
    func moment(_ x: [Double], _ power: Int) -> Double {
      x.reduce(0) { sum, x in sum + (0..<power).reduce(1) { product, _ in product * x } } / Double(x.count)
    }
    let count = 20_000.0
    #expect(drawn[0].allSatisfy { $0 > 0 && $0 < 1 })
    // Variances of u, u², z, z², z⁴ are 1/12, 4/45, 1, 2 and 96.
    for (found, expected, variance) in [
      (moment(drawn[0], 1), 0.5, 1.0 / 12), (moment(drawn[0], 2), 1.0 / 3, 4.0 / 45), (moment(drawn[1], 1), 0, 1),
      (moment(drawn[1], 2), 1, 2), (moment(drawn[1], 4), 3, 96),
    ] {
      expectClose([found], [expected], absolute: 5 * (variance / count).squareRoot())
    }
  }
}
