// Poseidon2 over BabyBear, width 16, one permutation a lane (chapter 10, section 2.1).
#include "poseidon2_constants.h"

#if CK_ISA == 0

CK_INLINE uint64_t sbox_product(uint64_t a, uint64_t b) {
  uint64_t t = w_mul_signed(a, b);
  return w_sub(t, w_mul_signed(w_mul_signed(t, CK_MU), CK_P));
}
CK_INLINE vec v_sbox(vec x) {
  uint64_t x2 = w_high_to_low(sbox_product(x, x));
  uint64_t x3 = w_high_to_low(sbox_product(x2, x));
  uint64_t x4 = w_high_to_low(sbox_product(x2, x2));
  return v_lift((uint32_t)w_high_to_low(sbox_product(x3, x4)));
}
#define SBOX_GROUP 1
CK_INLINE void v_sboxes(vec *x) { x[0] = v_sbox(x[0]); }

#else

// Signed Montgomery product of the numbers in the low halves, left in the high halves. For factors in [-p, p]
// the result is within p^2 / 2^32 + p / 2 < p of zero, so a chain of products needs no correction in between.
CK_INLINE vec sbox_product(vec a, vec b) {
  vec t = w_mul_signed(a, b);
  return w_sub(t, w_mul_signed(w_mul_signed(t, v_set1(CK_MU)), v_set1(CK_P)));
}
#define SBOX_STEP(out, a, b)                                                                         \
  {                                                                                                  \
    vec t_[2 * SBOX_GROUP], q_[2 * SBOX_GROUP];                                                      \
    CK_UNROLL for (int i = 0; i < 2 * SBOX_GROUP; i++) t_[i] = w_mul_signed(a[i], b[i]);             \
    CK_UNROLL for (int i = 0; i < 2 * SBOX_GROUP; i++) q_[i] = w_mul_signed(t_[i], v_set1(CK_MU));   \
    CK_UNROLL for (int i = 0; i < 2 * SBOX_GROUP; i++) q_[i] = w_mul_signed(q_[i], v_set1(CK_P));    \
    CK_UNROLL for (int i = 0; i < 2 * SBOX_GROUP; i++) out[i] = w_high_to_low(w_sub(t_[i], q_[i])); \
  }
CK_INLINE vec sbox_half(vec x) {
  vec x2 = w_high_to_low(sbox_product(x, x));
  vec x3 = w_high_to_low(sbox_product(x2, x));
  vec x4 = w_high_to_low(sbox_product(x2, x2));
  return sbox_product(x3, x4);
}
// x^7 for a signed x in [-p, p].
CK_INLINE vec v_sbox(vec x) { return v_lift(w_merge_high(sbox_half(x), sbox_half(v_odd(x)))); }

// The same for several vectors, product by product: a single chain of products leaves the multipliers idle, and the
// processor does not look far enough ahead to find the next one by itself.
#define SBOX_GROUP 4
CK_INLINE void v_sboxes(vec *x) {
  vec h[2 * SBOX_GROUP], x2[2 * SBOX_GROUP], x3[2 * SBOX_GROUP];
  CK_UNROLL for (int i = 0; i < SBOX_GROUP; i++) {
    h[2 * i] = x[i];
    h[2 * i + 1] = v_odd(x[i]);
  }
  SBOX_STEP(x2, h, h)
  SBOX_STEP(x3, x2, h)
  SBOX_STEP(x2, x2, x2)
  CK_UNROLL for (int i = 0; i < 2 * SBOX_GROUP; i++) x3[i] = sbox_product(x3[i], x2[i]);
  CK_UNROLL for (int i = 0; i < SBOX_GROUP; i++) x[i] = v_lift(w_merge_high(x3[2 * i], x3[2 * i + 1]));
}

#endif

CK_INLINE vec v_half(vec a) {
  vec odd = v_raw_sub(v_zero(), v_raw_and(a, v_set1(1)));
  return v_raw_add(v_srl(a, 1), v_raw_and(odd, v_set1((CK_P + 1) / 2)));
}
// With a = high * 2^n + low and 2^-n = -15 * 2^(27-n): a / 2^n = high - 15 low 2^(27-n), the last below p.
CK_INLINE vec divided(vec high, vec low, vec low_shifted) { return v_sub(high, v_raw_sub(low, low_shifted)); }
#define DIVIDED(a, n)                                                  \
  ({                                                                   \
    vec low_ = v_raw_and(a, v_set1((1u << (n)) - 1));                  \
    divided(v_srl(a, n), v_sll(low_, 31 - (n)), v_sll(low_, 27 - (n))); \
  })

// Multiplies (x0, x1, x2, x3) by the circulant of (2, 3, 1, 1).
CK_INLINE void poseidon2_m4(vec *x) {
  vec t01 = v_add(x[0], x[1]), t23 = v_add(x[2], x[3]);
  vec all = v_add(t01, t23);
  vec t1 = v_add(all, x[1]), t3 = v_add(all, x[3]);
  vec y3 = v_add(t3, v_double(x[0]));
  vec y1 = v_add(t1, v_double(x[2]));
  x[0] = v_add(t1, t01);
  x[2] = v_add(t3, t23);
  x[1] = y1;
  x[3] = y3;
}

CK_INLINE void poseidon2_external_layer(vec *s) {
  CK_UNROLL for (int g = 0; g < 16; g += 4) poseidon2_m4(s + g);
  CK_UNROLL for (int k = 0; k < 4; k++) {
    vec sum = v_add(v_add(s[k], s[k + 4]), v_add(s[k + 8], s[k + 12]));
    CK_UNROLL for (int g = k; g < 16; g += 4) s[g] = v_add(s[g], sum);
  }
}

// Elements 1 .. 15 need the S-box's result only when the sum is added. All their other work stands before that, to run
// beside the S-box's chain of products.
CK_INLINE void poseidon2_internal_round(vec *s, uint32_t constant) {
  vec power = v_sbox(v_raw_add(s[0], v_set1(constant)));
  vec tail = v_add(v_add(v_add(s[1], s[2]), v_add(s[3], s[4])), v_add(v_add(s[5], s[6]), v_add(s[7], s[8])));
  tail = v_add(tail, v_add(v_add(v_add(s[9], s[10]), v_add(s[11], s[12])), v_add(v_add(s[13], s[14]), s[15])));
  s[2] = v_double(s[2]);
  s[3] = v_half(s[3]);
  s[4] = v_add(v_double(s[4]), s[4]);
  s[5] = v_double(v_double(s[5]));
  s[6] = v_half(s[6]);
  s[7] = v_add(v_double(s[7]), s[7]);
  s[8] = v_double(v_double(s[8]));
  s[9] = DIVIDED(s[9], 8);
  s[10] = DIVIDED(s[10], 2);
  s[11] = DIVIDED(s[11], 3);
  s[12] = DIVIDED(s[12], 27);
  s[13] = DIVIDED(s[13], 8);
  s[14] = DIVIDED(s[14], 4);
  s[15] = DIVIDED(s[15], 27);
  vec sum = v_add(tail, power);
  s[0] = v_sub(sum, v_double(power));
  CK_UNROLL for (int i = 1; i <= 5; i++) s[i] = v_add(sum, s[i]);
  CK_UNROLL for (int i = 6; i <= 8; i++) s[i] = v_sub(sum, s[i]);
  CK_UNROLL for (int i = 9; i <= 12; i++) s[i] = v_add(sum, s[i]);
  CK_UNROLL for (int i = 13; i <= 15; i++) s[i] = v_sub(sum, s[i]);
}

CK_INLINE void poseidon2_full_round(vec *s, const uint32_t *constants) {
  CK_UNROLL for (int i = 0; i < 16; i++) s[i] = v_raw_add(s[i], v_set1(constants[i]));
  CK_UNROLL for (int i = 0; i < 16; i += SBOX_GROUP) v_sboxes(s + i);
  poseidon2_external_layer(s);
}

static __attribute__((noinline)) void FN(permute_lanes)(vec *state) {
  vec s[16];
  CK_UNROLL for (int i = 0; i < 16; i++) s[i] = state[i];
  poseidon2_external_layer(s);
  CK_ROLLED for (int r = 0; r < 4; r++) poseidon2_full_round(s, ck_rc_initial[r]);
  CK_ROLLED for (int r = 0; r < 13; r++) poseidon2_internal_round(s, ck_rc_internal[r]);
  CK_ROLLED for (int r = 0; r < 4; r++) poseidon2_full_round(s, ck_rc_final[r]);
  CK_UNROLL for (int i = 0; i < 16; i++) state[i] = s[i];
}

#if CK_ISA == 2

// v_i of the internal layer as residues.
static const uint32_t FN(internal_diagonal)[16] = {
    0x58000005u, 0x0ffffffeu, 0x1ffffffcu, 0x07ffffffu, 0x2ffffffau, 0x3ffffff8u, 0x70000002u, 0x48000007u,
    0x38000009u, 0x01000000u, 0x40000000u, 0x20000000u, 0x00000020u, 0x77000001u, 0x68000001u, 0x77ffffe1u};

// The external layer on one state, a word a lane: within groups of four, then across groups.
CK_INLINE vec poseidon2_external_one(vec x) {
  vec pair = v_add(x, _mm512_shuffle_epi32(x, 0x4E));
  vec all = v_add(pair, _mm512_shuffle_epi32(pair, 0xB1));
  vec y = v_add(v_add(all, x), v_double(_mm512_shuffle_epi32(x, 0x39)));  // all + x_i + 2 x_(i+1)
  vec half = v_add(y, _mm512_shuffle_i64x2(y, y, 0x4E));
  return v_add(y, v_add(half, _mm512_shuffle_i64x2(half, half, 0xB1)));
}

// One state, for what cannot be done many at a time: the transcript.
static void FN(permute_one)(uint32_t *state) {
  const vec diagonal = v_load(FN(internal_diagonal));
  vec x = poseidon2_external_one(v_load(state));
  for (int r = 0; r < 4; r++) x = poseidon2_external_one(v_sbox(v_raw_add(x, v_load(ck_rc_initial[r]))));
  for (int r = 0; r < 13; r++) {
    // Lane 0 goes through the S-box; the others' sum and products do not wait for it.
    vec power = v_sbox(v_raw_add(x, v_set1(ck_rc_internal[r])));
    x = _mm512_mask_mov_epi32(x, 1, power);
    vec sum = v_add(x, _mm512_shuffle_epi32(x, 0x4E));
    sum = v_add(sum, _mm512_shuffle_epi32(sum, 0xB1));
    sum = v_add(sum, _mm512_shuffle_i64x2(sum, sum, 0x4E));
    sum = v_add(sum, _mm512_shuffle_i64x2(sum, sum, 0xB1));
    x = v_add(sum, v_mul(x, diagonal));
  }
  for (int r = 0; r < 4; r++) x = poseidon2_external_one(v_sbox(v_raw_add(x, v_load(ck_rc_final[r]))));
  v_store(state, x);
}

#endif

// Writes the first eight words of `n` lanes as digests, eight consecutive words each.
CK_INLINE void store_digests(const vec *s, uint32_t *digests, size_t n) {
#if CK_ISA == 2
  vec r[16];
  CK_UNROLL for (int k = 0; k < 16; k++) r[k] = k < 8 ? s[k] : v_zero();
  v_transpose(r);
  if (n == VLEN) {
    CK_UNROLL for (int i = 0; i < VLEN; i++) _mm256_storeu_si256((__m256i *)(digests + i * 8), _mm512_castsi512_si256(r[i]));
    return;
  }
  for (size_t i = 0; i < n; i++) _mm256_storeu_si256((__m256i *)(digests + i * 8), _mm512_castsi512_si256(r[i]));
#elif CK_ISA == 1
  vec r[8];
  CK_UNROLL for (int k = 0; k < 8; k++) r[k] = s[k];
  v_transpose(r);
  for (size_t i = 0; i < n; i++) v_store(digests + i * 8, r[i]);
#else
  (void)n;
  for (int k = 0; k < 8; k++) digests[k] = s[k];
#endif
}

// Loads VLEN pairs of digests, left ones into words 0 .. 7 and right ones into words 8 .. 15.
CK_INLINE void load_pairs(vec *s, const uint32_t *const *left, size_t right_offset) {
#if CK_ISA == 2
  CK_UNROLL for (int i = 0; i < VLEN; i++)
    s[i] = _mm512_inserti64x4(_mm512_castsi256_si512(_mm256_loadu_si256((const __m256i *)left[i])),
                              _mm256_loadu_si256((const __m256i *)(left[i] + right_offset)), 1);
  v_transpose(s);
#elif CK_ISA == 1
  CK_UNROLL for (int i = 0; i < VLEN; i++) {
    s[i] = v_load(left[i]);
    s[8 + i] = v_load(left[i] + right_offset);
  }
  v_transpose(s);
  v_transpose(s + 8);
#else
  for (int k = 0; k < 8; k++) {
    s[k] = left[0][k];
    s[8 + k] = left[0][right_offset + k];
  }
#endif
}

// Writes the states of `n` lanes, sixteen consecutive words each.
CK_INLINE void store_states(vec *s, uint32_t *states, size_t n) {
#if CK_ISA == 2
  v_transpose(s);
  for (size_t i = 0; i < n; i++) v_store(states + i * 16, s[i]);
#elif CK_ISA == 1
  v_transpose(s);
  v_transpose(s + 8);
  for (size_t i = 0; i < n; i++) {
    v_store(states + i * 16, s[i]);
    v_store(states + i * 16 + 8, s[8 + i]);
  }
#else
  (void)n;
  for (int k = 0; k < 16; k++) states[k] = s[k];
#endif
}

// `count` independent states, 16 words each, permuted in place.
static void FN(permute)(uint32_t *states, size_t count) {
#if CK_ISA == 2
  if (count < 3) {
    for (size_t i = 0; i < count; i++) FN(permute_one)(states + 16 * i);
    return;
  }
#endif
  for (size_t first = 0; first < count; first += VLEN) {
    size_t n = count - first < VLEN ? count - first : VLEN;
    const uint32_t *halves[VLEN];
    for (size_t i = 0; i < VLEN; i++) halves[i] = states + (first + (i < n ? i : 0)) * 16;
    vec s[16];
    load_pairs(s, halves, 8);
    FN(permute_lanes)(s);
    store_states(s, states + first * 16, n);
  }
}

// Writes `n` lanes of a column.
CK_INLINE void store_cells(uint32_t *cells, vec a, size_t n) {
  if (n == VLEN) {
    v_store(cells, a);
    return;
  }
  uint32_t lanes[VLEN];
  v_store(lanes, a);
  memcpy(cells, lanes, n * 4);
}

// A full round whose cubes, and where `has_states` the states after it, go to the next columns.
#define TRACE_FULL_ROUND(constants, has_states)                                     \
  {                                                                                 \
    CK_UNROLL for (int i = 0; i < 16; i++) {                                        \
      vec x = v_add(s[i], v_set1((constants)[i] + CK_P));                           \
      vec cube = v_mul(v_mul(x, x), x);                                             \
      store_cells(*column++ + row, cube, n);                                        \
      s[i] = v_mul(v_mul(cube, cube), x);                                           \
    }                                                                               \
    if (has_states) {                                                               \
      poseidon2_external_layer(s);                                                  \
      CK_UNROLL for (int i = 0; i < 16; i++) store_cells(*column++ + row, s[i], n); \
    }                                                                               \
  }

// Rows first .. first + count of 282 columns with the permutations of `count` states of 16 words: the state; for each
// of four full rounds the cubes in the S-boxes and the state after the round; for each of 13 internal rounds the cube and
// the result of the S-box; for three full rounds as before, for the last one the cubes.
static void FN(permutation_columns)(const uint32_t *states, uint32_t *const *columns, size_t first, size_t count) {
  for (size_t done = 0; done < count; done += VLEN) {
    size_t n = count - done < VLEN ? count - done : VLEN, row = first + done;
    uint32_t *const *column = columns;
    const uint32_t *halves[VLEN];
    for (size_t i = 0; i < VLEN; i++) halves[i] = states + (done + (i < n ? i : 0)) * 16;
    vec s[16];
    load_pairs(s, halves, 8);
    CK_UNROLL for (int i = 0; i < 16; i++) store_cells(*column++ + row, s[i], n);
    poseidon2_external_layer(s);
    CK_ROLLED for (int r = 0; r < 4; r++) TRACE_FULL_ROUND(ck_rc_initial[r], 1)
    CK_ROLLED for (int r = 0; r < 13; r++) {
      vec x = v_add(s[0], v_set1(ck_rc_internal[r] + CK_P));
      vec cube = v_mul(v_mul(x, x), x);
      store_cells(*column++ + row, cube, n);
      store_cells(*column++ + row, v_mul(v_mul(cube, cube), x), n);
      poseidon2_internal_round(s, ck_rc_internal[r]);
    }
    CK_ROLLED for (int r = 0; r < 4; r++) TRACE_FULL_ROUND(ck_rc_final[r], r < 3)
  }
}

// Sponge hash of rows first .. first + count of a column-major matrix (chapter 10, section 2.3).
static void FN(hash_columns)(const uint32_t *const *columns, size_t width, size_t first, size_t count,
                             uint32_t *digests) {
  size_t done = 0;
  for (; done + VLEN <= count; done += VLEN) {
    vec s[16];
    for (int k = 0; k < 16; k++) s[k] = v_zero();
    for (size_t c = 0; c < width; c += 8) {
      size_t n = width - c < 8 ? width - c : 8;
      for (size_t k = 0; k < n; k++) {
        s[k] = v_load(columns[c + k] + first + done);
        // Columns are far apart: the hardware does not see the next line coming.
        __builtin_prefetch(columns[c + k] + first + done + 4 * VLEN);
      }
      FN(permute_lanes)(s);
    }
    store_digests(s, digests + done * 8, VLEN);
  }
  for (; done < count; done++) {
    uint32_t state[16] = {0};
    for (size_t c = 0; c < width; c += 8) {
      size_t n = width - c < 8 ? width - c : 8;
      for (size_t k = 0; k < n; k++) state[k] = columns[c + k][first + done];
      FN(permute)(state, 1);
    }
    memcpy(digests + done * 8, state, 32);
  }
}

// Sponge hash of `count` rows of `width` consecutive words.
static void FN(hash_rows)(const uint32_t *rows, size_t width, size_t count, uint32_t *digests) {
  if (count == 1) {
    uint32_t state[16] = {0};
    for (size_t c = 0; c < width; c += 8) {
      memcpy(state, rows + c, (width - c < 8 ? width - c : 8) * 4);
      FN(permute)(state, 1);
    }
    memcpy(digests, state, 32);
    return;
  }
  for (size_t done = 0; done < count; done += VLEN) {
    size_t lanes = count - done < VLEN ? count - done : VLEN;
    uint32_t block[8][VLEN];
    vec s[16];
    for (int k = 0; k < 16; k++) s[k] = v_zero();
    memset(block, 0, sizeof block);
    for (size_t c = 0; c < width; c += 8) {
      size_t n = width - c < 8 ? width - c : 8;
      for (size_t i = 0; i < lanes; i++)
        for (size_t k = 0; k < n; k++) block[k][i] = rows[(done + i) * width + c + k];
      for (size_t k = 0; k < n; k++) s[k] = v_load(block[k]);
      FN(permute_lanes)(s);
    }
    store_digests(s, digests + done * 8, lanes);
  }
}

// out[g * half + a] = compress(in[g * 2 half + a], in[g * 2 half + half + a]); half is a power of two.
static void FN(compress_halves)(const uint32_t *in, uint32_t *out, size_t groups, size_t half) {
  size_t total = groups * half;
  for (size_t done = 0; done < total; done += VLEN) {
    size_t lanes = total - done < VLEN ? total - done : VLEN;
    const uint32_t *left[VLEN];
    for (size_t i = 0; i < VLEN; i++) {
      size_t index = done + (i < lanes ? i : 0), a = index & (half - 1);
      left[i] = in + (2 * (index - a) + a) * 8;
    }
    vec s[16];
    load_pairs(s, left, half * 8);
    FN(permute_lanes)(s);
    store_digests(s, out + done * 8, lanes);
  }
}

// The first of `count` candidates from `start` on whose permuted state has zeros in the `mask` bits of the
// canonical form of rate word 7; UINT64_MAX when there is none. `state` is the sponge before the witness, which
// goes to word `position`.
static uint64_t FN(grind)(const uint32_t *state, size_t position, uint32_t mask, uint64_t start, uint64_t count) {
  vec one = v_set1(1);
  for (uint64_t done = 0; done < count; done += VLEN) {
    uint32_t lanes[VLEN];
    vec s[16];
    for (int k = 0; k < 16; k++) s[k] = v_set1(state[k]);
    for (int i = 0; i < VLEN; i++) lanes[i] = (uint32_t)((((start + done + i) % CK_P) << 32) % CK_P);
    s[position] = v_load(lanes);
    FN(permute_lanes)(s);
    v_store(lanes, v_mul(s[7], one));  // multiplying by the integer 1 leaves the canonical form
    for (int i = 0; i < VLEN; i++)
      if ((lanes[i] & mask) == 0 && done + i < count) return start + done + i;
  }
  return UINT64_MAX;
}
