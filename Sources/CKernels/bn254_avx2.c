// BN254 kernels on 4 lanes of 64 bits: AVX2 and FMA.
#if defined(__x86_64__)
#include <immintrin.h>
#include <stdint.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define LANES 4
typedef __m256i V;
typedef __m256d D;

#define V_SET1(x) _mm256_set1_epi64x((long long)(x))
#define V_LOAD(p) _mm256_load_si256((const __m256i *)(p))
#define V_LOAD32(p) _mm256_cvtepu32_epi64(_mm_loadu_si128((const __m128i *)(p)))
#define V_STORE(p, x) _mm256_store_si256((__m256i *)(p), x)
#define V_ADD(a, b) _mm256_add_epi64(a, b)
#define V_SUB(a, b) _mm256_sub_epi64(a, b)
#define V_AND(a, b) _mm256_and_si256(a, b)
#define V_OR(a, b) _mm256_or_si256(a, b)
#define V_SHL(a, n) _mm256_slli_epi64(a, n)
#define V_SHR(a, n) _mm256_srli_epi64(a, n)
#define V_MUL32(a, b) _mm256_mul_epu32(a, b)
#define V_FROM_BITS(x) _mm256_castpd_si256(x)
#define D_SET1(x) _mm256_set1_pd(x)
#define D_SUB(a, b) _mm256_sub_pd(a, b)
// Rounds as the control register says: towards zero, see `towards_zero`.
#define D_FMA(a, b, c) _mm256_fmadd_pd(a, b, c)
// A limb below 2^52 in the mantissa of 2^52.
#define D_FROM_LIMB(x) D_SUB(_mm256_castsi256_pd(V_OR(x, V_SET1(0x4330000000000000))), D_SET1(0x1p52))

#include "bn254_lanes_impl.h"

/// Sets rounding towards zero and gives back the former mode. The kernels are separate functions, so that no
/// floating-point operation of theirs can move across the change.
static inline unsigned towards_zero(void) {
  unsigned mode = _mm_getcsr();
  _mm_setcsr((mode & ~(unsigned)_MM_ROUND_MASK) | _MM_ROUND_TOWARD_ZERO);
  return mode;
}

static void permute_states_rounded(int width, ck_fr *states) {
  unsigned mode = towards_zero();
  permute_states(width, states);
  _mm_setcsr(mode);
}

static void hash_rows_rounded(const row_source *source, size_t row, ck_fr *digests) {
  unsigned mode = towards_zero();
  hash_rows(source, row, digests);
  _mm_setcsr(mode);
}

static void compress_rounded(const ck_fr *const *left, const ck_fr *const *right, ck_fr *output) {
  unsigned mode = towards_zero();
  compress(left, right, output);
  _mm_setcsr(mode);
}

static void grind_rounded(const ck_bn254_grind_task *task, uint64_t first, ck_fr *samples) {
  unsigned mode = towards_zero();
  grind(task, first, samples);
  _mm_setcsr(mode);
}

const lane_kernels ck_bn254_avx2_kernels = {
    .lanes = LANES,
    .permute = permute_states_rounded,
    .hash_rows = hash_rows_rounded,
    .compress = compress_rounded,
    .grind = grind_rounded,
};

#pragma clang attribute pop
#endif
