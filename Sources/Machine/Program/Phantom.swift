/// What the host does at a `phantom`, named by operand `c` (chapter 20, section 1.3). A circuit sees only that the
/// program goes on.
public enum Phantom: UInt32, CaseIterable, Sendable {
  case nop = 0x00
  /// The guest asks to be stopped.
  case debugPanic = 0x01
  /// Takes the next input as the hint stream.
  case hintInput = 0x20
  /// Prints the bytes at address [`a`], as many as [`b`] says.
  case print = 0x21
  /// Takes [`a`] pseudo-random words as the hint stream.
  case hintRandom = 0x22
}
