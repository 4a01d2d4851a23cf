import AIR
import Algebra

// The example of docs/writing-an-air.md: a ledger that only takes deposits below 256, and a table of bytes. The guide
// quotes this file; a test keeps the two together.

/// One deposit per row.
struct LedgerColumns<T: Cell>: AIRColumns {
  /// 1 on rows with a deposit, 0 on padding.
  var isActive: T
  /// The balance before the deposit.
  var balance: T
  /// A byte; 0 on padding.
  var deposit: T
}

/// The bus on which the table of bytes answers.
let byteBus = LookupBus(0, "bytes")

/// Adds deposits to a balance. Public values: the balance before the first row and after the last.
struct LedgerAIR: AIR {
  var width: TraceWidth { TraceWidth(commonMain: LedgerColumns<Expr>.width) }
  var publicValueCount: Int { 2 }
  var isRequired: Bool { true }

  func evaluate(_ builder: AIRBuilder) {
    let (local, next) = builder.main(LedgerColumns<Expr>.self)

    // Assumes: nothing.
    // Constrains: isActive is 0 or 1, and deposit is 0 where isActive is 0.
    // Broken if removed: padding rows carry deposits that no lookup sees.
    builder.assertBoolean("isActive is boolean", local.isActive)
    builder.unless(local.isActive).assertZero("padding deposits nothing", local.deposit)

    // Constrains: 0 <= deposit < 256 on active rows, by the table.
    // Broken if removed: a deposit of p - 1 takes 1 away.
    builder.lookUp("deposit is a byte", [local.deposit], in: byteBus, enabled: local.isActive)

    // Constrains: each balance is the one before plus the deposit. The last row's next row is the first one, so the
    // rule must not hold there.
    // Broken if removed: rows need not follow one another.
    builder.whenTransition.assertEqual("adds the deposit", next.balance, local.balance + local.deposit)

    // Constrains: the ends are the public values.
    // Broken if removed: any balances can be claimed.
    builder.whenFirstRow.assertEqual("starts as claimed", local.balance, builder.publicValue(0))
    builder.whenLastRow.assertEqual("ends as claimed", local.balance + local.deposit, builder.publicValue(1))
  }
}

/// The byte of a table row; preprocessed.
struct ByteColumns<T: Cell>: AIRColumns {
  var byte: T
}

/// How often the row is looked up.
struct ByteCountColumns<T: Cell>: AIRColumns {
  var countLookups: T
}

/// All bytes, each provided as often as it is looked up.
struct ByteTableAIR: AIR {
  let preprocessedTrace: FieldMatrix? = FieldMatrix(columns: [(0..<256).map { BabyBear($0) }])

  var width: TraceWidth {
    TraceWidth(preprocessed: ByteColumns<Expr>.width, commonMain: ByteCountColumns<Expr>.width)
  }

  func evaluate(_ builder: AIRBuilder) {
    let table = builder.preprocessed(ByteColumns<Expr>.self).local
    let main = builder.main(ByteCountColumns<Expr>.self).local
    // The count needs no bound: whatever it is, the sums on the bus balance only if every query is a row.
    builder.provide("byte", [table.byte], in: byteBus, count: main.countLookups)
  }
}

/// The traces of both AIRs, with the public values of the ledger.
struct LedgerTraces {
  var ledger: FieldMatrix
  var table: FieldMatrix
  var publicValues: [BabyBear]

  /// `2^logHeight` rows, at least as many as there are deposits; the rest is padding.
  init(deposits: [UInt8], openingBalance: BabyBear, logHeight: Int) {
    ledger = FieldMatrix(height: 1 << logHeight, width: LedgerColumns<BabyBear>.width)
    table = FieldMatrix(height: 256, width: ByteCountColumns<BabyBear>.width)
    var balance = openingBalance
    for row in 0..<ledger.height {
      let deposit = row < deposits.count ? deposits[row] : 0
      ledger[row: row, column: 0] = row < deposits.count ? 1 : 0
      ledger[row: row, column: 1] = balance
      ledger[row: row, column: 2] = BabyBear(Int(deposit))
      balance += BabyBear(Int(deposit))
      if row < deposits.count { table[row: Int(deposit), column: 0] += 1 }
    }
    publicValues = [openingBalance, balance]
  }
}
