// Streaming operations on long arrays. Counts need not be multiples of a vector: a tail shorter than a vector is
// copied to a padded buffer and goes through the same code.

// out[i] += sum over columns of coefficients[c] * columns[c][first + i]; coefficients are extension elements.
static void FN(linear_combination)(const uint32_t *const *columns, size_t width, size_t first, size_t count,
                                   const uint32_t *coefficients, uint32_t *out, size_t stride) {
  for (size_t i = 0; i < count; i += VLEN) {
    size_t lanes = count - i < VLEN ? count - i : VLEN;
    uint32_t tail[4][VLEN];
    ext acc;
    if (lanes == VLEN) {
      acc = ext_load(out + i, stride);
    } else {
      memset(tail, 0, sizeof tail);
      for (int k = 0; k < 4; k++) memcpy(tail[k], out + k * stride + i, lanes * 4);
      acc = ext_load(tail[0], VLEN);
    }
    for (size_t c = 0; c < width; c += 4) {
      size_t n = width - c < 4 ? width - c : 4;
      wide sum[4];
      for (size_t j = 0; j < n; j++) {
        vec x;
        const uint32_t *source = columns[c + j] + first + i;
        if (lanes == VLEN) {
          x = v_load(source);
        } else {
          uint32_t padded[VLEN] = {0};
          memcpy(padded, source, lanes * 4);
          x = v_load(padded);
        }
        const uint32_t *e = coefficients + (c + j) * 4;
        CK_UNROLL for (int k = 0; k < 4; k++)
          sum[k] = j == 0 ? wide_mul(x, v_set1(e[k])) : wide_mla(sum[k], x, v_set1(e[k]));
      }
      CK_UNROLL for (int k = 0; k < 4; k++) acc.c[k] = v_add(acc.c[k], wide_reduce4(sum[k]));
    }
    if (lanes == VLEN) {
      ext_store(out + i, stride, acc);
    } else {
      ext_store(tail[0], VLEN, acc);
      for (int k = 0; k < 4; k++) memcpy(out + k * stride + i, tail[k], lanes * 4);
    }
  }
}

// For two tables of weights (planar, one entry a row): sums[t][z] += sum over rows i = z mod n of
// weights_t[i] * column[i], for i < count: a power of two, or a multiple of both n and 16. `sums` holds 2 * n extension
// elements.
static void FN(weighted_sums)(const uint32_t *column, size_t count, size_t n, const uint32_t *weights0,
                              const uint32_t *weights1, size_t stride, uint32_t *sums) {
  const uint32_t *tables[2] = {weights0, weights1};
  size_t period = n < VLEN ? VLEN : n;
  for (int t = 0; t < 2; t++) {
    if (!tables[t]) continue;
    for (size_t z = 0; z < period; z += VLEN) {
      ext acc = ext_zero();
      size_t i = z;
      if (count % period == 0) {
        for (; i < count; i += 4 * period) {
          wide sum[4];
          CK_UNROLL for (int j = 0; j < 4; j++) {
            size_t row = i + j * period;
            if (row >= count) break;
            vec x = v_load(column + row);
            CK_UNROLL for (int k = 0; k < 4; k++) {
              vec w = v_load(tables[t] + k * stride + row);
              sum[k] = j == 0 ? wide_mul(x, w) : wide_mla(sum[k], x, w);
            }
          }
          CK_UNROLL for (int k = 0; k < 4; k++) acc.c[k] = v_add(acc.c[k], wide_reduce4(sum[k]));
        }
      } else {  // fewer rows than lanes
        uint32_t padded[5][VLEN];
        memset(padded, 0, sizeof padded);
        memcpy(padded[4], column, count * 4);
        for (int k = 0; k < 4; k++) memcpy(padded[k], tables[t] + k * stride, count * 4);
        for (int k = 0; k < 4; k++) acc.c[k] = v_mul(v_load(padded[k]), v_load(padded[4]));
      }
      for (int k = 0; k < 4; k++) {
        uint32_t lanes[VLEN];
        v_store(lanes, acc.c[k]);
        for (size_t lane = 0; lane < VLEN; lane++) {
          uint32_t *target = sums + ((size_t)t * n + (z + lane) % n) * 4 + k;
          uint32_t sum = *target + lanes[lane];
          *target = sum >= CK_P ? sum - CK_P : sum;
        }
      }
    }
  }
}

// out[x - first] = sum over z < n of weights[z] * column[(x n + z + shift) mod (mask + 1)], first <= x < first + count.
static void FN(fold_chunks)(const uint32_t *column, size_t first, size_t count, size_t n, size_t shift, size_t mask,
                            const uint32_t *weights, uint32_t *out, size_t stride) {
  for (size_t done = 0; done < count; done += VLEN) {
    size_t lanes = count - done < VLEN ? count - done : VLEN;
    vec x[64];
    load_chunks(x, column, first + done, n, shift, mask);
    ext acc = ext_zero();
    for (size_t z = 0; z < n; z += 4) {
      size_t group = n - z < 4 ? n - z : 4;
      CK_UNROLL for (int k = 0; k < 4; k++) {
        wide sum = wide_mul(x[z], v_set1(weights[z * 4 + k]));
        for (size_t j = 1; j < group; j++) sum = wide_mla(sum, x[z + j], v_set1(weights[(z + j) * 4 + k]));
        acc.c[k] = v_add(acc.c[k], wide_reduce4(sum));
      }
    }
    if (lanes == VLEN) {
      ext_store(out + done, stride, acc);
    } else {
      uint32_t tail[4][VLEN];
      ext_store(tail[0], VLEN, acc);
      for (int k = 0; k < 4; k++) memcpy(out + k * stride + done, tail[k], lanes * 4);
    }
  }
}

// Extension arrays with a tail: loads `lanes` elements, zeros beyond.
CK_INLINE ext ext_load_tail(const uint32_t *p, size_t stride, size_t lanes) {
  if (lanes >= VLEN) return ext_load(p, stride);
  uint32_t tail[4][VLEN];
  memset(tail, 0, sizeof tail);
  for (int k = 0; k < 4; k++) memcpy(tail[k], p + k * stride, lanes * 4);
  return ext_load(tail[0], VLEN);
}
CK_INLINE void ext_store_tail(uint32_t *p, size_t stride, ext a, size_t lanes) {
  if (lanes >= VLEN) {
    ext_store(p, stride, a);
    return;
  }
  uint32_t tail[4][VLEN];
  ext_store(tail[0], VLEN, a);
  for (int k = 0; k < 4; k++) memcpy(p + k * stride, tail[k], lanes * 4);
}
// Loads pairs (2i, 2i + 1) for `lanes` values of i, zeros beyond.
CK_INLINE void ext_load_pairs_tail(const uint32_t *p, size_t stride, size_t lanes, ext *even, ext *odd) {
  if (lanes >= VLEN) {
    ext_load_pairs(p, stride, even, odd);
    return;
  }
  uint32_t tail[4][2 * VLEN];
  memset(tail, 0, sizeof tail);
  for (int k = 0; k < 4; k++) memcpy(tail[k], p + k * stride, lanes * 8);
  ext_load_pairs(tail[0], 2 * VLEN, even, odd);
}

CK_INLINE ext ext_lerp(ext a, ext b, ext r) { return ext_add(a, ext_mul(ext_sub(b, a), r)); }

// out[i] = in[2i] + r (in[2i + 1] - in[2i]) for i < count.
static void FN(ext_fold)(const uint32_t *in, size_t in_stride, const uint32_t *r, uint32_t *out, size_t out_stride,
                         size_t count) {
  ext factor = ext_set1(r);
  for (size_t i = 0; i < count; i += VLEN) {
    ext a, b;
    ext_load_pairs_tail(in + 2 * i, in_stride, count - i, &a, &b);
    ext_store_tail(out + i, out_stride, ext_lerp(a, b, factor), count - i);
  }
}

// The same of base elements.
static void FN(base_fold)(const uint32_t *in, const uint32_t *r, uint32_t *out, size_t out_stride, size_t count) {
  ext factor = ext_set1(r);
  for (size_t i = 0; i < count; i += VLEN) {
    uint32_t tail[2 * VLEN];
    size_t lanes = count - i < VLEN ? count - i : VLEN;
    memset(tail, 0, sizeof tail);
    memcpy(tail, in + 2 * i, lanes * 8);
    vec a, b;
    v_load_pairs(tail, &a, &b);
    ext result = ext_mul_base(factor, v_sub(b, a));
    result.c[0] = v_add(result.c[0], a);
    ext_store_tail(out + i, out_stride, result, lanes);
  }
}

// out[i] = in[2i] + in[2i + 1].
static void FN(ext_pair_sums)(const uint32_t *in, size_t in_stride, uint32_t *out, size_t out_stride, size_t count) {
  for (size_t i = 0; i < count; i += VLEN) {
    ext a, b;
    ext_load_pairs_tail(in + 2 * i, in_stride, count - i, &a, &b);
    ext_store_tail(out + i, out_stride, ext_add(a, b), count - i);
  }
}

// One more coordinate of a tensor table, for i < count: table[half + i] = high * table[i], then
// table[i] = low * table[i].
static void FN(ext_tensor_step)(uint32_t *table, size_t stride, size_t half, size_t count, const uint32_t *low,
                                const uint32_t *high) {
  ext l = ext_set1(low), h = ext_set1(high);
  for (size_t i = 0; i < count; i += VLEN) {
    ext a = ext_load_tail(table + i, stride, count - i);
    ext_store_tail(table + half + i, stride, ext_mul(a, h), count - i);
    ext_store_tail(table + i, stride, ext_mul(a, l), count - i);
  }
}

// out[i] += factor * in[i].
static void FN(ext_multiply_add)(const uint32_t *in, size_t in_stride, const uint32_t *factor, uint32_t *out,
                                 size_t out_stride, size_t count) {
  ext f = ext_set1(factor);
  for (size_t i = 0; i < count; i += VLEN) {
    ext a = ext_load_tail(in + i, in_stride, count - i), b = ext_load_tail(out + i, out_stride, count - i);
    ext_store_tail(out + i, out_stride, ext_add(b, ext_mul(a, f)), count - i);
  }
}

// sum[0] = sum of a[i] b[i].
static void FN(ext_dot)(const uint32_t *a, size_t a_stride, const uint32_t *b, size_t b_stride, size_t count,
                        uint32_t *sum) {
  ext acc = ext_zero();
  for (size_t i = 0; i < count; i += VLEN)
    acc = ext_add(acc, ext_mul(ext_load_tail(a + i, a_stride, count - i), ext_load_tail(b + i, b_stride, count - i)));
  ext_sum(acc, sum);
}

// Round polynomial of sum over i < count of f(X, i) w(X, i), variable X in the index's low bit: its value at 1 and
// its coefficient of X^2.
static void FN(product_round)(const uint32_t *f, size_t f_stride, const uint32_t *w, size_t w_stride, size_t count,
                              uint32_t *at1, uint32_t *leading) {
  ext one = ext_zero(), two = ext_zero();
  for (size_t i = 0; i < count; i += VLEN) {
    ext f0, f1, w0, w1;
    ext_load_pairs_tail(f + 2 * i, f_stride, count - i, &f0, &f1);
    ext_load_pairs_tail(w + 2 * i, w_stride, count - i, &w0, &w1);
    one = ext_add(one, ext_mul(f1, w1));
    two = ext_add(two, ext_mul(ext_sub(f1, f0), ext_sub(w1, w0)));
  }
  ext_sum(one, at1);
  ext_sum(two, leading);
}

// Fraction-sum layers (chapter 10, section 6.3). A layer is held as its nodes of even index (0) and of odd index (1),
// numerators p and denominators q, planar; element y of both makes the parent y.

// The parents of `lanes` pairs from index i on.
CK_INLINE void fraction_add(const uint32_t *p0, const uint32_t *p1, int base, const uint32_t *q0, const uint32_t *q1,
                            size_t stride, size_t i, size_t lanes, ext *p, ext *q) {
  ext a = ext_load_tail(q0 + i, stride, lanes), b = ext_load_tail(q1 + i, stride, lanes);
  if (!base) {
    *p = ext_add(ext_mul(ext_load_tail(p0 + i, stride, lanes), b), ext_mul(ext_load_tail(p1 + i, stride, lanes), a));
  } else if (lanes >= VLEN) {
    *p = ext_add(ext_mul_base(b, v_load(p0 + i)), ext_mul_base(a, v_load(p1 + i)));
  } else {
    uint32_t tail[2][VLEN];
    memset(tail, 0, sizeof tail);
    memcpy(tail[0], p0 + i, lanes * 4);
    memcpy(tail[1], p1 + i, lanes * 4);
    *p = ext_add(ext_mul_base(b, v_load(tail[0])), ext_mul_base(a, v_load(tail[1])));
  }
  *q = ext_mul(a, b);
}

// Parents of the pairs first .. first + count (first even), split again by parity: parent y goes to index y / 2 of
// the even or odd output. `base` says that the numerators are base elements (plane 0 only).
static void FN(fraction_parents)(const uint32_t *p0, const uint32_t *p1, int base, const uint32_t *q0,
                                 const uint32_t *q1, size_t stride, size_t first, size_t count, uint32_t *out_p0,
                                 uint32_t *out_p1, uint32_t *out_q0, uint32_t *out_q1, size_t out_stride) {
  size_t i = 0;
#if VLEN > 1
  for (; i + 2 * VLEN <= count; i += 2 * VLEN) {
    ext p, q, p_next, q_next;
    fraction_add(p0, p1, base, q0, q1, stride, first + i, VLEN, &p, &q);
    fraction_add(p0, p1, base, q0, q1, stride, first + i + VLEN, VLEN, &p_next, &q_next);
    size_t at = (first + i) / 2;
    for (int k = 0; k < 4; k++) {
      v_store(out_p0 + k * out_stride + at, v_evens(p.c[k], p_next.c[k]));
      v_store(out_p1 + k * out_stride + at, v_odds(p.c[k], p_next.c[k]));
      v_store(out_q0 + k * out_stride + at, v_evens(q.c[k], q_next.c[k]));
      v_store(out_q1 + k * out_stride + at, v_odds(q.c[k], q_next.c[k]));
    }
  }
#endif
  for (; i < count; i += VLEN) {
    size_t lanes = count - i < VLEN ? count - i : VLEN;
    ext p, q;
    fraction_add(p0, p1, base, q0, q1, stride, first + i, lanes, &p, &q);
    uint32_t words[2][4][VLEN];
    ext_store(words[0][0], VLEN, p);
    ext_store(words[1][0], VLEN, q);
    for (int k = 0; k < 4; k++)
      for (size_t j = 0; j < lanes; j++) {
        size_t y = first + i + j;
        (y & 1 ? out_p1 : out_p0)[k * out_stride + y / 2] = words[0][k][j];
        (y & 1 ? out_q1 : out_q0)[k * out_stride + y / 2] = words[1][k][j];
      }
  }
}

// Sums over i < count of weights[i] * g(i), with h = (p0 + lambda q0) q1 + p1 q0, variable X in the low index bit:
// g(i) = h at X = 1, then the coefficient of X^2 of h; sums[2] = sum of weights. Twelve words.
static void FN(fraction_round)(const uint32_t *p0, const uint32_t *p1, size_t p_stride, int base, const uint32_t *q0,
                               const uint32_t *q1, size_t q_stride, const uint32_t *weights, size_t weight_stride,
                               const uint32_t *lambda, size_t count, uint32_t *sums) {
  ext one = ext_zero(), two = ext_zero(), total = ext_zero(), l = ext_set1(lambda);
  for (size_t i = 0; i < count; i += VLEN) {
    size_t lanes = count - i;
    ext a0, a1, b0, b1, c0, c1, d0, d1, w = ext_load_tail(weights + i, weight_stride, lanes);
    ext_load_pairs_tail(q0 + 2 * i, q_stride, lanes, &c0, &c1);
    ext_load_pairs_tail(q1 + 2 * i, q_stride, lanes, &d0, &d1);
    if (base) {
      uint32_t tail[2][2 * VLEN];
      memset(tail, 0, sizeof tail);
      size_t n = lanes < VLEN ? lanes : VLEN;
      memcpy(tail[0], p0 + 2 * i, n * 8);
      memcpy(tail[1], p1 + 2 * i, n * 8);
      a0 = a1 = b0 = b1 = ext_zero();
      v_load_pairs(tail[0], &a0.c[0], &a1.c[0]);
      v_load_pairs(tail[1], &b0.c[0], &b1.c[0]);
    } else {
      ext_load_pairs_tail(p0 + 2 * i, p_stride, lanes, &a0, &a1);
      ext_load_pairs_tail(p1 + 2 * i, p_stride, lanes, &b0, &b1);
    }
    ext dc = ext_sub(c1, c0), dd = ext_sub(d1, d0);
    ext h1 = ext_add(ext_mul(ext_add(a1, ext_mul(c1, l)), d1), ext_mul(b1, c1));
    ext h2 = ext_add(ext_mul(ext_add(ext_sub(a1, a0), ext_mul(dc, l)), dd), ext_mul(ext_sub(b1, b0), dc));
    one = ext_add(one, ext_mul(h1, w));
    two = ext_add(two, ext_mul(h2, w));
    total = ext_add(total, w);
  }
  ext_sum(one, sums);
  ext_sum(two, sums + 4);
  ext_sum(total, sums + 8);
}

// out[i] = 1 / in[i], zero for zero; `in` may be `out`. Montgomery's trick lane by lane: three products an element and
// one exponentiation a block.
static void FN(batch_inverse)(const uint32_t *in, uint32_t *out, size_t count) {
  enum { BLOCK = 64 };
  const vec one = v_set1(0x0FFFFFFEu);  // the residue of 1
  for (size_t start = 0; start < count; start += BLOCK * VLEN) {
    size_t length = count - start < BLOCK * VLEN ? count - start : BLOCK * VLEN;
    size_t vectors = (length + VLEN - 1) / VLEN;
    uint32_t values[BLOCK * VLEN], prefixes[BLOCK * VLEN];
    // A zero would spoil its lane's product: it takes part as 1.
    for (size_t i = 0; i < vectors * VLEN; i++)
      values[i] = i < length && in[start + i] != 0 ? in[start + i] : 0x0FFFFFFEu;
    vec product = one;
    for (size_t i = 0; i < vectors; i++) {
      v_store(prefixes + i * VLEN, product);
      product = v_mul(product, v_load(values + i * VLEN));
    }
    // p - 2 = 0x77FFFFFF
    vec inverse = one;
    for (int bit = 30; bit >= 0; bit--) {
      inverse = v_mul(inverse, inverse);
      if (((CK_P - 2) >> bit) & 1) inverse = v_mul(inverse, product);
    }
    for (size_t i = vectors; i-- > 0;) {
      vec value = v_load(values + i * VLEN);
      v_store(values + i * VLEN, v_mul(inverse, v_load(prefixes + i * VLEN)));
      inverse = v_mul(inverse, value);
    }
    for (size_t i = 0; i < length; i++) out[start + i] = in[start + i] != 0 ? values[i] : 0;
  }
}
