import Algebra

/// The columns of one part of a trace, as a struct that is generic in the cell type.
///
/// One declaration serves constraints (`C<Expr>`) and traces (`C<BabyBear>`). Stored properties are cells, arrays of
/// cells (`[4 of T]`) or structs of them; their order is the order of the columns.
///
/// ```swift
/// struct AddColumns<T: Cell>: AIRColumns {
///   var a: T
///   var b: T
///   var sum8: [4 of T]
/// }
/// ```
public protocol AIRColumns: BitwiseCopyable, SendableMetatype {
  /// The type of a cell: four bytes, `BabyBear` or `Expr`.
  associatedtype T: BitwiseCopyable
}

extension AIRColumns {
  /// Number of columns.
  public static var width: Int { MemoryLayout<Self>.size / MemoryLayout<T>.size }

  /// Binds cells in column order to the struct's fields. `cells` has exactly `width` elements.
  public init(cells: some Collection<T>) {
    let cells = Array(cells)
    require(
      cells.count == Self.width && MemoryLayout<Self>.size == cells.count * MemoryLayout<T>.size,
      "\(Self.self) has \(Self.width) columns, \(cells.count) cells were given")
    // SAFE: both sides are plain memory of the same size and, as checked, consist of `T` alone.
    self = cells.withUnsafeBytes { $0.loadUnaligned(as: Self.self) }
  }

  /// The cells in column order.
  public var cells: [T] {
    withUnsafeBytes(of: self) { bytes in
      (0..<Self.width).map { bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<T>.size, as: T.self) }
    }
  }

  /// The path of each column inside the struct, for instance `rs1[2]` or `low.carry`.
  public var columnNames: [String] {
    var names: [String] = []
    names.reserveCapacity(Self.width)
    appendColumnNames(of: self, path: "", leaf: T.self, to: &names)
    return names
  }
}

/// Fixed-size arrays, which `Mirror` does not look into.
private protocol ColumnArray {
  func forEachElement(_ body: (Int, Any) -> Void)
}

extension InlineArray: ColumnArray {
  fileprivate func forEachElement(_ body: (Int, Any) -> Void) {
    for index in indices { body(index, self[index]) }
  }
}

private func appendColumnNames<Leaf>(of value: Any, path: String, leaf: Leaf.Type, to names: inout [String]) {
  if value is Leaf {
    names.append(path)
  } else if let array = value as? any ColumnArray {
    array.forEachElement { index, element in
      appendColumnNames(of: element, path: "\(path)[\(index)]", leaf: leaf, to: &names)
    }
  } else {
    for child in Mirror(reflecting: value).children {
      let label = child.label ?? "_"
      appendColumnNames(of: child.value, path: path.isEmpty ? label : "\(path).\(label)", leaf: leaf, to: &names)
    }
  }
}
