// Poseidon2 over the BN254 scalar field on many states at once: the text shared by the AVX2 and AVX-512 files, which
// define the lanes (`V`, `D`, `LANES` and the operations on them) before they include it.
//
// An element is five 52-bit limbs, one vector per limb, of its residue of radix 2^260. Products of limbs come from
// the floating-point multiplier: with rounding towards zero, `h = fma(a, b, 2^104)` holds the upper 52 bits of the
// 104-bit product in its mantissa, and `fma(a, b, 2^104 + 2^52 - h)` the lower 52. Mantissas are added up as
// integers; `lane_seed` takes the exponents, which are then constants, back out.
//
// Values are not reduced below q but bounded: 2^260 is 84.6 q, and a product of a and b comes out below
// a b / 2^260 + 2.01 q. A comment "< n q" states such a bound. "Normalised" means every limb is below 2^52, which is
// what a product needs of its inputs.
#include "bn254_constants.h"
#include "bn254_lanes.h"
#include "bn254_scalar.h"

#define INLINE static inline __attribute__((always_inline))
#define APART static __attribute__((noinline))
#define UNROLL _Pragma("clang loop unroll(full)")

static const uint64_t limb_mask = ((uint64_t)1 << 52) - 1;

// MARK: Limbs

/// Adds the two halves of the 104-bit product of two limbs, with their exponent bits.
INLINE void add_product(D a, D b, V *low, V *high) {
  D h = D_FMA(a, b, D_SET1(0x1p104));
  D l = D_FMA(a, b, D_SUB(D_SET1(0x1.0000000000001p104), h));
  *high = V_ADD(*high, V_FROM_BITS(h));
  *low = V_ADD(*low, V_FROM_BITS(l));
}

/// Carries limbs below 2^63 upwards; the last limb keeps what is above 52 bits.
INLINE void carry(V s[5]) {
  UNROLL for (int i = 0; i < 4; i++) {
    s[i + 1] = V_ADD(s[i + 1], V_SHR(s[i], 52));
    s[i] = V_AND(s[i], V_SET1(limb_mask));
  }
}

/// Takes the low 52 bits of column `k` as a floating-point limb and carries the rest to the next column.
INLINE D take_column(V t[10], int k) {
  D low = D_FROM_LIMB(V_AND(t[k], V_SET1(limb_mask)));
  t[k + 1] = V_ADD(t[k + 1], V_SHR(t[k], 52));
  return low;
}

/// Adds `a * constant` at column `k`.
INLINE void add_multiple(V t[10], int k, D a, const double constant[5]) {
  UNROLL for (int j = 0; j < 5; j++) add_product(a, D_SET1(constant[j]), &t[k + j], &t[k + j + 1]);
}

/// Divides the ten columns of a product by 2^260 modulo q: four limbs are replaced by their multiples of 2^-104 and
/// 2^-52 modulo q, which needs no quotient; the last by a multiple of q, which bounds the result.
INLINE void divide_by_radix(V t[10], V result[5]) {
  D t0 = take_column(t, 0), t1 = take_column(t, 1);
  add_multiple(t, 2, t0, lane_c2);
  add_multiple(t, 3, t1, lane_c2);
  D t2 = take_column(t, 2);
  add_multiple(t, 3, t2, lane_c1);
  D t3 = take_column(t, 3);
  add_multiple(t, 4, t3, lane_c1);

  D t4 = D_FROM_LIMB(V_AND(t[4], V_SET1(limb_mask)));
  D minus_inverse = D_SET1(LANE_MINUS_Q_INVERSE);
  D high = D_FMA(t4, minus_inverse, D_SET1(0x1p104));
  D m = D_SUB(D_FMA(t4, minus_inverse, D_SUB(D_SET1(0x1.0000000000001p104), high)), D_SET1(0x1p52));
  // Column 4 becomes a multiple of 2^52: it carries its quotient, rounded up.
  t[5] = V_ADD(t[5], V_SHR(V_ADD(t[4], V_SET1(limb_mask)), 52));
  t[5] = V_ADD(t[5], V_FROM_BITS(D_FMA(m, D_SET1(lane_q[0]), D_SET1(0x1p104))));
  UNROLL for (int j = 1; j < 5; j++) add_product(m, D_SET1(lane_q[j]), &t[4 + j], &t[5 + j]);
  UNROLL for (int i = 0; i < 5; i++) result[i] = t[5 + i];
  carry(result);
}

INLINE void multiply(const D a[5], const D b[5], V result[5]) {
  V t[10];
  UNROLL for (int i = 0; i < 10; i++) t[i] = V_SET1(lane_seed[i]);
  UNROLL for (int i = 0; i < 5; i++) {
    UNROLL for (int j = 0; j < 5; j++) add_product(a[i], b[j], &t[i + j], &t[i + j + 1]);
  }
  divide_by_radix(t, result);
}

INLINE void square(const D a[5], V result[5]) {
  V t[10];
  t[0] = V_SET1(lane_seed[0]);
  t[9] = V_SET1(lane_seed[9]);
  UNROLL for (int i = 1; i < 9; i++) t[i] = V_SET1(lane_seed[i] >> 1);
  UNROLL for (int i = 0; i < 4; i++) {
    UNROLL for (int j = i + 1; j < 5; j++) add_product(a[i], a[j], &t[i + j], &t[i + j + 1]);
  }
  UNROLL for (int i = 1; i < 9; i++) t[i] = V_ADD(t[i], t[i]);
  UNROLL for (int i = 0; i < 5; i++) add_product(a[i], a[i], &t[2 * i], &t[2 * i + 1]);
  divide_by_radix(t, result);
}

INLINE void to_floating(const V s[5], D result[5]) {
  UNROLL for (int i = 0; i < 5; i++) result[i] = D_FROM_LIMB(s[i]);
}

/// Multiplies a normalised element by a constant.
APART void multiply_by_constant(V s[5], const double constant[5]) {
  D a[5], b[5];
  to_floating(s, a);
  UNROLL for (int i = 0; i < 5; i++) b[i] = D_SET1(constant[i]);
  multiply(a, b, s);
}

/// `s = (s + constant)^5`, for limbs below 2^62: < 3 q for s < 25 q, < 8 q for s < 45 q, < 10 q for s < 48 q.
APART void fifth_power(V s[5], const uint64_t constant[5]) {
  V u[5];
  D a[5], b[5];
  UNROLL for (int i = 0; i < 5; i++) u[i] = V_ADD(s[i], V_SET1(constant[i]));
  carry(u);
  to_floating(u, a);
  square(a, u);
  to_floating(u, b);
  square(b, u);
  to_floating(u, b);
  multiply(a, b, u);
  UNROLL for (int i = 0; i < 5; i++) s[i] = u[i];
}

/// Brings a value < 84 q with limbs below 2^57 below 2 q and normalises it: subtracts K q, where K comes from the
/// bits from 2^252 = 0.3307 q on, by adding K (2^260 - q) and taking K 2^260 off the last limb.
INLINE void reduce(V s[5]) {
  V k = V_SHR(V_MUL32(V_SHR(s[4], 44), V_SET1(21)), 6);  // 21 / 64 = 0.328
  UNROLL for (int i = 0; i < 5; i++) {
    V low = V_MUL32(k, V_SET1(lane_minus_q_low[i])), high = V_MUL32(k, V_SET1(lane_minus_q_high[i]));
    V multiple = V_ADD(low, V_SHL(high, 26));
    s[i] = i < 4 ? V_ADD(s[i], multiple) : V_SUB(s[i], multiple);
  }
  carry(s);
}

// MARK: Permutation (section 2.2)

INLINE void external_layer(V s[][5], const int width) {
  UNROLL for (int i = 0; i < 5; i++) {
    V sum = V_ADD(s[0][i], s[1][i]);
    if (width == 3) sum = V_ADD(sum, s[2][i]);
    UNROLL for (int c = 0; c < width; c++) s[c][i] = V_ADD(s[c][i], sum);
  }
}

INLINE void internal_round(V s[][5], const int width, const uint64_t constant[5]) {
  fifth_power(s[0], constant);
  UNROLL for (int i = 0; i < 5; i++) {
    V sum = V_ADD(s[0][i], s[1][i]);
    if (width == 3) sum = V_ADD(sum, s[2][i]);
    s[0][i] = V_ADD(s[0][i], sum);
    if (width == 3) s[1][i] = V_ADD(s[1][i], sum);
    V *last = &s[width - 1][i];
    *last = V_ADD(V_ADD(*last, *last), sum);
  }
}

/// Cells come in < 12 q and leave < 10 q, both with limbs below 2^55.
INLINE void permute(V s[][5], const int width) {
  const int half_rounds = width == 3 ? 4 : 3, internal_rounds = width == 3 ? 56 : 50;
  const uint64_t(*constant)[5] = width == 3 ? lane_rc3 : lane_rc2;
  external_layer(s, width);  // < 48 q
  for (int r = 0; r < half_rounds; r++) {
    for (int c = 0; c < width; c++) fifth_power(s[c], *constant++);  // < 10 q, then < 6 q, then < 3 q
    external_layer(s, width);
  }
  for (int r = 0; r < internal_rounds; r += 2) {
    // The cells that no power renews grow by a factor below 4 a round, plus a power: 2 q, 11 q, 44 q. Cell 0 is then
    // twice a power and the others before the round: below 25 q.
    UNROLL for (int c = 1; c < width; c++) reduce(s[c]);
    internal_round(s, width, *constant++);
    internal_round(s, width, *constant++);
  }
  for (int r = 0; r < half_rounds; r++) {
    for (int c = 0; c < width; c++) fifth_power(s[c], *constant++);  // < 8 q, then < 3 q
    external_layer(s, width);
  }
}

APART void permute2(V s[2][5]) { permute(s, 2); }
APART void permute3(V s[3][5]) { permute(s, 3); }

// MARK: Crossing to and from memory

typedef struct {
  _Alignas(64) uint64_t word[4][LANES];
} words;

INLINE void set_words(words *w, int lane, ck_fr value) {
  w->word[0][lane] = value.l0;
  w->word[1][lane] = value.l1;
  w->word[2][lane] = value.l2;
  w->word[3][lane] = value.l3;
}

/// Limbs of 256-bit integers.
INLINE void load_integers(const words *w, V s[5]) {
  const V mask = V_SET1(limb_mask);
  V w0 = V_LOAD(w->word[0]), w1 = V_LOAD(w->word[1]), w2 = V_LOAD(w->word[2]), w3 = V_LOAD(w->word[3]);
  s[0] = V_AND(w0, mask);
  s[1] = V_AND(V_OR(V_SHR(w0, 52), V_SHL(w1, 12)), mask);
  s[2] = V_AND(V_OR(V_SHR(w1, 40), V_SHL(w2, 24)), mask);
  s[3] = V_AND(V_OR(V_SHR(w2, 28), V_SHL(w3, 36)), mask);
  s[4] = V_SHR(w3, 16);
}

/// Residues of radix 2^256 become residues of radix 2^260, < 2 q: times 16.
INLINE void load_residues(const words *w, V s[5]) {
  load_integers(w, s);
  UNROLL for (int i = 0; i < 5; i++) s[i] = V_SHL(s[i], 4);
  reduce(s);
}

/// Stores `s * constant`, reduced below q; `output[lane * stride]` is lane's.
APART void store_product(V s[5], const double constant[5], ck_fr *output, size_t stride) {
  words w;
  carry(s);
  multiply_by_constant(s, constant);  // < 3 q
  V_STORE(w.word[0], V_OR(s[0], V_SHL(s[1], 52)));
  V_STORE(w.word[1], V_OR(V_SHR(s[1], 12), V_SHL(s[2], 40)));
  V_STORE(w.word[2], V_OR(V_SHR(s[2], 24), V_SHL(s[3], 28)));
  V_STORE(w.word[3], V_OR(V_SHR(s[3], 36), V_SHL(s[4], 16)));
  for (int lane = 0; lane < LANES; lane++) {
    ck_fr value = {w.word[0][lane], w.word[1][lane], w.word[2][lane], w.word[3][lane]};
    output[(size_t)lane * stride] = fr_normalised(fr_reduce_once(value, fr_two_q));
  }
}

// MARK: Kernels

APART void permute_states(int width, ck_fr *states) {
  V s[3][5];
  words w;
  for (int c = 0; c < width; c++) {
    for (int lane = 0; lane < LANES; lane++) set_words(&w, lane, states[lane * width + c]);
    load_residues(&w, s[c]);
  }
  if (width == 3) permute3(s); else permute2(s);
  for (int c = 0; c < width; c++) store_product(s[c], lane_leave, states + c, (size_t)width);
}

APART void compress(const ck_fr *const *left, const ck_fr *const *right, ck_fr *output) {
  V s[2][5];
  words w;
  for (int lane = 0; lane < LANES; lane++) set_words(&w, lane, *left[lane]);
  load_residues(&w, s[0]);
  for (int lane = 0; lane < LANES; lane++) set_words(&w, lane, *right[lane]);
  load_residues(&w, s[1]);
  permute2(s);
  store_product(s[0], lane_leave, output, 1);
}

/// The canonical integers of one column in rows `row ..< row + LANES`.
INLINE V load_column(const row_source *source, size_t row, size_t column) {
  const uint32_t *first = row_element(source, row, column);
  _Alignas(64) uint64_t gathered[LANES];
  if (!source->columns)
    for (int lane = 0; lane < LANES; lane++) gathered[lane] = first[(size_t)lane * source->width];
  V residue = source->columns ? V_LOAD32(first) : V_LOAD(gathered);
  // (r + m p) / 2^32 with m = -r / p mod 2^32, below p since r is.
  V m = V_MUL32(residue, V_SET1(0u - BABYBEAR_P_INVERSE));
  return V_SHR(V_ADD(residue, V_MUL32(m, V_SET1(BABYBEAR_P))), 32);
}

/// Packs `count` columns from `column` on, 31 bits each, into one element: a residue, < 3 q.
APART void load_packed(const row_source *source, size_t row, size_t column, size_t count, V s[5]) {
  const V mask = V_SET1(limb_mask);
  V b[8];
  for (size_t i = 0; i < 8; i++) b[i] = i < count ? load_column(source, row, column + i) : V_SET1(0);
  // Limb j holds the bits from 52 j on; element i begins at bit 31 i.
  s[0] = V_AND(V_OR(b[0], V_SHL(b[1], 31)), mask);
  s[1] = V_AND(V_OR(V_OR(V_SHR(b[1], 21), V_SHL(b[2], 10)), V_SHL(b[3], 41)), mask);
  s[2] = V_AND(V_OR(V_OR(V_SHR(b[3], 11), V_SHL(b[4], 20)), V_SHL(b[5], 51)), mask);
  s[3] = V_AND(V_OR(V_SHR(b[5], 1), V_SHL(b[6], 30)), mask);
  s[4] = V_OR(V_SHR(b[6], 22), V_SHL(b[7], 9));
  multiply_by_constant(s, lane_enter);
}

APART void hash_rows(const row_source *source, size_t row, ck_fr *digests) {
  V s[3][5];
  for (int c = 0; c < 3; c++)
    for (int i = 0; i < 5; i++) s[c][i] = V_SET1(0);
  for (size_t column = 0; column < source->width; column += 16) {
    for (size_t c = 0; c < 2 && column + 8 * c < source->width; c++) {
      size_t left = source->width - column - 8 * c;
      load_packed(source, row, column + 8 * c, left < 8 ? left : 8, s[c]);
    }
    permute3(s);
  }
  store_product(s[0], lane_leave, digests, 1);
}

APART void grind(const ck_bn254_grind_task *task, uint64_t first, ck_fr *samples) {
  V s[3][5];
  words w;
  for (uint32_t c = 0; c < 3; c++) {
    int is_candidate = c == (task->cell & 1);
    for (int lane = 0; lane < LANES; lane++) {
      uint32_t witness = (uint32_t)(first + (uint64_t)lane);
      set_words(&w, lane,
                is_candidate ? fr_with_packed(task->packed, witness, task->position & 7) : task->state[c]);
    }
    if (is_candidate) {
      load_integers(&w, s[c]);
      multiply_by_constant(s[c], lane_enter);
    } else {
      load_residues(&w, s[c]);
    }
  }
  permute3(s);
  store_product(s[1], lane_one, samples, 1);
}

#define LANE_KERNELS {.lanes = LANES, .permute = permute_states, .hash_rows = hash_rows, .compress = compress, \
                      .grind = grind}
