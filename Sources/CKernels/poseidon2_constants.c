// Hands out the constants, for circuits.
#include "poseidon2_constants.h"

#include "include/ckernels.h"

void ck_permutation_constants(uint32_t initial[64], uint32_t internal[13], uint32_t final[64]) {
  const uint32_t p = 0x78000001u;
  for (int i = 0; i < 64; i++) initial[i] = ck_rc_initial[i / 16][i % 16] + p;
  for (int i = 0; i < 13; i++) internal[i] = ck_rc_internal[i] + p;
  for (int i = 0; i < 64; i++) final[i] = ck_rc_final[i / 16][i % 16] + p;
}
