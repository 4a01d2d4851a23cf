#ifndef PLUGIN_RUNTIME_H
#define PLUGIN_RUNTIME_H
#endif
