// Copying, filling, comparing. Word by word wherever alignment allows: the machine has no unaligned access.

#include "guestkit.h"

// Words of another type's bytes: the one place where C's aliasing rule is in the way.
typedef uint32_t __attribute__((may_alias)) word;

#define WORD(pointer) (*(word *)(pointer))

static inline size_t misalignment(const void *pointer) { return (uintptr_t)pointer & 3; }

// `destination` is aligned, `source` is `shift` bytes above a multiple of four. Each word is put together from two
// aligned ones. The first is read for its upper bytes, and the last for its lower ones, so all that is read belongs to
// words that hold bytes of `source`.
static size_t copy_shifted(uint8_t *destination, const uint8_t *source, size_t count, size_t shift) {
  const uint8_t *aligned = source - shift;
  const uint32_t right = 8 * (uint32_t)shift, left = 32 - right;
  uint32_t low = WORD(aligned);
  size_t done = 0;
  while (count - done >= 4) {
    const uint32_t high = WORD(aligned + done + 4);
    WORD(destination + done) = low >> right | high << left;
    low = high;
    done += 4;
  }
  return done;
}

void *memcpy(void *restrict destination, const void *restrict source, size_t count) {
  uint8_t *to = destination;
  const uint8_t *from = source;
  if (count >= 8) {
    while (misalignment(to) != 0) {
      *to++ = *from++;
      count--;
    }
    const size_t shift = misalignment(from);
    if (shift != 0) {
      const size_t done = copy_shifted(to, from, count, shift);
      to += done;
      from += done;
      count -= done;
    } else {
      for (; count >= 32; to += 32, from += 32, count -= 32) {
        const uint32_t a = WORD(from), b = WORD(from + 4), c = WORD(from + 8), d = WORD(from + 12);
        const uint32_t e = WORD(from + 16), f = WORD(from + 20), g = WORD(from + 24), h = WORD(from + 28);
        WORD(to) = a, WORD(to + 4) = b, WORD(to + 8) = c, WORD(to + 12) = d;
        WORD(to + 16) = e, WORD(to + 20) = f, WORD(to + 24) = g, WORD(to + 28) = h;
      }
      for (; count >= 4; to += 4, from += 4, count -= 4) WORD(to) = WORD(from);
    }
  }
  while (count-- != 0) *to++ = *from++;
  return destination;
}

void *memmove(void *destination, const void *source, size_t count) {
  // Upwards is safe unless the destination starts inside of the source. The form that puts words together reads one
  // word ahead, which is safe as well: it never writes above what it has read.
  if ((uintptr_t)destination - (uintptr_t)source >= count) return memcpy(destination, source, count);
  uint8_t *to = (uint8_t *)destination + count;
  const uint8_t *from = (const uint8_t *)source + count;
  if (misalignment(to) == misalignment(from)) {
    for (; count != 0 && misalignment(to) != 0; count--) *--to = *--from;
    for (; count >= 4; count -= 4) {
      to -= 4, from -= 4;
      WORD(to) = WORD(from);
    }
  }
  while (count-- != 0) *--to = *--from;
  return destination;
}

void *memset(void *destination, int byte, size_t count) {
  uint8_t *to = destination;
  const uint8_t value = (uint8_t)byte;
  if (count >= 8) {
    const uint32_t four = value * 0x01010101u;
    for (; misalignment(to) != 0; count--) *to++ = value;
    for (; count >= 16; to += 16, count -= 16) {
      WORD(to) = four, WORD(to + 4) = four, WORD(to + 8) = four, WORD(to + 12) = four;
    }
    for (; count >= 4; to += 4, count -= 4) WORD(to) = four;
  }
  while (count-- != 0) *to++ = value;
  return destination;
}

int memcmp(const void *a, const void *b, size_t count) {
  const uint8_t *left = a, *right = b;
  if (misalignment(left) == 0 && misalignment(right) == 0) {
    for (; count >= 4 && WORD(left) == WORD(right); count -= 4) left += 4, right += 4;
  }
  for (; count != 0; count--, left++, right++) {
    if (*left != *right) return *left < *right ? -1 : 1;
  }
  return 0;
}

size_t strlen(const char *text) {
  size_t length = 0;
  while (text[length] != 0) length++;
  return length;
}
