import Algebra

/// A bus on which what is sent and what is received must be the same multiset.
///
/// For every message, the counts of all rows of all AIRs on a bus sum to zero in the field (chapter 10, section 4.5).
/// That the counts themselves do not wrap around the field's characteristic is up to the AIRs and to the key's
/// trace-height constraints.
public struct PermutationBus: Hashable, Sendable {
  /// The bus's number; buses with the same number are the same bus.
  public let index: UInt16
  /// Shown in messages.
  public let name: String

  public init(_ index: UInt16, _ name: String) {
    self.index = index
    self.name = name
  }
}

/// A bus on which queries must be entries of a table: the table's AIR provides each of its rows with the number of
/// times it is looked up.
public struct LookupBus: Hashable, Sendable {
  /// The bus's number; buses with the same number are the same bus.
  public let index: UInt16
  /// Shown in messages.
  public let name: String

  public init(_ index: UInt16, _ name: String) {
    self.index = index
    self.name = name
  }
}

// Interactions. `enabled` is expected to be 0 or 1; that it is must be a constraint of the AIR. Messages have at
// least one field.
extension AIRBuilder {
  /// Sends `message` on the rows where `enabled` is 1. Count `enabled`, weight 1.
  public func send(_ name: String, _ message: [Expr], on bus: PermutationBus, enabled: Expr = 1) {
    interact(name, message, on: bus, direction: enabled)
  }

  /// Receives `message` on the rows where `enabled` is 1. Count `-enabled`, weight 1.
  public func receive(_ name: String, _ message: [Expr], on bus: PermutationBus, enabled: Expr = 1) {
    interact(name, message, on: bus, direction: -enabled)
  }

  /// Sends where `direction` is 1, receives where it is -1, does nothing where it is 0. Weight 1.
  public func interact(_ name: String, _ message: [Expr], on bus: PermutationBus, direction: Expr) {
    recorder.busNames[bus.index] = bus.name
    push(name, bus: bus.index, message: message, count: direction, countWeight: 1)
  }

  /// Demands that `message` is in the bus's table, on the rows where `enabled` is 1. Count `enabled`, weight 1.
  public func lookUp(_ name: String, _ message: [Expr], in bus: LookupBus, enabled: Expr = 1) {
    recorder.busNames[bus.index] = bus.name
    push(name, bus: bus.index, message: message, count: enabled, countWeight: 1)
  }

  /// Puts `message` into the bus's table, to be looked up `count` times. Count `-count`, weight 0: a table's row
  /// may be looked up any number of times, so its count needs no bound.
  public func provide(_ name: String, _ message: [Expr], in bus: LookupBus, count: Expr) {
    recorder.busNames[bus.index] = bus.name
    push(name, bus: bus.index, message: message, count: -count, countWeight: 0)
  }

  /// Records an interaction as it is: `count` is the signed multiplicity, and each row adds `countWeight` to the
  /// bus's trace-height constraint (chapter 10, section 4.7).
  public func push(_ name: String, bus: UInt16, message: [Expr], count: Expr, countWeight: UInt32) {
    recorder.interactions.append(
      .init(name: prefix + name, bus: bus, message: message, count: count, countWeight: countWeight))
  }
}

// The same with a struct for a message, whose cells are the fields.
extension AIRBuilder {
  public func send<M: AIRColumns>(_ name: String, _ message: M, on bus: PermutationBus, enabled: Expr = 1)
  where M.T == Expr {
    send(name, message.cells, on: bus, enabled: enabled)
  }

  public func receive<M: AIRColumns>(_ name: String, _ message: M, on bus: PermutationBus, enabled: Expr = 1)
  where M.T == Expr {
    receive(name, message.cells, on: bus, enabled: enabled)
  }

  public func lookUp<M: AIRColumns>(_ name: String, _ message: M, in bus: LookupBus, enabled: Expr = 1)
  where M.T == Expr {
    lookUp(name, message.cells, in: bus, enabled: enabled)
  }

  public func provide<M: AIRColumns>(_ name: String, _ message: M, in bus: LookupBus, count: Expr)
  where M.T == Expr {
    provide(name, message.cells, in: bus, count: count)
  }
}
