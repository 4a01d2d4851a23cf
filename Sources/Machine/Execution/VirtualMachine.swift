import CMachine
import Hashing

/// A guest at some point of its run: registers, memory, public values, pc, and what the host has ready for it.
///
/// It can be run in four ways that agree in all that the guest can see: `run` and `advance` are the fastest,
/// `plan` cuts the run into segments and counts what they will cost, `preflight` records a segment for the circuits,
/// `profile` counts instructions by function. All go on from where the machine stands.
///
/// Any program, memory image and input can be given to it: what a guest does wrong is an `ExecutionError`, after
/// which the machine stands still. Not for use by two threads at a time.
public final class VirtualMachine {
  public let executable: Executable
  public var program: Program { executable.program }
  /// Instructions executed so far; a TERMINATE counts.
  public internal(set) var instructionCount: UInt64 = 0
  /// The exit code, once the run has ended.
  public internal(set) var exitCode: UInt32?
  /// Receives what the guest prints, while it is run in any way. `plan` prints too; a machine that runs what has
  /// been planned should have none.
  public var onPrint: (([UInt8]) -> Void)?

  let state: UnsafeMutablePointer<cm_machine>
  var streams: HintStreams
  var deferrals: DeferralState
  /// Of the segment that is being recorded.
  var deferralRecords = DeferralRecords()
  private let slots: UnsafeMutableBufferPointer<cm_slot>
  private let wide: UnsafeMutableBufferPointer<cm_wide>
  private let memory: ZeroPages
  private let dirty: UnsafeMutableBufferPointer<UInt8>
  private let publicValues: UnsafeMutableBufferPointer<UInt8>
  private let publicValueTimes: UnsafeMutableBufferPointer<UInt32>
  private let deferralTimes: UnsafeMutableBufferPointer<UInt32>
  private var memoryTimes: ZeroPages?
  private var mode: Mode?
  private var failure: ExecutionError?

  static let pageBytes = 4096

  enum Mode {
    case pure, metered, preflight, profile

    var number: Int32 {
      switch self {
      case .pure: Int32(CM_PURE)
      case .metered: Int32(CM_METERED)
      case .preflight: Int32(CM_PREFLIGHT)
      case .profile: Int32(CM_PROFILE)
      }
    }
  }

  /// A machine before the first instruction. `deferrals` are the deferral circuits by index; a program that has an
  /// instruction for another is rejected. `publicValueBytes` is 8 times a power of two.
  public init(
    executable: Executable, inputs: [[UInt8]] = [], deferrals: [DeferralBinding] = [], publicValueBytes: Int = 32
  ) throws(ExecutionError) {
    func impossible(_ reason: String) -> ExecutionError {
      ExecutionError(.configuration(reason), pc: executable.entry)
    }
    guard deferrals.count <= MachineLimits.maxDeferralCircuits else {
      throw impossible(
        "expected at most \(MachineLimits.maxDeferralCircuits) deferral circuits, found \(deferrals.count)")
    }
    try Self.checkIndices(executable, count: deferrals.count)
    guard publicValueBytes >= 8, publicValueBytes <= MachineLimits.maxPublicValueBytes,
      publicValueBytes & (publicValueBytes - 1) == 0
    else {
      throw impossible(
        "expected a power of two from 8 to \(MachineLimits.maxPublicValueBytes) as the number of bytes of public "
          + "values, found \(publicValueBytes)")
    }
    let slotCount = executable.program.slots.count
    guard slotCount <= MachineLimits.maxProgramSlots else {
      throw impossible("expected at most \(MachineLimits.maxProgramSlots) instructions, found \(slotCount)")
    }
    guard let entry = executable.program.slot(at: executable.entry) else {
      throw impossible("expected an entry point in the program, found \(hex(executable.entry))")
    }
    let memoryBytes = 1 << MachineLimits.pointerBits
    for block in executable.memory {
      guard block.address % 4 == 0, Int(block.address) + block.bytes.count <= memoryBytes else {
        throw impossible(
          "expected memory blocks at multiples of 4 below \(hex(memoryBytes)), found \(block.bytes.count) bytes at "
            + hex(block.address))
      }
    }
    if let input = inputs.first(where: { $0.count > UInt32.max }) {
      throw impossible("expected inputs below 2^32 bytes, found one of \(input.count)")
    }
    guard let memory = ZeroPages(byteCount: memoryBytes) else {
      throw impossible("expected \(memoryBytes) bytes of addresses for the guest's memory, found fewer")
    }

    self.executable = executable
    self.memory = memory
    streams = HintStreams(inputs: inputs)
    self.deferrals = DeferralState(bindings: deferrals)
    let decoded = DecodedProgram(executable.program)
    slots = .allocate(capacity: decoded.slots.count)
    _ = slots.initialize(fromContentsOf: decoded.slots)
    wide = .allocate(capacity: decoded.wide.count)
    _ = wide.initialize(fromContentsOf: decoded.wide)
    dirty = .allocate(capacity: memoryBytes / Self.pageBytes)
    dirty.initialize(repeating: 0)
    publicValues = .allocate(capacity: publicValueBytes)
    publicValues.initialize(repeating: 0)
    publicValueTimes = .allocate(capacity: publicValueBytes / 4)
    publicValueTimes.initialize(repeating: 0)
    deferralTimes = .allocate(capacity: 4 * deferrals.count)
    deferralTimes.initialize(repeating: 0)

    state = .allocate(capacity: 1)
    state.initialize(to: cm_machine())
    state.pointee.slots = slots.baseAddress
    state.pointee.slot_count = UInt64(slotCount)
    state.pointee.base = executable.program.base
    let first = UInt(bitPattern: slots.baseAddress)
    state.pointee.pc_bias = executable.program.base &- UInt32(truncatingIfNeeded: first >> 2)
    state.pointee.wide = UnsafePointer(wide.baseAddress)
    state.pointee.ip = slots.baseAddress.map { UnsafePointer($0 + entry) }
    state.pointee.memory = memory.base.assumingMemoryBound(to: UInt8.self)
    state.pointee.dirty = dirty.baseAddress
    state.pointee.public_values = publicValues.baseAddress
    state.pointee.public_value_bytes = UInt32(publicValueBytes)
    state.pointee.public_value_time = publicValueTimes.baseAddress
    state.pointee.deferral_time = deferralTimes.baseAddress
    useStream()
    for block in executable.memory { load(block) }
  }

  deinit {
    state.deallocate()
    slots.deallocate()
    wide.deallocate()
    dirty.deallocate()
    publicValues.deallocate()
    publicValueTimes.deallocate()
    deferralTimes.deallocate()
  }

  /// That every deferral instruction names a circuit that there is. The circuits do not look again: the program that
  /// they commit to is this one.
  private static func checkIndices(_ executable: Executable, count: Int) throws(ExecutionError) {
    let program = executable.program
    for (slot, instruction) in program.slots.enumerated() {
      guard let instruction else { continue }
      switch instruction.opcode {
      case .deferralCall, .deferralOutput, .deferralCommit:
        let index = instruction.c.canonical
        guard index >= count else { continue }
        let pc = program.base + 4 * UInt32(slot)
        throw ExecutionError(
          .configuration(
            count == 0
              ? "expected an application with deferral circuits, found none, and an instruction for index \(index)"
              : "expected a deferral index below \(count), the number of deferral circuits, found \(index)"),
          pc: pc, instruction: instruction, symbol: executable.symbol(at: pc))
      default: continue
      }
    }
  }

  private func load(_ block: MemoryBlock) {
    guard !block.bytes.isEmpty else { return }
    // SAFE: the initialiser has checked that the block lies within memory.
    block.bytes.withUnsafeBytes { bytes in
      if let source = bytes.baseAddress {
        (memory.base + Int(block.address)).copyMemory(from: source, byteCount: bytes.count)
      }
    }
    let first = Int(block.address) / Self.pageBytes
    let last = (Int(block.address) + block.bytes.count - 1) / Self.pageBytes
    for page in first...last { dirty[page] = 1 }
  }

  /// Points the instruction loop to the stream as it was just made.
  func useStream() {
    state.pointee.hint = UnsafePointer(streams.stream.bytes.baseAddress)
    state.pointee.hint_end = state.pointee.hint.map { $0 + streams.stream.bytes.count }
  }

  // MARK: State

  /// Address of the next instruction; that of the TERMINATE where the run has ended.
  public var pc: UInt32 {
    let distance = state.pointee.ip.map { $0 - UnsafePointer(state.pointee.slots) } ?? 0
    return program.base &+ 4 &* UInt32(truncatingIfNeeded: distance)
  }

  /// The register `x0` to `x31`, or 32 for the sink.
  public func register(_ number: Int) -> UInt32 {
    precondition((0...32).contains(number), "a register")
    return withUnsafeBytes(of: &state.pointee.x) { $0.load(fromByteOffset: 4 * number, as: UInt32.self) }
  }

  /// `count` bytes of memory. Nil where they are not all within it.
  public func bytes(at address: UInt32, count: Int) -> [UInt8]? {
    guard count >= 0, Int(address) + count <= 1 << MachineLimits.pointerBits else { return nil }
    return Array(UnsafeRawBufferPointer(start: memory.base + Int(address), count: count))
  }

  /// What the guest has revealed, zero where it has not.
  public var revealed: [UInt8] { Array(publicValues) }

  /// Bytes of the pages of memory that have been written, the initial image included.
  public var writtenBytes: Int { dirty.count { $0 != 0 } * Self.pageBytes }

  /// Calls `body` with address space, label and cells of each leaf of memory that is not zero, in order. Takes time in
  /// proportion to the pages that have been written.
  public func forEachNonZeroLeaf(_ body: (_ space: UInt32, _ label: UInt32, _ cells: [8 of UInt32]) -> Void) {
    func visit(_ space: UInt32, _ base: UnsafeRawPointer, _ leaves: Range<Int>) {
      for label in leaves {
        let bytes = base.loadUnaligned(fromByteOffset: 8 * label, as: UInt64.self)
        if bytes != 0 { body(space, UInt32(label), UInt64(littleEndian: bytes).cells) }
      }
    }
    for label in 0..<(Int(CM_REGISTER_COUNT) + 1) / 2 {
      let bytes = registerLeaf(label)
      if bytes != 0 { body(AddressSpace.registers, UInt32(label), bytes.cells) }
    }
    let leavesPerPage = Self.pageBytes / MachineLimits.leafCells
    for page in 0..<dirty.count where dirty[page] != 0 {
      visit(AddressSpace.memory, memory.base, page * leavesPerPage..<(page + 1) * leavesPerPage)
    }
    if let base = publicValues.baseAddress {
      visit(AddressSpace.publicValues, base, 0..<publicValues.count / MachineLimits.leafCells)
    }
    for label in 0..<2 * deferrals.bindings.count {
      let accumulator = accumulator(label)
      if accumulator != InnerConfiguration.emptyDigest {
        body(AddressSpace.deferral, UInt32(label), accumulator.canonicalCells)
      }
    }
  }

  /// The bytes of a leaf of registers; those after the sink are 0.
  func registerLeaf(_ label: Int) -> UInt64 {
    let high = 2 * label + 1 < Int(CM_REGISTER_COUNT) ? register(2 * label + 1) : 0
    return UInt64(register(2 * label)) | UInt64(high) << 32
  }

  /// The deferral accumulator in a leaf: that of inputs of circuit `i` at `2 i`, that of outputs after it.
  func accumulator(_ label: Int) -> InnerDigest {
    let accumulators = deferrals.accumulators[label / 2]
    return label % 2 == 0 ? accumulators.input : accumulators.output
  }

  // MARK: The instruction loop

  enum Stop {
    case limit
    case terminated
    /// There is no room for what is written down of an instruction that accesses so many words.
    case needsRoom(words: Int)
  }

  /// Runs up to `limit` instructions, with the host's part of phantoms.
  func drive(_ mode: Mode, limit: UInt64) throws(ExecutionError) -> Stop {
    if let failure { throw failure }
    guard exitCode == nil else { throw error(.alreadyTerminated) }
    if self.mode != mode {
      cm_bind(state, mode.number)
      self.mode = mode
    }
    state.pointee.remaining = limit
    while true {
      let before = state.pointee.remaining
      cm_run(state)
      instructionCount += before - state.pointee.remaining
      switch Int(state.pointee.status) {
      case Int(CM_LIMIT): return .limit
      case Int(CM_TERMINATED):
        exitCode = UInt32(truncatingIfNeeded: state.pointee.fault)
        return .terminated
      case Int(CM_GROW): return .needsRoom(words: Int(state.pointee.fault))
      case Int(CM_HOST):
        do {
          if state.pointee.ip?.pointee.op == UInt8(CM_OP_phantom) {
            try performPhantom()
          } else if let words = try performDeferral(mode) {
            return .needsRoom(words: words)
          }
        } catch {
          failure = error
          throw error
        }
        state.pointee.host_done = 1
      default:
        let error = loopError()
        failure = error
        throw error
      }
    }
  }

  /// Memory for the times of accesses, for the modes that keep them.
  func trackTimes() throws(ExecutionError) {
    if memoryTimes == nil {
      guard let times = ZeroPages(byteCount: 1 << MachineLimits.pointerBits) else {
        throw error(.configuration("expected room for the times of memory accesses, found none"))
      }
      memoryTimes = times
      state.pointee.memory_time = times.base.assumingMemoryBound(to: UInt32.self)
    }
  }

  func error(_ kind: ExecutionError.Kind) -> ExecutionError {
    ExecutionError(
      kind, pc: pc, instruction: program[pc], symbol: executable.symbol(at: pc), instructionCount: instructionCount)
  }
}

extension InnerDigest {
  /// The elements as cells of memory.
  var canonicalCells: [8 of UInt32] {
    [
      e0.canonical, e1.canonical, e2.canonical, e3.canonical, e4.canonical, e5.canonical, e6.canonical, e7.canonical,
    ]
  }
}
