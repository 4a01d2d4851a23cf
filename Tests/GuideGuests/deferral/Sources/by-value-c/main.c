// Reads a message and reveals its SHA-256 digest, which the circuit at index 0 computes.

#include <guestkit.h>

int main(void) {
  uint8_t *message;
  guest_input_descriptor input = {0};
  input.length = (uint32_t)guest_read_input(&message);
  input.bytes = message;

  guest_commit commit;
  guest_deferral_commit(0, &commit, &input);

  guest_output_key key;
  guest_deferral_call(0, &key, &commit);
  // The length is the host's claim: look at it before there is room for so many bytes.
  if (key.length != 32 || key.length_high != 0) GUEST_PANIC("not a digest");

  uint32_t digest[8];
  guest_deferral_output(0, digest, &key);
  guest_reveal(digest, sizeof digest, 0);
  return 0;
}
