import Testing

@testable import PluginHost

/// The grammar of arguments and returned values.
struct ForeignFunctionTests {
  @Test(
    arguments: [
      ("in.ptr", .inputPointer), ("in.len", .inputLength(.usize)), ("in.len:u32", .inputLength(.u32)),
      ("out.ptr", .outputPointer), ("out.cap", .outputCapacity(.usize)), ("out.cap:i32", .outputCapacity(.i32)),
      ("out.len", .outputLength(.usize)), ("out.len:u64", .outputLength(.u64)), ("null", .null),
      ("const:u8:255", .constant(.u8, bits: 255)), ("const:i8:-128", .constant(.i8, bits: 0xffff_ffff_ffff_ff80)),
      ("const:u64:0xffffffffffffffff", .constant(.u64, bits: .max)),
      ("const:i64:-9223372036854775808", .constant(.i64, bits: 1 << 63)), ("const:usize:0", .constant(.usize, bits: 0)),
      ("scratch:1", .scratch(bytes: 1)), ("scratch:0x40000000", .scratch(bytes: 1 << 30)),
      ("callback:progress", .callback(.init(.progress))), ("callback:cancel", .callback(.init(.cancel))),
      (
        "callback:progress:i32(u64, u64,ptr)",
        .callback(.init(.progress, result: .i32, parameters: [.u64, .u64, .ptr]))
      ),
      ("callback:progress:void(ptr,u32,u32)", .callback(.init(.progress, result: nil, parameters: [.ptr, .u32, .u32]))),
      ("callback:cancel:i32(ptr)", .callback(.init(.cancel, result: .i32, parameters: [.ptr]))),
      ("callback:cancel:u8()", .callback(.init(.cancel, result: .u8, parameters: []))),
    ] as [(String, ForeignFunction.Argument)])
  func argumentIsRead(text: String, argument: ForeignFunction.Argument) {
    #expect(ForeignFunction.argument(text) == argument)
  }

  @Test(arguments: [
    "", ":", "in", "in.ptr:u8", "in.len:", "in.len:ptr", "in.len:f64", "in.len:u32:1", "out.ptr:ptr", "null:0",
    "const", "const:u8", "const:u8:256", "const:u8:-1", "const:i8:128", "const:i8:-129", "const:ptr:0", "const:u8:",
    "const:u8:+1", "const:u8:0x", "const:u8:-", "const:u8:--1", "const:u8:0x-1", "const:u8:1 ", "const:f32:1",
    "const:u64:18446744073709551616", "const:u64:1:2", "scratch", "scratch:0", "scratch:-1", "scratch:1073741825",
    "callback", "callback:", "callback:other", "callback:progress:", "callback:progress:void",
    "callback:progress:void(", "callback:progress:void()", "callback:progress:void(u64)",
    "callback:progress:void(ptr,u64)", "callback:cancel:void()", "callback:cancel:ptr()", "callback:cancel:i32(x)",
    "callback:cancel:i32(u8,)", "callback:cancel:i32(u8,u8,u8,u8,u8,u8,u8)", "callback:cancel:i32()(", "varargs",
    "In.ptr", " in.ptr",
  ])
  func otherArgumentIsRefused(text: String) {
    #expect(ForeignFunction.argument(text) == nil)
  }

  @Test(
    arguments: [
      ("void", .void), ("ptr:nonnull", .nonNullPointer), ("i32:==0", .status(0)), ("i32:==1", .status(1)),
      ("value:u8", .value(.u8)), ("value:i64", .value(.i64)), ("value:ptr", .value(.ptr)),
    ] as [(String, ForeignFunction.ReturnRule)])
  func ruleIsRead(text: String, rule: ForeignFunction.ReturnRule) {
    #expect(ForeignFunction.returnRule(text) == rule)
  }

  @Test(arguments: ["", "Void", "ptr", "ptr:null", "i32:==2", "i32:0", "u32:==0", "value", "value:", "value:f64"])
  func otherRuleIsRefused(text: String) {
    #expect(ForeignFunction.returnRule(text) == nil)
  }

  private static func conflicts(_ arguments: String, _ returns: String, _ output: String) -> [ManifestError] {
    let list = arguments.split(separator: " ").map { "\"\($0)\"" }.joined(separator: ", ")
    return ManifestText.errors(
      ManifestText.entry(0) + "[deferral.function]\nrole = \"eval\"\nlibrary = \"l\"\nsymbol = \"f\"\nargs = [\(list)]\n"
        + "returns = \"\(returns)\"\noutput = \(output)")
  }

  @Test(arguments: [
    ("in.ptr in.len out.ptr", "ptr:nonnull", "{ fixed = 32 }"),
    ("out.ptr out.len:u64 in.ptr in.len:u64", "i32:==0", "{ length = \"out.len\", max = 4096 }"),
    ("in.ptr out.ptr in.len:i32 out.cap:i32", "value:i32", "{ length = \"value\", max = 4096 }"),
    ("const:u64:0 in.ptr in.len:u32", "value:u32", "{ fixed = 8 }"),
    ("in.ptr out.ptr", "void", "{ fixed = 8 }"),
  ])
  func usualFunctionsAreAccepted(arguments: String, returns: String, output: String) {
    #expect(Self.conflicts(arguments, returns, output).isEmpty)
  }

  @Test(arguments: [
    ("in.ptr in.ptr out.ptr", "void", "{ fixed = 8 }", "args"),
    ("in.ptr in.len in.len out.ptr", "void", "{ fixed = 8 }", "args"),
    ("in.ptr out.ptr out.cap out.cap", "void", "{ fixed = 8 }", "args"),
    ("in.ptr out.ptr out.len out.len", "void", "{ fixed = 8 }", "args"),
    ("in.ptr", "value:u32", "{ fixed = 16 }", "output"),
    ("in.ptr", "value:ptr", "{ fixed = 8 }", "args"),
    ("in.ptr out.len", "value:u32", "{ fixed = 8 }", "args"),
    ("in.ptr out.ptr", "value:ptr", "{ length = \"value\", max = 8 }", "output"),
  ])
  func whatDoesNotGoTogetherIsRefused(arguments: String, returns: String, output: String, key: String) {
    let errors = Self.conflicts(arguments, returns, output)
    #expect(errors.map(\.kind) == [.conflict])
    #expect(errors.map(\.key) == ["deferral[0].function.\(key)"])
  }
}
