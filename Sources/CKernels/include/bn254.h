// The BN254 scalar field and Poseidon2 over it (chapter 10, sections 1.3 and 2.2): the root configuration's hash.
//
// An element is its Montgomery residue `a * 2^256 mod q`, always below q, in four 64-bit limbs, least significant
// first. The bulk functions take the instruction set as `level`, 0 scalar, 1 AVX2, 2 AVX-512, which the machine
// must have; all levels give the same results.
#ifndef CK_BN254_H
#define CK_BN254_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A field element as a residue, or, where a comment says so, a plain 256-bit integer.
typedef struct {
  uint64_t l0, l1, l2, l3;
} ck_fr;

/// 1 when the integer is below q, else 0.
int ck_fr_is_reduced(ck_fr integer);
/// The element that stands for `integer mod q`, for any 256-bit integer.
ck_fr ck_fr_from_integer(ck_fr integer);
/// The integer below q that the element stands for.
ck_fr ck_fr_to_integer(ck_fr element);
ck_fr ck_fr_add(ck_fr a, ck_fr b);
ck_fr ck_fr_sub(ck_fr a, ck_fr b);
ck_fr ck_fr_mul(ck_fr a, ck_fr b);
/// The inverse; zero maps to zero.
ck_fr ck_fr_inverse(ck_fr a);

/// Permutes `count` states of `width` (2 or 3; others are left alone) elements, one after the other in memory.
void ck_bn254_permute(int level, int width, ck_fr *states, size_t count);

/// Sponge hash (section 2.4) of rows `first .. first + count` of a column-major matrix of BabyBear residues.
void ck_bn254_hash_rows(int level, const uint32_t *const *columns, size_t width, size_t first, size_t count,
                        ck_fr *digests);
/// Sponge hash of `count` rows of `width` BabyBear residues, one after the other in memory.
void ck_bn254_hash_rows_row_major(int level, const uint32_t *rows, size_t width, size_t count, ck_fr *digests);

/// `output[g * half + a] = compress(input[g * 2 * half + a], input[g * 2 * half + half + a])` for `g < groups` and
/// `a < half`. `input` and `output` do not overlap.
void ck_bn254_compress_halves(int level, const ck_fr *input, ck_fr *output, size_t groups, size_t half);

/// The candidates that a grind tries: the state cell that takes the packed buffer, the integer that the buffer packs
/// to without the witness, and the witness' place in it.
typedef struct {
  /// The sponge before the witness.
  ck_fr state[3];
  /// The packed buffer without the witness, an integer below 2^248.
  ck_fr packed;
  /// Which cell of `state` takes the buffer: 0 or 1.
  uint32_t cell;
  /// Place of the witness in the buffer, 0 to 7: it is added as `witness * 2^(31 * position)`.
  uint32_t position;
  /// How many low bits of the first sampled BabyBear element must be zero.
  uint32_t bits;
} ck_bn254_grind_task;

/// The smallest witness in `first ..< first + count`, or `UINT64_MAX` when there is none. The range must lie below the
/// BabyBear modulus.
uint64_t ck_bn254_grind(int level, const ck_bn254_grind_task *task, uint64_t first, uint64_t count);

#ifdef __cplusplus
}
#endif
#endif
