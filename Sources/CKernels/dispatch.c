// Chooses the form of the kernels and forwards calls to it.
#include <stdlib.h>
#include <string.h>

#include "table.h"

int ck_simd_available(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl"))
    return 2;
  if (__builtin_cpu_supports("avx2")) return 1;
#endif
  return 0;
}

static int level;
static const ck_table *kernels = &ck_table_scalar;

void ck_set_simd_level(int wanted) {
  int best = ck_simd_available();
  level = wanted < best ? wanted : best;
#if defined(__x86_64__)
  kernels = level == 2 ? &ck_table_avx512 : level == 1 ? &ck_table_avx2 : &ck_table_scalar;
#endif
}

int ck_simd_level(void) { return level; }

// Runs before any thread of the program exists.
__attribute__((constructor)) static void choose(void) {
  const char *limit = getenv("OUTRIGGER_SIMD");
  int wanted = 2;
  if (limit && !strcmp(limit, "avx2")) wanted = 1;
  if (limit && !strcmp(limit, "scalar")) wanted = 0;
  ck_set_simd_level(wanted);
}

#define CK_RETURN_void
#define CK_RETURN_uint64_t return
#define CK_FORWARD(result, name, parameters, arguments) \
  result ck_##name parameters { CK_RETURN_##result kernels->name arguments; }
CK_KERNELS(CK_FORWARD)
