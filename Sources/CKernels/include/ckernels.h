// Kernels over BabyBear. Field elements are Montgomery residues below p = 2^31 - 2^27 + 1. Arrays of extension
// elements are planar: coefficient k of element i is at p[k * stride + i]; single extension elements are four
// consecutive words. Every function has a scalar, an AVX2 and an AVX-512 form with equal results; which one runs is
// decided once, by what the processor has and by the environment variable OUTRIGGER_SIMD (scalar, avx2 or avx512,
// an upper bound). All functions are free of state but for that choice and safe to call from several threads on
// disjoint outputs. None checks its arguments.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stddef.h>
#include <stdint.h>

#if !defined(__linux__)
#error "Outrigger builds on Linux only (x86-64 with SIMD kernels, arm64 with scalar ones)."
#endif

// 0 scalar, 1 AVX2, 2 AVX-512.
int ck_simd_level(void);
// The best level that this processor has, whatever the environment says.
int ck_simd_available(void);
// For tests: uses `level`, or the best available one below it, from now on. Not for concurrent use.
void ck_set_simd_level(int level);

// Poseidon2 (poseidon2.h)

// Permutes `count` states of 16 words in place.
void ck_permute(uint32_t *states, size_t count);
void ck_hash_columns(const uint32_t *const *columns, size_t width, size_t first, size_t count, uint32_t *digests);
void ck_hash_rows(const uint32_t *rows, size_t width, size_t count, uint32_t *digests);
void ck_compress_halves(const uint32_t *in, uint32_t *out, size_t groups, size_t half);
uint64_t ck_grind(const uint32_t *state, size_t position, uint32_t mask, uint64_t start, uint64_t count);

#endif
