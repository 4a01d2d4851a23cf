import Algebra
import Hashing
import StarkVerifier

/// The state after a permutation.
func permuted(_ state: [BabyBear]) -> [BabyBear] {
  var state = state
  Poseidon2.permute(&state)
  return state
}

extension SystemParameters {
  /// **Insecure.** Room for the table of bytes.
  static let testBytes = SystemParameters.test(lSkip: 4, nStack: 12, k: 4, queries: [8, 4, 3, 2])
}
