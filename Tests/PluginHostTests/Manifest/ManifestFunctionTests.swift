import Testing

@testable import PluginHost

/// `[deferral.function]`: which functions a manifest may describe.
struct ManifestFunctionTests {
  private static func errors(_ arguments: String, _ returns: String, _ output: String) -> [ManifestError] {
    ManifestText.errors(text(arguments, returns, output))
  }

  private static func text(_ arguments: String, _ returns: String, _ output: String) -> String {
    let list = arguments.split(separator: " ").map { "\"\($0)\"" }.joined(separator: ", ")
    let text =
      ManifestText.entry(0)
      + "[deferral.function]\nrole = \"eval\"\nlibrary = \"l\"\nsymbol = \"f\"\nargs = [\(list)]\n"
      + "returns = \"\(returns)\"\n"
    return output.isEmpty ? text : text + "output = \(output)\n"
  }

  @Test(
    arguments: [
      ("in.ptr in.len out.ptr", "ptr:nonnull", "{ fixed = 32 }", .fixed(32)),
      ("in.ptr in.len out.ptr", "void", "{ fixed = 20 }", .fixed(20)),
      ("out.ptr out.len:u64 in.ptr in.len:u64", "i32:==0", "{ length = \"out.len\", max = 4096 }", .upTo(4096)),
      ("out.ptr out.len out.cap in.ptr", "i32:==1", "{ max = 100 }", .upTo(100)),
      ("const:u64:0 in.ptr in.len:u32", "value:u32", "", .fixed(8)),
      ("const:u64:0 in.ptr in.len:u32", "value:u32", "{ fixed = 8 }", .fixed(8)),
      (
        "in.ptr null scratch:64 out.ptr callback:progress callback:cancel(ptr)->i32 const:i32:-1", "void",
        "{ fixed = 8 }", .fixed(8)
      ),
    ] as [(String, String, String, ForeignFunction.Output)])
  func usualFunctionIsRead(arguments: String, returns: String, output: String, read: ForeignFunction.Output) throws {
    let manifest = try Manifest(bytes: Array(Self.text(arguments, returns, output).utf8), path: "outrigger.toml")
    let function = try #require(manifest.deferrals.first?.function)
    #expect(function.arguments == arguments.split(separator: " ").map { ForeignFunction.Argument(String($0)) })
    #expect(function.result == ForeignFunction.Result(text: returns))
    #expect(function.output == read)
  }

  @Test(arguments: [
    ("in.len out.ptr", "void", "{ fixed = 8 }", "args"), ("in.ptr out.ptr out.ptr", "void", "{ fixed = 8 }", "args"),
    ("in.ptr", "void", "{ fixed = 8 }", "args"), ("in.ptr out.ptr out.len", "void", "{ fixed = 8 }", "args"),
    ("in.ptr out.ptr", "void", "{ max = 8 }", "args"), ("in.ptr out.ptr", "value:u32", "{ fixed = 8 }", "args"),
    ("in.ptr out.len", "value:u32", "{ fixed = 8 }", "args"), ("in.ptr", "value:u32", "{ fixed = 16 }", "output"),
    ("in.ptr", "value:u32", "{ max = 8 }", "output"),
    ("in.ptr out.ptr", "void", "{ fixed = 8, length = \"out.len\" }", "output"),
  ])
  func whatDoesNotGoTogetherIsRefused(arguments: String, returns: String, output: String, key: String) {
    let errors = Self.errors(arguments, returns, output)
    #expect(errors.map(\.kind) == [.conflict])
    #expect(errors.map(\.key) == ["deferral[0].function.\(key)"])
    #expect(errors.map(\.line) == [key == "args" ? 9 : 11])
  }

  @Test(arguments: ["f", "_f1", "SHA256", "a_b"])
  func nameOfCIsASymbol(name: String) {
    #expect(ForeignFunction.symbol(name) == name)
  }

  @Test(arguments: ["", "1f", "a-b", "a b", "a.b", "é", "f()"])
  func otherNameIsNone(name: String) {
    #expect(ForeignFunction.symbol(name) == nil)
  }

  @Test func pathOfALibraryIsResolved() throws {
    let text = Self.text("in.ptr out.ptr", "void", "{ fixed = 8 }")
    func library(_ name: String) throws -> String? {
      let changed = text.replacing("\"l\"", with: "\"\(name)\"")
      let manifest = try Manifest(bytes: Array(changed.utf8), path: "a/outrigger.toml")
      return manifest.function(of: manifest.deferrals[0])?.library
    }
    #expect(try library("libm.so.6") == "libm.so.6")
    #expect(try library("./libm.so") == "a/./libm.so")
    #expect(try library("/lib/libm.so") == "/lib/libm.so")
  }
}
