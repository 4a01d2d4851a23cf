#ifndef PLUGIN_FILES_H
#define PLUGIN_FILES_H

#include <stddef.h>

/// A file of a new plugin, as it was when this program was compiled. In texts, @NAME@ stands for the plugin's name,
/// @ID@ for its circuit's id, @LIBRARY@ for its library, and @KIT@ for where the package of PluginKit is, in quotes.
typedef struct {
  /// Relative to the plugin's folder.
  const char *path;
  const unsigned char *bytes;
  size_t count;
} plugin_file;

/// The file at `index` of a plugin in C; NULL above the last one.
const plugin_file *plugin_file_of_c(size_t index);

/// The same of a plugin in Swift.
const plugin_file *plugin_file_of_swift(size_t index);

#endif
