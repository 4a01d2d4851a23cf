import Foundation
import Testing

@testable import PluginHost

/// The header compiles alone, in C and in C++, and its layout is the recorded one.
struct HeaderTests {
  static let include = "#include <outrigger_plugin.h>\nint main(void) { return 0; }\n"

  @Test func compilesAsC11() throws {
    let compiler = try TestCompiler.tool("cc", "clang")
    #expect(throws: Never.self) {
      try TestCompiler.product(
        of: Self.include, named: "alone.c", by: compiler,
        arguments: ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-I", TestCompiler.headerFolder])
    }
  }

  @Test func compilesAsCPlusPlus17() throws {
    let compiler = try TestCompiler.tool("c++", "g++", "clang++", "clang")
    #expect(throws: Never.self) {
      try TestCompiler.product(
        of: Self.include, named: "alone.cpp", by: compiler,
        arguments: ["-std=c++17", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-c", "-I", TestCompiler.headerFolder])
    }
  }

  /// Structs with their fields, in order.
  static let structs: [(name: String, fields: [String])] = [
    ("outrigger_text", ["data", "length"]), ("outrigger_bytes", ["data", "length"]),
    ("outrigger_buffer", ["data", "capacity", "length"]),
    ("outrigger_parameter", ["key", "kind", "reserved", "integer", "bytes"]),
    ("outrigger_view", ["air", "part", "data", "rows", "columns", "row_stride", "column_stride"]),
    (
      "outrigger_circuit",
      [
        "struct_size", "reserved", "id", "version", "max_input_bytes", "max_output_bytes", "air_count",
        "log_stacked_height", "flags", "max_log_batch",
      ]
    ),
    (
      "outrigger_host_v1",
      [
        "struct_size", "abi_major", "abi_minor", "name", "version", "log", "fail", "cancelled", "progress",
        "parallel_for", "scratch", "poseidon2_permute", "poseidon2_compress", "hash_slice", "input_hash",
        "output_hash", "batch_inverse", "get_extension",
      ]
    ),
    (
      "outrigger_plugin_v1",
      [
        "struct_size", "abi_major", "abi_minor", "name", "version", "circuit_count", "reserved", "describe", "create",
        "destroy", "eval", "commit_input", "air_bytes", "preprocessed_height", "preprocessed", "cached", "plan",
        "fill", "close", "known_answer", "reason", "get_extension",
      ]
    ),
  ]

  static let constants = [
    "OUTRIGGER_ABI_MAJOR", "OUTRIGGER_ABI_MINOR", "OUTRIGGER_MODULUS", "OUTRIGGER_OK", "OUTRIGGER_TOO_SMALL",
    "OUTRIGGER_BAD_ARGUMENT", "OUTRIGGER_BAD_INPUT", "OUTRIGGER_UNSUPPORTED", "OUTRIGGER_LIMIT", "OUTRIGGER_CANCELLED",
    "OUTRIGGER_INTERNAL", "OUTRIGGER_PLUGIN_BASE", "OUTRIGGER_PARAMETER_INTEGER", "OUTRIGGER_PARAMETER_BOOLEAN",
    "OUTRIGGER_PARAMETER_TEXT", "OUTRIGGER_PARAMETER_FILE", "OUTRIGGER_PART_MAIN", "OUTRIGGER_STANDARD_IO",
    "OUTRIGGER_PARALLEL", "OUTRIGGER_ABSENT", "OUTRIGGER_LOG_DEBUG", "OUTRIGGER_LOG_INFO", "OUTRIGGER_LOG_WARNING",
    "OUTRIGGER_LOG_ERROR",
  ]

  @Test func layoutIsTheRecordedOne() throws {
    var lines = ["#include <outrigger_plugin.h>", "#include <stdio.h>", "int main(void) {"]
    for (name, fields) in Self.structs {
      lines.append(#"printf("\#(name) %zu\n", sizeof(\#(name)));"#)
      for field in fields {
        lines.append(
          #"printf("  \#(field) %zu %zu\n", offsetof(\#(name), \#(field)), sizeof(((\#(name) *)0)->\#(field)));"#)
      }
    }
    for name in Self.constants { lines.append(#"printf("\#(name) %llu\n", (unsigned long long)\#(name));"#) }
    lines.append(#"printf("entry %s\n", OUTRIGGER_PLUGIN_ENTRY_NAME); return 0; }"#)
    let program = try TestCompiler.product(
      of: lines.joined(separator: "\n"), named: "layout.c", by: TestCompiler.tool("cc", "clang"),
      arguments: ["-std=c11", "-I", TestCompiler.headerFolder])
    let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(program).write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
    let found = try TestCompiler.execute([path])
    #expect(found.code == 0)
    let golden = try String(
      contentsOf: TestCompiler.root.appendingPathComponent("Tests/PluginHostTests/Golden/abi-1.0.txt"), encoding: .utf8)
    #expect(found.output == golden, "a layout once published does not change")
  }

  @Test func pluginsExportOneSymbol() throws {
    let bytes = try TestCompiler.library(TestPlugin.source)
    let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let found = try TestCompiler.execute([TestCompiler.tool("nm", "llvm-nm"), "-D", "--defined-only", path])
    let symbols = found.output.split(separator: "\n").compactMap { $0.split(separator: " ").last }
    #expect(symbols == ["outrigger_plugin_entry_v1"])
  }
}
