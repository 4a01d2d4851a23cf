import Foundation
import Testing

@testable import PluginHost

#if canImport(Glibc)
  import Glibc
#endif

/// C functions of other libraries, called in a worker.
struct ForeignFunctionTests {
  static func hasLibrary(_ name: String) -> Bool {
    guard let handle = dlopen(name, RTLD_NOW | RTLD_LOCAL) else { return false }
    dlclose(handle)
    return true
  }

  /// A session with these functions, and no plugin.
  private func session(_ functions: ForeignFunction..., memory: Int = 64 << 20) throws -> WorkerSession {
    try WorkerSession(library: nil, foreign: functions, options: TestSession.options(memory: memory))
  }

  static let sha256Arguments = ["in.ptr", "in.len:usize", "out.ptr"]

  @Test(.enabled(if: hasLibrary("libcrypto.so.3"), "libcrypto.so.3 is not installed"))
  func sha256IsAnOrdinaryFunction() throws {
    let function = try ForeignFunction(
      role: .oracle, library: "libcrypto.so.3", symbol: "SHA256", arguments: Self.sha256Arguments,
      returns: "ptr:nonnull", output: .fixed(32), maxInputBytes: 1 << 20)
    let session = try session(function)
    for count in [0, 1, 3, 8, 55, 64, 4096, 4097, 1 << 20] {
      let input = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 13) }
      #expect(try session.callForeign(0, input: input) == SHA256Reference.hash(input))
    }
    let error = try failure { () throws(PluginError) in
      try session.callForeign(0, input: [UInt8](repeating: 0, count: (1 << 20) + 1))
    }
    #expect(error.reason == .status(code: 5, name: "LIMIT", words: nil))
    #expect(error.call == .foreign)
    #expect(error.circuit == "SHA256")
  }

  @Test(.enabled(if: hasLibrary("libcrypto.so.3"), "libcrypto.so.3 is not installed"))
  func functionsStandBesideAPlugin() throws {
    let functions = [
      try ForeignFunction(
        role: .eval, library: "libcrypto.so.3", symbol: "SHA1", arguments: ["in.ptr", "in.len", "out.ptr"],
        returns: "ptr:nonnull", output: .fixed(20), maxInputBytes: 100),
      try ForeignFunction(
        role: .oracle, library: "libc.so.6", symbol: "strtoul", arguments: ["in.ptr", "null", "const:i32:10"],
        returns: "value:u64", output: .fixed(8), maxInputBytes: 100),
    ]
    let session = try WorkerSession(
      library: TestSession.library(), foreign: functions, options: TestSession.options())
    let instance = try session.create(circuit: 0, index: 0, parameters: [])
    #expect(try session.eval(instance, input: [1]).first == 2)
    let digest = try session.callForeign(0, input: Array("abc".utf8))
    #expect(hexadecimal(digest) == "a9993e364706816aba3e25717850c26c9cd0d89d" + "00000000")
    #expect(try session.callForeign(1, input: Array("12345\0".utf8)) == [0x39, 0x30, 0, 0, 0, 0, 0, 0])
    #expect(try session.eval(instance, input: [2]).first == 4)
    // Without its end the text leads into the guard page.
    let error = try failure { () throws(PluginError) in try session.callForeign(1, input: Array("12345".utf8)) }
    guard case .crashed(signal: Int(SIGSEGV), _) = error.reason else {
      Issue.record("\(error)")
      return
    }
  }

  @Test(.enabled(if: hasLibrary("libz.so.1"), "libz.so.1 is not installed"))
  func checksumsAreValues() throws {
    let function = try ForeignFunction(
      role: .oracle, library: "libz.so.1", symbol: "crc32", arguments: ["const:u64:0", "in.ptr", "in.len:u32"],
      returns: "value:u64", output: .fixed(8), maxInputBytes: 1000)
    let session = try session(function)
    #expect(
      try session.callForeign(0, input: Array("123456789".utf8)) == [0x26, 0x39, 0xf4, 0xcb, 0, 0, 0, 0])
  }

  @Test(.enabled(if: hasLibrary("libz.so.1"), "libz.so.1 is not installed"))
  func lengthsComeFromTheFunction() throws {
    let compress = try ForeignFunction(
      role: .eval, library: "libz.so.1", symbol: "compress", arguments: ["out.ptr", "out.len:u64", "in.ptr", "in.len"],
      returns: "i32:==0", output: .upTo(1000), maxInputBytes: 10_000)
    let expand = try ForeignFunction(
      role: .eval, library: "libz.so.1", symbol: "uncompress",
      arguments: ["out.ptr", "out.len:u64", "in.ptr", "in.len"], returns: "i32:==0", output: .upTo(10_000),
      maxInputBytes: 1000)
    let session = try session(compress, expand)
    let input = [UInt8](repeating: 7, count: 8000)
    let small = try session.callForeign(0, input: input)
    #expect(small.count < 100 && small.count % 8 == 0)
    #expect(try session.callForeign(1, input: small) == input)
    let error = try failure { () throws(PluginError) in try session.callForeign(1, input: [1, 2, 3]) }
    #expect(error.reason == .badInput(words: "the function returned -3, not 0"))
    #expect(error.isGuestsFault)
  }

  /// Functions of a library of our own, in a file, since libraries are named.
  private func ownLibrary<Result>(_ source: String, _ body: (String) throws -> Result) throws -> Result {
    // Where workers may read.
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("libown.so").path
    try Data(TestCompiler.library(source, named: "own.c")).write(to: URL(fileURLWithPath: path))
    return try body(path)
  }

  static let own = #"""
    #include <stdint.h>
    #include <string.h>
    #define OPEN __attribute__((visibility("default")))
    // Every kind of argument, checked by the function itself.
    OPEN int all(const uint8_t *in, uint16_t length, uint8_t *out, uint32_t capacity, uint32_t *used, int8_t minus,
                 uint64_t large, void *none, uint8_t *scratch) {
      if (length != 8 || capacity != 24 || *used != 24 || minus != -5 || large != 0xfedcba9876543210u || none) return 2;
      for (int i = 0; i < 5000; i++) if (scratch[i]) return 3;
      memset(scratch, 1, 5000);
      memcpy(out, in, 8);
      out[8] = 99;
      *used = 9;
      return 1;
    }
    OPEN void writes_too_much(const uint8_t *in, uint8_t *out) { memset(out, 1, 17); }
    OPEN void reads_too_much(const uint8_t *in, uint64_t length, uint8_t *out) { out[0] = in[length]; }
    OPEN void lies(uint8_t *out, uint64_t *length) { *length = 1000; }
    OPEN int32_t narrow(const int8_t *in) { return in[0]; }
    OPEN int16_t narrower(const int8_t *in) { return in[0]; }
    // Callbacks without a user pointer.
    OPEN int works(uint8_t *out, const uint8_t *in, void (*progress)(uint32_t, uint32_t), int (*stop)(void *, int)) {
      if (in[0] == 0) { progress(1, 2); out[0] = 7; return 0; }
      for (uint32_t i = 0;; i++) {
        progress(i % 5 + 11, 13);
        if (stop((void *)0, 1)) return -1;
      }
    }
    """#

  private func options(_ path: String) throws -> PluginSessionOptions {
    var options = try TestSession.options()
    options.libraryFolders.append(URL(fileURLWithPath: path).deletingLastPathComponent().path)
    return options
  }

  @Test func everyRoleReachesTheFunction() throws {
    try ownLibrary(Self.own) { path in
      let function = try ForeignFunction(
        role: .eval, library: path, symbol: "all",
        arguments: [
          "in.ptr", "in.len:u16", "out.ptr", "out.cap:u32", "out.len:u32", "const:i8:-5",
          "const:u64:0xfedcba9876543210", "null", "scratch:5000",
        ], returns: "i32:==1", output: .upTo(24), maxInputBytes: 100)
      let session = try WorkerSession(library: nil, foreign: [function], options: options(path))
      for _ in 0..<3 {
        #expect(
          try session.callForeign(0, input: [1, 2, 3, 4, 5, 6, 7, 8])
            == [1, 2, 3, 4, 5, 6, 7, 8, 99, 0, 0, 0, 0, 0, 0, 0])
      }
      let error = try failure { () throws(PluginError) in try session.callForeign(0, input: [1]) }
      #expect(error.reason == .badInput(words: "the function returned 2, not 1"))
    }
  }

  @Test func buffersEndAtForbiddenPages() throws {
    try ownLibrary(Self.own) { path in
      for (symbol, arguments) in [
        ("writes_too_much", ["in.ptr", "out.ptr"]), ("reads_too_much", ["in.ptr", "in.len:u64", "out.ptr"]),
      ] {
        let function = try ForeignFunction(
          role: .eval, library: path, symbol: symbol, arguments: arguments, returns: "void",
          output: .fixed(symbol == "writes_too_much" ? 16 : 8), maxInputBytes: 100)
        // The call that warms the function up crashes already.
        let options = try options(path)
        let error = try failure { () throws(PluginError) in
          try WorkerSession(library: nil, foreign: [function], options: options)
        }
        guard case .crashed(signal: Int(SIGSEGV), _) = error.reason else {
          Issue.record("\(error)")
          continue
        }
      }
    }
  }

  @Test func lengthsAreNotBelieved() throws {
    try ownLibrary(Self.own) { path in
      let function = try ForeignFunction(
        role: .eval, library: path, symbol: "lies", arguments: ["out.ptr", "out.len"], returns: "void",
        output: .upTo(16), maxInputBytes: 100)
      let session = try WorkerSession(library: nil, foreign: [function], options: options(path))
      let error = try failure { () throws(PluginError) in try session.callForeign(0, input: []) }
      #expect(
        error.reason
          == .status(code: 7, name: "INTERNAL", words: "the function left a length that is greater than its buffer"))
    }
  }

  @Test func narrowValuesKeepTheirBytes() throws {
    try ownLibrary(Self.own) { path in
      let functions = try [("narrow", "value:i32"), ("narrower", "value:i16"), ("narrower", "value:u8")].map {
        try ForeignFunction(
          role: .eval, library: path, symbol: $0.0, arguments: ["in.ptr"], returns: $0.1, output: .fixed(8),
          maxInputBytes: 100)
      }
      let session = try WorkerSession(library: nil, foreign: functions, options: options(path))
      #expect(try session.callForeign(0, input: [0xfe]) == [0xfe, 0xff, 0xff, 0xff, 0, 0, 0, 0])
      #expect(try session.callForeign(1, input: [0xfe]) == [0xfe, 0xff, 0, 0, 0, 0, 0, 0])
      #expect(try session.callForeign(2, input: [0x12]) == [0x12, 0, 0, 0, 0, 0, 0, 0])
    }
  }

  @Test func callbacksCarryTheCall() throws {
    try ownLibrary(Self.own) { path in
      let function = try ForeignFunction(
        role: .eval, library: path, symbol: "works",
        arguments: ["out.ptr", "in.ptr", "callback:progress(u32,u32)", "callback:cancel(ptr,i32)->i32"],
        returns: "i32:==0", output: .fixed(8), maxInputBytes: 100)
      let session = try WorkerSession(library: nil, foreign: [function], options: options(path))
      #expect(try session.callForeign(0, input: [0]) == [7, 0, 0, 0, 0, 0, 0, 0])
      #expect(session.progress == (1, 2))
      let canceller = Thread {
        while session.progress.total != 13 { usleep(1000) }
        #expect((11...15).contains(session.progress.done))
        session.cancel()
      }
      canceller.start()
      let error = try failure { () throws(PluginError) in try session.callForeign(0, input: [1]) }
      #expect(error.reason == .cancelled)
    }
  }

  @Test func missingLibrariesAndSymbolsAreNamed() throws {
    func reason(_ library: String, _ symbol: String) throws -> PluginError.Reason {
      let function = try ForeignFunction(
        role: .eval, library: library, symbol: symbol, arguments: ["out.ptr"], returns: "void", output: .fixed(8),
        maxInputBytes: 0)
      return try failure { () throws(PluginError) in
        _ = try WorkerSession(
          library: nil, foreign: [function],
          options: PluginSessionOptions(
            memoryLimit: 1 << 22, workerPath: TestCompiler.worker))
      }.reason
    }
    guard case .foreignLibraryMissing(0, let words) = try reason("libnowhere.so.7", "f"),
      case .foreignSymbolMissing(0, _) = try reason("libc.so.6", "no_such_function")
    else {
      Issue.record("found")
      return
    }
    #expect(words.contains("libnowhere.so.7"))
  }

  @Test(arguments: [
    (["in.ptr:u8"], "void"), (["in.len:f64"], "void"), (["const:u8:256"], "void"), (["const:i8:-129"], "void"),
    (["const:u8:-1"], "void"), (["const:u8"], "void"), (["scratch:0"], "void"), (["scratch"], "void"),
    (["..."], "void"),
    (["callback:sort"], "void"), (["callback:cancel()->void"], "void"), (["callback:progress(f32)"], "void"),
    (["callback:progress(u8"], "void"), (["out.ptr"], "i32:==2"), (["out.ptr"], "value:f64"),
    (["out.ptr"], "value:u8"),
    (["out.ptr", "out.ptr"], "void"), (["in.ptr"], "void"), (["out.ptr", "out.len"], "void"),
    (Array(repeating: "null", count: 17) + ["out.ptr"], "void"), ([""], "void"), (["const:u64:0x+5"], "void"),
  ])
  func badSignaturesAreRefused(arguments: [String], returns: String) {
    #expect(throws: ForeignSignatureError.self) {
      try ForeignFunction(
        role: .eval, library: "libc.so.6", symbol: "f", arguments: arguments, returns: returns, output: .fixed(8),
        maxInputBytes: 8)
    }
  }

  @Test func constantsAreBits() {
    #expect(ForeignFunction.NumberType.i8.bits(of: "-1") == 0xff)
    #expect(ForeignFunction.NumberType.i64.bits(of: "-9223372036854775808") == 1 << 63)
    #expect(ForeignFunction.NumberType.i64.bits(of: "9223372036854775808") == nil)
    #expect(ForeignFunction.NumberType.u64.bits(of: "18446744073709551615") == .max)
    #expect(ForeignFunction.NumberType.u8.bits(of: "0xff") == 255)
  }
}
