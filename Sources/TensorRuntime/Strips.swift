internal import CKernels
internal import TensorGraph

extension Emission {
  /// The strip program of a fused group.
  ///
  /// - Parameter readers: who reads each node of the region; a value read inside the group alone stays in a register.
  func strip(_ group: [Node], _ readers: [ObjectIdentifier: [Node]]) -> StripProgram {
    let shape = group[0].shape
    let kind = kind(group[0])
    let members = Set(group.map(\.identity))
    var instructions: [ck_instruction] = []
    var registers: [ck_register] = []
    var places: [Operand?] = []

    func staysInside(_ node: Node) -> Bool {
      guard let users = readers[node.identity], !escaping.contains(node.identity) else { return false }
      return users.allSatisfy { members.contains($0.identity) }
    }
    // A product whose only reader adds to it becomes part of the sum.
    var absorbed = Set<ObjectIdentifier>()
    var lastUse: [ObjectIdentifier: Int] = [:]
    for node in group {
      if case .binary(.add) = node.operation,
        let product = node.inputs.first(where: { input in
          guard case .binary(.multiply) = input.operation, members.contains(input.identity), staysInside(input),
            input.shape == shape
          else { return false }
          return readers[input.identity]?.count == 1 && !absorbed.contains(input.identity)
        }), node.inputs[0].identity != node.inputs[1].identity
      {
        absorbed.insert(product.identity)
      }
    }
    func operands(of node: Node) -> [Node] {
      guard case .binary(.add) = node.operation,
        let position = node.inputs.firstIndex(where: { absorbed.contains($0.identity) })
      else { return node.inputs }
      return node.inputs[position].inputs + [node.inputs[1 - position]]
    }
    for (position, node) in group.enumerated() where !absorbed.contains(node.identity) {
      for input in operands(of: node) { lastUse[input.identity] = position }
    }

    var registerOf: [ObjectIdentifier: Int] = [:]
    var free: [Int] = []
    func addRegister(_ register: ck_register, _ operand: Operand?) -> Int {
      registers.append(register)
      places.append(operand)
      return registers.count - 1
    }
    func source(_ node: Node) -> Int {
      if let known = registerOf[node.identity] { return known }
      let isAligned = kind != nil && node.shape.count == shape.count && node.shape.first == shape.first
      let operand = operand(node, for: kind, isAligned ? .aligned : .whole)
      let register = addRegister(ck_register(reading: node.shape, as: shape), operand)
      registerOf[node.identity] = register
      return register
    }

    for (position, node) in group.enumerated() where !absorbed.contains(node.identity) {
      if case .random(let draw) = node.operation {
        let register = ck_register(drawing: draw, rowElements: rowElements(node))
        registerOf[node.identity] = addRegister(register, node.inputs.first.map { operand($0, for: nil) })
        continue
      }
      let inputs = operands(of: node)
      let sources = inputs.map { source($0) }
      // Operands used for the last time give their scratch to the result: instructions may work in place.
      for input in Set(inputs.map(\.identity)) where lastUse[input] == position {
        if let register = registerOf[input], registers[register].kind == Int32(CK_SCRATCH.rawValue) {
          free.append(register)
        }
      }
      let destination: Int
      if staysInside(node) {
        destination = free.popLast() ?? addRegister(ck_register(kind: CK_SCRATCH), nil)
      } else {
        destination = addRegister(ck_register(kind: CK_CONTIGUOUS), output(node))
      }
      registerOf[node.identity] = destination
      let isFused = inputs.count == 3 && node.inputs.count == 2
      instructions.append(
        ck_instruction(isFused ? CK_MULTIPLY_ADD : node.operation.opcode, destination, sources))
    }
    return StripProgram(
      instructions: lowering.memory.freeze(instructions), registers: lowering.memory.freeze(registers),
      operands: lowering.memory.freeze(places), count: extent(group[0].elementCount, kind))
  }
}

extension ck_instruction {
  init(_ opcode: ck_opcode, _ destination: Int, _ sources: [Int]) {
    self.init()
    self.opcode = UInt16(opcode.rawValue)
    self.destination = UInt16(destination)
    operands = (
      UInt16(sources[0]), UInt16(sources.count > 1 ? sources[1] : 0), UInt16(sources.count > 2 ? sources[2] : 0)
    )
  }
}

extension ck_register {
  init(kind: ck_register_kind) {
    self.init()
    self.kind = Int32(kind.rawValue)
  }

  /// Draws random numbers.
  init(drawing draw: RandomDraw, rowElements: Int) {
    self.init(kind: draw.distribution == .normal ? CK_NORMAL : CK_UNIFORM)
    stream = draw.stream
    row_elements = Int64(rowElements)
  }

  /// Reads a row-major tensor of shape `source` while walking `target`, to which it broadcasts.
  init(reading source: [Int], as target: [Int]) {
    self.init()
    let sourceStrides = source.strides
    let lead = target.count - source.count
    // Runs of axes that advance together, outermost first.
    var runs: [(extent: Int, stride: Int)] = []
    for (axis, extent) in target.enumerated() where extent != 1 {
      let own = axis - lead
      let stride = own < 0 || source[own] == 1 ? 0 : sourceStrides[own]
      if let last = runs.last, last.stride == stride * extent {
        runs[runs.count - 1] = (last.extent * extent, stride)
      } else {
        runs.append((extent, stride))
      }
    }
    if runs.allSatisfy({ $0.stride == 0 }) {
      kind = Int32(CK_SPLAT.rawValue)
    } else if runs.count == 1, runs[0].stride == 1 {
      kind = Int32(CK_CONTIGUOUS.rawValue)
    } else {
      kind = Int32(CK_BROADCAST.rawValue)
      rank = Int32(runs.count)
      withUnsafeMutableBytes(of: &extent) { bytes in
        let extents = bytes.bindMemory(to: Int64.self)
        for (axis, run) in runs.enumerated() { extents[axis] = Int64(run.extent) }
      }
      withUnsafeMutableBytes(of: &stride) { bytes in
        let strides = bytes.bindMemory(to: Int64.self)
        for (axis, run) in runs.enumerated() { strides[axis] = Int64(run.stride) }
      }
    }
  }
}

extension Operation {
  /// The kernel of an elementwise operation.
  var opcode: ck_opcode {
    switch self {
    case .unary(let operation): operation.opcode
    case .binary(let operation): operation.opcode
    case .select: CK_SELECT
    default: CK_COPY
    }
  }
}

extension UnaryOperation {
  fileprivate var opcode: ck_opcode {
    switch self {
    case .negate: CK_NEGATE
    case .absolute: CK_ABS
    case .sign: CK_SIGN
    case .floor: CK_FLOOR
    case .square: CK_SQUARE
    case .reciprocal: CK_RECIPROCAL
    case .squareRoot: CK_SQRT
    case .reciprocalSquareRoot: CK_RSQRT
    case .exp: CK_EXP
    case .expMinusOne: CK_EXPM1
    case .log: CK_LOG
    case .logOnePlus: CK_LOG1P
    case .sin: CK_SIN
    case .cos: CK_COS
    case .tan: CK_TAN
    case .atan: CK_ATAN
    case .tanh: CK_TANH
    case .sigmoid: CK_SIGMOID
    case .softplus: CK_SOFTPLUS
    }
  }
}

extension BinaryOperation {
  fileprivate var opcode: ck_opcode {
    switch self {
    case .add: CK_ADD
    case .subtract: CK_SUBTRACT
    case .multiply: CK_MULTIPLY
    case .divide: CK_DIVIDE
    case .power: CK_POWER
    case .minimum: CK_MINIMUM
    case .maximum: CK_MAXIMUM
    case .less: CK_LESS
    case .lessOrEqual: CK_LESS_EQUAL
    case .equal: CK_EQUAL
    case .sigmoidSlope: CK_SIGMOID_SLOPE
    case .tanhSlope: CK_TANH_SLOPE
    }
  }
}
