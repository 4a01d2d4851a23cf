// What the scalar file knows of the lane forms of the BN254 kernels.
#ifndef CK_BN254_LANES_H
#define CK_BN254_LANES_H

#include "include/bn254.h"

/// Rows of BabyBear residues: columns, or, when `columns` is null, rows of `width` elements one after the other.
typedef struct {
  const uint32_t *const *columns;
  const uint32_t *rows;
  size_t width;
} row_source;

static inline const uint32_t *row_element(const row_source *source, size_t row, size_t column) {
  return source->columns ? source->columns[column] + row : source->rows + row * source->width + column;
}

#if defined(__x86_64__)
/// The most states that any form permutes at once.
#define MAX_LANES 16

/// Kernels that work on `lanes` states at once.
typedef struct {
  size_t lanes;
  /// Permutes `lanes` states of `width` (2 or 3) elements, one after the other in memory.
  void (*permute)(int width, ck_fr *states);
  /// Hashes rows `row ..< row + lanes`.
  void (*hash_rows)(const row_source *source, size_t row, ck_fr *digests);
  /// `output[i] = compress(*left[i], *right[i])`.
  void (*compress)(const ck_fr *const *left, const ck_fr *const *right, ck_fr *output);
  /// The integers in the cell that is sampled first, for witnesses `first ..< first + lanes`.
  void (*grind)(const ck_bn254_grind_task *task, uint64_t first, ck_fr *samples);
} lane_kernels;

extern const lane_kernels ck_bn254_avx2_kernels, ck_bn254_avx512_kernels;

/// The kernels of a level; null for the scalar one. The level AVX2 does not say whether there is FMA.
static inline const lane_kernels *lane_kernels_for(int level) {
  if (level >= 2) return &ck_bn254_avx512_kernels;
  return level == 1 && __builtin_cpu_supports("fma") ? &ck_bn254_avx2_kernels : NULL;
}
#endif
#endif
