// The process that a plugin runs in.
#include <plugin_runtime.h>

int main(void) { return opr_worker_main(); }
