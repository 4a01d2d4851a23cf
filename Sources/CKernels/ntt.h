// Number-theoretic transforms.
//
// The large transform evaluates a polynomial, coefficients in natural order, on a coset of a subgroup, values in
// bit-reversed order. It splits by x^(2n) - c^2 = (x^n - c)(x^n + c): block b of a layer is the remainder modulo
// x^n - c with c = twiddles[b] for its sibling split, and twiddles[b] = exp(i pi 0.b0 b1 b2 ..) with b's bits from the
// lowest, whatever the layer. One twiddle serves a whole block, so the upper layers, where data streams from
// memory, need no table. Block 0 of size n is the subgroup of order n; the blocks of a layer are its cosets in
// the larger subgroup.

#if CK_ISA == 2

// x with its lanes paired at distance `half` in blocks of 2 half: (u, v) -> (u + c v, u - c v).
#define IN_LANE(x, half, low, high, mask, c)                                         \
  ({                                                                                 \
    vec product_ = v_mul(high, c);                                                   \
    product_ = _mm512_mask_sub_epi32(product_, mask, v_set1(CK_P), product_);        \
    v_add(low, product_);                                                            \
  })
CK_INLINE vec ntt_in_lane(vec x, const uint32_t *tw, size_t block) {
  const vec by8 = _mm512_setr_epi32(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1);
  const vec by4 = _mm512_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
  const vec by2 = _mm512_setr_epi32(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7);
  x = IN_LANE(x, 8, _mm512_shuffle_i64x2(x, x, 0x44), _mm512_shuffle_i64x2(x, x, 0xEE), 0xFF00, v_set1(tw[block]));
  x = IN_LANE(x, 4, _mm512_shuffle_i64x2(x, x, 0xA0), _mm512_shuffle_i64x2(x, x, 0xF5), 0xF0F0,
              _mm512_permutexvar_epi32(by8, v_load(tw + 2 * block)));
  x = IN_LANE(x, 2, _mm512_shuffle_epi32(x, 0x44), _mm512_shuffle_epi32(x, 0xEE), 0xCCCC,
              _mm512_permutexvar_epi32(by4, v_load(tw + 4 * block)));
  return IN_LANE(x, 1, _mm512_shuffle_epi32(x, 0xA0), _mm512_shuffle_epi32(x, 0xF5), 0xAAAA,
                 _mm512_permutexvar_epi32(by2, v_load(tw + 8 * block)));
}

#elif CK_ISA == 1

#define IN_LANE(x, half, low, high, mask, c)                                           \
  ({                                                                                   \
    vec product_ = v_mul(high, c);                                                     \
    product_ = _mm256_blend_epi32(product_, v_raw_sub(v_set1(CK_P), product_), mask);  \
    v_add(low, product_);                                                              \
  })
CK_INLINE vec ntt_in_lane(vec x, const uint32_t *tw, size_t block) {
  const vec by4 = _mm256_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1);
  const vec by2 = _mm256_setr_epi32(0, 0, 1, 1, 2, 2, 3, 3);
  x = IN_LANE(x, 4, _mm256_permute2x128_si256(x, x, 0x00), _mm256_permute2x128_si256(x, x, 0x11), 0xF0,
              v_set1(tw[block]));
  x = IN_LANE(x, 2, _mm256_shuffle_epi32(x, 0x44), _mm256_shuffle_epi32(x, 0xEE), 0xCC,
              _mm256_permutevar8x32_epi32(v_load(tw + 2 * block), by4));
  return IN_LANE(x, 1, _mm256_shuffle_epi32(x, 0xA0), _mm256_shuffle_epi32(x, 0xF5), 0xAA,
                 _mm256_permutevar8x32_epi32(v_load(tw + 4 * block), by2));
}

#else

CK_INLINE vec ntt_in_lane(vec x, const uint32_t *tw, size_t block) {
  (void)tw;
  (void)block;
  return x;
}

#endif

// One layer, plainly: for blocks too small for vectors.
static void FN(ntt_layer_plain)(uint32_t *data, size_t half, uint32_t twiddle) {
  for (size_t i = 0; i < half; i++) {
    uint64_t product = (uint64_t)data[half + i] * twiddle;
    uint32_t correction = (uint32_t)(((uint64_t)((uint32_t)product * CK_MU) * CK_P) >> 32);
    uint32_t t = (uint32_t)(product >> 32) - correction;
    if (t >= CK_P) t += CK_P;
    uint32_t u = data[i], sum = u + t, difference = u - t;
    data[i] = sum >= CK_P ? sum - CK_P : sum;
    data[half + i] = u >= t ? difference : difference + CK_P;
  }
}

static void FN(ntt_layer)(uint32_t *data, size_t half, uint32_t twiddle) {
  vec c = v_set1(twiddle);
  for (size_t i = 0; i < half; i += VLEN) {
    vec u = v_load(data + i), t = v_mul(v_load(data + half + i), c);
    v_store(data + i, v_add(u, t));
    v_store(data + half + i, v_sub(u, t));
  }
}

// Two layers in one pass over the block.
static void FN(ntt_two_layers)(uint32_t *data, size_t quarter, uint32_t upper, uint32_t lower, uint32_t lower_odd) {
  vec c1 = v_set1(upper), c2 = v_set1(lower), c3 = v_set1(lower_odd);
  uint32_t *p0 = data, *p1 = data + quarter, *p2 = p1 + quarter, *p3 = p2 + quarter;
  for (size_t i = 0; i < quarter; i += VLEN) {
    vec x0 = v_load(p0 + i), x1 = v_load(p1 + i);
    vec t2 = v_mul(v_load(p2 + i), c1), t3 = v_mul(v_load(p3 + i), c1);
    vec a = v_add(x0, t2), b = v_mul(v_add(x1, t3), c2);
    vec c = v_sub(x0, t2), d = v_mul(v_sub(x1, t3), c3);
    v_store(p0 + i, v_add(a, b));
    v_store(p1 + i, v_sub(a, b));
    v_store(p2 + i, v_add(c, d));
    v_store(p3 + i, v_sub(c, d));
  }
}

// Evaluates the polynomial of 2^log_n coefficients in `data` on block `block`, in place. `twiddles` holds at least
// (block + 1) * 2^(log_n - 1) entries and 16 words beyond.
static void FN(ntt)(uint32_t *data, size_t log_n, size_t block, const uint32_t *twiddles) {
  if (log_n == 0) return;
  size_t n = (size_t)1 << log_n;
  if (log_n < LOG_VLEN + 2) {
    for (size_t half = n / 2, blocks = 1; half > 0; half /= 2, blocks *= 2)
      for (size_t b = 0; b < blocks; b++)
        FN(ntt_layer_plain)(data + b * 2 * half, half, twiddles[block * blocks + b]);
    return;
  }
  if (log_n > 12) {  // more than a first-level cache: two layers, then each quarter by itself
    FN(ntt_two_layers)(data, n / 4, twiddles[block], twiddles[2 * block], twiddles[2 * block + 1]);
    for (size_t q = 0; q < 4; q++) FN(ntt)(data + q * (n / 4), log_n - 2, 4 * block + q, twiddles);
    return;
  }
  size_t layers = log_n - LOG_VLEN, blocks = 1, size = n;
  if (layers & 1) {
    FN(ntt_layer)(data, n / 2, twiddles[block]);
    blocks = 2;
    size = n / 2;
    layers--;
  }
  for (; layers > 0; layers -= 2, blocks *= 4, size /= 4)
    for (size_t b = 0; b < blocks; b++) {
      size_t global = block * blocks + b;
      FN(ntt_two_layers)(data + b * size, size / 4, twiddles[global], twiddles[2 * global], twiddles[2 * global + 1]);
    }
#if VLEN > 1
  for (size_t i = 0; i < n / VLEN; i++)
    v_store(data + i * VLEN, ntt_in_lane(v_load(data + i * VLEN), twiddles, block * (n / VLEN) + i));
#endif
}

// Small transforms of N = 2^log_n <= 64 vectors, lane by lane. `roots` holds for every layer of half-size h the
// h powers of the root of order 2h, at roots + h.

// Evaluations in natural order to N times the coefficients in bit-reversed order.
CK_INLINE void small_inverse(vec *x, size_t n, const uint32_t *inverse_roots) {
  for (size_t half = n / 2; half > 0; half /= 2)
    for (size_t b = 0; b < n; b += 2 * half)
      for (size_t j = 0; j < half; j++) {
        vec u = x[b + j], v = x[b + half + j];
        x[b + j] = v_add(u, v);
        vec d = v_sub(u, v);
        x[b + half + j] = j == 0 ? d : v_mul(d, v_set1(inverse_roots[half + j]));
      }
}

// Coefficients in bit-reversed order to evaluations in natural order.
CK_INLINE void small_forward(vec *x, size_t n, const uint32_t *roots) {
  for (size_t half = 1; half < n; half *= 2)
    for (size_t b = 0; b < n; b += 2 * half)
      for (size_t j = 0; j < half; j++) {
        vec u = x[b + j], v = x[b + half + j];
        if (j != 0) v = v_mul(v, v_set1(roots[half + j]));
        x[b + j] = v_add(u, v);
        x[b + half + j] = v_sub(u, v);
      }
}

// x[z] = the elements with index (first + lane) * n + z + shift, modulo the array's length mask + 1.
CK_INLINE void load_chunks(vec *x, const uint32_t *data, size_t first, size_t n, size_t shift, size_t mask) {
  if (n == VLEN && (first + VLEN) * n + shift <= mask + 1) {
    for (size_t i = 0; i < VLEN; i++) x[i] = v_load(data + (first + i) * n + shift);
    v_transpose(x);
    return;
  }
  uint32_t lanes[VLEN];
  for (size_t i = 0; i < VLEN; i++) lanes[i] = (uint32_t)(((first + i) * n) & mask);
  vec start = v_load(lanes), last = v_set1((uint32_t)mask);
  for (size_t z = 0; z < n; z++)
    x[z] = v_gather(data, v_raw_and(v_raw_add(start, v_set1((uint32_t)(z + shift))), last));
}

// Chunk by chunk of 2^log_n, `chunks` a power of two: interpolates, then adds up the coefficients over subsets of the
// index bits (chapter 10, section 6.1). In place.
static void FN(chunk_message)(uint32_t *data, size_t log_n, size_t chunks, const uint32_t *inverse_roots,
                              uint32_t n_inverse) {
  size_t n = (size_t)1 << log_n;
  if (log_n == 0) return;
  vec scale = v_set1(n_inverse);
  for (size_t first = 0; first < chunks; first += VLEN) {
    vec x[64];
    load_chunks(x, data, first, n, 0, chunks * n - 1);
    small_inverse(x, n, inverse_roots);
    for (size_t i = 0; i < n; i++) x[i] = v_mul(x[i], scale);
    for (size_t bit = 1; bit < n; bit *= 2)
      for (size_t s = 0; s < n; s++)
        if (s & bit) x[s] = v_add(x[s], x[s ^ bit]);
    size_t lanes = chunks - first < VLEN ? chunks - first : VLEN;
    vec y[64];
    for (size_t s = 0; s < n; s++) {
      size_t reversed = 0;
      for (size_t i = 0; i < log_n; i++) reversed |= ((s >> i) & 1) << (log_n - 1 - i);
      y[reversed] = x[s];
    }
    if (n == VLEN && lanes == VLEN) {
      v_transpose(y);
      for (size_t i = 0; i < VLEN; i++) v_store(data + (first + i) * n, y[i]);
    } else {
      for (size_t s = 0; s < n; s++) {
        uint32_t words[VLEN];
        v_store(words, y[s]);
        for (size_t i = 0; i < lanes; i++) data[(first + i) * n + s] = words[i];
      }
    }
  }
}

// For every index bit from `low` on: adds (sign > 0) or subtracts the element without the bit. In place.
static void FN(subset_sum)(uint32_t *data, size_t log_n, size_t low, int sign) {
  if (log_n <= low) return;
  size_t half = (size_t)1 << (log_n - 1);
  // The bits commute: the halves first, each within a cache as soon as it fits, then the top bit.
  FN(subset_sum)(data, log_n - 1, low, sign);
  FN(subset_sum)(data + half, log_n - 1, low, sign);
  if (half >= VLEN) {
    for (size_t i = 0; i < half; i += VLEN) {
      vec a = v_load(data + i), b = v_load(data + half + i);
      v_store(data + half + i, sign > 0 ? v_add(b, a) : v_sub(b, a));
    }
  } else {
    for (size_t i = 0; i < half; i++) {
      uint32_t a = data[i], b = data[half + i];
      uint32_t r = sign > 0 ? a + b : b - a;
      if (sign > 0) data[half + i] = r >= CK_P ? r - CK_P : r;
      else data[half + i] = b >= a ? r : r + CK_P;
    }
  }
}
