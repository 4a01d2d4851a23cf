// BN254 kernels on 8 lanes of 64 bits: AVX-512 without the 52-bit integer multiplier.
#if defined(__x86_64__)
#include <immintrin.h>
#include <stdint.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl"))), apply_to = function)

#define LANES 8
typedef __m512i V;
typedef __m512d D;

#define V_SET1(x) _mm512_set1_epi64((long long)(x))
#define V_LOAD(p) _mm512_load_si512(p)
#define V_LOAD32(p) _mm512_cvtepu32_epi64(_mm256_loadu_si256((const __m256i *)(p)))
#define V_STORE(p, x) _mm512_store_si512(p, x)
#define V_ADD(a, b) _mm512_add_epi64(a, b)
#define V_SUB(a, b) _mm512_sub_epi64(a, b)
#define V_AND(a, b) _mm512_and_si512(a, b)
#define V_OR(a, b) _mm512_or_si512(a, b)
#define V_SHL(a, n) _mm512_slli_epi64(a, n)
#define V_SHR(a, n) _mm512_srli_epi64(a, n)
#define V_MUL32(a, b) _mm512_mul_epu32(a, b)
#define V_FROM_BITS(x) _mm512_castpd_si512(x)
#define D_SET1(x) _mm512_set1_pd(x)
#define D_SUB(a, b) _mm512_sub_pd(a, b)
#define D_FMA(a, b, c) _mm512_fmadd_round_pd(a, b, c, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC)
#define D_FROM_LIMB(x) _mm512_cvtepi64_pd(x)

#include "bn254_lanes_impl.h"

const lane_kernels ck_bn254_avx512_kernels = LANE_KERNELS;

#pragma clang attribute pop
#endif
