// Input, output, public values and the ways in which a run ends.

#include "guestkit.h"

_Noreturn void guest_terminate(uint32_t code);

#define TERMINATE(code)                                          \
  do {                                                           \
    __asm__ volatile(".insn i 0x0b, 0, x0, x0, " #code ::: "memory"); \
    __builtin_unreachable();                                     \
  } while (0)

// Printing

enum { LINE_CAPACITY = 256 };
static char line[LINE_CAPACITY];
static size_t line_length;

static void print_now(const char *text, size_t length) {
  __asm__ volatile(".insn i 0x0b, 3, %0, %1, 1" ::"r"(text), "r"(length) : "memory");
}

void guest_flush(void) {
  if (line_length == 0) return;
  print_now(line, line_length);
  line_length = 0;
}

// Swift's print writes through this function.
int putchar(int character) {
  line[line_length++] = (char)character;
  if (character == '\n' || line_length == LINE_CAPACITY) guest_flush();
  return (unsigned char)character;
}

__attribute__((noinline)) void guest_print(const char *text, size_t length) {
  for (size_t i = 0; i < length; i++) putchar(text[i]);
}

void guest_print_string(const char *text) { guest_print(text, strlen(text)); }

void guest_print_number(int32_t number) {
  uint32_t magnitude = number < 0 ? 0 - (uint32_t)number : (uint32_t)number;
  char digits[10];
  size_t count = 0;
  do {
    digits[count++] = (char)('0' + magnitude % 10);
    magnitude /= 10;
  } while (magnitude != 0);
  if (number < 0) putchar('-');
  while (count != 0) putchar(digits[--count]);
}

// Ending

// `_start` comes here with what `main` returned.
_Noreturn void guest_finish(int status) {
  guest_flush();
  if (status == 0) TERMINATE(0);
  TERMINATE(1);
}

_Noreturn void guest_exit(uint8_t code) {
  guest_flush();
  guest_terminate(code);
}

static void print_panic(const char *message, size_t length) {
  guest_print_string("panic: ");
  guest_print(message, length);
}

_Noreturn void guest_panic(const char *message, size_t length) {
  print_panic(message, length);
  putchar('\n');
  TERMINATE(1);
}

_Noreturn void guest_panic_number(const char *message, size_t length, int32_t number) {
  print_panic(message, length);
  putchar(' ');
  guest_print_number(number);
  putchar('\n');
  TERMINATE(1);
}

_Noreturn void guest_trap(void) {
  guest_print_string("trap\n");
  TERMINATE(1);
}

_Noreturn void exit(int status) { guest_exit((uint8_t)status); }

_Noreturn void abort(void) { GUEST_PANIC("abort"); }

// Input

enum { MAX_BUFFER_WORDS = 1023 };  // of one instruction

void guest_read_words(void *destination, size_t words) {
  uint32_t *next = destination;
  while (words != 0) {
    const size_t count = words < MAX_BUFFER_WORDS ? words : MAX_BUFFER_WORDS;
    __asm__ volatile(".insn i 0x0b, 1, %0, %1, 1" ::"r"(next), "r"(count) : "memory");
    next += count;
    words -= count;
  }
}

size_t guest_read_input(uint8_t **bytes) {
  uint32_t length;
  guest_next_input();
  guest_read_word(&length);
  // Lengths near 2^32 would wrap to few words; no block is that large.
  const size_t words = (size_t)(length / 4) + (length % 4 != 0);
  *bytes = malloc(length);
  guest_read_words(*bytes, words);
  return length;
}

// Public values

void guest_reveal(const void *bytes, size_t length, size_t offset) {
  const uint8_t *next = bytes;
  if (offset % 4 != 0) GUEST_PANIC("public values are revealed at multiples of four");
  while (length != 0) {
    uint32_t word = 0;
    const size_t count = length < 4 ? length : 4;
    for (size_t i = 0; i < count; i++) word |= (uint32_t)next[i] << (8 * i);
    guest_reveal_word(word, offset);
    next += count;
    offset += 4;
    length -= count;
  }
}

// Swift seeds its hashing with this. The same in every run, for a run must be reproducible.
void arc4random_buf(void *buffer, size_t count) {
  uint8_t *bytes = buffer;
  uint32_t state = 0x6f757472;
  for (size_t i = 0; i < count; i++) {
    state = state * 1664525 + 1013904223;
    bytes[i] = (uint8_t)(state >> 24);
  }
}
