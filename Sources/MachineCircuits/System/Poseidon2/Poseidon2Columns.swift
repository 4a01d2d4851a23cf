import AIR

/// One permutation: 283 columns.
struct Poseidon2Columns<T: Cell>: AIRColumns {
  /// The state before; its halves are what is compressed.
  var input: [16 of T]
  var beginning: [4 of Poseidon2FullRound<T>]
  var middle: [13 of Poseidon2InternalRound<T>]
  var end: [3 of Poseidon2FullRound<T>]
  /// The cubes of the last round. The state after it is an expression.
  var lastCubes: [16 of T]
  /// How often the compression is looked up.
  var lookups: T
}

/// A permutation of which both halves are looked up: 284 columns.
struct SpongeColumns<T: Cell>: AIRColumns {
  var permutation: Poseidon2Columns<T>
  /// How often the second half is looked up.
  var capacityLookups: T
}

/// A full round: the cubes of what enters the S-boxes, and the state after the round.
struct Poseidon2FullRound<T: Cell>: AIRColumns {
  var cubes: [16 of T]
  var state: [16 of T]
}

/// An internal round: the cube of what enters the S-box, and its seventh power.
struct Poseidon2InternalRound<T: Cell>: AIRColumns {
  var cube: T
  var power: T
}
