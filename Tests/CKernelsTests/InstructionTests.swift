import CKernels
import Testing

@Suite("The same bits for all instructions")
struct InstructionTests {
  /// A process each, for kernels may not change while others run. A level that the machine lacks prints nothing.
  @Test func levelsAgree() async throws {
    let results = [
      await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) { printBits(with: "baseline") },
      await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) { printBits(with: "avx2") },
      await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) { printBits(with: "avx512") },
    ]
    let lines = results.map { result in
      String(decoding: result?.standardOutputContent ?? [], as: UTF8.self).split(separator: "\n").filter {
        $0.hasPrefix("bits ")
      }
    }
    #expect(lines[0].count > 60)
    for line in lines.dropFirst() where !line.isEmpty { #expect(line == lines[0]) }
  }

  @Test func unknownInstructionsChangeNothing() {
    let name = String(cString: ck_instructions_name())
    #expect(!ck_use_instructions("sse9"))
    #expect(String(cString: ck_instructions_name()) == name)
  }
}

/// Prints a hash of the bits of each kernel's results, after taking these instructions.
private func printBits(with instructions: String) {
  guard ck_use_instructions(instructions) else { return }
  func show(_ name: String, _ values: [Float]) {
    // All NaNs are one: signs and payloads are no part of the promise.
    let hash = values.reduce(14_695_981_039_346_656_037 as UInt64) {
      ($0 ^ UInt64($1.isNaN ? 0x7fc0_0000 : $1.bitPattern)) &* 1_099_511_628_211
    }
    print("bits \(name) \(hash)")
  }
  for convolution in ConvolutionTests.convolutions + WinogradTests.convolutions {
    let x = normals(convolution.inputCount, seed: 1)
    let w = normals(convolution.weightCount, seed: 2)
    let dy = normals(convolution.outputCount, seed: 3)
    show("y of \(convolution)", convolution.forward(x, w))
    show("dx of \(convolution)", convolution.inputGradient(dy, w))
    show("dw of \(convolution)", convolution.sums(x, dy))
  }
  let special: [Float] = [
    0, -0.0, 1, -1, 0.5, 3, .leastNonzeroMagnitude * 71_362, 1e-30, 1e30, 88.7, -103.9, 1e9, 3e38, .infinity,
    -.infinity, .nan,
  ]
  let a = special.flatMap { Array(repeating: $0, count: special.count) } + normals(1_000, seed: 4)
  let b = special.flatMap { _ in special } + normals(1_000, seed: 5)
  let c = normals(a.count, seed: 6)
  for opcode in 0..<CK_OPCODE_COUNT.rawValue {
    var out = a
    ck_elementwise(ck_opcode(rawValue: opcode), &out, a, b, c, Int64(a.count))
    show("opcode \(opcode)", out)
  }
  for columns in [1, 3, 8, 17, 64, 250] {
    let rows = 2_000 / columns
    let x = normals(rows * columns, seed: 7)
    var sums = [Float](repeating: 0, count: rows)
    ck_sum_columns(&sums, x, Int64(rows), Int64(columns))
    show("sums of \(columns) columns", sums)
    var sumsOfRows = [Float](repeating: 0, count: columns)
    ck_sum_rows(&sumsOfRows, x, Int64(rows), Int64(columns), Int64(columns), false)
    show("sums of \(rows) rows", sumsOfRows)
  }
}
