import EBMCore
import Foundation
import Tensors
import Testing

@Suite struct MemoryTests {
  @Test(arguments: [
    (999, "999 B"), (1_000, "1.0 KiB"), (1 << 30, "1.0 GiB"), (21 << 30 + 300 << 20, "21.3 GiB"),
    (260 << 30, "260 GiB"), (3 << 40, "3.0 TiB"), (Int.max, "more than 128 TiB"),
  ])
  func sizesAreReadable(_ bytes: Int, _ text: String) { #expect(MachineMemory.text(bytes) == text) }

  @Test func sizesAreMultipliedWithoutOverflow() throws {
    let need = MemoryNeed(path: "a", what: "b", numbers: [.max, .max, 3], copies: .max)
    #expect(need.bytes == 4 * [Int].mostElements)
    #expect(MemoryNeed(path: "a", what: "b", numbers: [.max, 0]).bytes == 0)
    #expect([1 << 31, 1 << 31, 1 << 31].elementCount == [Int].mostElements && [3, 4].elementCount == 12)
    let sum = MemoryNeed.bytes(of: [[Int]](repeating: [.max], count: 100_000))
    #expect(sum == Int.max)
  }

  @Test func whatDoesNotFitIsRefused() {
    MachineMemory.$available.withValue(1_000) {
      #expect(throws: Never.self) { try MemoryNeed(path: "a", what: "b", bytes: 1_000).check() }
      #expect(throws: ConfigurationError(path: "a.b", what: "needs 1.0 KiB for a list, there are 1.0 KiB")) {
        try MemoryNeed(path: "a.b", what: "a list", bytes: 1_001).check()
      }
    }
  }

  @Test func theMachineHasSome() {
    let physical = Int(ProcessInfo.processInfo.physicalMemory)
    #expect(MachineMemory.bytes > 0 && MachineMemory.bytes <= physical)
  }

  /// A tensor larger than any memory is found when it is traced; nothing is compiled, nothing allocated.
  @Test func tracingTakesNoMemory() {
    let large = CompiledFunction { inputs, _ in
      let x = inputs[0].reshaped([1, 1]).broadcast(to: [1 << 31, 1 << 31])
      return [x.exp().sum()]
    }
    #expect(large.peakBytes(for: [[1]]) == .max)
    // Ones that are spread over a batch are not written out while a function is traced.
    let spread = CompiledFunction { inputs, _ in
      let ones = Tensor(repeating: 1, shape: [1 << 40]) + Tensor(Float(1)).broadcast(to: [1 << 40])
      return [(ones * inputs[0]).sum()]
    }
    #expect(spread.peakBytes(for: [[]]) < .max)
    let small = CompiledFunction { inputs, _ in [inputs[0].matmul(inputs[0]).exp()] }
    #expect((1..<10_000_000).contains(small.peakBytes(for: [[64, 64]])))
  }
}
