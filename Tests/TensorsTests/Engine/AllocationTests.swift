import AllocationCounter
import Tensors
import Testing

/// A running program allocates nothing: what a run allocates, for its results' views, does not grow with the work.
@Suite struct AllocationTests {
  private func allocations(steps: Int, isTiled: Bool) -> Int64 {
    let weights = Tensor((0..<64).map { Float($0 % 7) / 7 - 0.4 }, shape: [8, 8])
    let function = CompiledFunction(threads: 1) { inputs, context in
      Tensor.iterate(steps, from: [inputs[0]], random: &context.random) { state, _, random in
        let h = state[0].matmul(weights).tanh() + 0.1 * random.normal([96, 8])
        // A mean over the batch keeps the loop out of the tiles.
        return [isTiled ? h : h - h.mean(alongAxes: 0, keepingDimensions: true)]
      }
    }
    let program = function.program(for: [[96, 8]])
    let input = [Float](repeating: 0.5, count: 96 * 8)
    return input.withUnsafeBufferPointer { buffer in
      let values = [buffer]
      program.run(values) { _ in }
      let before = allocation_count()
      program.run(values) { _ in }
      return allocation_count() - before
    }
  }

  @Test(arguments: [true, false])
  func aRunAllocatesNothingPerStep(isTiled: Bool) {
    let few = allocations(steps: 1, isTiled: isTiled)
    #expect(allocations(steps: 200, isTiled: isTiled) == few)
    #expect(few < 20)
  }

  @Test func theCounterCounts() {
    let before = allocation_count()
    let arrays = (1...50).map { [Int](repeating: $0, count: 100) }
    #expect(allocation_count() - before >= 50)
    #expect(arrays.count == 50)
  }
}
