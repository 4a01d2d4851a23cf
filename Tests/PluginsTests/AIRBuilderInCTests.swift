import AIR
import Algebra
import COutriggerPlugin
import Testing

/// `outrigger_air.h`, called from here.
struct AIRBuilderInCTests {
  /// Builds a set with `body`: the bytes, or what went wrong.
  private func build(_ body: (UnsafeMutablePointer<oa_builder>) -> Void) -> (bytes: [UInt8], error: String) {
    let builder = UnsafeMutablePointer<oa_builder>.allocate(capacity: 1)
    defer { builder.deallocate() }
    oa_begin(builder)
    defer { oa_free(builder) }
    body(builder)
    var bytes = outrigger_bytes()
    guard oa_finish(builder, &bytes) else { return ([], String(cString: oa_error(builder))) }
    return (Array(UnsafeBufferPointer(start: bytes.data, count: Int(bytes.length))), "")
  }

  private func doubling(_ b: UnsafeMutablePointer<oa_builder>) {
    oa_use_standard_io(b)
    oa_begin_air(b, "Doubling", 1)
    let (now, then) = (oa_local(b, 0), oa_next(b, 0))
    oa_assert_zero_when(b, "starts at one", oa_is_first(b), oa_plus(b, now, -1))
    oa_assert_equal_when(b, "doubles", oa_is_transition(b), then, oa_add(b, now, now))
    oa_end_air(b)
  }

  @Test func buildsASetThatHolds() throws {
    let (bytes, error) = build(doubling)
    #expect(error == "")
    let set = try AIRSet(decoding: bytes)
    #expect(set.encode() == bytes)
    #expect(set.usesStandardIO && set.airs.count == 1)
    let air = set.airs[0].air
    #expect(air.name == "Doubling" && air.maxConstraintDegree == 2)
    let honest = FieldMatrix(columns: [[1, 2, 4, 8]])
    #expect(try TraceChecker([AIRInstance(air: air, commonMain: honest)]).check().isSatisfied)
    let forged = FieldMatrix(columns: [[1, 2, 4, 9]])
    let report = try TraceChecker([AIRInstance(air: air, commonMain: forged)]).check()
    #expect(report.constraintFailures.map(\.constraint) == ["doubles"])
  }

  @Test func sameCallsGiveTheSameBytes() {
    #expect(build(doubling).bytes == build(doubling).bytes)
  }

  @Test func nodesAreShared() throws {
    let bytes = build { b in
      oa_use_standard_io(b)
      oa_begin_air(b, "Shared", 2)
      for name in ["first", "second"] {
        let sum = oa_add(b, oa_local(b, 0), oa_scale(b, -3, oa_local(b, 1)))
        oa_assert_zero(b, name, sum)
      }
      oa_end_air(b)
    }.bytes
    let air = try AIRSet(decoding: bytes).airs[0].air
    #expect(air.dag.nodes.count == 5)
    #expect(air.constraintNames == [["first"]])
  }

  @Test func everyKindOfNodeAndPartIsWritten() throws {
    let bytes = build { b in
      oa_use_table(b, OA_TABLE_RANGE)
      oa_declare_bus(b, 17, OA_PERMUTATION, "own")
      oa_begin_air(b, "Everything", 3)
      oa_required(b)
      oa_public_values(b, 17)
      oa_preprocessed_width(b, 2)
      oa_cached_part(b, 4, OA_CONSTANT_PART)
      oa_cached_part(b, 5, OA_DATA_PART)
      oa_assert_equal(b, "index", oa_public(b, 16), oa_def_idx(b))
      let columns = [oa_preprocessed(b, 1, 1), oa_cached(b, 0, 3, 0), oa_cached(b, 1, 4, 1), oa_column(b, 2, 1)]
      oa_send(b, "sends", 17, columns, 4, oa_is_last(b))
      oa_provide(b, "provides", 17, columns, 2, oa_neg(b, oa_local(b, 0)))
      oa_lookup(b, "looks up", UInt16(OA_BUS_RANGE), columns, 2, oa_local(b, 1))
      oa_end_air(b)
      oa_begin_air(b, "Second", 1)
      oa_assert_boolean(b, "boolean", oa_local(b, 0))
      oa_end_air(b)
    }.bytes
    let set = try AIRSet(decoding: bytes)
    #expect(set.encode() == bytes)
    #expect(set.standardTables == [.range] && !set.usesStandardIO)
    #expect(set.buses.map(\.number) == [5, 17])
    let air = set.airs[0]
    #expect(air.air.width == TraceWidth(preprocessed: 2, cachedMains: [4, 5], commonMain: 3))
    #expect(air.cachedClasses == [.constant, .data] && air.indexNodes.count == 1)
    #expect(air.air.isRequired && air.air.publicValueCount == 17)
    #expect(air.air.dag.interactions.map(\.countWeight) == [1, 0, 1])
  }

  @Test func mistakesAreKept() {
    let mistakes: [(String, (UnsafeMutablePointer<oa_builder>) -> Void)] = [
      (
        "there is no such column",
        { b in
          oa_begin_air(b, "A", 2)
          oa_assert_zero(b, "c", oa_local(b, 2))
          oa_end_air(b)
        }
      ),
      (
        "not used",
        { b in
          oa_begin_air(b, "A", 2)
          var field = oa_local(b, 0)
          oa_receive(b, "i", UInt16(OA_BUS_INPUT), &field, 1, field)
          oa_end_air(b)
        }
      ),
      (
        "an unknown bus",
        { b in
          oa_begin_air(b, "A", 2)
          var field = oa_local(b, 0)
          oa_send(b, "i", 99, &field, 1, field)
          oa_end_air(b)
        }
      ),
      ("an AIR that does not end", { b in oa_begin_air(b, "A", 2) }),
      ("none at all", { _ in }),
      (
        "an AIR inside another",
        { b in
          oa_begin_air(b, "A", 2)
          oa_begin_air(b, "B", 2)
        }
      ),
      ("outside of an AIR", { b in _ = oa_constant(b, 1) }),
      ("standard buses", { b in oa_declare_bus(b, 20, OA_LOOKUP, "io.mine") }),
      (
        "too great a degree",
        { b in
          oa_begin_air(b, "A", 1)
          var product = oa_local(b, 0)
          for _ in 0..<10 { product = oa_mul(b, product, product) }
          oa_assert_zero(b, "c", product)
          oa_end_air(b)
        }
      ),
      (
        "more than 255 bytes",
        { b in
          oa_begin_air(b, "A", 1)
          oa_assert_zero(b, String(repeating: "x", count: 256), oa_local(b, 0))
          oa_end_air(b)
        }
      ),
    ]
    for (expected, body) in mistakes {
      let (bytes, error) = build(body)
      #expect(bytes.isEmpty && error.contains(expected), "\(error)")
    }
  }

  @Test func largeSetsGrow() throws {
    let bytes = build { b in
      oa_use_standard_io(b)
      oa_begin_air(b, "Large", 1000)
      for column in 0..<UInt32(1000) {
        let cell = oa_local(b, column)
        for power in 1..<Int64(20) {
          oa_assert_zero(b, "c\(column) \(power)", oa_mul(b, cell, oa_plus(b, cell, -power)))
        }
      }
      oa_end_air(b)
    }.bytes
    let air = try AIRSet(decoding: bytes).airs[0].air
    #expect(air.dag.constraints.count == 19_000)
    #expect(air.dag.nodes.count == 1000 + 19 + 2 * 19_000)
  }

  @Test func fieldArithmeticIsRight() {
    let samples: [UInt32] = [0, 1, 2, 31, BabyBear.modulus - 1, BabyBear.modulus - 2, 1 << 30, 123_456_789]
    for a in samples {
      for b in samples {
        let (x, y) = (BabyBear(a), BabyBear(b))
        #expect(oa_field_add(a, b) == (x + y).canonical)
        #expect(oa_field_sub(a, b) == (x - y).canonical)
        #expect(oa_field_mul(a, b) == (x * y).canonical)
      }
      #expect(oa_field_neg(a) == (-BabyBear(a)).canonical)
      #expect(oa_field_inverse(a) == BabyBear(a).inverse.canonical)
    }
    #expect(oa_field(-1) == BabyBear.modulus - 1)
    #expect(oa_field(Int64.min) == BabyBear(Int(Int64.min)).canonical)
  }
}
