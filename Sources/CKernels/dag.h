// Execution of constraint programs over blocks of points: one instruction works on a whole block, so that decoding
// costs nothing and operands stay in a near cache. See include/ckernels.h for the instructions.

CK_INLINE void dag_arithmetic(const ck_instruction *in, uint32_t *out, uint32_t *const *slots,
                              const uint32_t *constants, size_t lanes) {
  const uint32_t *a = slots[in->a];
  switch (in->op) {
    case CK_ADD: {
      const uint32_t *b = slots[in->b];
      for (size_t i = 0; i < lanes; i += VLEN) v_store(out + i, v_add(v_load(a + i), v_load(b + i)));
      break;
    }
    case CK_SUB: {
      const uint32_t *b = slots[in->b];
      for (size_t i = 0; i < lanes; i += VLEN) v_store(out + i, v_sub(v_load(a + i), v_load(b + i)));
      break;
    }
    case CK_MUL: {
      const uint32_t *b = slots[in->b];
      for (size_t i = 0; i < lanes; i += VLEN) v_store(out + i, v_mul(v_load(a + i), v_load(b + i)));
      break;
    }
    case CK_NEG:
      for (size_t i = 0; i < lanes; i += VLEN) v_store(out + i, v_sub(v_zero(), v_load(a + i)));
      break;
    case CK_ADD_CONST: {
      vec c = v_set1(constants[in->b]);
      for (size_t i = 0; i < lanes; i += VLEN) v_store(out + i, v_add(v_load(a + i), c));
      break;
    }
    case CK_CONST_SUB: {
      vec c = v_set1(constants[in->b]);
      for (size_t i = 0; i < lanes; i += VLEN) v_store(out + i, v_sub(c, v_load(a + i)));
      break;
    }
    case CK_MUL_CONST: {
      vec c = v_set1(constants[in->b]);
      for (size_t i = 0; i < lanes; i += VLEN) v_store(out + i, v_mul(v_load(a + i), c));
      break;
    }
    case CK_CONST: {
      vec c = v_set1(constants[in->b]);
      for (size_t i = 0; i < lanes; i += VLEN) v_store(out + i, c);
      break;
    }
    default: break;
  }
}

// accumulator (planar, stride lanes) += weight * value
CK_INLINE void dag_accumulate(uint32_t *accumulator, const uint32_t *value, const uint32_t *weight, size_t lanes) {
  ext w = ext_set1(weight);
  for (size_t i = 0; i < lanes; i += VLEN) {
    vec x = v_load(value + i);
    CK_UNROLL for (int k = 0; k < 4; k++)
      v_store(accumulator + k * lanes + i, v_add(v_load(accumulator + k * lanes + i), v_mul(x, w.c[k])));
  }
}

// Values of a column on the cosets, for the points of a block: local[(coset * n + z) * xs + x], and the same of the
// column one row on (chapter 10, section 8.3) when `next` is not null.
static void FN(dag_load_cosets)(const ck_coset_domain *d, const uint32_t *column, size_t first, uint32_t *local,
                                uint32_t *next) {
  size_t n = (size_t)1 << d->log_n, xs = d->xs;
  for (size_t x0 = 0; x0 < xs; x0 += VLEN) {
    vec coefficients[64], points[64];
    load_chunks(coefficients, column, first + x0, n, 0, d->mask);
    vec step = v_zero();
    if (next) {  // T(1, x + 1) - T(1, x)
      uint32_t lanes[VLEN];
      for (size_t i = 0; i < VLEN; i++) lanes[i] = (uint32_t)(((first + x0 + i + 1) * n) & d->mask);
      step = v_sub(v_gather(column, v_load(lanes)), coefficients[0]);
    }
    if (d->first_is_domain)
      for (size_t z = 0; z < n; z++) v_store(local + z * xs + x0, coefficients[z]);
    if (d->cosets > (d->first_is_domain ? 1 : 0)) small_inverse(coefficients, n, d->inverse_roots);
    for (size_t c = 0; c < d->cosets; c++) {
      if (c > 0 || !d->first_is_domain) {
        for (size_t j = 0; j < n; j++) points[j] = v_mul(coefficients[j], v_set1(d->scales[c * n + j]));
        small_forward(points, n, d->roots);
        for (size_t z = 0; z < n; z++) v_store(local + (c * n + z) * xs + x0, points[z]);
      }
      if (next)
        for (size_t z = 0; z < n; z++) {
          vec shifted = v_load(local + (c * n + ((z + 1) & (n - 1))) * xs + x0);
          v_store(next + (c * n + z) * xs + x0, v_add(shifted, v_mul(step, v_set1(d->rotations[c * n + z]))));
        }
    }
  }
}

// Runs a program on the points of chunks first .. first + xs and adds to sums (accumulator, coset, z), four words
// each, the sum over the chunks of weights[x] (planar) times the accumulator.
static void FN(dag_cosets)(const ck_program *program, const ck_coset_domain *d, const uint32_t *const *columns,
                           uint32_t **slots, uint32_t *accumulators, size_t first, const uint32_t *weights,
                           size_t weight_stride, uint32_t *sums) {
  size_t n = (size_t)1 << d->log_n, xs = d->xs, lanes = d->cosets * n * xs;
  memset(accumulators, 0, program->accumulators * 4 * lanes * 4);
  for (size_t i = 0; i < program->count; i++) {
    const ck_instruction *in = program->instructions + i;
    if (in->op == CK_LOAD)
      FN(dag_load_cosets)(d, columns[in->a], first, slots[in->out], in->b == CK_NONE ? NULL : slots[in->b]);
    else if (in->op == CK_ACCUMULATE)
      dag_accumulate(accumulators + in->out * 4 * lanes, slots[in->a], program->weights + 4 * in->b, lanes);
    else
      dag_arithmetic(in, slots[in->out], slots, program->constants, lanes);
  }
  for (size_t a = 0; a < program->accumulators; a++)
    for (size_t point = 0; point < d->cosets * n; point++) {
      ext sum = ext_zero();
      for (size_t x = 0; x < xs; x += VLEN)
        sum = ext_add(sum, ext_mul(ext_load(accumulators + a * 4 * lanes + point * xs + x, lanes),
                                   ext_load(weights + x, weight_stride)));
      uint32_t words[4], *target = sums + (a * d->cosets * n + point) * 4;
      ext_sum(sum, words);
      for (int k = 0; k < 4; k++) {
        uint32_t s = target[k] + words[k];
        target[k] = s >= CK_P ? s - CK_P : s;
      }
    }
}

// Runs a program on rows first .. first + lanes of a trace with `mask` + 1 rows. An accumulator is started by CK_START
// and its fraction written by CK_EMIT: numerator norm * slot a, denominator accumulator 0, at leaf `out_offsets[out]`
// plus the row, even leaves to index leaf / 2 of p0, q0, odd ones to p1, q1.
static void FN(dag_rows)(const ck_program *program, const uint32_t *const *columns, size_t mask, uint32_t **slots,
                         uint32_t *const *scratch, uint32_t *accumulators, size_t first, size_t rows, size_t lanes,
                         const size_t *out_offsets, uint32_t norm, uint32_t *p0, uint32_t *p1, uint32_t *q0,
                         uint32_t *q1, size_t stride) {
  vec factor = v_set1(norm);
  for (size_t i = 0; i < program->count; i++) {
    const ck_instruction *in = program->instructions + i;
    switch (in->op) {
      case CK_LOAD: {
        const uint32_t *column = columns[in->a];
        slots[in->out] = (uint32_t *)column + first;  // read only
        if (in->b != CK_NONE) {
          if (first + rows <= mask) {
            slots[in->b] = (uint32_t *)column + first + 1;
          } else {
            uint32_t *copy = scratch[in->b];
            for (size_t r = 0; r < rows; r++) copy[r] = column[(first + r + 1) & mask];
            slots[in->b] = copy;
          }
        }
        break;
      }
      case CK_START: {
        for (int k = 0; k < 4; k++) {
          vec c = v_set1(program->weights[4 * in->b + k]);
          for (size_t r = 0; r < lanes; r += VLEN) v_store(accumulators + k * lanes + r, c);
        }
        break;
      }
      case CK_ACCUMULATE:
        dag_accumulate(accumulators, slots[in->a], program->weights + 4 * in->b, lanes);
        break;
      case CK_EMIT: {
        size_t leaf = out_offsets[in->out] + first, r = 0;
        const uint32_t *count = slots[in->a];
#if VLEN > 1
        if ((leaf & 1) == 0)
          for (; r + 2 * VLEN <= rows; r += 2 * VLEN) {
            size_t at = (leaf + r) / 2;
            vec a = v_load(count + r), b = v_load(count + r + VLEN);
            if (norm != 0) a = v_mul(a, factor), b = v_mul(b, factor);
            v_store(p0 + at, v_evens(a, b));
            v_store(p1 + at, v_odds(a, b));
            for (int k = 0; k < 4; k++) {
              a = v_load(accumulators + k * lanes + r), b = v_load(accumulators + k * lanes + r + VLEN);
              v_store(q0 + k * stride + at, v_evens(a, b));
              v_store(q1 + k * stride + at, v_odds(a, b));
            }
          }
#endif
        for (; r < rows; r++) {
          size_t at = (leaf + r) / 2, odd = (leaf + r) & 1;
          uint32_t lane[VLEN];
          v_store(lane, norm != 0 ? v_mul(v_set1(count[r]), factor) : v_set1(count[r]));
          (odd ? p1 : p0)[at] = lane[0];
          for (int k = 0; k < 4; k++) (odd ? q1 : q0)[k * stride + at] = accumulators[k * lanes + r];
        }
        break;
      }
      default:
        // The slot may still point at a column.
        dag_arithmetic(in, scratch[in->out], slots, program->constants, lanes);
        slots[in->out] = scratch[in->out];
    }
  }
}

// The same over extension values: slots and accumulators are planar with stride `lanes` = points * ys. Column tables
// are planar; the block covers pairs first .. first + ys, at X = 1 .. points of the low index bit.
static void FN(dag_pairs)(const ck_program *program, const uint32_t *const *tables, size_t table_stride,
                          uint32_t *const *slots, uint32_t *accumulator, size_t first, size_t pairs, size_t ys,
                          size_t points, const uint32_t *weights, size_t weight_stride, uint32_t *sums) {
  size_t lanes = points * ys;
  memset(accumulator, 0, 4 * lanes * 4);
  for (size_t i = 0; i < program->count; i++) {
    const ck_instruction *in = program->instructions + i;
    uint32_t *out = in->op == CK_ACCUMULATE ? accumulator : slots[in->out];
    const uint32_t *a = in->op == CK_LOAD ? NULL : slots[in->a];
    switch (in->op) {
      case CK_LOAD:
        for (size_t y = 0; y < ys; y += VLEN) {
          size_t left = y < pairs ? pairs - y : 0;
          ext low, high;
          ext_load_pairs_tail(tables[in->a] + 2 * (first + y), table_stride, left, &low, &high);
          ext step = ext_sub(high, low);
          for (size_t x = 0; x < points; x++, high = ext_add(high, step)) ext_store(out + x * ys + y, lanes, high);
        }
        break;
      case CK_ADD:
      case CK_SUB: {
        const uint32_t *b = slots[in->b];
        if (in->op == CK_ADD)
          for (size_t j = 0; j < 4 * lanes; j += VLEN) v_store(out + j, v_add(v_load(a + j), v_load(b + j)));
        else
          for (size_t j = 0; j < 4 * lanes; j += VLEN) v_store(out + j, v_sub(v_load(a + j), v_load(b + j)));
        break;
      }
      case CK_MUL: {
        const uint32_t *b = slots[in->b];
        for (size_t j = 0; j < lanes; j += VLEN)
          ext_store(out + j, lanes, ext_mul(ext_load(a + j, lanes), ext_load(b + j, lanes)));
        break;
      }
      case CK_NEG:
        for (size_t j = 0; j < 4 * lanes; j += VLEN) v_store(out + j, v_sub(v_zero(), v_load(a + j)));
        break;
      case CK_ADD_CONST: {
        vec c = v_set1(program->constants[in->b]);
        for (size_t j = 0; j < lanes; j += VLEN) v_store(out + j, v_add(v_load(a + j), c));
        if (out != a) memcpy(out + lanes, a + lanes, 3 * lanes * 4);
        break;
      }
      case CK_CONST_SUB: {
        vec c = v_set1(program->constants[in->b]);
        for (size_t j = 0; j < lanes; j += VLEN) v_store(out + j, v_sub(c, v_load(a + j)));
        for (size_t j = lanes; j < 4 * lanes; j += VLEN) v_store(out + j, v_sub(v_zero(), v_load(a + j)));
        break;
      }
      case CK_MUL_CONST: {
        vec c = v_set1(program->constants[in->b]);
        for (size_t j = 0; j < 4 * lanes; j += VLEN) v_store(out + j, v_mul(v_load(a + j), c));
        break;
      }
      case CK_CONST: {
        vec c = v_set1(program->constants[in->b]);
        for (size_t j = 0; j < lanes; j += VLEN) v_store(out + j, c);
        memset(out + lanes, 0, 3 * lanes * 4);
        break;
      }
      case CK_ACCUMULATE: {
        ext w = ext_set1(program->weights + 4 * in->b);
        for (size_t j = 0; j < lanes; j += VLEN)
          ext_store(out + j, lanes, ext_add(ext_load(out + j, lanes), ext_mul(ext_load(a + j, lanes), w)));
        break;
      }
      default: break;
    }
  }
  for (size_t x = 0; x < points; x++) {
    ext sum = ext_zero();
    for (size_t y = 0; y < ys; y += VLEN) {
      size_t left = y < pairs ? pairs - y : 0;
      if (left == 0) break;
      sum = ext_add(sum, ext_mul(ext_load(accumulator + x * ys + y, lanes),
                                 ext_load_tail(weights + first + y, weight_stride, left)));
    }
    uint32_t words[4];
    ext_sum(sum, words);
    for (int k = 0; k < 4; k++) {
      uint32_t s = sums[x * 4 + k] + words[k];
      sums[x * 4 + k] = s >= CK_P ? s - CK_P : s;
    }
  }
}
