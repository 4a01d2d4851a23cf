import AIR
import Algebra
import Deferral
import Hashing

/// A circuit with an AIR 0 of its own: preprocessed and cached parts, and public values that nothing but the first row
/// binds. Input and output are what the traces say.
enum OwnCircuit {
  static let height = 8

  struct Main: AIR {
    var bindsIndex = true
    var isRequired = true
    var cachedCount = 1
    /// Which public value no constraint mentions.
    var forgotten: Int?

    var width: TraceWidth {
      TraceWidth(preprocessed: 1, cachedMains: Array(repeating: 2, count: cachedCount), commonMain: 16)
    }
    var publicValueCount: Int { 17 }

    func evaluate(_ builder: AIRBuilder) {
      let local = builder.cells(.commonMain).local
      for i in 0..<16 where i != forgotten {
        builder.whenFirstRow.assertEqual("public[\(i)]", local[i], builder.publicValue(i))
      }
      if forgotten != 16 {
        let index = builder.publicValue(16)
        if bindsIndex {
          builder.assertEqual("index", index, builder.deferralIndex)
        } else {
          builder.assertEqual("index", builder.deferralIndex, index)
        }
      }
      if cachedCount > 0 {
        let cached = builder.cells(.cachedMain(0)).local
        builder.assertEqual("cached", cached[1], cached[0] + builder.cells(.preprocessed).local[0])
        builder.send("value", [cached[0]], on: PermutationBus(16, "values"))
      }
    }
  }

  struct Side: AIR {
    var width: TraceWidth { TraceWidth(commonMain: 1) }
    func evaluate(_ builder: AIRBuilder) {
      let cell = builder.cells(.commonMain).local[0]
      builder.receive("value", [cell], on: PermutationBus(16, "values"))
    }
  }

  static func set(_ main: Main = Main()) -> AIRSet {
    AIRSet(
      usesStandardIO: false,
      airs: [
        DescribedAIR(main, cachedClasses: Array(repeating: .data, count: main.cachedCount)), DescribedAIR(Side()),
      ])
  }

  static let preprocessed = FieldMatrix(columns: [(0..<height).map { BabyBear(3 * $0) }])

  static func cached(seed: Int) -> FieldMatrix {
    let values = (0..<height).map { BabyBear(100 * seed + $0) }
    return FieldMatrix(columns: [values, zip(values, 0...).map { $0 + BabyBear(3 * $1) }])
  }

  static func job(_ call: DeferralJob.Call, index: Int, cached part: CachedMain, seed: Int) -> DeferralJob {
    let publicValues =
      UnfoldedInputCommit(index: index, bytes: call.input).digest.elements
      + OutputCommit(index: index, bytes: call.output).digest.elements + [BabyBear(index)]
    let main = FieldMatrix(height: height, width: 16)
    for i in 0..<16 { main[row: 0, column: i] = publicValues[i] }
    let side = FieldMatrix(columns: [(0..<height).map { BabyBear(100 * seed + $0) }])
    return DeferralJob(
      calls: [call],
      traces: [DeferralTrace(commonMain: main, cachedMains: [part]), DeferralTrace(commonMain: side)],
      publicValues: publicValues)
  }
}
