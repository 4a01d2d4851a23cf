// The kernels in plain C: the reference that the others are tested against.
#define CK_ISA 0
#define FN(name) name##_scalar
#include "include/ckernels.h"

#include "vector.h"

#include "poseidon2.h"

#include "ntt.h"

#include "bulk.h"

#include "dag.h"

#include "table.h"

const ck_table ck_table_scalar = {CK_KERNELS(CK_ENTRY)};
