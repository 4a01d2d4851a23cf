// Scalar arithmetic of the BN254 scalar field, on four 64-bit limbs; also what surrounds the lanes.
//
// q is just above 2^253.6, so 256 bits hold 5 q: inside the permutation values stay below 2 q and products skip the
// final subtraction, since (2q * 2q + 2^256 q) / 2^256 < 2q.
#ifndef CK_BN254_SCALAR_H
#define CK_BN254_SCALAR_H

#include "bn254_constants.h"
#include "include/bn254.h"

typedef unsigned __int128 u128;

static const ck_fr fr_zero = {0, 0, 0, 0};
static const ck_fr fr_q = FR_Q;
static const ck_fr fr_two_q = FR_TWO_Q;
static const ck_fr fr_r_squared = FR_R_SQUARED;

/// a - b mod 2^256; `*borrow` is 1 when a < b.
static inline ck_fr fr_raw_sub(ck_fr a, ck_fr b, uint64_t *borrow) {
  unsigned long long c;
  ck_fr d;
  d.l0 = __builtin_subcll(a.l0, b.l0, 0, &c);
  d.l1 = __builtin_subcll(a.l1, b.l1, c, &c);
  d.l2 = __builtin_subcll(a.l2, b.l2, c, &c);
  d.l3 = __builtin_subcll(a.l3, b.l3, c, &c);
  *borrow = c;
  return d;
}

/// a + b, which must be below 2^256.
static inline ck_fr fr_raw_add(ck_fr a, ck_fr b) {
  unsigned long long c;
  ck_fr s;
  s.l0 = __builtin_addcll(a.l0, b.l0, 0, &c);
  s.l1 = __builtin_addcll(a.l1, b.l1, c, &c);
  s.l2 = __builtin_addcll(a.l2, b.l2, c, &c);
  s.l3 = __builtin_addcll(a.l3, b.l3, c, &c);
  return s;
}

/// a - bound when a >= bound, else a.
static inline ck_fr fr_reduce_once(ck_fr a, ck_fr bound) {
  uint64_t borrow;
  ck_fr d = fr_raw_sub(a, bound, &borrow);
  return (ck_fr){borrow ? a.l0 : d.l0, borrow ? a.l1 : d.l1, borrow ? a.l2 : d.l2, borrow ? a.l3 : d.l3};
}

/// a + b below 2q, for a, b < 2q.
static inline ck_fr fr_lazy_add(ck_fr a, ck_fr b) { return fr_reduce_once(fr_raw_add(a, b), fr_two_q); }

/// a b / 2^256 mod q, below 2q when a and b are. The running sum stays below a + q + 1 < 2^256 after each step, so
/// that it needs four limbs only.
static inline ck_fr fr_lazy_mul(ck_fr a, ck_fr b) {
  const ck_fr q = FR_Q;
  uint64_t t0 = 0, t1 = 0, t2 = 0, t3 = 0;
#define FR_STEP(x)                                                 \
  do {                                                             \
    u128 p0 = (u128)a.l0 * (x) + t0;                               \
    uint64_t m = (uint64_t)p0 * FR_MINUS_Q_INVERSE;                \
    u128 r = (u128)m * q.l0 + (uint64_t)p0;                        \
    u128 p1 = (u128)a.l1 * (x) + t1 + (uint64_t)(p0 >> 64);        \
    r = (u128)m * q.l1 + (uint64_t)p1 + (uint64_t)(r >> 64);       \
    t0 = (uint64_t)r;                                              \
    u128 p2 = (u128)a.l2 * (x) + t2 + (uint64_t)(p1 >> 64);        \
    r = (u128)m * q.l2 + (uint64_t)p2 + (uint64_t)(r >> 64);       \
    t1 = (uint64_t)r;                                              \
    u128 p3 = (u128)a.l3 * (x) + t3 + (uint64_t)(p2 >> 64);        \
    r = (u128)m * q.l3 + (uint64_t)p3 + (uint64_t)(r >> 64);       \
    t2 = (uint64_t)r;                                              \
    t3 = (uint64_t)(p3 >> 64) + (uint64_t)(r >> 64);               \
  } while (0)
  FR_STEP(b.l0);
  FR_STEP(b.l1);
  FR_STEP(b.l2);
  FR_STEP(b.l3);
#undef FR_STEP
  return (ck_fr){t0, t1, t2, t3};
}

/// The residue of a value below 2q.
static inline ck_fr fr_normalised(ck_fr a) { return fr_reduce_once(a, fr_q); }

/// a^5 below 2q, for a < 2q.
static inline ck_fr fr_lazy_fifth_power(ck_fr a) {
  ck_fr a2 = fr_lazy_mul(a, a);
  return fr_lazy_mul(fr_lazy_mul(a2, a2), a);
}

/// `p`, the BabyBear modulus, and its inverse modulo 2^32.
#define BABYBEAR_P 0x78000001u
#define BABYBEAR_P_INVERSE 0x88000001u

/// The integer below p that a BabyBear residue stands for.
static inline uint32_t babybear_integer(uint32_t residue) {
  uint32_t correction = (uint32_t)(((uint64_t)(residue * BABYBEAR_P_INVERSE) * BABYBEAR_P) >> 32);
  return correction == 0 ? 0 : BABYBEAR_P - correction;
}

/// `integer mod p`, for a 256-bit integer.
static inline uint32_t fr_integer_mod_p(ck_fr integer) {
  const uint64_t w1 = (uint64_t)((((u128)1) << 64) % BABYBEAR_P);
  const uint64_t w2 = w1 * w1 % BABYBEAR_P;
  const uint64_t w3 = w2 * w1 % BABYBEAR_P;
  // Four terms below 2^62 each.
  uint64_t sum = integer.l0 % BABYBEAR_P + integer.l1 % BABYBEAR_P * w1;
  return (uint32_t)(((sum % BABYBEAR_P) + integer.l2 % BABYBEAR_P * w2 + integer.l3 % BABYBEAR_P * w3) % BABYBEAR_P);
}

/// Adds `value * 2^(31 * position)`, for value < 2^31 and position < 8, to an integer that stays below 2^256.
static inline ck_fr fr_with_packed(ck_fr integer, uint32_t value, unsigned position) {
  unsigned offset = 31 * position;
  uint64_t limbs[5] = {0, 0, 0, 0, 0};
  u128 shifted = (u128)value << (offset & 63);
  limbs[offset >> 6] = (uint64_t)shifted;
  limbs[(offset >> 6) + 1] = (uint64_t)(shifted >> 64);
  return fr_raw_add(integer, (ck_fr){limbs[0], limbs[1], limbs[2], limbs[3]});
}

#endif
