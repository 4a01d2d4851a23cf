// Prints, as C, the Unicode tables that Swift's strings need for comparing, hashing and counting characters.
//
// The toolchain has them for riscv32 as object code with compressed instructions, which the machine lacks. So
// `outrigger build` links this program with the tables for the host, runs it, and compiles what it prints for the
// machine. Nothing of the data is in this repository, and guest and toolchain agree on the version of Unicode.

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint8_t _swift_stdlib_getGraphemeBreakProperty(uint32_t);
bool _swift_stdlib_isInCB_Consonant(uint32_t);
bool _swift_stdlib_isExtendedPictographic(uint32_t);
uint16_t _swift_stdlib_getNormData(uint32_t);
uint32_t _swift_stdlib_getDecompositionEntry(uint32_t);
uint32_t _swift_stdlib_getComposition(uint32_t, uint32_t);
extern const uint8_t *_swift_stdlib_nfd_decompositions;

enum { SCALARS = 0x110000, BLOCK = 128, BLOCKS = SCALARS / BLOCK, MAX_ENTRIES = 8192 };

static void fail(const char *reason) {
  fprintf(stderr, "unicode tables: %s\n", reason);
  exit(1);
}

static bool is_surrogate(uint32_t scalar) { return scalar >> 11 == 0xd800 >> 11; }

// A byte for each scalar, as blocks, of which equal ones are stored once.
static void print_bytes(const char *name, const uint8_t *bytes) {
  static uint8_t index[BLOCKS];
  static const uint8_t *blocks[BLOCKS];
  int count = 0;
  for (int i = 0; i < BLOCKS; i++) {
    int found = 0;
    while (found < count && memcmp(blocks[found], bytes + i * BLOCK, BLOCK) != 0) found++;
    if (found == count) blocks[count++] = bytes + i * BLOCK;
    if (found > 255) fail("too many different blocks");
    index[i] = (uint8_t)found;
  }
  printf("static const uint8_t %s_index[] = {", name);
  for (int i = 0; i < BLOCKS; i++) printf("%d,", index[i]);
  printf("};\nstatic const uint8_t %s_blocks[] = {", name);
  for (int i = 0; i < count * BLOCK; i++) printf("%d,", blocks[i / BLOCK][i % BLOCK]);
  printf("};\n");
}

static void print_graphemes(void) {
  static uint8_t bytes[SCALARS];
  for (uint32_t s = 0; s < SCALARS; s++) {
    const uint8_t property = _swift_stdlib_getGraphemeBreakProperty(s);
    if (property >= 0x40 && property != 0xff) fail("a grapheme break property of more than six bits");
    bytes[s] = (uint8_t)((property & 0x3f) | _swift_stdlib_isInCB_Consonant(s) << 6
                         | _swift_stdlib_isExtendedPictographic(s) << 7);
    if (property == 0x3f) fail("a grapheme break property of all ones");
  }
  print_bytes("grapheme", bytes);
}

static void print_normalisation(void) {
  static uint8_t bytes[SCALARS];
  static uint16_t values[256];
  int count = 0;
  for (uint32_t s = 0; s < SCALARS; s++) {
    const uint16_t value = _swift_stdlib_getNormData(s);
    int found = 0;
    while (found < count && values[found] != value) found++;
    if (found == count) {
      if (count == 256) fail("too many different properties");
      values[count++] = value;
    }
    bytes[s] = (uint8_t)found;
  }
  print_bytes("norm", bytes);
  printf("static const uint16_t norm_values[] = {");
  for (int i = 0; i < count; i++) printf("%d,", values[i]);
  printf("};\n");
}

// An entry has its scalar in the lower 18 bits, and where the decomposition starts above: length, then UTF-8.
static uint32_t entries[MAX_ENTRIES];
static int entry_count;

static const uint8_t *decomposition(uint32_t entry) { return _swift_stdlib_nfd_decompositions + (entry >> 18); }

static void print_decompositions(void) {
  uint32_t end = 0;
  for (uint32_t s = 0; s < 1 << 18; s++) {
    if (is_surrogate(s)) continue;
    const uint32_t entry = _swift_stdlib_getDecompositionEntry(s);
    if ((entry & 0x3ffff) != s) continue;
    if (entry_count == MAX_ENTRIES) fail("too many decompositions");
    entries[entry_count++] = entry;
    const uint32_t last = (entry >> 18) + 1 + *decomposition(entry);
    if (last > end) end = last;
  }
  printf("static const uint32_t decomposition_entries[] = {");
  for (int i = 0; i < entry_count; i++) printf("%u,", entries[i]);
  printf("};\nstatic const uint8_t decompositions[] = {");
  for (uint32_t i = 0; i < end; i++) printf("%d,", _swift_stdlib_nfd_decompositions[i]);
  printf("};\nconst uint8_t *const _swift_stdlib_nfd_decompositions = decompositions;\n");
}

static int scalars_of(uint32_t entry, uint32_t scalars[8]) {
  const uint8_t *bytes = decomposition(entry);
  int count = 0;
  for (int i = 1, length = *bytes; i <= length; count++) {
    const uint8_t lead = bytes[i++];
    const int more = lead < 0x80 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    uint32_t scalar = more == 0 ? lead : lead & (0x3f >> more);
    for (int k = 0; k < more; k++) scalar = scalar << 6 | (bytes[i++] & 0x3f);
    if (count == 8) fail("a long decomposition");
    scalars[count] = scalar;
  }
  return count;
}

typedef struct {
  uint32_t second, first, composed;
} composition;

static int by_pair(const void *a, const void *b) {
  const composition *x = a, *y = b;
  if (x->second != y->second) return x->second < y->second ? -1 : 1;
  return x->first < y->first ? -1 : x->first > y->first;
}

// Whatever is composed has a decomposition, of which the second part of the pair is one scalar.
static void print_compositions(void) {
  static composition found[MAX_ENTRIES];
  int count = 0;
  for (int i = 0; i < entry_count; i++) {
    const uint32_t composed = entries[i] & 0x3ffff;
    uint32_t parts[8];
    const int length = scalars_of(entries[i], parts);
    bool is_found = false;
    for (int k = 0; k < length && !is_found; k++) {
      for (int j = 0; j < entry_count + length && !is_found; j++) {
        const uint32_t first = j < length ? parts[j] : entries[j - length] & 0x3ffff;
        if (_swift_stdlib_getComposition(first, parts[k]) != composed) continue;
        found[count++] = (composition){parts[k], first, composed};
        is_found = true;
      }
    }
  }
  qsort(found, (size_t)count, sizeof found[0], by_pair);
  printf("static const uint32_t compositions[][3] = {");
  for (int i = 0; i < count; i++) printf("{%u,%u,%u},", found[i].second, found[i].first, found[i].composed);
  printf("};\n");
  fprintf(stderr, "%d decompositions, %d compositions\n", entry_count, count);
}

static const char functions[] =
    "static uint8_t look_up(const uint8_t *index, const uint8_t *blocks, uint32_t s) {\n"
    "  return s < 0x110000 ? blocks[index[s / 128] * 128 + s % 128] : 0;\n"
    "}\n"
    "uint8_t _swift_stdlib_getGraphemeBreakProperty(uint32_t s) {\n"
    "  const uint8_t property = look_up(grapheme_index, grapheme_blocks, s) & 0x3f;\n"
    "  return property == 0x3f ? 0xff : property;\n"
    "}\n"
    "bool _swift_stdlib_isInCB_Consonant(uint32_t s) {\n"
    "  return look_up(grapheme_index, grapheme_blocks, s) >> 6 & 1;\n"
    "}\n"
    "bool _swift_stdlib_isExtendedPictographic(uint32_t s) {\n"
    "  return look_up(grapheme_index, grapheme_blocks, s) >> 7;\n"
    "}\n"
    "uint16_t _swift_stdlib_getNormData(uint32_t s) {\n"
    "  return norm_values[look_up(norm_index, norm_blocks, s)];\n"
    "}\n"
    "uint32_t _swift_stdlib_getDecompositionEntry(uint32_t s) {\n"
    "  uint32_t low = 0, high = sizeof decomposition_entries / 4;\n"
    "  while (low < high) {\n"
    "    const uint32_t middle = (low + high) / 2, entry = decomposition_entries[middle];\n"
    "    if ((entry & 0x3ffff) == s) return entry;\n"
    "    if ((entry & 0x3ffff) < s) low = middle + 1; else high = middle;\n"
    "  }\n"
    "  return ~s & 0x3ffff;\n"  // another scalar: there is no decomposition
    "}\n"
    "uint32_t _swift_stdlib_getComposition(uint32_t x, uint32_t y) {\n"
    "  uint32_t low = 0, high = sizeof compositions / 12;\n"
    "  while (low < high) {\n"
    "    const uint32_t middle = (low + high) / 2, *entry = compositions[middle];\n"
    "    if (entry[0] == y && entry[1] == x) return entry[2];\n"
    "    if (entry[0] < y || (entry[0] == y && entry[1] < x)) low = middle + 1; else high = middle;\n"
    "  }\n"
    "  return 0xffffffff;\n"
    "}\n";

int main(void) {
  printf("#include <stdbool.h>\n#include <stdint.h>\n");
  print_graphemes();
  print_normalisation();
  print_decompositions();
  print_compositions();
  fputs(functions, stdout);
  return ferror(stdout) != 0;
}
