import AIR
import Algebra

/// Traces of a ring of `LookupAIR` stations.
public enum LookupTrace {
  /// The traces of all stations, `2^logHeight` rows each, every row active. Keys are random; a station receives the
  /// rows of the previous one in another order, so that no two stations agree row by row.
  public static func generate(
    stations: Int = 4, logHeight: Int, seed: UInt64 = 1, workers: Workers = Workers(1)
  ) -> [FieldMatrix] {
    precondition(stations > 0 && (0...BabyBear.twoAdicity).contains(logHeight))
    return (0..<stations).map { station in
      let matrix = FieldMatrix(height: 1 << logHeight, width: LookupColumns<BabyBear>.width)
      let previous = (station + stations - 1) % stations
      matrix.fill(rows: LookupColumns<BabyBear>.self, workers: workers) { index, row in
        row.isActive = 1
        // The first incoming record of each row is the first outgoing record of exactly one row before.
        row.countQueries = 1
        let source = shuffle(index, logHeight: logHeight)
        var own = SplitMix64(seed: seed, stream: station << logHeight | index)
        var other = SplitMix64(seed: seed, stream: previous << logHeight | source)
        for slot in 0..<12 {
          row.outgoing[slot] = record(&own)
          row.incoming[slot] = record(&other)
        }
      }
      return matrix
    }
  }

  private static func record(_ generator: inout SplitMix64) -> Record<BabyBear> {
    let key = generator.nextElement()
    return Record(key: key, value: key.squared)
  }

  /// A permutation of `0 ..< 2^logHeight`: an affine map with odd factor.
  private static func shuffle(_ index: Int, logHeight: Int) -> Int {
    (index &* 0x9e37_79b1 &+ 0x7f4a) & ((1 << logHeight) - 1)
  }
}
