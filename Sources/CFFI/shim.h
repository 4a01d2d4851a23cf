// libffi, the system's.
#ifndef OUTRIGGER_CFFI_SHIM_H
#define OUTRIGGER_CFFI_SHIM_H

#include <ffi.h>

#endif
