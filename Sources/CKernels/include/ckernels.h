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
// Rows first .. first + count of the 282 columns of a circuit for the permutation, filled from `count` states.
void ck_permutation_columns(const uint32_t *states, uint32_t *const *columns, size_t first, size_t count);
// The round constants as residues: four full rounds, 13 internal rounds, four full rounds.
void ck_permutation_constants(uint32_t initial[64], uint32_t internal[13], uint32_t final[64]);
void ck_hash_columns(const uint32_t *const *columns, size_t width, size_t first, size_t count, uint32_t *digests);
void ck_hash_rows(const uint32_t *rows, size_t width, size_t count, uint32_t *digests);
// `half` is a power of two.
void ck_compress_halves(const uint32_t *in, uint32_t *out, size_t groups, size_t half);
uint64_t ck_grind(const uint32_t *state, size_t position, uint32_t mask, uint64_t start, uint64_t count);


// Transforms (ntt.h)

void ck_ntt(uint32_t *data, size_t log_n, size_t block, const uint32_t *twiddles);
void ck_chunk_message(uint32_t *data, size_t log_n, size_t chunks, const uint32_t *inverse_roots, uint32_t n_inverse);
void ck_subset_sum(uint32_t *data, size_t log_n, size_t low, int sign);

// Long arrays (bulk.h)

void ck_linear_combination(const uint32_t *const *columns, size_t width, size_t first, size_t count,
                           const uint32_t *coefficients, uint32_t *out, size_t stride);
void ck_weighted_sums(const uint32_t *column, size_t count, size_t n, const uint32_t *weights0,
                      const uint32_t *weights1, size_t stride, uint32_t *sums);
void ck_fold_chunks(const uint32_t *column, size_t first, size_t count, size_t n, size_t shift, size_t mask, const uint32_t *weights,
                    uint32_t *out, size_t stride);
void ck_ext_fold(const uint32_t *in, size_t in_stride, const uint32_t *r, uint32_t *out, size_t out_stride,
                 size_t count);
void ck_base_fold(const uint32_t *in, const uint32_t *r, uint32_t *out, size_t out_stride, size_t count);
void ck_ext_pair_sums(const uint32_t *in, size_t in_stride, uint32_t *out, size_t out_stride, size_t count);
void ck_ext_tensor_step(uint32_t *table, size_t stride, size_t half, size_t count, const uint32_t *low, const uint32_t *high);
void ck_ext_multiply_add(const uint32_t *in, size_t in_stride, const uint32_t *factor, uint32_t *out,
                         size_t out_stride, size_t count);
void ck_ext_dot(const uint32_t *a, size_t a_stride, const uint32_t *b, size_t b_stride, size_t count, uint32_t *sum);
void ck_batch_inverse(const uint32_t *in, uint32_t *out, size_t count);
void ck_product_round(const uint32_t *f, size_t f_stride, const uint32_t *w, size_t w_stride, size_t count,
                      uint32_t *at1, uint32_t *leading);
void ck_fraction_parents(const uint32_t *p0, const uint32_t *p1, int base, const uint32_t *q0, const uint32_t *q1,
                         size_t stride, size_t first, size_t count, uint32_t *out_p0, uint32_t *out_p1, uint32_t *out_q0,
                         uint32_t *out_q1, size_t out_stride);
void ck_fraction_round(const uint32_t *p0, const uint32_t *p1, size_t p_stride, int base, const uint32_t *q0,
                       const uint32_t *q1, size_t q_stride, const uint32_t *weights, size_t weight_stride,
                       const uint32_t *lambda, size_t count, uint32_t *sums);

// Constraint programs (dag.h)

// out, a and b are slots unless said otherwise.
enum {
  CK_ADD = 0,        // out = a + b
  CK_SUB = 1,        // out = a - b
  CK_MUL = 2,        // out = a * b
  CK_NEG = 3,        // out = -a
  CK_ADD_CONST = 4,  // out = a + constants[b]
  CK_CONST_SUB = 5,  // out = constants[b] - a
  CK_MUL_CONST = 6,  // out = a * constants[b]
  CK_CONST = 7,      // out = constants[b]
  CK_LOAD = 8,       // out = column a, slot b = column a one row on unless b is CK_NONE
  CK_ACCUMULATE = 9, // accumulator out += weights[b] * a
  CK_START = 10,     // accumulator 0 = weights[b]
  CK_EMIT = 11       // writes fraction number out: numerator a, denominator accumulator 0
};
#define CK_NONE UINT32_MAX

typedef struct {
  uint32_t op, out, a, b;
} ck_instruction;

typedef struct {
  const ck_instruction *instructions;
  size_t count;
  const uint32_t *constants;
  const uint32_t *weights;  // four words each
  size_t accumulators;
} ck_program;

// The cosets g^i D of the skip domain D, of order n = 2^log_n, on which a program is evaluated.
typedef struct {
  size_t log_n;
  size_t cosets;
  int first_is_domain;            // coset 0 is D itself
  size_t xs;                      // chunks in a block, a multiple of 16
  size_t mask;                    // rows - 1
  const uint32_t *inverse_roots;  // see small_inverse in ntt.h
  const uint32_t *roots;
  const uint32_t *scales;     // cosets * n: what coefficient j, in bit-reversed place, is multiplied by
  const uint32_t *rotations;  // cosets * n: EQD(z, w^-1)
} ck_coset_domain;

void ck_dag_cosets(const ck_program *program, const ck_coset_domain *domain, const uint32_t *const *columns,
                   uint32_t **slots, uint32_t *accumulators, size_t first, const uint32_t *weights,
                   size_t weight_stride, uint32_t *sums);
void ck_dag_rows(const ck_program *program, const uint32_t *const *columns, size_t mask, uint32_t **slots,
                 uint32_t *const *scratch, uint32_t *accumulators, size_t first, size_t rows, size_t lanes,
                 const size_t *out_offsets, uint32_t norm, uint32_t *p0, uint32_t *p1, uint32_t *q0, uint32_t *q1,
                 size_t stride);
void ck_dag_pairs(const ck_program *program, const uint32_t *const *tables, size_t table_stride,
                  uint32_t *const *slots, uint32_t *accumulator, size_t first, size_t pairs, size_t ys, size_t points,
                  const uint32_t *weights, size_t weight_stride, uint32_t *sums);

#endif
