/// Stops the program because an AIR or a caller is written wrongly; no input can cause it. The message is printed in
/// release builds too, where a failed `precondition` is silent.
func misuse(_ message: String) -> Never { fatalError("AIR: \(message)") }

/// Stops the program unless `condition` holds.
func require(_ condition: Bool, _ message: @autoclosure () -> String) {
  if !condition { misuse(message()) }
}
