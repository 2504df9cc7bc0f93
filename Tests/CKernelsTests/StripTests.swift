import CKernels
import Testing

/// A strip program with its registers, run over any range of its index space.
struct StripProgram {
  var instructions: [ck_instruction] = []
  var registers: [ck_register] = []
  var memory: [UnsafeMutablePointer<Float>?] = []

  mutating func scratch() -> Int { add(ck_register(), CK_SCRATCH, nil) }

  mutating func contiguous(_ base: UnsafeMutablePointer<Float>) -> Int { add(ck_register(), CK_CONTIGUOUS, base) }

  mutating func splat(_ base: UnsafeMutablePointer<Float>) -> Int { add(ck_register(), CK_SPLAT, base) }

  mutating func broadcast(_ base: UnsafeMutablePointer<Float>, _ extent: [Int], _ stride: [Int]) -> Int {
    var register = ck_register()
    register.rank = Int32(extent.count)
    withUnsafeMutableBytes(of: &register.extent) { $0.copyBytes(from: padded(extent)) }
    withUnsafeMutableBytes(of: &register.stride) { $0.copyBytes(from: padded(stride)) }
    return add(register, CK_BROADCAST, base)
  }

  mutating func emit(_ opcode: ck_opcode, _ destination: Int, _ operands: Int...) {
    let all = (operands + [0, 0]).map(UInt16.init)
    instructions.append(
      ck_instruction(
        opcode: UInt16(opcode.rawValue), destination: UInt16(destination), operands: (all[0], all[1], all[2])))
  }

  mutating func random(
    _ kind: ck_register_kind, stream: UInt32, rowElements: Int, counter: UnsafeMutablePointer<Float>?
  )
    -> Int
  {
    var register = ck_register()
    register.stream = stream
    register.row_elements = Int64(rowElements)
    return add(register, kind, counter)
  }

  func run(first: Int, count: Int, key: (UInt32, UInt32) = (0, 0), row: Int = 0) {
    let scratch = UnsafeMutableRawPointer.allocate(
      byteCount: registers.count * Int(CK_STRIP) * MemoryLayout<Float>.stride, alignment: 64)
    defer { scratch.deallocate() }
    ck_strip_run(
      instructions, Int64(instructions.count), registers, memory, Int64(registers.count),
      ck_random_origin(key: key, row: Int64(row)), Int64(first), Int64(count),
      scratch.assumingMemoryBound(to: Float.self))
  }

  private mutating func add(_ register: ck_register, _ kind: ck_register_kind, _ base: UnsafeMutablePointer<Float>?)
    -> Int
  {
    var register = register
    register.kind = Int32(kind.rawValue)
    registers.append(register)
    memory.append(base)
    return registers.count - 1
  }

  private func padded(_ values: [Int]) -> UnsafeRawBufferPointer {
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 8 * Int(CK_MAXIMUM_RANK), alignment: 8)
    bytes.initializeMemory(as: Int64.self, repeating: 1)
    for (index, value) in values.enumerated() {
      bytes.storeBytes(of: Int64(value), toByteOffset: 8 * index, as: Int64.self)
    }
    return UnsafeRawBufferPointer(bytes)
  }
}

@Suite("Strip programs")
struct StripTests {
  /// Ranges around the lengths that matter: a vector (16), a strip (1024), and odd ends.
  static let ranges: [(first: Int, count: Int)] = [
    (0, 0), (0, 1), (3, 15), (0, 16), (5, 17), (1, 31), (7, 1024), (0, 1025), (11, 1039), (2, 2048), (1000, 2999),
    (13, 4987),
  ]

  /// Random registers hold what the generator gives for the same elements, whatever the range.
  @Test("random registers draw the numbers of their elements", arguments: ranges)
  func random(first: Int, count: Int) {
    let (size, row, rowElements) = (5000, 37, 11)
    var counter: [Float] = [4, 0, 1024]
    var out = [Float](repeating: -9, count: size)
    var expected = out
    counter.withUnsafeMutableBufferPointer { counter in
      out.withUnsafeMutableBufferPointer { out in
        guard let out = out.baseAddress else { return }
        var program = StripProgram()
        let normal = program.random(CK_NORMAL, stream: 5, rowElements: rowElements, counter: counter.baseAddress)
        let uniform = program.random(CK_UNIFORM, stream: 6, rowElements: rowElements, counter: nil)
        let result = program.contiguous(out)
        program.emit(CK_ADD, result, normal, uniform)
        program.run(first: first, count: count, key: (8, 9), row: row)
      }
    }
    var normals = [Float](repeating: 0, count: count + 1)
    var uniforms = normals
    let element = Int64(row * rowElements + first)
    ck_random_normal(&normals, ck_random(key: (8, 9), stream: 5, iteration: 4 + (1 << 58)), element, Int64(count))
    ck_random_uniform(&uniforms, ck_random(key: (8, 9), stream: 6, iteration: 0), element, Int64(count))
    for i in 0..<count { expected[first + i] = normals[i] + uniforms[i] }
    #expect(identical(out, expected))
  }

  @Test("a program equals a plain loop over any range, and touches nothing else", arguments: ranges)
  func program(first: Int, count: Int) {
    let size = 5000
    var a = numbers(size, seed: 1)
    var b = numbers(size, seed: 2)
    var scale: [Float] = [0.75]
    var sum = [Float](repeating: -9, count: size)
    var ratio = sum
    a.withUnsafeMutableBufferPointer { a in
      b.withUnsafeMutableBufferPointer { b in
        scale.withUnsafeMutableBufferPointer { scale in
          sum.withUnsafeMutableBufferPointer { sum in
            ratio.withUnsafeMutableBufferPointer { ratio in
              guard let a = a.baseAddress, let b = b.baseAddress, let scale = scale.baseAddress,
                let sum = sum.baseAddress, let ratio = ratio.baseAddress
              else { return }
              var program = StripProgram()
              let x = program.contiguous(a)
              let y = program.contiguous(b)
              let s = program.splat(scale)
              let product = program.scratch()
              let p = program.contiguous(sum)
              let q = program.contiguous(ratio)
              program.emit(CK_MULTIPLY, product, x, s)
              program.emit(CK_ADD, p, product, y)
              program.emit(CK_DIVIDE, q, p, y)
              program.run(first: first, count: count)
            }
          }
        }
      }
    }
    for i in 0..<size {
      let inside = i >= first && i < first + count
      let expected = a[i] * 0.75 + b[i]
      #expect(sum[i] == (inside ? expected : -9))
      #expect(ratio[i] == (inside ? expected / b[i] : -9))
    }
  }

  @Test("a destination may be an operand's memory", arguments: ranges)
  func inPlace(first: Int, count: Int) {
    var x = numbers(5000, seed: 3)
    let before = x
    x.withUnsafeMutableBufferPointer { x in
      guard let base = x.baseAddress else { return }
      var program = StripProgram()
      let operand = program.contiguous(base)
      let result = program.contiguous(base)
      program.emit(CK_MULTIPLY_ADD, result, operand, operand, operand)
      program.run(first: first, count: count)
    }
    for i in x.indices {
      let inside = i >= first && i < first + count
      #expect(x[i] == (inside ? before[i].addingProduct(before[i], before[i]) : before[i]))
    }
  }

  /// Extents and strides of broadcast operands: every fast path and their mixtures.
  static let layouts: [(extent: [Int], stride: [Int])] = [
    ([5000], [0]), ([5000], [1]), ([5000], [3]), ([1, 1], [0, 0]),
    ([2500, 2], [0, 1]), ([2500, 2], [1, 0]), ([2500, 2], [7, 1]), ([2500, 2], [2, 3]),
    ([1700, 3], [0, 1]), ([1700, 3], [1, 0]), ([1700, 3], [5, 1]), ([1250, 4], [1, 0]), ([1250, 4], [9, 1]),
    ([1000, 5], [1, 0]), ([1000, 5], [2, 0]), ([500, 10], [12, 1]), ([500, 10], [1, 0]), ([300, 17], [1, 0]),
    ([300, 17], [20, 1]), ([7, 784], [0, 1]), ([7, 784], [1, 0]), ([7, 784], [800, 1]), ([2, 2500], [0, 1]),
    ([10, 20, 30], [30, 0, 1]), ([10, 20, 30], [0, 1, 0]), ([10, 20, 30], [0, 30, 1]), ([10, 20, 30], [20, 1, 0]),
    ([50, 5, 20], [1, 0, 50]), ([3, 2, 5, 2, 7, 30], [0, 1, 2, 0, 10, 0]), ([9, 600], [-600, 1]),
    ([1250, 4], [1, -3]),
  ]

  @Test("a broadcast operand is read at its strides", arguments: layouts.indices)
  func broadcast(layout: Int) {
    let (extent, stride) = Self.layouts[layout]
    let lowest = zip(extent, stride).map { min(0, ($0 - 1) * $1) }.reduce(0, +)
    // A range may run past the outermost extent, which does not wrap.
    let highest = zip(extent, stride).map { max(0, ($0 - 1) * $1) }.reduce(0, +) + 5000 * max(stride[0], 0)
    var table = numbers(highest - lowest + 1, seed: 4)
    for (first, count) in Self.ranges where first + count <= max(extent.reduce(1, *), 5000) {
      var out = [Float](repeating: -9, count: 5000)
      table.withUnsafeMutableBufferPointer { table in
        out.withUnsafeMutableBufferPointer { out in
          guard let base = table.baseAddress, let result = out.baseAddress else { return }
          var program = StripProgram()
          let operand = program.broadcast(base - lowest, extent, stride)
          let destination = program.contiguous(result)
          program.emit(CK_COPY, destination, operand)
          program.run(first: first, count: count)
        }
      }
      for i in out.indices {
        var offset = -lowest
        var rest = i
        for d in extent.indices.reversed() {
          offset += (d == 0 ? rest : rest % extent[d]) * stride[d]
          rest /= extent[d]
        }
        let inside = i >= first && i < first + count
        #expect(out[i] == (inside ? table[offset] : -9), "element \(i) of range \(first), \(count)")
      }
    }
  }
}
