import Algebra

extension AIRSet {
  /// The set as AIR bytes (docs/air-bytes.md). What a decoded set gives is what it was decoded from.
  ///
  /// Text is cut to 255 bytes and numbers to the greatest that their fields hold. A set that breaks a rule of the
  /// format gives bytes that decoding refuses.
  public func encode() -> [UInt8] {
    var writer = AIRBytesWriter()
    writer.bytes = AIRBytes.magic
    writer.text(usesStandardIO ? AIRBytes.standardIO : "")
    writer.u8(standardTables.count)
    for table in standardTables { writer.text(table.id) }
    writer.u16(buses.count)
    for bus in buses {
      writer.u16(Int(bus.number))
      writer.u8(bus.isLookup ? 1 : 0)
      writer.text(bus.name)
    }
    writer.u16(airs.count)
    for air in airs { air.encode(into: &writer) }
    return writer.bytes
  }
}

extension DescribedAIR {
  fileprivate func encode(into writer: inout AIRBytesWriter) {
    writer.text(air.name)
    writer.u8(air.isRequired ? 1 : 0)
    writer.u32(air.publicValueCount)
    writer.u32(air.width.preprocessed ?? 0)
    writer.u8(air.width.cachedMains.count)
    for (part, width) in air.width.cachedMains.enumerated() {
      writer.u32(width)
      writer.u8(Int((cachedClasses.indices.contains(part) ? cachedClasses[part] : .constant).rawValue))
    }
    writer.u32(air.width.commonMain)
    writer.u8(air.maxConstraintDegree)

    let indexNodes = Set(indexNodes)
    writer.u32(air.dag.nodes.count)
    for (index, node) in air.dag.nodes.enumerated() {
      if indexNodes.contains(index) {
        writer.kind(.deferralIndex)
      } else {
        node.encode(into: &writer)
      }
    }
    writer.u32(air.dag.constraints.count)
    for (index, node) in air.dag.constraints.enumerated() {
      writer.u32(node)
      let names = air.constraintNames.indices.contains(index) ? air.constraintNames[index] : []
      writer.text(names.joined(separator: ", "))
    }
    writer.u32(air.dag.interactions.count)
    for (index, interaction) in air.dag.interactions.enumerated() {
      writer.u16(Int(interaction.busIndex))
      writer.u32(Int(interaction.countWeight))
      writer.u32(interaction.count)
      writer.u16(interaction.message.count)
      for field in interaction.message { writer.u32(field) }
      writer.text(air.interactionNames.indices.contains(index) ? air.interactionNames[index] : "")
    }
    let columnNames = air.columnNames[.commonMain] ?? []
    writer.u32(columnNames.count)
    for name in columnNames { writer.text(name) }
  }
}

extension ConstraintNode {
  fileprivate func encode(into writer: inout AIRBytesWriter) {
    func binary(_ kind: AIRBytes.Kind, _ left: Int, _ right: Int, _ degree: Int) {
      writer.kind(kind)
      writer.u32(left)
      writer.u32(right)
      writer.u8(degree)
    }
    switch self {
    case .variable(.preprocessed(let offset), let index):
      writer.kind(.preprocessed)
      writer.u8(offset)
      writer.u32(index)
    case .variable(.main(let part, let offset), let index):
      writer.kind(.main)
      writer.u8(part)
      writer.u8(offset)
      writer.u32(index)
    case .variable(.public, let index):
      writer.kind(.publicValue)
      writer.u32(index)
    case .isFirstRow: writer.kind(.firstRow)
    case .isLastRow: writer.kind(.lastRow)
    case .isTransition: writer.kind(.transition)
    case .constant(let value):
      writer.kind(.constant)
      writer.u32(Int(value.canonical))
    case .add(let left, let right, let degree): binary(.sum, left, right, degree)
    case .sub(let left, let right, let degree): binary(.difference, left, right, degree)
    case .mul(let left, let right, let degree): binary(.product, left, right, degree)
    case .neg(let operand, let degree):
      writer.kind(.negation)
      writer.u32(operand)
      writer.u8(degree)
    }
  }
}

/// Appends the fields of AIR bytes.
private struct AIRBytesWriter {
  var bytes: [UInt8] = []

  mutating func u8(_ value: Int) { bytes.append(UInt8(clamping: value)) }

  mutating func u16(_ value: Int) {
    let value = UInt16(clamping: value)
    bytes.append(UInt8(truncatingIfNeeded: value))
    bytes.append(UInt8(truncatingIfNeeded: value >> 8))
  }

  mutating func u32(_ value: Int) {
    let value = UInt32(clamping: value)
    for shift in stride(from: UInt32(0), to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
  }

  mutating func kind(_ kind: AIRBytes.Kind) { bytes.append(kind.rawValue) }

  /// Cut between characters where it is too long.
  mutating func text(_ text: String) {
    var cut = text
    while cut.utf8.count > AIRBytes.maxText { cut.removeLast() }
    u8(cut.utf8.count)
    bytes.append(contentsOf: cut.utf8)
  }
}
