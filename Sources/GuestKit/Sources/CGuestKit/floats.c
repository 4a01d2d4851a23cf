// IEEE 754 arithmetic in software: the machine has no floating point. Binary64 and binary32, rounding to nearest with
// ties to even, with subnormal numbers. Every NaN that comes out is the quiet one without payload. Swift's
// dictionaries and sets need a little of it for their load factor.
//
// What is not here: fused multiply-add and the functions of <math.h> beyond rounding, square root and remainder.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIGN ((uint64_t)1 << 63)
#define INFINITE ((uint64_t)0x7ff << 52)
#define QUIET_NAN ((uint64_t)0xfff << 51)
#define IMPLICIT ((uint64_t)1 << 52)
#define FRACTION (IMPLICIT - 1)

enum { BIAS = 1023, MAX_EXPONENT = 0x7ff };

static inline uint64_t bits_of(double value) {
  union { double value; uint64_t bits; } pun = {value};
  return pun.bits;
}
static inline double double_of(uint64_t bits) {
  union { uint64_t bits; double value; } pun = {bits};
  return pun.value;
}
static inline uint32_t bits_of_float(float value) {
  union { float value; uint32_t bits; } pun = {value};
  return pun.bits;
}
static inline float float_of(uint32_t bits) {
  union { uint32_t bits; float value; } pun = {bits};
  return pun.value;
}

static inline bool is_nan(uint64_t bits) { return (bits & ~SIGN) > INFINITE; }

static inline int leading_zeros(uint64_t value) {
  return value >> 32 != 0 ? __builtin_clz((uint32_t)(value >> 32)) : 32 + __builtin_clz((uint32_t)value);
}

// Shifts right; the lowest bit of the result is set if anything was lost.
static inline uint64_t shift_sticky(uint64_t value, int amount) {
  if (amount <= 0) return value;
  if (amount > 63) return value != 0;
  return value >> amount | (value << (64 - amount) != 0);
}

// The number sign * significand * 2^(exponent - BIAS - 62), rounded. The significand may be any; with its leading one at
// bit 62 the exponent is the result's own. Bits 0 to 9 are those below the last place.
static uint64_t rounded(uint64_t sign, int exponent, uint64_t significand) {
  if (significand == 0) return sign;
  const int shift = leading_zeros(significand) - 1;
  significand = shift >= 0 ? significand << shift : shift_sticky(significand, 1);
  exponent -= shift;
  if (exponent >= MAX_EXPONENT) return sign | INFINITE;
  if (exponent <= 0) {
    significand = shift_sticky(significand, 1 - exponent);
    exponent = 1;  // subnormal: the same scale, without the implicit one
  }
  const uint64_t below = significand & 0x3ff;
  significand >>= 10;
  if (below > 0x200 || (below == 0x200 && (significand & 1) != 0)) significand++;
  // The implicit one adds 1 to the exponent field, and so does a carry out of rounding.
  return sign | (((uint64_t)(exponent - 1) << 52) + significand);
}

// The biased exponent of a finite number that is not zero, and its significand with the leading one at bit 52.
static inline int unpack(uint64_t bits, uint64_t *significand) {
  const int exponent = (int)(bits >> 52) & MAX_EXPONENT;
  if (exponent != 0) {
    *significand = (bits & FRACTION) | IMPLICIT;
    return exponent;
  }
  const int shift = leading_zeros(bits & FRACTION) - 11;
  *significand = (bits & FRACTION) << shift;
  return 1 - shift;
}

double __adddf3(double x, double y) {
  uint64_t a = bits_of(x), b = bits_of(y);
  if (is_nan(a) || is_nan(b)) return double_of(QUIET_NAN);
  if ((a & ~SIGN) < (b & ~SIGN)) {
    const uint64_t smaller = a;
    a = b;
    b = smaller;
  }
  const uint64_t large = a & ~SIGN, small = b & ~SIGN;
  if (large == INFINITE) return double_of(small == INFINITE && a != b ? QUIET_NAN : a);
  if (small == 0) return double_of(large == 0 ? a & b : a);
  uint64_t left, right;
  const int exponent = unpack(large, &left);
  const int distance = exponent - unpack(small, &right);
  left <<= 9;  // bit 61: a sum stays below bit 63
  right = shift_sticky(right << 9, distance);
  const bool is_difference = ((a ^ b) & SIGN) != 0;
  const uint64_t sum = is_difference ? left - right : left + right;
  return double_of(sum == 0 ? 0 : rounded(a & SIGN, exponent + 1, sum));
}

double __subdf3(double x, double y) { return __adddf3(x, double_of(bits_of(y) ^ SIGN)); }

double __muldf3(double x, double y) {
  const uint64_t a = bits_of(x) & ~SIGN, b = bits_of(y) & ~SIGN, sign = (bits_of(x) ^ bits_of(y)) & SIGN;
  if (a > INFINITE || b > INFINITE) return double_of(QUIET_NAN);
  if (a == INFINITE || b == INFINITE) return double_of(a == 0 || b == 0 ? QUIET_NAN : sign | INFINITE);
  if (a == 0 || b == 0) return double_of(sign);
  uint64_t left, right;
  const int exponent = unpack(a, &left) + unpack(b, &right) - BIAS;
  // 53 by 64 bits: the product's upper word has its leading one at bit 52 or 53.
  right <<= 11;
  const uint32_t left_high = (uint32_t)(left >> 32), left_low = (uint32_t)left;
  const uint32_t right_high = (uint32_t)(right >> 32), right_low = (uint32_t)right;
  const uint64_t low = (uint64_t)left_low * right_low;
  const uint64_t middle = (uint64_t)left_high * right_low + (low >> 32);  // < 2^53 + 2^32
  const uint64_t other = (uint64_t)left_low * right_high + (uint32_t)middle;
  const uint64_t upper = (uint64_t)left_high * right_high + (middle >> 32) + (other >> 32);
  const uint64_t lower = other << 32 | (uint32_t)low;
  // Ten bits more of the lower word, and the rest as a sticky bit.
  const uint64_t product = upper << 10 | lower >> 54 | (lower << 10 != 0);
  return double_of(rounded(sign, exponent + 1, product));
}

double __divdf3(double x, double y) {
  const uint64_t a = bits_of(x) & ~SIGN, b = bits_of(y) & ~SIGN, sign = (bits_of(x) ^ bits_of(y)) & SIGN;
  if (a > INFINITE || b > INFINITE) return double_of(QUIET_NAN);
  if (a == INFINITE) return double_of(b == INFINITE ? QUIET_NAN : sign | INFINITE);
  if (b == INFINITE) return double_of(sign);
  if (b == 0) return double_of(a == 0 ? QUIET_NAN : sign | INFINITE);
  if (a == 0) return double_of(sign);
  uint64_t rest, divisor;
  const int exponent = unpack(a, &rest) - unpack(b, &divisor) + BIAS;
  // One bit at a time: the quotient has 56 or 57 bits, its leading one at bit 56 or 55.
  uint64_t quotient = 0;
  for (int i = 0; i < 57; i++) {
    quotient <<= 1;
    if (rest >= divisor) {
      rest -= divisor;
      quotient |= 1;
    }
    rest <<= 1;
  }
  return double_of(rounded(sign, exponent, quotient << 6 | (rest != 0)));
}

double sqrt(double x) {
  const uint64_t bits = bits_of(x);
  if (is_nan(bits)) return double_of(QUIET_NAN);
  if ((bits & ~SIGN) == 0 || bits == INFINITE) return x;
  if ((bits & SIGN) != 0) return double_of(QUIET_NAN);
  uint64_t radicand;
  int exponent = unpack(bits, &radicand) - BIAS;
  if ((exponent & 1) != 0) {  // make it even
    radicand <<= 1;
    exponent--;
  }
  // Digit by digit: two bits of the radicand, which has 54 with zeros following, for one of the root, which has 55.
  uint64_t root = 0, rest = 0;
  for (int i = 0; i < 55; i++) {
    const uint64_t pair = i < 27 ? radicand >> (52 - 2 * i) & 3 : 0;
    rest = rest << 2 | pair;
    const uint64_t trial = root << 2 | 1;
    root <<= 1;
    if (rest >= trial) {
      rest -= trial;
      root |= 1;
    }
  }
  return double_of(rounded(0, exponent / 2 + BIAS, root << 8 | (rest != 0)));
}

// Comparisons: -1, 0 or 1 for less, equal, greater; `unordered` if there is a NaN.
static int compare(double x, double y, int unordered) {
  const uint64_t a = bits_of(x), b = bits_of(y);
  if (is_nan(a) || is_nan(b)) return unordered;
  if (((a | b) & ~SIGN) == 0) return 0;
  const int64_t left = (int64_t)((a & SIGN) != 0 ? SIGN - a : a);
  const int64_t right = (int64_t)((b & SIGN) != 0 ? SIGN - b : b);
  return left < right ? -1 : left > right;
}

int __eqdf2(double x, double y) { return compare(x, y, 1); }
int __nedf2(double x, double y) { return compare(x, y, 1); }
int __ltdf2(double x, double y) { return compare(x, y, 1); }
int __ledf2(double x, double y) { return compare(x, y, 1); }
int __gtdf2(double x, double y) { return compare(x, y, -1); }
int __gedf2(double x, double y) { return compare(x, y, -1); }
int __unorddf2(double x, double y) { return is_nan(bits_of(x)) || is_nan(bits_of(y)); }

// From and to integers

double __floatundidf(uint64_t value) { return double_of(rounded(0, BIAS + 62, value)); }
double __floatunsidf(uint32_t value) { return __floatundidf(value); }

double __floatdidf(int64_t value) {
  const uint64_t sign = value < 0 ? SIGN : 0;
  return double_of(rounded(sign, BIAS + 62, sign != 0 ? 0 - (uint64_t)value : (uint64_t)value));
}
double __floatsidf(int32_t value) { return __floatdidf(value); }

// Towards zero; what does not fit becomes the nearest integer that does.
uint64_t __fixunsdfdi(double x) {
  const uint64_t bits = bits_of(x);
  const int exponent = (int)(bits >> 52 & MAX_EXPONENT) - BIAS;
  if ((bits & SIGN) != 0 || exponent < 0) return 0;
  if (exponent > 63) return ~(uint64_t)0;
  const uint64_t significand = (bits & FRACTION) | IMPLICIT;
  return exponent > 52 ? significand << (exponent - 52) : significand >> (52 - exponent);
}

int64_t __fixdfdi(double x) {
  const bool is_negative = (bits_of(x) & SIGN) != 0;
  const uint64_t magnitude = __fixunsdfdi(double_of(bits_of(x) & ~SIGN));
  if (magnitude >= SIGN) return is_negative ? INT64_MIN : INT64_MAX;
  return is_negative ? -(int64_t)magnitude : (int64_t)magnitude;
}

uint32_t __fixunsdfsi(double x) {
  const uint64_t value = __fixunsdfdi(x);
  return value > UINT32_MAX ? UINT32_MAX : (uint32_t)value;
}

int32_t __fixdfsi(double x) {
  const int64_t value = __fixdfdi(x);
  return value > INT32_MAX ? INT32_MAX : value < INT32_MIN ? INT32_MIN : (int32_t)value;
}

// Rounding to integers

double trunc(double x) {
  const uint64_t bits = bits_of(x);
  const int exponent = (int)(bits >> 52 & MAX_EXPONENT) - BIAS;
  if (exponent >= 52) return x;
  return double_of(exponent < 0 ? bits & SIGN : bits & ~(FRACTION >> exponent));
}

double floor(double x) {
  const double whole = trunc(x);
  return bits_of(whole) != bits_of(x) && (bits_of(x) & SIGN) != 0 ? __adddf3(whole, -1.0) : whole;
}

double ceil(double x) {
  const double whole = trunc(x);
  if (bits_of(whole) == bits_of(x) || (bits_of(x) & SIGN) != 0) return whole;
  return __adddf3(whole, 1.0);
}

// Adding and taking away 2^52 leaves no room for a fraction.
double rint(double x) {
  const uint64_t bits = bits_of(x), sign = bits & SIGN;
  if ((bits & ~SIGN) >= (uint64_t)(BIAS + 52) << 52) return x;
  const double shift = double_of((uint64_t)(BIAS + 52) << 52);
  const double magnitude = __subdf3(__adddf3(double_of(bits ^ sign), shift), shift);
  return double_of(bits_of(magnitude) | sign);
}
double roundeven(double x) { return rint(x); }
double nearbyint(double x) { return rint(x); }

double round(double x) {
  const uint64_t sign = bits_of(x) & SIGN;
  const double magnitude = double_of(bits_of(x) ^ sign), whole = trunc(magnitude);
  const bool is_up = compare(__subdf3(magnitude, whole), 0.5, -1) >= 0;
  return double_of(bits_of(is_up ? __adddf3(whole, 1.0) : whole) | sign);
}

double fmod(double x, double y) {
  const uint64_t a = bits_of(x) & ~SIGN, b = bits_of(y) & ~SIGN, sign = bits_of(x) & SIGN;
  if (a >= INFINITE || b > INFINITE || b == 0) return double_of(QUIET_NAN);
  if (a < b) return x;
  uint64_t rest, divisor;
  int distance = unpack(a, &rest);
  const int exponent = unpack(b, &divisor);
  for (distance -= exponent; distance >= 0; distance--) {
    if (rest >= divisor) rest -= divisor;
    if (distance != 0) rest <<= 1;
  }
  return double_of(rounded(sign, exponent, rest << 10));
}

// Binary32. The four operations through binary64 round correctly: 53 >= 2 * 24 + 2.

double __extendsfdf2(float x) {
  const uint32_t bits = bits_of_float(x), magnitude = bits & 0x7fffffff;
  const uint64_t sign = (uint64_t)(bits >> 31) << 63;
  if (magnitude > 0x7f800000) return double_of(QUIET_NAN);
  if (magnitude == 0x7f800000) return double_of(sign | INFINITE);
  if (magnitude == 0) return double_of(sign);
  const int exponent = (int)(magnitude >> 23);
  const uint64_t significand = exponent != 0 ? (magnitude & 0x7fffff) | 0x800000 : magnitude;
  return double_of(rounded(sign, (exponent != 0 ? exponent : 1) - 127 + BIAS, significand << 39));
}

float __truncdfsf2(double x) {
  const uint64_t bits = bits_of(x), magnitude = bits & ~SIGN;
  const uint32_t sign = (uint32_t)(bits >> 32) & 0x80000000;
  if (magnitude > INFINITE) return float_of(0x7fc00000);
  int exponent = (int)(magnitude >> 52) - BIAS + 127;
  if (exponent >= 255) return float_of(sign | 0x7f800000);
  if (exponent < -30) return float_of(sign);
  uint64_t significand = (magnitude & FRACTION) | IMPLICIT;
  if (exponent <= 0) {
    significand = shift_sticky(significand, 1 - exponent);
    exponent = 1;
  }
  const uint32_t below = (uint32_t)significand & 0x1fffffff, half = 0x10000000;
  uint32_t kept = (uint32_t)(significand >> 29);
  if (below > half || (below == half && (kept & 1) != 0)) kept++;
  return float_of(sign | (((uint32_t)(exponent - 1) << 23) + kept));
}

#define BINARY(name, operation) \
  float name(float x, float y) { return __truncdfsf2(operation(__extendsfdf2(x), __extendsfdf2(y))); }
BINARY(__addsf3, __adddf3)
BINARY(__subsf3, __subdf3)
BINARY(__mulsf3, __muldf3)
BINARY(__divsf3, __divdf3)
BINARY(fmodf, fmod)

#define UNARY(name, operation) \
  float name(float x) { return __truncdfsf2(operation(__extendsfdf2(x))); }
UNARY(sqrtf, sqrt)
UNARY(truncf, trunc)
UNARY(floorf, floor)
UNARY(ceilf, ceil)
UNARY(rintf, rint)
UNARY(roundevenf, rint)
UNARY(nearbyintf, rint)
UNARY(roundf, round)

#define COMPARISON(name, operation) \
  int name(float x, float y) { return operation(__extendsfdf2(x), __extendsfdf2(y)); }
COMPARISON(__eqsf2, __eqdf2)
COMPARISON(__nesf2, __nedf2)
COMPARISON(__ltsf2, __ltdf2)
COMPARISON(__lesf2, __ledf2)
COMPARISON(__gtsf2, __gtdf2)
COMPARISON(__gesf2, __gedf2)
COMPARISON(__unordsf2, __unorddf2)

float __floatunsisf(uint32_t value) { return __truncdfsf2(__floatunsidf(value)); }
float __floatsisf(int32_t value) { return __truncdfsf2(__floatsidf(value)); }

// 64 bits do not fit the 53 of binary64. The lowest 11 matter only as a sticky bit, which keeps rounding twice harmless.
float __floatundisf(uint64_t value) {
  if (value >> 53 != 0) value = (value & ~(uint64_t)0x7ff) | ((value & 0x7ff) != 0 ? 0x800 : 0);
  return __truncdfsf2(__floatundidf(value));
}

float __floatdisf(int64_t value) {
  if (value < 0) return float_of(bits_of_float(__floatundisf(0 - (uint64_t)value)) | 0x80000000);
  return __floatundisf((uint64_t)value);
}

uint32_t __fixunssfsi(float x) { return __fixunsdfsi(__extendsfdf2(x)); }
int32_t __fixsfsi(float x) { return __fixdfsi(__extendsfdf2(x)); }
uint64_t __fixunssfdi(float x) { return __fixunsdfdi(__extendsfdf2(x)); }
int64_t __fixsfdi(float x) { return __fixdfdi(__extendsfdf2(x)); }
