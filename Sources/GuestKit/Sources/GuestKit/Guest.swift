import CGuestKit

/// How a guest ends before its `main` does.
public enum Guest {
  /// Prints `panic:` and the message, and ends the run with exit code 1. Only a run that ends with 0 can be proven, so
  /// a panic is the way to say that a statement is false.
  ///
  /// `fatalError` and `precondition` end the run as well, but their messages are dropped in release builds.
  public static func panic(_ message: StaticString) -> Never {
    // SAFE: every StaticString here is text, hence has a pointer; the message is not kept.
    guest_panic(UnsafeRawPointer(message.utf8Start).assumingMemoryBound(to: CChar.self), message.utf8CodeUnitCount)
  }

  /// The same with a number after the message: an index, an offset, a count. Far cheaper than a string put together.
  public static func panic(_ message: StaticString, _ number: Int) -> Never {
    // SAFE: as above.
    guest_panic_number(
      UnsafeRawPointer(message.utf8Start).assumingMemoryBound(to: CChar.self), message.utf8CodeUnitCount,
      Int32(truncatingIfNeeded: number))
  }

  /// The same with a message put together at run time. Strings make a guest's program larger by some
  /// thousand instructions.
  @_disfavoredOverload
  public static func panic(_ message: @autoclosure () -> String) -> Never {
    var text = message()
    // SAFE: the closure does not return, so the bytes outlive their use.
    return text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { guest_panic($0.baseAddress, $0.count) }
    }
  }

  /// Panics with `message` unless `condition` holds. Like `precondition`, with a message that is printed.
  @inline(__always)
  public static func require(_ condition: @autoclosure () -> Bool, _ message: StaticString) {
    if !condition() { panic(message) }
  }

  /// Ends the run with `code`: 0 for success, 1 for a panic. The machine ends runs with 2 when it meets an instruction
  /// that it does not have.
  public static func exit(_ code: UInt8) -> Never { guest_exit(code) }
}
