// One vocabulary of vector operations over BabyBear, in three forms. A file that includes this header defines
// CK_ISA first: 0 scalar (one lane, plain integers: the reference), 1 AVX2 (8 lanes), 2 AVX-512 (16 lanes).
//
// A lane of `vec` is a Montgomery residue below p. A lane of `wide` is an unreduced 64-bit sum of at most four
// products of residues; it is held as two vectors, the even lanes and the odd ones, since the multiply
// instructions take 32-bit factors from every second lane.
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define CK_P 0x78000001u
#define CK_MU 0x88000001u  // p^-1 mod 2^32
#define CK_INLINE static inline __attribute__((always_inline))
#define CK_UNROLL _Pragma("clang loop unroll(full)")
#define CK_ROLLED _Pragma("clang loop unroll(disable)")

#if CK_ISA == 2

#include <immintrin.h>
#define VLEN 16
#define LOG_VLEN 4
typedef __m512i vec;
typedef struct { __m512i even, odd; } wide;

CK_INLINE vec v_load(const uint32_t *p) { return _mm512_loadu_si512(p); }
CK_INLINE void v_store(uint32_t *p, vec a) { _mm512_storeu_si512(p, a); }
CK_INLINE vec v_set1(uint32_t a) { return _mm512_set1_epi32((int)a); }
CK_INLINE vec v_zero(void) { return _mm512_setzero_si512(); }
CK_INLINE vec v_raw_add(vec a, vec b) { return _mm512_add_epi32(a, b); }
CK_INLINE vec v_raw_sub(vec a, vec b) { return _mm512_sub_epi32(a, b); }
CK_INLINE vec v_raw_and(vec a, vec b) { return _mm512_and_si512(a, b); }
CK_INLINE vec v_min(vec a, vec b) { return _mm512_min_epu32(a, b); }
#define v_srl(a, n) _mm512_srli_epi32(a, n)
#define v_sll(a, n) _mm512_slli_epi32(a, n)
CK_INLINE __m512i w_high_to_low(__m512i a) { return _mm512_castps_si512(_mm512_movehdup_ps(_mm512_castsi512_ps(a))); }
CK_INLINE vec v_odd(vec a) { return _mm512_castps_si512(_mm512_movehdup_ps(_mm512_castsi512_ps(a))); }
// High halves of the 64-bit lanes: those of `even` into even lanes, those of `odd` into odd lanes.
CK_INLINE vec w_merge_high(__m512i even, __m512i odd) {
  return _mm512_castps_si512(
      _mm512_mask_movehdup_ps(_mm512_castsi512_ps(odd), 0x5555, _mm512_castsi512_ps(even)));
}
// In assembly, since the compiler turns the intrinsics' products by constants into slower 64-bit multiplications.
CK_INLINE __m512i w_mul(__m512i a, __m512i b) {
  __m512i r;
  __asm__("vpmuludq %2, %1, %0" : "=v"(r) : "v"(a), "v"(b));
  return r;
}
CK_INLINE __m512i w_mul_signed(__m512i a, __m512i b) {
  __m512i r;
  __asm__("vpmuldq %2, %1, %0" : "=v"(r) : "v"(a), "v"(b));
  return r;
}
CK_INLINE __m512i w_add(__m512i a, __m512i b) { return _mm512_add_epi64(a, b); }
CK_INLINE __m512i w_sub(__m512i a, __m512i b) { return _mm512_sub_epi64(a, b); }
CK_INLINE vec v_gather(const uint32_t *base, vec index) { return _mm512_i32gather_epi32(index, base, 4); }
CK_INLINE vec v_iota(void) { return _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15); }
// Lanes 0, 2, 4, .. of the 32 lanes of a and b; then lanes 1, 3, 5, ..
CK_INLINE vec v_evens(vec a, vec b) {
  return _mm512_permutex2var_epi32(
      a, _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30), b);
}
CK_INLINE vec v_odds(vec a, vec b) {
  return _mm512_permutex2var_epi32(
      a, _mm512_setr_epi32(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31), b);
}
// Transposes a square of VLEN vectors.
CK_INLINE void v_transpose(vec *r) {
  vec t[16];
  CK_UNROLL for (int i = 0; i < 16; i += 2) {
    t[i] = _mm512_unpacklo_epi32(r[i], r[i + 1]);
    t[i + 1] = _mm512_unpackhi_epi32(r[i], r[i + 1]);
  }
  CK_UNROLL for (int i = 0; i < 16; i += 4) {
    r[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
    r[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
    r[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
    r[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
  }
  // Lane group g of r[4 i + c] now holds column 4 g + c of rows 4 i .. 4 i + 3.
  CK_UNROLL for (int c = 0; c < 4; c++) {
    vec low = _mm512_shuffle_i32x4(r[c], r[4 + c], 0x44), high = _mm512_shuffle_i32x4(r[c], r[4 + c], 0xEE);
    vec low2 = _mm512_shuffle_i32x4(r[8 + c], r[12 + c], 0x44), high2 = _mm512_shuffle_i32x4(r[8 + c], r[12 + c], 0xEE);
    t[c] = _mm512_shuffle_i32x4(low, low2, 0x88);
    t[4 + c] = _mm512_shuffle_i32x4(low, low2, 0xDD);
    t[8 + c] = _mm512_shuffle_i32x4(high, high2, 0x88);
    t[12 + c] = _mm512_shuffle_i32x4(high, high2, 0xDD);
  }
  CK_UNROLL for (int i = 0; i < 16; i++) r[i] = t[i];
}

#elif CK_ISA == 1

#include <immintrin.h>
#define VLEN 8
#define LOG_VLEN 3
typedef __m256i vec;
typedef struct { __m256i even, odd; } wide;

CK_INLINE vec v_load(const uint32_t *p) { return _mm256_loadu_si256((const __m256i *)p); }
CK_INLINE void v_store(uint32_t *p, vec a) { _mm256_storeu_si256((__m256i *)p, a); }
CK_INLINE vec v_set1(uint32_t a) { return _mm256_set1_epi32((int)a); }
CK_INLINE vec v_zero(void) { return _mm256_setzero_si256(); }
CK_INLINE vec v_raw_add(vec a, vec b) { return _mm256_add_epi32(a, b); }
CK_INLINE vec v_raw_sub(vec a, vec b) { return _mm256_sub_epi32(a, b); }
CK_INLINE vec v_raw_and(vec a, vec b) { return _mm256_and_si256(a, b); }
CK_INLINE vec v_min(vec a, vec b) { return _mm256_min_epu32(a, b); }
#define v_srl(a, n) _mm256_srli_epi32(a, n)
#define v_sll(a, n) _mm256_slli_epi32(a, n)
CK_INLINE __m256i w_high_to_low(__m256i a) { return _mm256_srli_epi64(a, 32); }
CK_INLINE vec v_odd(vec a) { return _mm256_castps_si256(_mm256_movehdup_ps(_mm256_castsi256_ps(a))); }
CK_INLINE vec w_merge_high(__m256i even, __m256i odd) {
  return _mm256_blend_epi32(_mm256_srli_epi64(even, 32), odd, 0xAA);
}
// In assembly, since the compiler turns the intrinsics' products by constants into slower 64-bit multiplications.
CK_INLINE __m256i w_mul(__m256i a, __m256i b) {
  __m256i r;
  __asm__("vpmuludq %2, %1, %0" : "=v"(r) : "v"(a), "v"(b));
  return r;
}
CK_INLINE __m256i w_mul_signed(__m256i a, __m256i b) {
  __m256i r;
  __asm__("vpmuldq %2, %1, %0" : "=v"(r) : "v"(a), "v"(b));
  return r;
}
CK_INLINE __m256i w_add(__m256i a, __m256i b) { return _mm256_add_epi64(a, b); }
CK_INLINE __m256i w_sub(__m256i a, __m256i b) { return _mm256_sub_epi64(a, b); }
CK_INLINE vec v_gather(const uint32_t *base, vec index) { return _mm256_i32gather_epi32((const int *)base, index, 4); }
CK_INLINE vec v_iota(void) { return _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7); }
CK_INLINE vec v_evens(vec a, vec b) {
  __m256 mixed = _mm256_shuffle_ps(_mm256_castsi256_ps(a), _mm256_castsi256_ps(b), 0x88);
  return _mm256_permute4x64_epi64(_mm256_castps_si256(mixed), 0xD8);
}
CK_INLINE vec v_odds(vec a, vec b) {
  __m256 mixed = _mm256_shuffle_ps(_mm256_castsi256_ps(a), _mm256_castsi256_ps(b), 0xDD);
  return _mm256_permute4x64_epi64(_mm256_castps_si256(mixed), 0xD8);
}
CK_INLINE void v_transpose(vec *r) {
  vec t[8];
  CK_UNROLL for (int i = 0; i < 8; i += 2) {
    t[i] = _mm256_unpacklo_epi32(r[i], r[i + 1]);
    t[i + 1] = _mm256_unpackhi_epi32(r[i], r[i + 1]);
  }
  CK_UNROLL for (int i = 0; i < 8; i += 4) {
    r[i] = _mm256_unpacklo_epi64(t[i], t[i + 2]);
    r[i + 1] = _mm256_unpackhi_epi64(t[i], t[i + 2]);
    r[i + 2] = _mm256_unpacklo_epi64(t[i + 1], t[i + 3]);
    r[i + 3] = _mm256_unpackhi_epi64(t[i + 1], t[i + 3]);
  }
  CK_UNROLL for (int c = 0; c < 4; c++) {
    t[c] = _mm256_permute2x128_si256(r[c], r[4 + c], 0x20);
    t[4 + c] = _mm256_permute2x128_si256(r[c], r[4 + c], 0x31);
  }
  CK_UNROLL for (int i = 0; i < 8; i++) r[i] = t[i];
}

#else

#define VLEN 1
#define LOG_VLEN 0
typedef uint32_t vec;
typedef struct { uint64_t even; } wide;

CK_INLINE vec v_load(const uint32_t *p) { return *p; }
CK_INLINE void v_store(uint32_t *p, vec a) { *p = a; }
CK_INLINE vec v_set1(uint32_t a) { return a; }
CK_INLINE vec v_zero(void) { return 0; }
CK_INLINE vec v_raw_add(vec a, vec b) { return a + b; }
CK_INLINE vec v_raw_sub(vec a, vec b) { return a - b; }
CK_INLINE vec v_raw_and(vec a, vec b) { return a & b; }
CK_INLINE vec v_min(vec a, vec b) { return a < b ? a : b; }
#define v_srl(a, n) ((a) >> (n))
#define v_sll(a, n) ((a) << (n))
CK_INLINE uint64_t w_high_to_low(uint64_t a) { return a >> 32; }
CK_INLINE uint64_t w_mul(uint64_t a, uint64_t b) { return (a & 0xFFFFFFFFu) * (b & 0xFFFFFFFFu); }
CK_INLINE uint64_t w_mul_signed(uint64_t a, uint64_t b) {
  return (uint64_t)((int64_t)(int32_t)(uint32_t)a * (int64_t)(int32_t)(uint32_t)b);
}
CK_INLINE uint64_t w_add(uint64_t a, uint64_t b) { return a + b; }
CK_INLINE uint64_t w_sub(uint64_t a, uint64_t b) { return a - b; }
CK_INLINE vec v_gather(const uint32_t *base, vec index) { return base[index]; }
CK_INLINE vec v_iota(void) { return 0; }
CK_INLINE void v_transpose(vec *r) { (void)r; }

#endif

// Modular operations. Inputs and outputs are residues below p.

// Adds p to a lane that holds a negative number above -p, given as two's complement.
CK_INLINE vec v_lift(vec a) { return v_min(a, v_raw_add(a, v_set1(CK_P))); }
CK_INLINE vec v_add(vec a, vec b) {
  vec sum = v_raw_add(a, b);  // < 2p < 2^32
  return v_min(sum, v_raw_sub(sum, v_set1(CK_P)));
}
CK_INLINE vec v_sub(vec a, vec b) { return v_lift(v_raw_sub(a, b)); }
CK_INLINE vec v_double(vec a) { return v_add(a, a); }

#if CK_ISA == 0

CK_INLINE wide wide_mul(vec a, vec b) { return (wide){(uint64_t)a * b}; }
CK_INLINE wide wide_mla(wide acc, vec a, vec b) { return (wide){acc.even + (uint64_t)a * b}; }
CK_INLINE vec wide_high(wide t) { return (uint32_t)(t.even >> 32); }
CK_INLINE vec wide_correction(wide t) { return (uint32_t)(((uint64_t)((uint32_t)t.even * CK_MU) * CK_P) >> 32); }

#else

CK_INLINE wide wide_mul(vec a, vec b) { return (wide){w_mul(a, b), w_mul(v_odd(a), v_odd(b))}; }
CK_INLINE wide wide_mla(wide acc, vec a, vec b) {
  return (wide){w_add(acc.even, w_mul(a, b)), w_add(acc.odd, w_mul(v_odd(a), v_odd(b)))};
}
CK_INLINE vec wide_high(wide t) { return w_merge_high(t.even, t.odd); }
CK_INLINE vec wide_correction(wide t) {
  vec mu = v_set1(CK_MU), p = v_set1(CK_P);
  return w_merge_high(w_mul(w_mul(t.even, mu), p), w_mul(w_mul(t.odd, mu), p));
}

#endif

// Montgomery reduction: with q = t * mu mod 2^32 the low halves of t and q p are equal, hence
// t / 2^32 = high(t) - high(q p) mod p exactly. `wide_correction` is high(q p), below p.
// One product is below p^2 < 2^32 p, so high(t) is below p and the difference is in (-p, p).
CK_INLINE vec wide_reduce1(wide t) { return v_lift(v_raw_sub(wide_high(t), wide_correction(t))); }
// A sum of at most four products is below 4 p^2 < 1.88 * 2^32 p: one subtraction brings high(t) below p.
CK_INLINE vec wide_reduce4(wide t) {
  vec high = wide_high(t);
  high = v_min(high, v_raw_sub(high, v_set1(CK_P)));
  return v_lift(v_raw_sub(high, wide_correction(t)));
}
CK_INLINE vec v_mul(vec a, vec b) { return wide_reduce1(wide_mul(a, b)); }

// Sum of all lanes.
CK_INLINE uint32_t v_sum(vec a) {
  uint32_t lanes[VLEN];
  v_store(lanes, a);
  uint64_t sum = 0;
  for (int i = 0; i < VLEN; i++) sum += lanes[i];
  return (uint32_t)(sum % CK_P);
}

// The quartic extension F[X]/(X^4 - 11), one vector a coefficient.
typedef struct { vec c[4]; } ext;

CK_INLINE ext ext_zero(void) { return (ext){{v_zero(), v_zero(), v_zero(), v_zero()}}; }
CK_INLINE ext ext_set1(const uint32_t *e) {
  return (ext){{v_set1(e[0]), v_set1(e[1]), v_set1(e[2]), v_set1(e[3])}};
}
// Planar arrays: coefficient k of element i is at p[k * stride + i].
CK_INLINE ext ext_load(const uint32_t *p, size_t stride) {
  return (ext){{v_load(p), v_load(p + stride), v_load(p + 2 * stride), v_load(p + 3 * stride)}};
}
CK_INLINE void ext_store(uint32_t *p, size_t stride, ext a) {
  v_store(p, a.c[0]);
  v_store(p + stride, a.c[1]);
  v_store(p + 2 * stride, a.c[2]);
  v_store(p + 3 * stride, a.c[3]);
}
CK_INLINE ext ext_add(ext a, ext b) {
  return (ext){{v_add(a.c[0], b.c[0]), v_add(a.c[1], b.c[1]), v_add(a.c[2], b.c[2]), v_add(a.c[3], b.c[3])}};
}
CK_INLINE ext ext_sub(ext a, ext b) {
  return (ext){{v_sub(a.c[0], b.c[0]), v_sub(a.c[1], b.c[1]), v_sub(a.c[2], b.c[2]), v_sub(a.c[3], b.c[3])}};
}
CK_INLINE vec v_times11(vec a) {
  vec two = v_double(a), four = v_double(two);
  return v_add(v_add(v_double(four), two), a);
}
CK_INLINE ext ext_mul(ext a, ext b) {
  vec b1 = v_times11(b.c[1]), b2 = v_times11(b.c[2]), b3 = v_times11(b.c[3]);
  ext r;
  wide t;
  t = wide_mul(a.c[0], b.c[0]);
  t = wide_mla(t, a.c[1], b3);
  t = wide_mla(t, a.c[2], b2);
  t = wide_mla(t, a.c[3], b1);
  r.c[0] = wide_reduce4(t);
  t = wide_mul(a.c[0], b.c[1]);
  t = wide_mla(t, a.c[1], b.c[0]);
  t = wide_mla(t, a.c[2], b3);
  t = wide_mla(t, a.c[3], b2);
  r.c[1] = wide_reduce4(t);
  t = wide_mul(a.c[0], b.c[2]);
  t = wide_mla(t, a.c[1], b.c[1]);
  t = wide_mla(t, a.c[2], b.c[0]);
  t = wide_mla(t, a.c[3], b3);
  r.c[2] = wide_reduce4(t);
  t = wide_mul(a.c[0], b.c[3]);
  t = wide_mla(t, a.c[1], b.c[2]);
  t = wide_mla(t, a.c[2], b.c[1]);
  t = wide_mla(t, a.c[3], b.c[0]);
  r.c[3] = wide_reduce4(t);
  return r;
}
CK_INLINE ext ext_mul_base(ext a, vec b) {
  return (ext){{v_mul(a.c[0], b), v_mul(a.c[1], b), v_mul(a.c[2], b), v_mul(a.c[3], b)}};
}
CK_INLINE void ext_sum(ext a, uint32_t *out) {
  for (int k = 0; k < 4; k++) out[k] = v_sum(a.c[k]);
}

#if VLEN > 1
// Splits 2 * VLEN consecutive elements into those of even and of odd index.
CK_INLINE void ext_load_pairs(const uint32_t *p, size_t stride, ext *even, ext *odd) {
  for (int k = 0; k < 4; k++) {
    vec a = v_load(p + k * stride), b = v_load(p + k * stride + VLEN);
    even->c[k] = v_evens(a, b);
    odd->c[k] = v_odds(a, b);
  }
}
CK_INLINE void v_load_pairs(const uint32_t *p, vec *even, vec *odd) {
  vec a = v_load(p), b = v_load(p + VLEN);
  *even = v_evens(a, b);
  *odd = v_odds(a, b);
}
#else
CK_INLINE void ext_load_pairs(const uint32_t *p, size_t stride, ext *even, ext *odd) {
  for (int k = 0; k < 4; k++) {
    even->c[k] = p[k * stride];
    odd->c[k] = p[k * stride + 1];
  }
}
CK_INLINE void v_load_pairs(const uint32_t *p, vec *even, vec *odd) {
  *even = p[0];
  *odd = p[1];
}
#endif
