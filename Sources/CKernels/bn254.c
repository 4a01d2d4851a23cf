// Poseidon2 over the BN254 scalar field, one state at a time, and the choice between it and the lane forms.
#include "bn254_lanes.h"
#include "bn254_scalar.h"

// MARK: Field

int ck_fr_is_reduced(ck_fr integer) {
  uint64_t borrow;
  fr_raw_sub(integer, fr_q, &borrow);
  return (int)borrow;
}

ck_fr ck_fr_from_integer(ck_fr integer) {
  // 2^256 < 6q: at most 2 + 2 + 1 multiples of q come off.
  ck_fr reduced = fr_reduce_once(fr_reduce_once(integer, fr_two_q), fr_two_q);
  return ck_fr_mul(fr_normalised(reduced), fr_r_squared);
}

ck_fr ck_fr_to_integer(ck_fr element) { return ck_fr_mul(element, (ck_fr){1, 0, 0, 0}); }

ck_fr ck_fr_add(ck_fr a, ck_fr b) { return fr_reduce_once(fr_raw_add(a, b), fr_q); }

ck_fr ck_fr_sub(ck_fr a, ck_fr b) {
  uint64_t borrow;
  ck_fr difference = fr_raw_sub(a, b, &borrow);
  return borrow ? fr_raw_add(difference, fr_q) : difference;  // wraps back into 0 ..< q
}

ck_fr ck_fr_mul(ck_fr a, ck_fr b) { return fr_normalised(fr_lazy_mul(a, b)); }

ck_fr ck_fr_inverse(ck_fr a) {
  uint64_t exponent[4] = {fr_q.l0 - 2, fr_q.l1, fr_q.l2, fr_q.l3};
  ck_fr result = ck_fr_from_integer((ck_fr){1, 0, 0, 0});
  for (int bit = 253; bit >= 0; bit--) {
    result = fr_lazy_mul(result, result);
    if (exponent[bit >> 6] >> (bit & 63) & 1) result = fr_lazy_mul(result, a);
  }
  return fr_normalised(result);
}

// MARK: Permutation (section 2.2); values below 2q throughout

static inline void external_layer(ck_fr *s, int width) {
  ck_fr sum = fr_lazy_add(s[0], s[1]);
  if (width == 3) sum = fr_lazy_add(sum, s[2]);
  for (int i = 0; i < width; i++) s[i] = fr_lazy_add(s[i], sum);
}

static inline void permute_lazy(ck_fr *s, const int width) {
  const int half_rounds = width == 3 ? 4 : 3, internal_rounds = width == 3 ? 56 : 50;
  const ck_fr *constant = width == 3 ? fr_rc3 : fr_rc2;
  external_layer(s, width);
  for (int half = 0; half < 2; half++) {
    for (int r = 0; r < half_rounds; r++) {
      for (int i = 0; i < width; i++) s[i] = fr_lazy_fifth_power(fr_lazy_add(s[i], *constant++));
      external_layer(s, width);
    }
    for (int r = 0; half == 0 && r < internal_rounds; r++) {
      s[0] = fr_lazy_fifth_power(fr_lazy_add(s[0], *constant++));
      ck_fr sum = fr_lazy_add(s[0], s[1]);
      if (width == 3) sum = fr_lazy_add(sum, s[2]);
      s[0] = fr_lazy_add(s[0], sum);
      // The diagonal is 1, .., 1, 2.
      if (width == 3) s[1] = fr_lazy_add(s[1], sum);
      ck_fr *last = &s[width - 1];
      *last = fr_lazy_add(fr_lazy_add(*last, *last), sum);
    }
  }
}

static void permute2(ck_fr *s) { permute_lazy(s, 2); }
static void permute3(ck_fr *s) { permute_lazy(s, 3); }

void ck_bn254_permute(int level, int width, ck_fr *states, size_t count) {
  if (width != 2 && width != 3) return;
  size_t done = 0;
#if defined(__x86_64__)
  const lane_kernels *kernels = lane_kernels_for(level);
  for (; kernels && count - done >= kernels->lanes; done += kernels->lanes)
    kernels->permute(width, states + done * (size_t)width);
#endif
  for (; done < count; done++) {
    ck_fr *s = states + done * (size_t)width;
    if (width == 3) permute3(s); else permute2(s);
    for (int i = 0; i < width; i++) s[i] = fr_normalised(s[i]);
  }
}

// MARK: Sponge over rows (section 2.4)

static ck_fr hash_row(const row_source *source, size_t row) {
  ck_fr s[3] = {fr_zero, fr_zero, fr_zero};
  for (size_t start = 0; start < source->width; start += 16) {
    for (size_t cell = 0; cell < 2 && start + 8 * cell < source->width; cell++) {
      ck_fr packed = fr_zero;
      size_t count = source->width - start - 8 * cell;
      for (unsigned i = 0; i < (count < 8 ? count : 8); i++)
        packed = fr_with_packed(packed, babybear_integer(*row_element(source, row, start + 8 * cell + i)), i);
      s[cell] = fr_lazy_mul(packed, fr_r_squared);
    }
    permute3(s);
  }
  return fr_normalised(s[0]);
}

static void hash_rows(int level, const row_source *source, size_t first, size_t count, ck_fr *digests) {
  size_t done = 0;
#if defined(__x86_64__)
  const lane_kernels *kernels = lane_kernels_for(level);
  if (kernels && count >= kernels->lanes) {
    for (; done < count; done += kernels->lanes) {
      // The last group is moved back over rows already done, so that it is a full one.
      if (count - done < kernels->lanes) done = count - kernels->lanes;
      kernels->hash_rows(source, first + done, digests + done);
    }
  }
#endif
  for (; done < count; done++) digests[done] = hash_row(source, first + done);
}

void ck_bn254_hash_rows(int level, const uint32_t *const *columns, size_t width, size_t first, size_t count,
                        ck_fr *digests) {
  row_source source = {.columns = columns, .rows = NULL, .width = width};
  hash_rows(level, &source, first, count, digests);
}

void ck_bn254_hash_rows_row_major(int level, const uint32_t *rows, size_t width, size_t count, ck_fr *digests) {
  row_source source = {.columns = NULL, .rows = rows, .width = width};
  hash_rows(level, &source, 0, count, digests);
}

// MARK: Compression (section 2.5)

void ck_bn254_compress_halves(int level, const ck_fr *input, ck_fr *output, size_t groups, size_t half) {
  if (groups == 0 || half == 0) return;
  const size_t count = groups * half;
  size_t done = 0;
#if defined(__x86_64__)
  const lane_kernels *kernels = lane_kernels_for(level);
  if (kernels && count >= kernels->lanes) {
    const ck_fr *left[MAX_LANES], *right[MAX_LANES];
    for (; done < count; done += kernels->lanes) {
      if (count - done < kernels->lanes) done = count - kernels->lanes;
      for (size_t i = 0; i < kernels->lanes; i++) {
        size_t group = (done + i) / half, at = (done + i) % half;
        left[i] = input + group * 2 * half + at;
        right[i] = left[i] + half;
      }
      kernels->compress(left, right, output + done);
    }
  }
#endif
  for (; done < count; done++) {
    const ck_fr *left = input + done / half * 2 * half + done % half;
    ck_fr s[2] = {left[0], left[half]};
    permute2(s);
    output[done] = fr_normalised(s[0]);
  }
}

// MARK: Grinding (sections 3.3 and 8.7)

static int is_witness(const ck_bn254_grind_task *task, uint32_t candidate) {
  ck_fr s[3] = {task->state[0], task->state[1], task->state[2]};
  s[task->cell & 1] = fr_lazy_mul(fr_with_packed(task->packed, candidate, task->position & 7), fr_r_squared);
  permute3(s);
  return (fr_integer_mod_p(ck_fr_to_integer(fr_normalised(s[1]))) & ((1u << task->bits) - 1)) == 0;
}

uint64_t ck_bn254_grind(int level, const ck_bn254_grind_task *task, uint64_t first, uint64_t count) {
  uint64_t done = 0;
#if defined(__x86_64__)
  const lane_kernels *kernels = lane_kernels_for(level);
  ck_fr samples[MAX_LANES];
  for (; kernels && count - done >= kernels->lanes; done += kernels->lanes) {
    kernels->grind(task, first + done, samples);
    for (size_t i = 0; i < kernels->lanes; i++)
      if ((fr_integer_mod_p(samples[i]) & ((1u << task->bits) - 1)) == 0) return first + done + i;
  }
#endif
  for (; done < count; done++)
    if (is_witness(task, (uint32_t)(first + done))) return first + done;
  return UINT64_MAX;
}
