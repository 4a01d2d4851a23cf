// libffi, the system's.
#include <ffi.h>
