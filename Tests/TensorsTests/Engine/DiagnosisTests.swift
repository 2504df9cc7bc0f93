import Tensors
import Testing

/// The slow mode that looks for the first value that is not finite.
@Suite struct DiagnosisTests {
  @Test func namesTheOperationAndItsLine() throws {
    let line = #line + 2
    let function = CompiledFunction { inputs, _ in
      let logarithm = inputs[0].log()
      return [logarithm.exp() + 1]
    }
    let error = #expect(throws: NonFiniteValue.self) { try function.diagnose([Tensor([1, 0, 2])]) }
    #expect(error?.operation == "log [3]")
    #expect(error?.index == 1)
    #expect(error?.value == -.infinity)
    // Optimised code may put an operation on a neighbouring line of its statement.
    let location = try #require(error?.location)
    #expect(location.contains("DiagnosisTests.swift"))
    let number = try #require(Int(location.split(separator: ":").last ?? ""))
    #expect(abs(number - line) <= 1)
  }

  @Test func namesTheIterationOfALoop() throws {
    let function = CompiledFunction { inputs, _ in
      Tensor.iterate(10, from: [inputs[0]]) { state, _ in [state[0] * 1e10] }
    }
    let error = #expect(throws: NonFiniteValue.self) { try function.diagnose([Tensor([1, -1])]) }
    // 10³⁸ is finite, 10⁴⁰ is not.
    #expect(error?.iterations == [3])
    #expect(error?.operation.hasPrefix("multiply") == true)
  }

  @Test func finiteComputationsPass() throws {
    let function = CompiledFunction { inputs, context in [inputs[0] + context.random.normal([3])] }
    try function.diagnose([Tensor([1, 2, 3])])
  }
}
