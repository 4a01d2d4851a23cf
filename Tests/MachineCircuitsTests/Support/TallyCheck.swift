import AIR
import Algebra
import Machine

@testable import MachineCircuits

extension ChipBench {
  /// Where the look-ups that the trace generator counted differ from those that the AIR makes on the honest rows,
  /// padding included: one line for each row of a shared table. Empty when they agree.
  ///
  /// Look-ups that are in no table are left out, as the tally leaves them out; `honestVerdict` reports them.
  var tallyMismatches: [String] {
    let expected = LookupTally()
    let trace = Self.matrix(rows)
    for row in rows.indices {
      for sent in RowValues(air, trace: trace, row: row).interactions where sent.count != .zero {
        let message = sent.message.map(\.canonical)
        switch sent.bus {
        case MachineBus.range.index:
          expected.range(message[0], bits: Int(message[1]))
        case MachineBus.bytes.index where message[3] == 0:
          expected.bytes(message[0], message[1])
        case MachineBus.bytes.index:
          expected.xor(message[0], message[1])
        default:
          break
        }
      }
    }
    var lines: [String] = []
    func compare(
      _ counted: UnsafeMutableBufferPointer<UInt32>, _ expected: UnsafeMutableBufferPointer<UInt32>,
      _ name: (Int) -> String
    ) {
      for place in counted.indices where counted[place] != expected[place] {
        lines.append("\(name(place)): counted \(counted[place]), looked up \(expected[place])")
      }
    }
    compare(tally.range, expected.range) { place in
      let bits = Int.bitWidth - 1 - place.leadingZeroBitCount
      return "range \(place - 1 << bits) in \(bits) bits"
    }
    compare(tally.bytes, expected.bytes) { "bytes \($0 >> 8), \($0 & 255)" }
    compare(tally.xors, expected.xors) { "\($0 >> 8) xor \($0 & 255)" }
    return lines
  }
}
