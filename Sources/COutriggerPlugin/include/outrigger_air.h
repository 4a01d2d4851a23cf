// Writing circuits in C: a header-only builder of AIR bytes (docs/air-bytes.md), and arithmetic in the field.
//
//   oa_builder b;
//   oa_begin(&b);
//   oa_use_standard_io(&b);
//   oa_begin_air(&b, "Doubling", 1);
//   oa_expr now = oa_local(&b, 0), then = oa_next(&b, 0);
//   oa_assert_zero(&b, "starts at one", oa_mul(&b, oa_is_first(&b), oa_sub(&b, now, oa_constant(&b, 1))));
//   oa_assert_zero(&b, "doubles", oa_mul(&b, oa_is_transition(&b), oa_sub(&b, then, oa_add(&b, now, now))));
//   oa_end_air(&b);
//   if (!oa_finish(&b, &bytes)) log(oa_error(&b));
//   ...
//   oa_free(&b);
//
// The same calls give the same bytes. Nothing is simplified; a node that is built twice is one node. The first mistake
// is kept, and everything after it does nothing; `oa_finish` reports it. Memory comes from malloc and is bounded.
//
// An expression is of the AIR that it was built in. Constraints hold on every row, and the row after the last one is
// the first: multiply by `oa_is_transition` what must not wrap around.
#ifndef OUTRIGGER_AIR_H
#define OUTRIGGER_AIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "outrigger_plugin.h"

#if defined(__GNUC__)
#define OA_FUNCTION static inline __attribute__((unused))
#else
#define OA_FUNCTION static inline
#endif

// --- The field: the integers modulo p, each as a number below p

#define OA_P OUTRIGGER_MODULUS

// The element of any integer.
OA_FUNCTION uint32_t oa_field(int64_t value) {
  int64_t rest = value % (int64_t)OA_P;
  return (uint32_t)(rest < 0 ? rest + (int64_t)OA_P : rest);
}
OA_FUNCTION uint32_t oa_field_add(uint32_t a, uint32_t b) {
  uint32_t sum = a + b;  // < 2^32
  return sum >= OA_P ? sum - OA_P : sum;
}
OA_FUNCTION uint32_t oa_field_sub(uint32_t a, uint32_t b) { return a >= b ? a - b : a + (OA_P - b); }
OA_FUNCTION uint32_t oa_field_neg(uint32_t a) { return a == 0 ? 0 : OA_P - a; }
OA_FUNCTION uint32_t oa_field_mul(uint32_t a, uint32_t b) { return (uint32_t)((uint64_t)a * b % OA_P); }
OA_FUNCTION uint32_t oa_field_power(uint32_t base, uint32_t exponent) {
  uint32_t result = 1;
  for (; exponent != 0; exponent >>= 1, base = oa_field_mul(base, base))
    if (exponent & 1) result = oa_field_mul(result, base);
  return result;
}
// 0 for 0.
OA_FUNCTION uint32_t oa_field_inverse(uint32_t a) { return oa_field_power(a, OA_P - 2); }

// A cell of a trace that the host wants filled.
OA_FUNCTION uint32_t *oa_cell(const outrigger_view *view, uint64_t row, uint64_t column) {
  return view->data + row * view->row_stride + column * view->column_stride;
}

// --- Names of the format

// Buses of the standard set: an AIR receives from the first two and sends to the third, every message once.
#define OA_BUS_LENGTH 0  // call, bytes of input, bytes of output: one for each call
#define OA_BUS_INPUT 1   // call, word, 8 bytes: the input's words, the last one filled up with zeros
#define OA_BUS_OUTPUT 2  // call, word, 8 bytes: the output's words; the host checks that they are bytes
// Tables of the host's.
#define OA_BUS_POSEIDON2 3  // 16 cells, 8 cells, 1 for a compression
#define OA_BUS_BYTES 4      // x, y, z, 0 or 1: bytes with z = 0, or z their exclusive or
#define OA_BUS_RANGE 5      // value, bits: value < 2^bits, bits <= 17
#define OA_FIRST_OWN_BUS 16

typedef enum oa_table { OA_TABLE_POSEIDON2 = 0, OA_TABLE_BYTES = 1, OA_TABLE_RANGE = 2 } oa_table;
typedef enum oa_bus_kind { OA_PERMUTATION = 0, OA_LOOKUP = 1 } oa_bus_kind;
typedef enum oa_cached_class { OA_CONSTANT_PART = 0, OA_DATA_PART = 1 } oa_cached_class;

#define OA_MAX_AIRS 256u
#define OA_MAX_NODES (1u << 22)
#define OA_MAX_BUSES 64u
#define OA_MAX_BYTES ((size_t)1 << 28)

// --- The builder. Its fields are nobody's business.

typedef struct oa_expr {
  uint32_t node;
} oa_expr;

typedef struct oa_buffer {
  uint8_t *data;
  size_t length, capacity;
} oa_buffer;

typedef struct oa_node {
  uint8_t kind, degree, part, offset;
  uint32_t left, right;
} oa_node;

typedef struct oa_assertion {
  uint32_t node, name;  // the name's offset in `names`: a length and the text
} oa_assertion;

typedef struct oa_bus_entry {
  uint16_t number;
  uint8_t kind;
  char name[64];
} oa_bus_entry;

typedef struct oa_builder {
  char error[192];
  uint8_t uses_standard_io, tables;
  oa_bus_entry buses[OA_MAX_BUSES];
  uint32_t bus_count, air_count;
  oa_buffer airs;    // finished ones
  oa_buffer result;  // what oa_finish has made

  // The AIR under way.
  uint8_t is_open, is_required;
  uint32_t width, preprocessed_width, public_count, cached_count;
  char air_name[64];
  uint32_t cached_widths[255];
  uint8_t cached_classes[255];
  oa_node *nodes;
  uint32_t node_count, node_capacity;
  uint32_t *table;  // open addressing, node numbers plus 1
  uint32_t table_capacity;
  oa_assertion *constraints;
  uint32_t constraint_count, constraint_capacity;
  oa_buffer interactions;
  uint32_t interaction_count;
  oa_buffer names;  // of constraints
} oa_builder;

// --- Memory and mistakes

OA_FUNCTION bool oa_failed(const oa_builder *b) { return b->error[0] != 0; }
// What went wrong first; empty if nothing did.
OA_FUNCTION const char *oa_error(const oa_builder *b) { return b->error; }

OA_FUNCTION void oa_fail_(oa_builder *b, const char *what, const char *where, uint64_t number) {
  if (oa_failed(b)) return;
  snprintf(b->error, sizeof b->error, "%.40s%s%.60s: %.60s (%llu)", b->air_name, b->air_name[0] ? ": " : "",
           where ? where : "", what, (unsigned long long)number);
}

// Room for one more item; false when there is none.
OA_FUNCTION bool oa_reserve_(oa_builder *b, void **items, uint32_t count, uint32_t *capacity, size_t size,
                             uint32_t limit) {
  if (oa_failed(b)) return false;
  if (count < *capacity) return true;
  if (count >= limit) {
    oa_fail_(b, "too many", "nodes or constraints", limit);
    return false;
  }
  uint32_t larger = *capacity < 64 ? 64 : *capacity * 2;
  void *memory = realloc(*items, (size_t)larger * size);
  if (memory == NULL) {
    oa_fail_(b, "no memory for items", NULL, larger);
    return false;
  }
  *items = memory;
  *capacity = larger;
  return true;
}

OA_FUNCTION void oa_append_(oa_builder *b, oa_buffer *buffer, const void *bytes, size_t count) {
  if (oa_failed(b) || count == 0) return;
  if (count > OA_MAX_BYTES - buffer->length) {
    oa_fail_(b, "more bytes than there may be", NULL, OA_MAX_BYTES);
    return;
  }
  if (buffer->length + count > buffer->capacity) {
    size_t larger = buffer->capacity < 1024 ? 1024 : buffer->capacity;
    while (larger < buffer->length + count) larger *= 2;
    uint8_t *memory = (uint8_t *)realloc(buffer->data, larger);
    if (memory == NULL) {
      oa_fail_(b, "no memory for bytes", NULL, larger);
      return;
    }
    buffer->data = memory;
    buffer->capacity = larger;
  }
  memcpy(buffer->data + buffer->length, bytes, count);
  buffer->length += count;
}

OA_FUNCTION void oa_number_(oa_builder *b, oa_buffer *buffer, uint32_t value, size_t bytes) {
  uint8_t digits[4] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16), (uint8_t)(value >> 24)};
  oa_append_(b, buffer, digits, bytes);
}

OA_FUNCTION void oa_text_(oa_builder *b, oa_buffer *buffer, const char *text) {
  size_t length = text ? strlen(text) : 0;
  if (length > 255) {
    oa_fail_(b, "a name of more than 255 bytes", NULL, length);
    return;
  }
  oa_number_(b, buffer, (uint32_t)length, 1);
  oa_append_(b, buffer, text, length);
}

OA_FUNCTION void oa_begin(oa_builder *b) { memset(b, 0, sizeof *b); }

OA_FUNCTION void oa_free(oa_builder *b) {
  free(b->airs.data);
  free(b->result.data);
  free(b->nodes);
  free(b->table);
  free(b->constraints);
  free(b->interactions.data);
  free(b->names.data);
  memset(b, 0, sizeof *b);
}

// --- The set

// Puts the host's AIRs for inputs and outputs in front. The usual case.
OA_FUNCTION void oa_use_standard_io(oa_builder *b) { b->uses_standard_io = 1; }
// Puts a table of the host's behind.
OA_FUNCTION void oa_use_table(oa_builder *b, oa_table table) { b->tables = (uint8_t)(b->tables | 1u << table); }

// Declares a bus of the circuit's own, from OA_FIRST_OWN_BUS on; standard ones need no declaration.
OA_FUNCTION void oa_declare_bus(oa_builder *b, uint16_t number, oa_bus_kind kind, const char *name) {
  if (oa_failed(b)) return;
  uint32_t place = 0;
  while (place < b->bus_count && b->buses[place].number < number) place++;
  if (place < b->bus_count && b->buses[place].number == number) {
    if (number >= OA_FIRST_OWN_BUS) oa_fail_(b, "a bus that is declared already", name, number);
    return;
  }
  if (b->bus_count >= OA_MAX_BUSES) {
    oa_fail_(b, "too many buses", name, OA_MAX_BUSES);
    return;
  }
  if (strlen(name) >= sizeof b->buses[0].name) {
    oa_fail_(b, "the bus's name is too long", name, strlen(name));
    return;
  }
  bool has_standard_name = strncmp(name, "io.", 3) == 0 || strncmp(name, "std.", 4) == 0;
  if (has_standard_name != (number < OA_FIRST_OWN_BUS)) {
    oa_fail_(b, "names with io. and std. are the standard buses'", name, number);
    return;
  }
  memmove(b->buses + place + 1, b->buses + place, (b->bus_count - place) * sizeof b->buses[0]);
  memset(&b->buses[place], 0, sizeof b->buses[0]);
  b->buses[place].number = number;
  b->buses[place].kind = (uint8_t)kind;
  memcpy(b->buses[place].name, name, strlen(name));
  b->bus_count++;
}

// --- An AIR

// Starts an AIR with `width` columns of common main.
OA_FUNCTION void oa_begin_air(oa_builder *b, const char *name, uint32_t width) {
  if (oa_failed(b)) return;
  if (b->is_open || width == 0 || b->air_count >= OA_MAX_AIRS || strlen(name) >= sizeof b->air_name) {
    oa_fail_(b, "an AIR inside another, without columns, too many, or with too long a name", name, width);
    return;
  }
  memset(b->air_name, 0, sizeof b->air_name);
  memcpy(b->air_name, name, strlen(name));
  b->is_open = 1;
  b->width = width;
  b->is_required = 0;
  b->preprocessed_width = b->public_count = b->cached_count = 0;
  b->node_count = b->constraint_count = b->interaction_count = 0;
  b->interactions.length = b->names.length = 0;
  if (b->table != NULL) memset(b->table, 0, b->table_capacity * sizeof *b->table);
}

// Every proof must contain the AIR.
OA_FUNCTION void oa_required(oa_builder *b) { b->is_required = 1; }
// Columns of the preprocessed part.
OA_FUNCTION void oa_preprocessed_width(oa_builder *b, uint32_t width) { b->preprocessed_width = width; }
// 17 for AIR 0 of a circuit without the standard set.
OA_FUNCTION void oa_public_values(oa_builder *b, uint32_t count) { b->public_count = count; }
// Adds a cached part; they are numbered from 0.
OA_FUNCTION void oa_cached_part(oa_builder *b, uint32_t width, oa_cached_class part_class) {
  if (oa_failed(b)) return;
  if (b->cached_count >= 255 || width == 0) {
    oa_fail_(b, "too many cached parts, or one without columns", NULL, width);
    return;
  }
  b->cached_widths[b->cached_count] = width;
  b->cached_classes[b->cached_count++] = (uint8_t)part_class;
}

// --- Expressions

OA_FUNCTION uint32_t oa_hash_(const oa_node *n) {
  uint64_t h = ((uint64_t)n->kind << 24 | (uint64_t)n->degree << 16 | (uint64_t)n->part << 8 | n->offset) + 1;
  h = (h ^ n->left) * UINT64_C(0x9e3779b97f4a7c15);
  h = (h ^ (h >> 29) ^ n->right) * UINT64_C(0xbf58476d1ce4e5b9);
  return (uint32_t)(h >> 32);
}

OA_FUNCTION bool oa_same_(const oa_node *a, const oa_node *b) {
  return a->kind == b->kind && a->degree == b->degree && a->part == b->part && a->offset == b->offset &&
         a->left == b->left && a->right == b->right;
}

OA_FUNCTION bool oa_grow_table_(oa_builder *b) {
  uint32_t capacity = b->table_capacity < 256 ? 256 : b->table_capacity * 2;
  uint32_t *table = (uint32_t *)calloc(capacity, sizeof *table);
  if (table == NULL) {
    oa_fail_(b, "no memory for nodes", NULL, capacity);
    return false;
  }
  for (uint32_t i = 0; i < b->node_count; i++) {
    uint32_t place = oa_hash_(&b->nodes[i]) & (capacity - 1);
    while (table[place] != 0) place = (place + 1) & (capacity - 1);
    table[place] = i + 1;
  }
  free(b->table);
  b->table = table;
  b->table_capacity = capacity;
  return true;
}

// The node, new or as it was built before.
OA_FUNCTION oa_expr oa_node_(oa_builder *b, oa_node node) {
  oa_expr none = {0};
  if (oa_failed(b)) return none;
  if (!b->is_open) {
    oa_fail_(b, "an expression outside of an AIR", NULL, node.kind);
    return none;
  }
  if (2 * (uint64_t)b->node_count >= b->table_capacity && !oa_grow_table_(b)) return none;
  uint32_t place = oa_hash_(&node) & (b->table_capacity - 1);
  for (; b->table[place] != 0; place = (place + 1) & (b->table_capacity - 1)) {
    oa_expr found = {b->table[place] - 1};
    if (oa_same_(&b->nodes[found.node], &node)) return found;
  }
  if (!oa_reserve_(b, (void **)&b->nodes, b->node_count, &b->node_capacity, sizeof node, OA_MAX_NODES)) return none;
  oa_expr added = {b->node_count};
  b->nodes[b->node_count++] = node;
  b->table[place] = b->node_count;
  return added;
}

OA_FUNCTION oa_expr oa_leaf_(oa_builder *b, uint8_t kind, uint8_t degree, uint8_t part, uint8_t offset, uint32_t index,
                             uint32_t limit) {
  if (index >= limit || offset > 1) oa_fail_(b, "there is no such column, row or value", NULL, index);
  oa_node node = {kind, degree, part, offset, index, 0};
  return oa_node_(b, node);
}

// A column of common main, in this row (offset 0) or the next one (offset 1).
OA_FUNCTION oa_expr oa_column(oa_builder *b, uint32_t column, uint8_t offset) {
  return oa_leaf_(b, 1, 1, (uint8_t)b->cached_count, offset, column, b->width);
}
OA_FUNCTION oa_expr oa_local(oa_builder *b, uint32_t column) { return oa_column(b, column, 0); }
OA_FUNCTION oa_expr oa_next(oa_builder *b, uint32_t column) { return oa_column(b, column, 1); }
// A column of a cached part. All parts must have been added before the first column is named.
OA_FUNCTION oa_expr oa_cached(oa_builder *b, uint32_t part, uint32_t column, uint8_t offset) {
  uint32_t width = part < b->cached_count ? b->cached_widths[part] : 0;
  return oa_leaf_(b, 1, 1, (uint8_t)part, offset, column, width);
}
OA_FUNCTION oa_expr oa_preprocessed(oa_builder *b, uint32_t column, uint8_t offset) {
  return oa_leaf_(b, 0, 1, 0, offset, column, b->preprocessed_width);
}
OA_FUNCTION oa_expr oa_public(oa_builder *b, uint32_t index) {
  return oa_leaf_(b, 2, 0, 0, 0, index, b->public_count);
}
// 1 in the first row only.
OA_FUNCTION oa_expr oa_is_first(oa_builder *b) { return oa_leaf_(b, 3, 1, 0, 0, 0, 1); }
// 1 in the last row only.
OA_FUNCTION oa_expr oa_is_last(oa_builder *b) { return oa_leaf_(b, 4, 1, 0, 0, 0, 1); }
// 0 in the last row only.
OA_FUNCTION oa_expr oa_is_transition(oa_builder *b) { return oa_leaf_(b, 5, 1, 0, 0, 0, 1); }
// Any integer, modulo p.
OA_FUNCTION oa_expr oa_constant(oa_builder *b, int64_t value) {
  return oa_leaf_(b, 6, 0, 0, 0, oa_field(value), OA_P);
}
// The deferral index, a constant of the key.
OA_FUNCTION oa_expr oa_def_idx(oa_builder *b) { return oa_leaf_(b, 11, 0, 0, 0, 0, 1); }

OA_FUNCTION uint32_t oa_degree(const oa_builder *b, oa_expr e) {
  return e.node < b->node_count ? b->nodes[e.node].degree : 0;
}

OA_FUNCTION oa_expr oa_operation_(oa_builder *b, uint8_t kind, oa_expr left, oa_expr right, uint32_t degree) {
  if (left.node >= b->node_count || right.node >= b->node_count || degree > 255)
    oa_fail_(b, "an operand that is not of this AIR, or too great a degree", NULL, degree);
  oa_node node = {kind, (uint8_t)degree, 0, 0, left.node, right.node};
  return oa_node_(b, node);
}

OA_FUNCTION oa_expr oa_add(oa_builder *b, oa_expr x, oa_expr y) {
  uint32_t dx = oa_degree(b, x), dy = oa_degree(b, y);
  return oa_operation_(b, 7, x, y, dx > dy ? dx : dy);
}
OA_FUNCTION oa_expr oa_sub(oa_builder *b, oa_expr x, oa_expr y) {
  uint32_t dx = oa_degree(b, x), dy = oa_degree(b, y);
  return oa_operation_(b, 8, x, y, dx > dy ? dx : dy);
}
OA_FUNCTION oa_expr oa_neg(oa_builder *b, oa_expr x) {
  oa_expr none = {0};
  return oa_operation_(b, 9, x, none, oa_degree(b, x));
}
OA_FUNCTION oa_expr oa_mul(oa_builder *b, oa_expr x, oa_expr y) {
  return oa_operation_(b, 10, x, y, oa_degree(b, x) + oa_degree(b, y));
}
// x times an integer.
OA_FUNCTION oa_expr oa_scale(oa_builder *b, int64_t factor, oa_expr x) {
  return oa_mul(b, oa_constant(b, factor), x);
}
// x plus an integer.
OA_FUNCTION oa_expr oa_plus(oa_builder *b, oa_expr x, int64_t value) { return oa_add(b, x, oa_constant(b, value)); }
// x_0 + base x_1 + base^2 x_2 + ...: how bits, bytes or limbs make a number. 0 for none.
OA_FUNCTION oa_expr oa_compose(oa_builder *b, const oa_expr *x, uint32_t count, int64_t base) {
  if (count == 0) return oa_constant(b, 0);
  oa_expr sum = x[count - 1];
  for (uint32_t i = count - 1; i > 0; i--) sum = oa_add(b, oa_scale(b, base, sum), x[i - 1]);
  return sum;
}

// --- Constraints

// The expression is 0 on every row. Names are for people; say what must hold.
OA_FUNCTION void oa_assert_zero(oa_builder *b, const char *name, oa_expr e) {
  if (e.node >= b->node_count) oa_fail_(b, "a constraint that is not of this AIR", name, e.node);
  if (!oa_reserve_(b, (void **)&b->constraints, b->constraint_count, &b->constraint_capacity, sizeof(oa_assertion),
                   OA_MAX_NODES))
    return;
  oa_assertion assertion = {e.node, (uint32_t)b->names.length};
  oa_text_(b, &b->names, name);
  b->constraints[b->constraint_count++] = assertion;
}
OA_FUNCTION void oa_assert_equal(oa_builder *b, const char *name, oa_expr x, oa_expr y) {
  oa_assert_zero(b, name, oa_sub(b, x, y));
}
// Where `condition` is not 0, the expression is.
OA_FUNCTION void oa_assert_zero_when(oa_builder *b, const char *name, oa_expr condition, oa_expr e) {
  oa_assert_zero(b, name, oa_mul(b, condition, e));
}
OA_FUNCTION void oa_assert_equal_when(oa_builder *b, const char *name, oa_expr condition, oa_expr x, oa_expr y) {
  oa_assert_zero_when(b, name, condition, oa_sub(b, x, y));
}
// The expression is 0 or 1.
OA_FUNCTION void oa_assert_boolean(oa_builder *b, const char *name, oa_expr x) {
  oa_assert_zero(b, name, oa_mul(b, x, oa_plus(b, x, -1)));
}

// --- Interactions

OA_FUNCTION const oa_bus_entry *oa_find_bus_(const oa_builder *b, uint16_t number) {
  for (uint32_t i = 0; i < b->bus_count; i++)
    if (b->buses[i].number == number) return &b->buses[i];
  return NULL;
}

// An interaction as it is: `count` is the signed multiplicity of the message, `weight` what a row adds to the bus's
// bound of messages (1, or 0 for the side of a table).
OA_FUNCTION void oa_interaction(oa_builder *b, const char *name, uint16_t bus, const oa_expr *message, uint32_t length,
                                oa_expr count, uint32_t weight) {
  static const char *const standard[] = {"io.length", "io.input", "io.output", "std.poseidon2", "std.bytes",
                                         "std.range"};
  if (oa_failed(b)) return;
  if (bus < sizeof standard / sizeof *standard) {
    bool is_there = bus <= OA_BUS_OUTPUT ? b->uses_standard_io : (b->tables >> (bus - OA_BUS_POSEIDON2)) & 1;
    if (!is_there) {
      oa_fail_(b, "a standard bus whose set or table is not used", name, bus);
      return;
    }
    oa_declare_bus(b, bus, bus <= OA_BUS_OUTPUT ? OA_PERMUTATION : OA_LOOKUP, standard[bus]);
  }
  if (oa_find_bus_(b, bus) == NULL || length == 0 || length > 65535) {
    oa_fail_(b, "an unknown bus, or a message of no or too many fields", name, bus);
    return;
  }
  bool is_own = count.node < b->node_count;
  for (uint32_t i = 0; i < length; i++) is_own = is_own && message[i].node < b->node_count;
  if (!is_own) {
    oa_fail_(b, "a field that is not of this AIR", name, bus);
    return;
  }
  oa_number_(b, &b->interactions, bus, 2);
  oa_number_(b, &b->interactions, weight, 4);
  oa_number_(b, &b->interactions, count.node, 4);
  oa_number_(b, &b->interactions, length, 2);
  for (uint32_t i = 0; i < length; i++) oa_number_(b, &b->interactions, message[i].node, 4);
  oa_text_(b, &b->interactions, name);
  b->interaction_count++;
}
// Sends the message on rows where `enabled` is 1. That it is 0 or 1 is for the AIR to say.
OA_FUNCTION void oa_send(oa_builder *b, const char *name, uint16_t bus, const oa_expr *message, uint32_t length,
                         oa_expr enabled) {
  oa_interaction(b, name, bus, message, length, enabled, 1);
}
// Receives the message on rows where `enabled` is 1.
OA_FUNCTION void oa_receive(oa_builder *b, const char *name, uint16_t bus, const oa_expr *message, uint32_t length,
                            oa_expr enabled) {
  oa_interaction(b, name, bus, message, length, oa_neg(b, enabled), 1);
}
// Demands that the message is in the table of a lookup bus, on rows where `enabled` is 1.
OA_FUNCTION void oa_lookup(oa_builder *b, const char *name, uint16_t bus, const oa_expr *message, uint32_t length,
                           oa_expr enabled) {
  oa_interaction(b, name, bus, message, length, enabled, 1);
}
// Puts the message into the table of a lookup bus, to be looked up `count` times.
OA_FUNCTION void oa_provide(oa_builder *b, const char *name, uint16_t bus, const oa_expr *message, uint32_t length,
                            oa_expr count) {
  oa_interaction(b, name, bus, message, length, oa_neg(b, count), 0);
}

// --- Ends

// By node; of one node, what was asserted first stands first. Assertions mostly come in order already. (The C library's
// sort asks the system for the size of memory, which a worker may not.)
OA_FUNCTION void oa_sort_(oa_assertion *list, uint32_t count) {
  for (uint32_t i = 1; i < count; i++) {
    const oa_assertion moved = list[i];
    uint32_t place = i;
    for (; place > 0 && list[place - 1].node > moved.node; place--) list[place] = list[place - 1];
    list[place] = moved;
  }
}

OA_FUNCTION void oa_write_node_(oa_builder *b, const oa_node *n) {
  oa_buffer *out = &b->airs;
  oa_number_(b, out, n->kind, 1);
  switch (n->kind) {
    case 0:
      oa_number_(b, out, n->offset, 1);
      oa_number_(b, out, n->left, 4);
      break;
    case 1:
      oa_number_(b, out, n->part, 1);
      oa_number_(b, out, n->offset, 1);
      oa_number_(b, out, n->left, 4);
      break;
    case 2:
    case 6:
      oa_number_(b, out, n->left, 4);
      break;
    case 7:
    case 8:
    case 10:
      oa_number_(b, out, n->left, 4);
      oa_number_(b, out, n->right, 4);
      oa_number_(b, out, n->degree, 1);
      break;
    case 9:
      oa_number_(b, out, n->left, 4);
      oa_number_(b, out, n->degree, 1);
      break;
    default:
      break;
  }
}

// Ends the AIR. `column_names` are `width` names for people, or NULL.
OA_FUNCTION void oa_end_named_air(oa_builder *b, const char *const *column_names) {
  if (oa_failed(b)) return;
  if (!b->is_open) {
    oa_fail_(b, "the end of an AIR that did not begin", NULL, b->air_count);
    return;
  }
  uint8_t degree = 0;
  for (uint32_t i = 0; i < b->node_count; i++)
    if (b->nodes[i].degree > degree) degree = b->nodes[i].degree;
  oa_sort_(b->constraints, b->constraint_count);
  uint32_t distinct = 0;
  for (uint32_t i = 0; i < b->constraint_count; i++)
    if (distinct == 0 || b->constraints[distinct - 1].node != b->constraints[i].node)
      b->constraints[distinct++] = b->constraints[i];

  oa_buffer *out = &b->airs;
  oa_text_(b, out, b->air_name);
  oa_number_(b, out, b->is_required, 1);
  oa_number_(b, out, b->public_count, 4);
  oa_number_(b, out, b->preprocessed_width, 4);
  oa_number_(b, out, b->cached_count, 1);
  for (uint32_t i = 0; i < b->cached_count; i++) {
    oa_number_(b, out, b->cached_widths[i], 4);
    oa_number_(b, out, b->cached_classes[i], 1);
  }
  oa_number_(b, out, b->width, 4);
  oa_number_(b, out, degree, 1);
  oa_number_(b, out, b->node_count, 4);
  for (uint32_t i = 0; i < b->node_count; i++) oa_write_node_(b, &b->nodes[i]);
  oa_number_(b, out, distinct, 4);
  for (uint32_t i = 0; i < distinct; i++) {
    const uint8_t *name = b->names.data + b->constraints[i].name;
    oa_number_(b, out, b->constraints[i].node, 4);
    oa_append_(b, out, name, (size_t)name[0] + 1);
  }
  oa_number_(b, out, b->interaction_count, 4);
  oa_append_(b, out, b->interactions.data, b->interactions.length);
  oa_number_(b, out, column_names ? b->width : 0, 4);
  for (uint32_t i = 0; column_names && i < b->width; i++) oa_text_(b, out, column_names[i]);
  b->is_open = 0;
  b->air_count++;
  memset(b->air_name, 0, sizeof b->air_name);
}
OA_FUNCTION void oa_end_air(oa_builder *b) { oa_end_named_air(b, NULL); }

// The AIR bytes, which live until `oa_free`. False after a mistake: see `oa_error`.
OA_FUNCTION bool oa_finish(oa_builder *b, outrigger_bytes *bytes) {
  static const char *const tables[] = {"outrigger.poseidon2/1", "outrigger.bytes/1", "outrigger.range/1"};
  outrigger_bytes none = {NULL, 0};
  *bytes = none;
  if (b->is_open || b->air_count == 0) oa_fail_(b, "an AIR that does not end, or none at all", NULL, b->air_count);
  oa_buffer *out = &b->result;
  out->length = 0;
  oa_append_(b, out, "OTRGAIR1", 8);
  oa_text_(b, out, b->uses_standard_io ? "outrigger.io/1" : "");
  oa_number_(b, out, (b->tables & 1u) + (b->tables >> 1 & 1u) + (b->tables >> 2 & 1u), 1);
  for (uint32_t i = 0; i < 3; i++)
    if (b->tables >> i & 1) oa_text_(b, out, tables[i]);
  oa_number_(b, out, b->bus_count, 2);
  for (uint32_t i = 0; i < b->bus_count; i++) {
    oa_number_(b, out, b->buses[i].number, 2);
    oa_number_(b, out, b->buses[i].kind, 1);
    oa_text_(b, out, b->buses[i].name);
  }
  oa_number_(b, out, b->air_count, 2);
  oa_append_(b, out, b->airs.data, b->airs.length);
  if (oa_failed(b)) return false;
  bytes->data = out->data;
  bytes->length = out->length;
  return true;
}

#endif
