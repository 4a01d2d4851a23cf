// The list of dispatched kernels, once: result, name, parameters, arguments.
#ifndef CK_TABLE_H
#define CK_TABLE_H
#include "include/ckernels.h"

#define CK_KERNELS(K)                                                                                                  \
  K(void, permute, (uint32_t *states, size_t count), (states, count))                                                  \
  K(void, hash_columns,                                                                                                \
    (const uint32_t *const *columns, size_t width, size_t first, size_t count, uint32_t *digests),                     \
    (columns, width, first, count, digests))                                                                           \
  K(void, hash_rows, (const uint32_t *rows, size_t width, size_t count, uint32_t *digests),                            \
    (rows, width, count, digests))                                                                                     \
  K(void, compress_halves, (const uint32_t *in, uint32_t *out, size_t groups, size_t half), (in, out, groups, half))   \
  K(uint64_t, grind,                                                                                                   \
    (const uint32_t *state, size_t position, uint32_t mask, uint64_t start, uint64_t count),                           \
    (state, position, mask, start, count))

#define CK_POINTER(result, name, parameters, arguments) result(*name) parameters;
typedef struct { CK_KERNELS(CK_POINTER) } ck_table;

#define CK_ENTRY(result, name, parameters, arguments) .name = FN(name),

extern const ck_table ck_table_scalar;
#if defined(__x86_64__)
extern const ck_table ck_table_avx2;
extern const ck_table ck_table_avx512;
#endif

#endif
