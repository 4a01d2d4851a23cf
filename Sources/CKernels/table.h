// The list of dispatched kernels, once: result, name, parameters, arguments.
#ifndef CK_TABLE_H
#define CK_TABLE_H
#include "include/ckernels.h"

// clang-format off
#define CK_KERNELS(K) \
  K(void, permute, (uint32_t *states, size_t count), (states, count)) \
  K(void, permutation_columns, (const uint32_t *states, uint32_t *const *columns, size_t first, size_t count), (states, columns, first, count)) \
  K(void, hash_columns, (const uint32_t *const *columns, size_t width, size_t first, size_t count, uint32_t *digests), (columns, width, first, count, digests)) \
  K(void, hash_rows, (const uint32_t *rows, size_t width, size_t count, uint32_t *digests), (rows, width, count, digests)) \
  K(void, compress_halves, (const uint32_t *in, uint32_t *out, size_t groups, size_t half), (in, out, groups, half)) \
  K(uint64_t, grind, (const uint32_t *state, size_t position, uint32_t mask, uint64_t start, uint64_t count), (state, position, mask, start, count)) \
  K(void, ntt, (uint32_t *data, size_t log_n, size_t block, const uint32_t *twiddles), (data, log_n, block, twiddles)) \
  K(void, chunk_message, (uint32_t *data, size_t log_n, size_t chunks, const uint32_t *inverse_roots, uint32_t n_inverse), (data, log_n, chunks, inverse_roots, n_inverse)) \
  K(void, subset_sum, (uint32_t *data, size_t log_n, size_t low, int sign), (data, log_n, low, sign)) \
  K(void, linear_combination, (const uint32_t *const *columns, size_t width, size_t first, size_t count, const uint32_t *coefficients, uint32_t *out, size_t stride), (columns, width, first, count, coefficients, out, stride)) \
  K(void, weighted_sums, (const uint32_t *column, size_t count, size_t n, const uint32_t *weights0, const uint32_t *weights1, size_t stride, uint32_t *sums), (column, count, n, weights0, weights1, stride, sums)) \
  K(void, fold_chunks, (const uint32_t *column, size_t first, size_t count, size_t n, size_t shift, size_t mask, const uint32_t *weights, uint32_t *out, size_t stride), (column, first, count, n, shift, mask, weights, out, stride)) \
  K(void, ext_fold, (const uint32_t *in, size_t in_stride, const uint32_t *r, uint32_t *out, size_t out_stride, size_t count), (in, in_stride, r, out, out_stride, count)) \
  K(void, base_fold, (const uint32_t *in, const uint32_t *r, uint32_t *out, size_t out_stride, size_t count), (in, r, out, out_stride, count)) \
  K(void, ext_pair_sums, (const uint32_t *in, size_t in_stride, uint32_t *out, size_t out_stride, size_t count), (in, in_stride, out, out_stride, count)) \
  K(void, ext_tensor_step, (uint32_t *table, size_t stride, size_t half, size_t count, const uint32_t *low, const uint32_t *high), (table, stride, half, count, low, high)) \
  K(void, ext_multiply_add, (const uint32_t *in, size_t in_stride, const uint32_t *factor, uint32_t *out, size_t out_stride, size_t count), (in, in_stride, factor, out, out_stride, count)) \
  K(void, ext_dot, (const uint32_t *a, size_t a_stride, const uint32_t *b, size_t b_stride, size_t count, uint32_t *sum), (a, a_stride, b, b_stride, count, sum)) \
  K(void, batch_inverse, (const uint32_t *in, uint32_t *out, size_t count), (in, out, count)) \
  K(void, product_round, (const uint32_t *f, size_t f_stride, const uint32_t *w, size_t w_stride, size_t count, uint32_t *at1, uint32_t *leading), (f, f_stride, w, w_stride, count, at1, leading)) \
  K(void, fraction_parents, (const uint32_t *p0, const uint32_t *p1, int base, const uint32_t *q0, const uint32_t *q1, size_t stride, size_t first, size_t count, uint32_t *out_p0, uint32_t *out_p1, uint32_t *out_q0, uint32_t *out_q1, size_t out_stride), (p0, p1, base, q0, q1, stride, first, count, out_p0, out_p1, out_q0, out_q1, out_stride)) \
  K(void, fraction_round, (const uint32_t *p0, const uint32_t *p1, size_t p_stride, int base, const uint32_t *q0, const uint32_t *q1, size_t q_stride, const uint32_t *weights, size_t weight_stride, const uint32_t *lambda, size_t count, uint32_t *sums), (p0, p1, p_stride, base, q0, q1, q_stride, weights, weight_stride, lambda, count, sums)) \
  K(void, dag_cosets, (const ck_program *program, const ck_coset_domain *domain, const uint32_t *const *columns, uint32_t **slots, uint32_t *accumulators, size_t first, const uint32_t *weights, size_t weight_stride, uint32_t *sums), (program, domain, columns, slots, accumulators, first, weights, weight_stride, sums)) \
  K(void, dag_rows, (const ck_program *program, const uint32_t *const *columns, size_t mask, uint32_t **slots, uint32_t *const *scratch, uint32_t *accumulators, size_t first, size_t rows, size_t lanes, const size_t *out_offsets, uint32_t norm, uint32_t *p0, uint32_t *p1, uint32_t *q0, uint32_t *q1, size_t stride), (program, columns, mask, slots, scratch, accumulators, first, rows, lanes, out_offsets, norm, p0, p1, q0, q1, stride)) \
  K(void, dag_pairs, (const ck_program *program, const uint32_t *const *tables, size_t table_stride, uint32_t *const *slots, uint32_t *accumulator, size_t first, size_t pairs, size_t ys, size_t points, const uint32_t *weights, size_t weight_stride, uint32_t *sums), (program, tables, table_stride, slots, accumulator, first, pairs, ys, points, weights, weight_stride, sums))
// clang-format on

#define CK_POINTER(result, name, parameters, arguments) result(*name) parameters;
typedef struct { CK_KERNELS(CK_POINTER) } ck_table;

#define CK_ENTRY(result, name, parameters, arguments) .name = FN(name),

extern const ck_table ck_table_scalar;
#if defined(__x86_64__)
extern const ck_table ck_table_avx2;
extern const ck_table ck_table_avx512;
#endif

#endif
