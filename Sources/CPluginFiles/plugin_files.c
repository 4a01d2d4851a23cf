// The beginnings of plugins as bytes, so that the command line has them wherever it is installed: one executable, no
// folder of resources beside it.

#include "plugin_files.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char plugin_header[] = {
#embed "../COutriggerPlugin/include/outrigger_plugin.h"
};
static const unsigned char air_header[] = {
#embed "../COutriggerPlugin/include/outrigger_air.h"
};
static const unsigned char exports[] = {
#embed "exports.map"
};
static const unsigned char manifest[] = {
#embed "outrigger.toml.in"
};
static const unsigned char c_source[] = {
#embed "c/plugin.c.in"
};
static const unsigned char c_makefile[] = {
#embed "c/Makefile.in"
};
static const unsigned char c_readme[] = {
#embed "c/README.md.in"
};
static const unsigned char swift_package[] = {
#embed "swift/Package.swift.in"
};
static const unsigned char swift_source[] = {
#embed "swift/Circuit.swift.in"
};
static const unsigned char swift_readme[] = {
#embed "swift/README.md.in"
};
static const unsigned char c_ignored[] = "*.so\n";
static const unsigned char swift_ignored[] = ".build/\n";

static const plugin_file c_files[] = {
    {".gitignore", c_ignored, sizeof c_ignored - 1},
    {"Makefile", c_makefile, sizeof c_makefile},
    {"README.md", c_readme, sizeof c_readme},
    {"exports.map", exports, sizeof exports},
    {"include/outrigger_air.h", air_header, sizeof air_header},
    {"include/outrigger_plugin.h", plugin_header, sizeof plugin_header},
    {"outrigger.toml", manifest, sizeof manifest},
    {"plugin.c", c_source, sizeof c_source},
};

static const plugin_file swift_files[] = {
    {".gitignore", swift_ignored, sizeof swift_ignored - 1},
    {"Package.swift", swift_package, sizeof swift_package},
    {"README.md", swift_readme, sizeof swift_readme},
    {"Sources/Plugin/Circuit.swift", swift_source, sizeof swift_source},
    {"exports.map", exports, sizeof exports},
    {"outrigger.toml", manifest, sizeof manifest},
};

const plugin_file *plugin_file_of_c(size_t index) {
  return index < sizeof c_files / sizeof c_files[0] ? &c_files[index] : NULL;
}

const plugin_file *plugin_file_of_swift(size_t index) {
  return index < sizeof swift_files / sizeof swift_files[0] ? &swift_files[index] : NULL;
}
