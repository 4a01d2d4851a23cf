// The kernels with eight lanes.
#if defined(__x86_64__)
#define CK_ISA 1
#define FN(name) name##_avx2
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#include "include/ckernels.h"

#include "vector.h"

#include "poseidon2.h"

#include "ntt.h"

#include "bulk.h"

#include "dag.h"

#include "table.h"

const ck_table ck_table_avx2 = {CK_KERNELS(CK_ENTRY)};
#pragma clang attribute pop
#endif
