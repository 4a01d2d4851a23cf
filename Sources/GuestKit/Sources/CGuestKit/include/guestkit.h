/// What a guest asks of the machine, in C. Swift guests use the module GuestKit, which stands on this one.
///
/// The machine has no system calls: input, output, public values and deferral calls are instructions of their own,
/// in RISC-V's custom-0 (0x0b) and custom-1 (0x2b) spaces.
#ifndef GUESTKIT_H
#define GUESTKIT_H

#include <stddef.h>
#include <stdint.h>

#define GUEST_INLINE static inline __attribute__((always_inline))

// Ending

/// Ends the run with exit code `code`, flushing what was printed. 0 is success, and the only code that can be proven.
/// 1 is a panic; 2 the machine's code for an instruction that it does not have.
_Noreturn void guest_exit(uint8_t code);

/// Prints `panic: `, `length` bytes of `message` and a line break, and ends the run with exit code 1.
_Noreturn void guest_panic(const char *message, size_t length);

/// The same with a number after the message.
_Noreturn void guest_panic_number(const char *message, size_t length, int32_t number);

/// Where every Swift trap leads (index out of range, overflow, `nil` unwrapped): prints `trap`, ends with code 1.
_Noreturn void guest_trap(void);

/// `guest_panic` with a literal.
#define GUEST_PANIC(literal) guest_panic("" literal, sizeof(literal) - 1)

// Input

/// Makes the next input current. Its length and bytes are read with the two functions below, as words: the length in
/// bytes, then the bytes, filled with zeros to a multiple of four. A run that asks for more inputs than it was given
/// ends with an error of the host.
GUEST_INLINE void guest_next_input(void) { __asm__ volatile(".insn i 0x0b, 3, x0, x0, 0" ::: "memory"); }

/// Moves the next word of the current input to `destination`.
GUEST_INLINE void guest_read_word(uint32_t *destination) {
  __asm__ volatile(".insn i 0x0b, 1, %0, x0, 0" ::"r"(destination) : "memory");
}

/// Moves the next `words` words of the current input to `destination`, which must be a multiple of four.
void guest_read_words(void *destination, size_t words);

/// Reads the next input: its bytes are in `*bytes`, on the heap, a multiple of four. Returns their number.
size_t guest_read_input(uint8_t **bytes);

// Public values

/// Writes `word`, little-endian, to the public values at byte `offset`, a multiple of four below their number.
GUEST_INLINE void guest_reveal_word(uint32_t word, size_t offset) {
  __asm__ volatile(".insn i 0x0b, 2, %0, %1, 0" ::"r"(offset), "r"(word) : "memory");
}

/// Writes `length` bytes to the public values from byte `offset`, a multiple of four. Zeros fill the last word.
void guest_reveal(const void *bytes, size_t length, size_t offset);

// Printing. Text goes to the host line by line; it is no part of the proof.

/// Prints `length` bytes.
void guest_print(const char *text, size_t length);

/// Prints a string that ends in a zero byte.
void guest_print_string(const char *text);

/// Prints a decimal number.
void guest_print_number(int32_t number);

/// Hands everything printed so far to the host.
void guest_flush(void);

// Deferral calls (Outrigger's deferral circuits). `index` is the circuit's in the application's manifest, below 1024;
// it is part of the instruction, hence a constant.

/// A commitment to an input or output: eight field elements of four bytes, little-endian, each below 0x78000001.
typedef struct {
  uint32_t words[8];
} guest_commit;

/// Names an output: its commitment and length in bytes. The length is a claim of the host until
/// `guest_deferral_output` has checked it against the commitment.
typedef struct {
  guest_commit commit;
  uint32_t length;
  uint32_t length_high;  // always 0
} guest_output_key;

/// Bytes of a by-value call; `bytes` must be a multiple of four.
typedef struct {
  const void *bytes;
  uint32_t length;
} guest_input_descriptor;

// One case for each index. After inlining into a caller with a constant index a single instruction is left.
#define GUEST_DEFERRAL_1(i)                                                                    \
  case (i):                                                                                    \
    __asm__ volatile(".insn i 0x2b, 7, %0, %1, %2" ::"r"(destination), "r"(source),            \
                     "i"((((i) * 4 + GUEST_DEFERRAL_OPERATION) ^ 0x800) - 0x800) : "memory");  \
    return;
#define GUEST_DEFERRAL_4(i) GUEST_DEFERRAL_1(i) GUEST_DEFERRAL_1(i + 1) GUEST_DEFERRAL_1(i + 2) GUEST_DEFERRAL_1(i + 3)
#define GUEST_DEFERRAL_16(i) \
  GUEST_DEFERRAL_4(i) GUEST_DEFERRAL_4(i + 4) GUEST_DEFERRAL_4(i + 8) GUEST_DEFERRAL_4(i + 12)
#define GUEST_DEFERRAL_64(i) \
  GUEST_DEFERRAL_16(i) GUEST_DEFERRAL_16(i + 16) GUEST_DEFERRAL_16(i + 32) GUEST_DEFERRAL_16(i + 48)
#define GUEST_DEFERRAL_256(i) \
  GUEST_DEFERRAL_64(i) GUEST_DEFERRAL_64(i + 64) GUEST_DEFERRAL_64(i + 128) GUEST_DEFERRAL_64(i + 192)
#define GUEST_DEFERRAL_ALL \
  GUEST_DEFERRAL_256(0) GUEST_DEFERRAL_256(256) GUEST_DEFERRAL_256(512) GUEST_DEFERRAL_256(768)

/// Calls circuit `index` with the input that `source` commits to; `destination` names the output.
GUEST_INLINE void guest_deferral_call(uint32_t index, guest_output_key *destination, const guest_commit *source) {
#define GUEST_DEFERRAL_OPERATION 0
  switch (index) { GUEST_DEFERRAL_ALL }
#undef GUEST_DEFERRAL_OPERATION
  guest_trap();
}

/// Writes the output that `source` names to `destination`, a multiple of four with room for `source->length` bytes,
/// and checks it against the commitment.
GUEST_INLINE void guest_deferral_output(uint32_t index, void *destination, const guest_output_key *source) {
#define GUEST_DEFERRAL_OPERATION 1
  switch (index) { GUEST_DEFERRAL_ALL }
#undef GUEST_DEFERRAL_OPERATION
  guest_trap();
}

/// Computes the commitment to the bytes that `source` describes, as an input of circuit `index`, and lets the host
/// find them by it.
GUEST_INLINE void guest_deferral_commit(
    uint32_t index, guest_commit *destination, const guest_input_descriptor *source) {
#define GUEST_DEFERRAL_OPERATION 2
  switch (index) { GUEST_DEFERRAL_ALL }
#undef GUEST_DEFERRAL_OPERATION
  guest_trap();
}

/// All three: calls circuit `index` with `length` bytes at `bytes`, writes the output to `destination`, and returns its
/// length in bytes. Both addresses are multiples of four. Panics where the output has more than `capacity` bytes.
GUEST_INLINE uint32_t guest_deferral_call_bytes(
    uint32_t index, const void *bytes, uint32_t length, void *destination, uint32_t capacity) {
  const guest_input_descriptor input = {bytes, length};
  guest_commit commit;
  guest_output_key key;
  guest_deferral_commit(index, &commit, &input);
  guest_deferral_call(index, &key, &commit);
  if (key.length > capacity || key.length_high != 0) GUEST_PANIC("a deferred output longer than expected");
  guest_deferral_output(index, destination, &key);
  return key.length;
}

// The C library, as far as there is one

void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *block, size_t size);
void free(void *block);
void *memcpy(void *restrict destination, const void *restrict source, size_t count);
void *memmove(void *destination, const void *source, size_t count);
void *memset(void *destination, int byte, size_t count);
int memcmp(const void *a, const void *b, size_t count);
size_t strlen(const char *text);

#endif
