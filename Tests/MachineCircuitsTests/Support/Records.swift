import CMachine
import Machine

extension cm_record {
  /// A record for `ChipBench`, which gives it an address and timestamps.
  init(x: UInt32 = 0, y: UInt32 = 0, previous: UInt32 = 0) {
    self.init(
      pc: 0, timestamp: 0, x: x, y: y, previous: previous, x_time: 0, y_time: 0, write_time: 0)
  }
}
