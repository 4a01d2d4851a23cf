import ArgumentParser

/// Deferral circuits and the plugins that they come from.
struct PluginCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plugin",
    abstract: "List, inspect, verify and lock the plugins of an application; begin a new one.",
    subcommands: [
      PluginListCommand.self, PluginInspectCommand.self, PluginVerifyCommand.self, PluginRunCommand.self,
      PluginLockCommand.self, PluginNewCommand.self,
    ])
}
