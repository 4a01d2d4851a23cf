// Arithmetic on integers that are wider than the machine's. The compiler calls these functions by name; the toolchain
// has none for riscv32.
//
// Division by zero gives all ones and leaves the dividend as remainder, as the machine's own does. Swift checks
// before it divides.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline uint32_t high(uint64_t value) { return (uint32_t)(value >> 32); }
static inline uint32_t low(uint64_t value) { return (uint32_t)value; }

// One digit of a long division, in base 2^16: the quotient of `upper` and 16 bits more by `divisor`, which has its
// topmost bit set. `upper < divisor`, so the quotient is a digit. Knuth's algorithm D: the estimate from the divisor's
// upper half is at most two too large.
static inline uint32_t divide_digit(uint32_t upper, uint32_t digit, uint32_t divisor, uint32_t *remainder) {
  const uint32_t divisor_high = divisor >> 16, divisor_low = divisor & 0xffff;
  uint32_t quotient = upper / divisor_high;
  uint32_t rest = upper % divisor_high;
  while (quotient > 0xffff || quotient * divisor_low > (rest << 16 | digit)) {
    quotient--;
    rest += divisor_high;
    if (rest > 0xffff) break;
  }
  *remainder = (upper << 16 | digit) - quotient * divisor;  // modulo 2^32; the difference is below the divisor
  return quotient;
}

// The quotient of a number of two words by one; `upper < divisor`, and the divisor has its topmost bit set.
static inline uint32_t divide_normalised(uint32_t upper, uint32_t lower, uint32_t divisor, uint32_t *remainder) {
  uint32_t rest;
  const uint32_t first = divide_digit(upper, lower >> 16, divisor, &rest);
  const uint32_t second = divide_digit(rest, lower & 0xffff, divisor, remainder);
  return first << 16 | second;
}

uint64_t __udivmoddi4(uint64_t dividend, uint64_t divisor, uint64_t *remainder) {
  uint64_t quotient, rest;
  if (high(dividend) == 0 && high(divisor) == 0 && low(divisor) != 0) {
    quotient = low(dividend) / low(divisor);
    rest = low(dividend) % low(divisor);
  } else if (divisor == 0) {
    quotient = ~(uint64_t)0;
    rest = dividend;
  } else if (high(divisor) == 0) {
    const uint32_t single = low(divisor);
    const uint32_t first = high(dividend) / single;
    const uint32_t upper = high(dividend) % single;
    const int shift = __builtin_clz(single);
    const uint64_t shifted = ((uint64_t)upper << 32 | low(dividend)) << shift;  // upper < single: nothing is lost
    uint32_t shifted_rest;
    const uint32_t second = divide_normalised(high(shifted), low(shifted), single << shift, &shifted_rest);
    quotient = (uint64_t)first << 32 | second;
    rest = shifted_rest >> shift;
  } else if (dividend < divisor) {
    quotient = 0;
    rest = dividend;
  } else {
    // Two words by two: the quotient is one word. The estimate from the divisor's upper 32 bits is exact or one too
    // large, once the dividend is halved so that no digit overflows.
    const int shift = __builtin_clz(high(divisor));
    const uint32_t top = high(divisor << shift);
    const uint64_t half = dividend >> 1;
    uint32_t ignored;
    uint32_t estimate = divide_normalised(high(half), low(half), top, &ignored) >> (31 - shift);
    if (estimate != 0) estimate--;
    rest = dividend - estimate * divisor;
    if (rest >= divisor) {
      estimate++;
      rest -= divisor;
    }
    quotient = estimate;
  }
  if (remainder != NULL) *remainder = rest;
  return quotient;
}

uint64_t __udivdi3(uint64_t dividend, uint64_t divisor) { return __udivmoddi4(dividend, divisor, NULL); }

uint64_t __umoddi3(uint64_t dividend, uint64_t divisor) {
  uint64_t remainder;
  __udivmoddi4(dividend, divisor, &remainder);
  return remainder;
}

static inline uint64_t magnitude(int64_t value) { return value < 0 ? 0 - (uint64_t)value : (uint64_t)value; }

int64_t __divdi3(int64_t dividend, int64_t divisor) {
  const uint64_t quotient = __udivmoddi4(magnitude(dividend), magnitude(divisor), NULL);
  return (int64_t)((dividend < 0) != (divisor < 0) ? 0 - quotient : quotient);
}

int64_t __moddi3(int64_t dividend, int64_t divisor) {
  const uint64_t remainder = __umoddi3(magnitude(dividend), magnitude(divisor));
  return (int64_t)(dividend < 0 ? 0 - remainder : remainder);
}

int64_t __divmoddi4(int64_t dividend, int64_t divisor, int64_t *remainder) {
  const int64_t quotient = __divdi3(dividend, divisor);
  *remainder = (int64_t)((uint64_t)dividend - (uint64_t)quotient * (uint64_t)divisor);
  return quotient;
}

// Shifts are called only where the compiler minds size. The amount is below 64.
static inline uint64_t join(uint32_t upper, uint32_t lower) { return (uint64_t)upper << 32 | lower; }

uint64_t __ashldi3(uint64_t value, int amount) {
  if (amount == 0) return value;
  if (amount >= 32) return join(low(value) << (amount - 32), 0);
  return join(high(value) << amount | low(value) >> (32 - amount), low(value) << amount);
}

uint64_t __lshrdi3(uint64_t value, int amount) {
  if (amount == 0) return value;
  if (amount >= 32) return join(0, high(value) >> (amount - 32));
  return join(high(value) >> amount, low(value) >> amount | high(value) << (32 - amount));
}

int64_t __ashrdi3(int64_t value, int amount) {
  const int32_t upper = (int32_t)high((uint64_t)value);
  if (amount == 0) return value;
  if (amount >= 32) return (int64_t)join((uint32_t)(upper >> 31), (uint32_t)(upper >> (amount - 32)));
  return (int64_t)join((uint32_t)(upper >> amount), low((uint64_t)value) >> amount | (uint32_t)upper << (32 - amount));
}

// 128 bits. C has no such type here; the calling convention hands over pointers to them, and a struct of the same size
// goes the same way.
typedef struct {
  uint32_t words[4];
} wide;

static inline bool is_negative(wide value) { return (int32_t)value.words[3] < 0; }

static wide negated(wide value) {
  uint32_t carry = 1;
  for (int i = 0; i < 4; i++) {
    value.words[i] = ~value.words[i] + carry;
    carry = carry != 0 && value.words[i] == 0;
  }
  return value;
}

// Long division in base 2^32: Knuth's algorithm D.
static wide divide_wide(wide dividend, wide divisor, wide *remainder) {
  wide quotient = {{0}}, rest = {{0}};
  int size = 4;
  while (size > 0 && divisor.words[size - 1] == 0) size--;
  if (size <= 1) {
    const uint32_t single = divisor.words[0];
    if (single == 0) {
      *remainder = dividend;
      return (wide){{~0u, ~0u, ~0u, ~0u}};
    }
    uint64_t upper = 0;
    for (int i = 3; i >= 0; i--) {
      const uint64_t part = upper << 32 | dividend.words[i];
      uint64_t part_rest;
      quotient.words[i] = low(__udivmoddi4(part, single, &part_rest));
      upper = part_rest;
    }
    rest.words[0] = low(upper);
    *remainder = rest;
    return quotient;
  }
  const int shift = __builtin_clz(divisor.words[size - 1]);
  uint32_t by[4] = {0}, from[5];
  for (int i = 3; i >= 0; i--) {
    by[i] = divisor.words[i] << shift;
    if (shift != 0 && i > 0) by[i] |= divisor.words[i - 1] >> (32 - shift);
  }
  from[4] = shift != 0 ? dividend.words[3] >> (32 - shift) : 0;
  for (int i = 3; i >= 0; i--) {
    from[i] = dividend.words[i] << shift;
    if (shift != 0 && i > 0) from[i] |= dividend.words[i - 1] >> (32 - shift);
  }
  const uint32_t lead = by[size - 1], next = by[size - 2];
  for (int i = 4 - size; i >= 0; i--) {
    uint32_t digit;
    uint64_t digit_rest;
    if (from[i + size] >= lead) {
      digit = ~0u;
      digit_rest = (uint64_t)from[i + size - 1] + lead;
    } else {
      uint32_t single_rest;
      digit = divide_normalised(from[i + size], from[i + size - 1], lead, &single_rest);
      digit_rest = single_rest;
    }
    while (digit_rest >> 32 == 0 && (uint64_t)digit * next > (digit_rest << 32 | from[i + size - 2])) {
      digit--;
      digit_rest += lead;
    }
    uint64_t borrow = 0;
    for (int k = 0; k < size; k++) {
      const uint64_t product = (uint64_t)digit * by[k] + borrow;
      borrow = (product >> 32) + (from[i + k] < low(product));
      from[i + k] -= low(product);
    }
    const bool is_too_large = from[i + size] < borrow;
    from[i + size] -= low(borrow);
    if (is_too_large) {
      digit--;
      uint64_t carry = 0;
      for (int k = 0; k < size; k++) {
        carry += (uint64_t)from[i + k] + by[k];
        from[i + k] = low(carry);
        carry >>= 32;
      }
      from[i + size] += low(carry);
    }
    quotient.words[i] = digit;
  }
  for (int i = 0; i < size; i++) {
    rest.words[i] = from[i] >> shift;
    if (shift != 0) rest.words[i] |= from[i + 1] << (32 - shift);
  }
  *remainder = rest;
  return quotient;
}

wide __udivti3(wide dividend, wide divisor) {
  wide remainder;
  return divide_wide(dividend, divisor, &remainder);
}

wide __umodti3(wide dividend, wide divisor) {
  wide remainder;
  divide_wide(dividend, divisor, &remainder);
  return remainder;
}

wide __divti3(wide dividend, wide divisor) {
  const bool is_result_negative = is_negative(dividend) != is_negative(divisor);
  const wide quotient = __udivti3(
      is_negative(dividend) ? negated(dividend) : dividend, is_negative(divisor) ? negated(divisor) : divisor);
  return is_result_negative ? negated(quotient) : quotient;
}

wide __modti3(wide dividend, wide divisor) {
  const wide remainder = __umodti3(
      is_negative(dividend) ? negated(dividend) : dividend, is_negative(divisor) ? negated(divisor) : divisor);
  return is_negative(dividend) ? negated(remainder) : remainder;
}
