// Poseidon2 for plugins. They speak of field elements as numbers below p; the kernels, of Montgomery residues.
#include "internal.h"

#include <ckernels.h>
#include <string.h>

#define P UINT64_C(2013265921)

static uint32_t residue(uint32_t number) { return (uint32_t)(((uint64_t)number << 32) % P); }

// residue * 2^-32 mod p
static uint32_t number(uint32_t residue) {
  uint32_t quotient = residue * UINT32_C(0x88000001);  // times p^-1 mod 2^32
  uint64_t high = ((uint64_t)quotient * P) >> 32;      // < p
  return high ? (uint32_t)(P - high) : 0;
}

static void to_residues(const uint32_t *in, uint32_t *out, size_t count) {
  for (size_t i = 0; i < count; i++) out[i] = residue(in[i]);
}

static void to_numbers(const uint32_t *in, uint32_t *out, size_t count) {
  for (size_t i = 0; i < count; i++) out[i] = number(in[i]);
}

enum { BLOCK = 64 };

void opr_permute(uint32_t *states, uint64_t count) {
  uint32_t block[BLOCK * 16];
  for (uint64_t done = 0; done < count; done += BLOCK) {
    size_t some = count - done < BLOCK ? (size_t)(count - done) : BLOCK;
    to_residues(states + 16 * done, block, 16 * some);
    ck_permute(block, some);
    to_numbers(block, states + 16 * done, 16 * some);
  }
}

void opr_compress(const uint32_t *pairs, uint32_t *digests, uint64_t count) {
  uint32_t block[BLOCK * 16];
  for (uint64_t done = 0; done < count; done += BLOCK) {
    size_t some = count - done < BLOCK ? (size_t)(count - done) : BLOCK;
    to_residues(pairs + 16 * done, block, 16 * some);
    ck_permute(block, some);
    for (size_t i = 0; i < some; i++) to_numbers(block + 16 * i, digests + 8 * (done + i), 8);
  }
}

void opr_hash_slice(const uint32_t *elements, uint64_t count, uint32_t digest[8]) {
  uint32_t state[16] = {0};
  // A short last block leaves what it does not reach.
  for (uint64_t done = 0; done < count; done += 8) {
    to_residues(elements + done, state, count - done < 8 ? (size_t)(count - done) : 8);
    ck_permute(state, 1);
  }
  to_numbers(state, digest, 8);
}

// Header, then bytes, one to an element; zeros fill the last block. The header's third element is 1 for inputs.
void opr_sponge(uint32_t index, bool is_input, const uint8_t *bytes, uint64_t length, uint32_t digest[8]) {
  uint32_t state[16] = {0};
  uint32_t residues[256];
  for (uint32_t i = 0; i < 256; i++) residues[i] = residue(i);
  state[0] = residue(index);
  state[1] = residue((uint32_t)length);
  state[2] = is_input ? residues[1] : 0;
  ck_permute(state, 1);
  for (uint64_t done = 0; done < length; done += 8) {
    for (uint64_t i = 0; i < 8; i++) state[i] = done + i < length ? residues[bytes[done + i]] : 0;
    ck_permute(state, 1);
  }
  to_numbers(state, digest, 8);
}

void opr_batch_inverse(uint32_t *elements, uint64_t count) {
  uint32_t in[1024], out[1024];
  for (uint64_t done = 0; done < count; done += 1024) {
    size_t some = count - done < 1024 ? (size_t)(count - done) : 1024;
    to_residues(elements + done, in, some);
    ck_batch_inverse(in, out, some);
    to_numbers(out, elements + done, some);
  }
}
