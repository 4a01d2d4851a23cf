/// What a run starts from: a program, where it starts, and what memory holds then (chapter 20, section 1.5).
public struct Executable: Sendable {
  public var program: Program
  /// Address of the first instruction.
  public var entry: UInt32
  /// What memory holds at the start, in order of address, without overlap; all else is 0.
  public var memory: [MemoryBlock]
  /// Functions by address, for profiles and messages. May be empty.
  public var functions: [FunctionSymbol]

  public init(program: Program, entry: UInt32, memory: [MemoryBlock] = [], functions: [FunctionSymbol] = []) {
    self.program = program
    self.entry = entry
    self.memory = memory
    self.functions = functions.sorted { ($0.address, $0.name) < ($1.address, $1.name) }
  }

  /// Reads and transpiles the bytes of an ELF file.
  public init(elf bytes: [UInt8]) throws(ExecutableError) {
    let file: ELFFile
    do { file = try ELFFile(bytes) } catch { throw .elf(error) }
    let code = file.segments.filter(\.isExecutable)
    let base = code.first?.address ?? 0
    var words: [UInt32] = []
    for segment in code { words += segment.bytes.littleEndianWords }
    do { program = try Transpiler.program(words: words, base: base) } catch { throw .transpile(error) }
    entry = file.entry
    memory = file.segments.filter { !$0.bytes.isEmpty }.map { MemoryBlock(address: $0.address, bytes: Array($0.bytes)) }
    functions = file.functions
  }
}

/// Why an ELF file gives no executable.
public enum ExecutableError: Error, Hashable, Sendable, CustomStringConvertible {
  case elf(ELFError)
  case transpile(TranspileError)

  public var description: String {
    switch self {
    case .elf(let error): error.description
    case .transpile(let error): error.description
    }
  }
}

/// Bytes of guest memory.
public struct MemoryBlock: Hashable, Sendable {
  /// Of the first byte; a multiple of 4.
  public var address: UInt32
  public var bytes: [UInt8]

  public init(address: UInt32, bytes: [UInt8]) {
    self.address = address
    self.bytes = bytes
  }
}

/// A named piece of code.
public struct FunctionSymbol: Hashable, Sendable {
  public var name: String
  public var address: UInt32
  /// In bytes; 0 where the file does not say.
  public var size: UInt32

  public init(name: String, address: UInt32, size: UInt32) {
    self.name = name
    self.address = address
    self.size = size
  }
}

extension Executable {
  /// The function around an address: the last that starts at or before it.
  public func function(at address: UInt32) -> FunctionSymbol? {
    var low = 0
    var high = functions.count
    while low < high {
      let middle = (low + high) / 2
      if functions[middle].address <= address { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else { return nil }
    let function = functions[low - 1]
    return function.size == 0 || address - function.address < function.size ? function : nil
  }

  /// An address as `name+0x10`, where there are symbols.
  public func symbol(at address: UInt32) -> String? {
    function(at: address).map { $0.address == address ? $0.name : "\($0.name)+\(hex(address - $0.address))" }
  }
}

extension ArraySlice<UInt8> {
  /// The bytes as words; zeros fill the last one.
  var littleEndianWords: [UInt32] {
    stride(from: startIndex, to: endIndex, by: 4).map { start in
      (start..<Swift.min(start + 4, endIndex)).reversed().reduce(0) { $0 << 8 | UInt32(self[$1]) }
    }
  }
}
