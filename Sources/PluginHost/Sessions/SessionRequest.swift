import CPluginRuntime

/// A request with the regions that it names: they are given back when it is gone, and not before.
@dynamicMemberLookup
struct SessionRequest {
  private(set) var wire = opr_request()
  private(set) var regions: [ArenaRegion] = []

  init(_ call: Int) { wire.call = UInt32(call) }

  subscript<Value>(dynamicMember path: WritableKeyPath<opr_request, Value>) -> Value {
    get { wire[keyPath: path] }
    set { wire[keyPath: path] = newValue }
  }

  mutating func hold(_ region: ArenaRegion) { regions.append(region) }

  mutating func setInput(_ region: ArenaRegion, _ length: Int) {
    wire.input = region.span(length)
    hold(region)
  }

  mutating func setOutput(_ region: ArenaRegion, _ length: Int) {
    wire.output = region.span(length)
    hold(region)
  }

  /// A table of so many entries.
  mutating func setTable(_ region: ArenaRegion, count: Int) {
    wire.table = region.span()
    wire.count = UInt64(count)
    hold(region)
  }
}
