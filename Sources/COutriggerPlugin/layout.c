// The header compiles on its own; its assertions are checked here with every build.
#include "outrigger_plugin.h"

typedef int outrigger_plugin_layout_is_checked;
