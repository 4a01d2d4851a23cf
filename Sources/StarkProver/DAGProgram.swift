import AIR
import Algebra
import CKernels

/// What a program does with a node once its value is there.
enum ProgramOutput {
  /// Starts accumulator 0 at weight `weight`.
  case start(weight: Int)
  /// Adds weight `weight` times the node to an accumulator.
  case accumulate(node: Int, accumulator: Int, weight: Int)
  /// Writes fraction `fraction`: the node over accumulator 0.
  case emit(node: Int, fraction: Int)
}

/// A constraint DAG compiled to straight-line code over slots, for the block kernels: only what the outputs need, in
/// the order in which they need it, with slots reused as soon as a value is dead. Public values are constants by
/// now, and whatever depends on nothing else is folded.
struct DAGProgram {
  private(set) var instructions: [ck_instruction] = []
  private(set) var constants: [UInt32] = []
  private(set) var slotCount = 0
  let accumulatorCount: Int

  /// Operands in the middle of compilation.
  private enum Value {
    case constant(BabyBear)
    /// A column of the trace, in this row or the next.
    case column(Int, next: Bool)
    case operation
  }

  init(
    dag: ConstraintDAG, columns: ColumnNumbering, publicValues: [BabyBear], outputs: [ProgramOutput],
    accumulatorCount: Int
  ) {
    self.accumulatorCount = accumulatorCount
    var compiler = Compiler(dag: dag, values: Self.classify(dag, columns, publicValues), columnCount: columns.count)
    compiler.countUses(outputs)
    for output in outputs { compiler.run(output) }
    instructions = compiler.instructions
    constants = compiler.constants
    slotCount = compiler.slotCount
  }

  /// Calls `body` with the program in the kernels' form. `weights` are what outputs refer to.
  func withProgram<R>(weights: [Ext4], _ body: (UnsafePointer<ck_program>) -> R) -> R {
    instructions.withUnsafeBufferPointer { instructions in
      constants.withUnsafeBufferPointer { constants in
        weights.withUnsafeBytes { weights in
          var program = ck_program(
            instructions: instructions.baseAddress, count: instructions.count, constants: constants.baseAddress,
            weights: weights.baseAddress?.assumingMemoryBound(to: UInt32.self), accumulators: accumulatorCount)
          return body(&program)
        }
      }
    }
  }

  private static func classify(_ dag: ConstraintDAG, _ columns: ColumnNumbering, _ publicValues: [BabyBear]) -> [Value]
  {
    var values: [Value] = []
    values.reserveCapacity(dag.nodes.count)
    func constant(_ index: Int) -> BabyBear? {
      if case .constant(let c) = values[index] { c } else { nil }
    }
    for node in dag.nodes {
      let value: Value =
        switch node {
        case .constant(let c): .constant(c)
        case .variable(.public, let index): .constant(publicValues[index])
        case .variable(.preprocessed(let offset), let index):
          .column(columns.preprocessed(index), next: offset == 1)
        case .variable(.main(let part, let offset), let index):
          .column(columns.main(part: part, index), next: offset == 1)
        case .isFirstRow: .column(ColumnNumbering.isFirstRow, next: false)
        case .isLastRow: .column(ColumnNumbering.isLastRow, next: false)
        case .isTransition: .column(ColumnNumbering.isTransition, next: false)
        case .add(let a, let b, _):
          if let x = constant(a), let y = constant(b) { .constant(x + y) } else { .operation }
        case .sub(let a, let b, _):
          if let x = constant(a), let y = constant(b) { .constant(x - y) } else { .operation }
        case .mul(let a, let b, _):
          if let x = constant(a), let y = constant(b) { .constant(x * y) } else { .operation }
        case .neg(let a, _):
          if let x = constant(a) { .constant(-x) } else { .operation }
        }
      values.append(value)
    }
    return values
  }

  /// The state of code generation.
  private struct Compiler {
    let dag: ConstraintDAG
    let values: [Value]
    var instructions: [ck_instruction] = []
    var constants: [UInt32] = []
    var slotCount = 0
    private var freeSlots: [UInt32] = []
    private var constantIndex: [UInt32: UInt32] = [:]
    /// Readers still to come and slot, by node.
    private var uses: [Int32]
    private var slots: [UInt32]
    /// Nodes that read each column, this row's and the next row's; -1 where none does.
    private var columnNodes: [(local: Int, next: Int)]

    init(dag: ConstraintDAG, values: [Value], columnCount: Int) {
      self.dag = dag
      self.values = values
      uses = [Int32](repeating: 0, count: dag.nodes.count)
      slots = [UInt32](repeating: CK_NONE, count: dag.nodes.count)
      columnNodes = [(local: Int, next: Int)](repeating: (-1, -1), count: columnCount)
    }

    private func operands(_ node: Int) -> (Int, Int?)? {
      guard case .operation = values[node] else { return nil }
      return switch dag.nodes[node] {
      case .add(let a, let b, _), .sub(let a, let b, _), .mul(let a, let b, _): (a, b)
      case .neg(let a, _): (a, nil)
      default: nil
      }
    }

    mutating func countUses(_ outputs: [ProgramOutput]) {
      var reached = [Bool](repeating: false, count: dag.nodes.count)
      for output in outputs {
        switch output {
        case .start: continue
        case .accumulate(let node, _, _), .emit(let node, _):
          uses[node] += 1
          reached[node] = true
        }
      }
      // Operands come before their users, so one sweep backwards sees every user first.
      for node in dag.nodes.indices.reversed() where reached[node] {
        if case .column(let column, let next) = values[node] {
          if next { columnNodes[column].next = node } else { columnNodes[column].local = node }
        }
        guard let (a, b) = operands(node) else { continue }
        for operand in [a, b].compactMap({ $0 }) {
          uses[operand] += 1
          reached[operand] = true
        }
      }
    }

    mutating func run(_ output: ProgramOutput) {
      switch output {
      case .start(let weight): emit(CK_START, out: 0, a: 0, b: UInt32(weight))
      case .accumulate(let node, let accumulator, let weight):
        compute(node)
        emit(CK_ACCUMULATE, out: UInt32(accumulator), a: slots[node], b: UInt32(weight))
        release(node)
      case .emit(let node, let fraction):
        compute(node)
        emit(CK_EMIT, out: UInt32(fraction), a: slots[node], b: 0)
        release(node)
      }
    }

    /// Emits what `root` needs and does not have, in post-order, without recursion: expressions may be deep.
    private mutating func compute(_ root: Int) {
      var stack = [root]
      while let node = stack.last {
        guard slots[node] == CK_NONE else {
          stack.removeLast()
          continue
        }
        if let (a, b) = operands(node) {
          let missing = [a, b].compactMap { $0 }.filter { slots[$0] == CK_NONE && !isConstant($0) }
          guard missing.isEmpty else {
            stack.append(contentsOf: missing.reversed())
            continue
          }
        }
        stack.removeLast()
        produce(node)
      }
    }

    private func isConstant(_ node: Int) -> Bool {
      if case .constant = values[node] { true } else { false }
    }

    private mutating func produce(_ node: Int) {
      switch values[node] {
      case .constant(let c):
        slots[node] = takeSlot()
        emit(CK_CONST, out: slots[node], a: 0, b: index(of: c))
      case .column(let column, let isNext):
        var readers = columnNodes[column]
        // A key from outside may hold the same variable twice: the second one is loaded by itself.
        if node != readers.local, node != readers.next { readers = isNext ? (-1, node) : (node, -1) }
        let local = takeSlot()
        var next = CK_NONE
        if readers.next >= 0 {
          next = takeSlot()
          slots[readers.next] = next
        }
        emit(CK_LOAD, out: local, a: UInt32(column), b: next)
        if readers.local >= 0 { slots[readers.local] = local } else { freeSlots.append(local) }
      case .operation:
        produceOperation(node)
      }
    }

    private mutating func produceOperation(_ node: Int) {
      func constant(_ operand: Int) -> BabyBear? {
        if case .constant(let c) = values[operand] { c } else { nil }
      }
      let code: (op: Int, a: Int, b: Int?, constant: BabyBear?)
      switch dag.nodes[node] {
      case .add(let a, let b, _):
        if let c = constant(a) {
          code = (CK_ADD_CONST, b, nil, c)
        } else if let c = constant(b) {
          code = (CK_ADD_CONST, a, nil, c)
        } else {
          code = (CK_ADD, a, b, nil)
        }
      case .sub(let a, let b, _):
        if let c = constant(a) {
          code = (CK_CONST_SUB, b, nil, c)
        } else if let c = constant(b) {
          code = (CK_ADD_CONST, a, nil, -c)
        } else {
          code = (CK_SUB, a, b, nil)
        }
      case .mul(let a, let b, _):
        if let c = constant(a) {
          code = (CK_MUL_CONST, b, nil, c)
        } else if let c = constant(b) {
          code = (CK_MUL_CONST, a, nil, c)
        } else {
          code = (CK_MUL, a, b, nil)
        }
      case .neg(let a, _): code = (CK_NEG, a, nil, nil)
      default: preconditionFailure("operations have operands")
      }
      let a = slots[code.a]
      let b = code.b.map { slots[$0] } ?? code.constant.map { index(of: $0) } ?? 0
      // Operands that die here give their slot to the result: kernels work element by element.
      for operand in [code.a, code.b].compactMap({ $0 }) { release(operand) }
      // A constant operand was counted as read, too, but has no slot of its own unless an output wanted it.
      if code.b == nil, code.constant != nil, let (x, y) = operands(node) {
        for operand in [x, y].compactMap({ $0 }) where operand != code.a { uses[operand] -= 1 }
      }
      slots[node] = takeSlot()
      emit(code.op, out: slots[node], a: a, b: b)
    }

    private mutating func release(_ node: Int) {
      uses[node] -= 1
      if uses[node] == 0, slots[node] != CK_NONE { freeSlots.append(slots[node]) }
    }

    private mutating func takeSlot() -> UInt32 {
      if let slot = freeSlots.popLast() { return slot }
      slotCount += 1
      return UInt32(slotCount - 1)
    }

    private mutating func index(of constant: BabyBear) -> UInt32 {
      if let index = constantIndex[constant.montgomery] { return index }
      let index = UInt32(constants.count)
      constants.append(constant.montgomery)
      constantIndex[constant.montgomery] = index
      return index
    }

    private mutating func emit(_ op: Int, out: UInt32, a: UInt32, b: UInt32) {
      instructions.append(ck_instruction(op: UInt32(op), out: out, a: a, b: b))
    }
  }
}

extension DAGProgram {
  /// The same program with every load of a column and its rotation as two loads: rotated column `c` is column
  /// `columnCount + c`.
  func withSeparateRotations(columnCount: Int) -> DAGProgram {
    var result = self
    result.instructions = instructions.flatMap { instruction in
      guard instruction.op == UInt32(CK_LOAD), instruction.b != CK_NONE else { return [instruction] }
      let local = ck_instruction(op: instruction.op, out: instruction.out, a: instruction.a, b: CK_NONE)
      let next = ck_instruction(
        op: instruction.op, out: instruction.b, a: instruction.a + UInt32(columnCount), b: CK_NONE)
      return [local, next]
    }
    return result
  }
}

/// Numbers for all columns of an AIR in one list: the three selectors, then preprocessed, cached mains, common main.
struct ColumnNumbering {
  static let isFirstRow = 0
  static let isLastRow = 1
  static let isTransition = 2
  static let selectorCount = 3

  private let mainStarts: [Int]
  let count: Int

  init(_ width: TraceWidth) {
    var next = Self.selectorCount + (width.preprocessed ?? 0)
    var starts: [Int] = []
    for part in width.cachedMains + [width.commonMain] {
      starts.append(next)
      next += part
    }
    mainStarts = starts
    count = next
  }

  func preprocessed(_ index: Int) -> Int { Self.selectorCount + index }
  func main(part: Int, _ index: Int) -> Int { mainStarts[part] + index }
}
