import PluginKit
import SHA256Circuit

@_cdecl("outrigger_plugin_entry_v1")
public func entry(_ host: UnsafePointer<outrigger_host_v1>?) -> UnsafePointer<outrigger_plugin_v1>? {
  export(SHA256Circuit.self, to: host)
}
