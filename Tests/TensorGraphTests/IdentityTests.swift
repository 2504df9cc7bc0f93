import ReferenceEvaluator
import TensorGraph
import Testing

@Suite("Identity of parameters, placeholders and variables")
struct IdentityTests {
  @Test("all reads of one parameter are one variable")
  func parameter() {
    let weight = Parameter("weight", shape: [2])
    let y = (weight.tensor * weight.tensor.squared()).sum()
    let found = gradient(of: y, withRespectTo: weight.tensor)
    let values = ReferenceEvaluator().values(of: [found], parameters: [weight: [2, -1]])[0]
    expectClose(values, [12.0, 3])
    #expect(Graph.order([y.node]).filter { $0.identity == weight.tensor.node.identity }.count == 1)
  }

  @Test("parameters of one name and shape are different")
  func homonyms() {
    let (first, second) = (Parameter("w", shape: []), Parameter("w", shape: []))
    #expect(first != second && first == first)
    let found = gradient(of: first.tensor * second.tensor, withRespectTo: [first.tensor, second.tensor])
    let values = ReferenceEvaluator().values(of: found, parameters: [first: [3], second: [5]])
    expectClose(values.map { $0[0] }, [5.0, 3])
  }

  @Test("all reads of one placeholder are one variable, others of its name are not")
  func placeholder() {
    let (x, other) = (Placeholder("x", shape: [1]), Placeholder("x", shape: [1]))
    #expect(x != other)
    let y = (x.tensor * x.tensor + other.tensor).sum()
    let found = gradient(of: y, withRespectTo: [x.tensor, other.tensor])
    let values = ReferenceEvaluator().values(of: found, placeholders: [x: [3], other: [7]])
    expectClose(values[0] + values[1], [6.0, 1])
  }

  @Test("an expression is a variable: what is made from it moves, what it is made from does not")
  func expression() {
    let x = Placeholder("x", shape: [2])
    let y = x.tensor.squared()
    let z = (y.sin() + x.tensor * y).sum()
    let found = gradient(of: z, withRespectTo: [y])
    let values = ReferenceEvaluator().values(of: found, placeholders: [x: [0, 2]])[0]
    expectClose(values, [1, cosine(4) + 2], relative: 1e-15)
  }

  private func cosine(_ x: Double) -> Double {
    let placeholder = Placeholder("x", shape: [])
    return ReferenceEvaluator().values(of: [placeholder.tensor.cos()], placeholders: [placeholder: [x]])[0][0]
  }

  @Test("an expression and what it is made from are variables side by side")
  func nestedVariables() {
    let x = Placeholder("x", shape: [])
    let y = x.tensor.squared()
    let found = gradient(of: y.squared(), withRespectTo: [x.tensor, y])
    let values = ReferenceEvaluator().values(of: found, placeholders: [x: [2]])
    expectClose(values.map { $0[0] }, [32.0, 8])
  }

  @Test("variables that the scalar does not depend on have gradient 0 in their shape")
  func independent() {
    let (x, other) = (Placeholder("x", shape: [2]), Placeholder("other", shape: [0, 3]))
    let found = gradient(of: x.tensor.sum(), withRespectTo: [other.tensor, x.tensor])
    #expect(found.map(\.shape) == [[0, 3], [2]])
    let change = jacobianVectorProduct(of: [x.tensor], withRespectTo: [other.tensor], along: [other.tensor])
    #expect(change.map(\.shape) == [[2]])
    let values = ReferenceEvaluator().values(of: found + change, placeholders: [x: [1, 2], other: []])
    expectClose(values[1], [1.0, 1])
    expectClose(values[2], [0.0, 0])
  }

  @Test("a scalar's gradient with respect to itself is 1")
  func itself() {
    let x = Placeholder("x", shape: [1, 1])
    let values = ReferenceEvaluator().values(
      of: [gradient(of: x.tensor, withRespectTo: x.tensor)], placeholders: [x: [4]])
    expectClose(values[0], [1.0])
  }

  @Test("one result given twice adds both cotangents")
  func repeatedResult() {
    let x = Placeholder("x", shape: [2])
    let y = x.tensor.squared()
    let found = pullback(of: [y, y], along: [x.tensor, x.tensor], withRespectTo: [x.tensor])
    let values = ReferenceEvaluator().values(of: found, placeholders: [x: [3, 1]])[0]
    expectClose(values, [36.0, 4])
  }

  @Test("constants of a few elements are equal by their bits, larger ones by identity")
  func literals() {
    #expect(Literal([0.5], evaluator: nil) == Literal([0.5], evaluator: nil))
    #expect(Literal([0], evaluator: nil) != Literal([-0.0], evaluator: nil))
    #expect(Literal([.nan], evaluator: nil) == Literal([.nan], evaluator: nil))
    #expect(Literal([1, 2, 0], evaluator: nil) == Literal([1, 2, 0], evaluator: nil))
    #expect(Literal([1, 2, 0], evaluator: nil) != Literal([1, 2], evaluator: nil))
    #expect(Literal([1, 2, 3, 4], evaluator: nil) != Literal([1, 2, 3, 4], evaluator: nil))
    #expect(Set([Literal([0.5], evaluator: nil), Literal([0.5], evaluator: nil)]).count == 1)
  }
}
