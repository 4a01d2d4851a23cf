#include "cmachine.h"

#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "guest memory is read as host words");
_Static_assert(sizeof(cm_slot) == 16, "the loop finds a slot's number by a shift");

// A handler ends by calling the next one in place of returning, so that the state stays in argument registers. As
// nobody waits for it, it need not save registers either.
#if __has_attribute(preserve_none)
#define HANDLER __attribute__((preserve_none)) void
#else
#define HANDLER void
#endif
typedef HANDLER handler(const cm_slot *ip, cm_machine *m, uint8_t *memory, uint64_t time, uint64_t remaining);

#define TAIL __attribute__((musttail)) return
#define UNLIKELY(condition) __builtin_expect(!!(condition), 0)
// For what is rare: such a function saves every register it uses, so that its callers save none.
#define COLD static __attribute__((noinline, cold, preserve_most))

static HANDLER stop(const cm_slot *ip, cm_machine *m, uint8_t *memory, uint64_t time, uint64_t remaining) {
  (void)memory;
  m->ip = ip;
  m->time = time;
  m->remaining = remaining;
}

// --- Memory, in words that may be misaligned for the host's rules

#define READ(type, pointer) ({ type word_; memcpy(&word_, (pointer), sizeof(type)); word_; })
#define WRITE(type, pointer, value)                                                                 \
  do {                                                                                              \
    type word_ = (type)(value);                                                                     \
    memcpy((pointer), &word_, sizeof(type));                                                        \
  } while (0)

// --- What was touched

// Number of a leaf in the whole tree.
static inline uint32_t leaf_number(uint32_t space, uint32_t pointer) {
  return ((space - 1) << (CM_MEMORY_BITS - 3)) | (pointer >> 3);
}

static inline void log_leaf(cm_machine *m, uint32_t leaf, uint64_t bytes) {
  if (m->leaf_count < m->leaf_capacity) m->leaves[m->leaf_count++] = (cm_leaf){leaf, 0, bytes};
}

// Marks the inner nodes above a leaf, up to the first that is marked. Nodes are numbered as in a heap: the root is 1.
static void mark_nodes(cm_machine *m, uint32_t leaf) {
  for (uint32_t node = ((1u << 29) | leaf) >> 1; node != 0; node >>= 1) {
    uint64_t *word = &m->nodes[node >> 6];
    const uint64_t bit = (uint64_t)1 << (node & 63);
    if (*word & bit) return;
    *word |= bit;
    m->node_count++;
  }
}

static void clear_nodes(cm_machine *m, uint32_t leaf) {
  for (uint32_t node = ((1u << 29) | leaf) >> 1; node != 0; node >>= 1) {
    uint64_t *word = &m->nodes[node >> 6];
    const uint64_t bit = (uint64_t)1 << (node & 63);
    if (!(*word & bit)) return;
    *word &= ~bit;
  }
}

static void push_refresh(
    cm_machine *m, uint32_t space, uint32_t pointer, const uint32_t cells[4], uint32_t time, uint32_t old) {
  if (m->refresh_count >= m->refresh_capacity) return;
  cm_refresh *r = &m->refreshes[m->refresh_count++];
  r->address_space = space;
  r->pointer = pointer;
  memcpy(r->cells, cells, sizeof r->cells);
  r->old_time = old - CM_TIME_BIAS;
  r->new_time = time - 1 - CM_TIME_BIAS;
}

static void push_word_refresh(
    cm_machine *m, uint32_t space, uint32_t pointer, uint32_t word, uint32_t time, uint32_t old) {
  const uint32_t cells[4] = {word & 255, word >> 8 & 255, word >> 16 & 255, word >> 24};
  push_refresh(m, space, pointer, cells, time, old);
}

// The earlier time of an access, where it is far away or the first in the segment. The word has not changed yet.
COLD uint32_t metered_far_register(cm_machine *m, uint32_t number, uint32_t time, uint32_t old) {
  (void)number;
  (void)old;
  m->refresh_count++;
  return time - 1;
}

COLD uint32_t metered_far_word(cm_machine *m, uint32_t space, uint32_t pointer, uint32_t time, uint32_t old) {
  if (old == 0) {
    const uint32_t *times = space == 2 ? m->memory_time : m->public_value_time;
    if (times[(pointer >> 2) ^ 1] == 0) {
      const uint32_t leaf = leaf_number(space, pointer);
      log_leaf(m, leaf, 0);
      mark_nodes(m, leaf);
    }
    old = CM_TIME_BIAS;
  }
  if (time - old <= 1u << CM_NEAR_BITS) return old;
  m->refresh_count++;
  return time - 1;
}

COLD uint32_t preflight_far_register(cm_machine *m, uint32_t number, uint32_t time, uint32_t old) {
  push_word_refresh(m, 1, 4 * number, m->x[number], time, old);
  return time - 1;
}

COLD uint32_t preflight_far_word(cm_machine *m, uint32_t space, uint32_t pointer, uint32_t time, uint32_t old) {
  const uint8_t *bytes = space == 2 ? m->memory : m->public_values;
  if (old == 0) {
    const uint32_t *times = space == 2 ? m->memory_time : m->public_value_time;
    if (times[(pointer >> 2) ^ 1] == 0) {
      log_leaf(m, leaf_number(space, pointer), READ(uint64_t, bytes + (pointer & ~7u)));
    }
    old = CM_TIME_BIAS;
  }
  if (time - old <= 1u << CM_NEAR_BITS) return old;
  push_word_refresh(m, space, pointer & ~3u, READ(uint32_t, bytes + (pointer & ~3u)), time, old);
  return time - 1;
}

static inline void journal_store(cm_machine *m, uint32_t address, uint32_t word) {
  if (m->journal_count < m->journal_capacity) m->journal[m->journal_count++] = (cm_store){address, word};
}

// --- Profile mode: the stack of calls

static uint32_t child(cm_machine *m, uint32_t parent, uint32_t function) {
  for (uint32_t c = m->calls[parent].first_child; c != 0; c = m->calls[c].sibling) {
    if (m->calls[c].function == function) return c;
  }
  // A full tree gives the rest to the caller.
  if (m->call_count >= m->call_capacity) return parent;
  const uint32_t c = (uint32_t)m->call_count++;
  m->calls[c] = (cm_call){function, parent, 0, m->calls[parent].first_child, 0};
  m->calls[parent].first_child = c;
  return c;
}

static void enter_call(cm_machine *m, uint32_t node, uint64_t remaining) {
  m->calls[m->call].instructions += m->call_since - remaining;
  m->call_since = remaining;
  m->call = node;
}

// By the convention of RISC-V, x1 and x5 hold return addresses: a jump that writes one is a call, another that reads
// one is a return.
COLD void call_or_return(
    cm_machine *m, const cm_slot *ip, uint32_t rd, uint32_t rs1, const cm_slot *to, uint64_t remaining) {
  const uint32_t target = (uint32_t)(to - m->slots);
  const uint64_t left = remaining - 1;  // the jump belongs to where it stands
  if (rd == 1 || rd == 5) {
    if (m->frame_count >= m->frame_capacity) {
      m->frames_lost++;
      return;
    }
    m->frames[m->frame_count++] = (cm_frame){m->call, (uint32_t)(ip - m->slots) + 1};
    enter_call(m, child(m, m->call, m->functions[target]), left);
  } else if (m->frames_lost > 0) {
    if (rs1 == 1 || rs1 == 5) m->frames_lost--;
  } else if (rs1 == 1 || rs1 == 5) {
    // A return to a caller further down leaves several functions at once.
    for (uint64_t depth = m->frame_count; depth > 0; depth--) {
      if (m->frames[depth - 1].return_slot != target) continue;
      m->frame_count = depth - 1;
      enter_call(m, m->frames[depth - 1].node, left);
      return;
    }
  } else if (m->functions[target] != m->calls[m->call].function) {
    // A jump into another function takes the place of the one it is in.
    enter_call(m, child(m, m->calls[m->call].parent, m->functions[target]), left);
  }
}

void cm_profile_flush(cm_machine *m) {
  m->calls[m->call].instructions += m->call_since - m->remaining;
  m->call_since = m->remaining;
}

// --- The modes

#define CONCAT_(a, b) a##b
#define CONCAT(a, b) CONCAT_(a, b)
#define NAME(name) CONCAT(MODE, name)
#define OP(name)                                                                                    \
  static HANDLER NAME(name)(const cm_slot *ip, cm_machine *m, uint8_t *memory, uint64_t time, uint64_t remaining)

#define X (m->x[ip->b])
#define Y (m->x[ip->c])
#define SET_RD(value) m->x[ip->a] = (value)
#define PC ((uint32_t)((uintptr_t)ip >> 2) + m->pc_bias)
#define COUNTER (*(uint32_t *)(m->counts_bias + ((uintptr_t)ip >> 2)))
#define FAIL(why, what)                                                                             \
  do {                                                                                              \
    m->status = (why);                                                                              \
    m->fault = (int64_t)(what);                                                                     \
    TAIL stop(ip, m, memory, time, remaining);                                                      \
  } while (0)
#define GO(distance)                                                                                \
  do {                                                                                              \
    ip += (distance);                                                                               \
    if (UNLIKELY(--remaining == 0)) TAIL stop(ip, m, memory, time, remaining);                      \
    TAIL ((handler *)ip->handler)(ip, m, memory, time, remaining);                                  \
  } while (0)

// Pure
#define MODE pure_
#define TRACK_X(k)
#define TRACK_Y(k)
#define TRACK_RD(k)
#define TRACK_MEMORY(k, address, old)
#define TRACK_STORE(k, address)
#define TRACK_REVEAL(k, address)
#define HINT_ROOM(words) 1
#define HINT_COUNT_ACCESS(has_count)
#define HINT_ROW(has_count)
#define HINT_END(words) GO(1)
#define COUNT_SLOT
#define CALL_OR_RETURN(rd, rs1, to)
#define STEP(chip, ticks, x, y, previous, xt, yt, wt, distance) GO(distance)
#include "operations.h"
#undef MODE
#undef COUNT_SLOT
#undef CALL_OR_RETURN
#undef STEP
#undef HINT_END

// Profile: pure with a counter for each slot and the stack of calls.
#define MODE profile_
#define COUNT_SLOT COUNTER++
#define CALL_OR_RETURN(rd, rs1, to) call_or_return(m, ip, rd, rs1, to, remaining)
#define HINT_END(words) do { COUNT_SLOT; GO(1); } while (0)
#define STEP(chip, ticks, x, y, previous, xt, yt, wt, distance) do { COUNT_SLOT; GO(distance); } while (0)
#include "operations.h"
#undef MODE
#undef TRACK_X
#undef TRACK_Y
#undef TRACK_RD
#undef TRACK_MEMORY
#undef TRACK_STORE
#undef TRACK_REVEAL
#undef HINT_ROOM
#undef HINT_COUNT_ACCESS
#undef HINT_ROW
#undef HINT_END
#undef COUNT_SLOT
#undef CALL_OR_RETURN
#undef STEP

// The tracking modes keep the time of every access.
#define CALL_OR_RETURN(rd, rs1, to)
#define TRACK_REGISTER(k, number, old)                                                              \
  uint32_t old = m->x_time[number];                                                                 \
  if (UNLIKELY((uint32_t)time + (k) - old > 1u << CM_NEAR_BITS)) {                                  \
    old = NAME(far_register)(m, number, (uint32_t)time + (k), old);                                 \
  }                                                                                                 \
  m->x_time[number] = (uint32_t)time + (k);                                                         \
  (void)old
#define TRACK_WORD(k, times, space, address, old)                                                   \
  uint32_t old = (times)[(address) >> 2];                                                           \
  if (UNLIKELY((uint32_t)time + (k) - old > 1u << CM_NEAR_BITS)) {                                  \
    old = NAME(far_word)(m, space, (uint32_t)(address), (uint32_t)time + (k), old);                 \
  }                                                                                                 \
  (times)[(address) >> 2] = (uint32_t)time + (k);                                                   \
  (void)old
#define TRACK_X(k) TRACK_REGISTER(k, ip->b, x_time)
#define TRACK_Y(k) TRACK_REGISTER(k, ip->c, y_time)
#define TRACK_MEMORY(k, address, old) TRACK_WORD(k, m->memory_time, 2, address, old)
#define HINT_COUNT_ACCESS(has_count) HINT_COUNT_ACCESS_(has_count)
#define HINT_COUNT_ACCESS_(has_count) HINT_COUNT_ACCESS_##has_count
#define HINT_COUNT_ACCESS_0 const uint32_t count_time = CM_TIME_BIAS; (void)count_time
#define HINT_COUNT_ACCESS_1 TRACK_REGISTER(1, ip->a, count_time)

// Metered: counts rows, and keeps a journal of the stores.
#define MODE metered_
#define COUNT_SLOT
#define TRACK_RD(k) TRACK_REGISTER(k, ip->a, write_time)
#define TRACK_STORE(k, address)                                                                     \
  journal_store(m, (uint32_t)(address) & ~3u, READ(uint32_t, memory + ((address) & ~3ll)));         \
  TRACK_WORD(k, m->memory_time, 2, address, write_time)
#define TRACK_REVEAL(k, address)                                                                    \
  journal_store(m, (uint32_t)(address) | 1u << 31, READ(uint32_t, m->public_values + (address)));   \
  TRACK_WORD(k, m->public_value_time, 3, address, write_time)
// What remains after the hint must keep the room that was made for it.
#define HINT_ROOM(words)                                                                            \
  (m->journal_capacity - m->journal_count >= (words) + remaining &&                                 \
   m->leaf_capacity - m->leaf_count >= (words) + remaining + CM_REGISTER_COUNT)
#define HINT_ROW(has_count) time += 3
// A row for the instruction and one for each word.
#define HINT_END(words) do { m->rows[CM_HINT_STORE] += (words) + 1; GO(1); } while (0)
#define STEP(chip, ticks, x, y, previous, xt, yt, wt, distance)                                     \
  do {                                                                                              \
    m->rows[chip]++;                                                                                \
    time += (ticks);                                                                                \
    GO(distance);                                                                                   \
  } while (0)
#include "operations.h"
#undef MODE
#undef COUNT_SLOT
#undef TRACK_RD
#undef TRACK_STORE
#undef TRACK_REVEAL
#undef HINT_ROOM
#undef HINT_ROW
#undef HINT_END
#undef STEP

// Preflight: a record of every instruction.
#define MODE preflight_
#define COUNT_SLOT COUNTER++
#define TRACK_RD(k)                                                                                 \
  const uint32_t previous = m->x[ip->a];                                                            \
  TRACK_REGISTER(k, ip->a, write_time)
#define TRACK_STORE(k, address)                                                                     \
  const uint32_t previous = READ(uint32_t, memory + ((address) & ~3ll));                            \
  TRACK_WORD(k, m->memory_time, 2, address, write_time)
#define TRACK_REVEAL(k, address)                                                                    \
  const uint32_t previous = READ(uint32_t, m->public_values + (address));                           \
  TRACK_WORD(k, m->public_value_time, 3, address, write_time)
#define HINT_ROOM(words)                                                                            \
  (m->hint_capacity - m->hint_count >= (words) &&                                                   \
   m->leaf_capacity - m->leaf_count >= (words) + remaining &&                                       \
   m->refresh_capacity - m->refresh_count >= (words) + 3 * remaining)
#define HINT_ROW(has_count)                                                                         \
  m->hints[m->hint_count++] = (cm_hint_record){                                                     \
      .pc = PC,                                                                                     \
      .timestamp = (uint32_t)time - CM_TIME_BIAS,                                                   \
      .pointer = address,                                                                           \
      .remaining = words - i,                                                                       \
      .data = data,                                                                                 \
      .previous = previous,                                                                         \
      .pointer_time = i == 0 ? x_time - CM_TIME_BIAS : 0,                                           \
      .count_time = i == 0 ? count_time - CM_TIME_BIAS : 0,                                         \
      .write_time = write_time - CM_TIME_BIAS,                                                      \
      .is_first = i == 0};                                                                          \
  time += 3
#define HINT_END(words) do { COUNT_SLOT; GO(1); } while (0)
#define STEP(chip, ticks, x_, y_, previous_, xt, yt, wt, distance)                                  \
  do {                                                                                              \
    cm_record *r = m->records[chip]++;                                                              \
    *r = (cm_record){PC, (uint32_t)time - CM_TIME_BIAS, x_, y_, previous_, (xt) - CM_TIME_BIAS,     \
                     (yt) - CM_TIME_BIAS, (wt) - CM_TIME_BIAS};                                     \
    COUNT_SLOT;                                                                                     \
    time += (ticks);                                                                                \
    GO(distance);                                                                                   \
  } while (0)
#include "operations.h"
#undef MODE

#define PURE(name) pure_##name,
#define METERED(name) metered_##name,
#define PREFLIGHT(name) preflight_##name,
#define PROFILE(name) profile_##name,
static handler *const handlers[CM_MODE_COUNT][CM_OPERATION_COUNT] = {
    [CM_PURE] = {CM_OPERATIONS(PURE)},
    [CM_METERED] = {CM_OPERATIONS(METERED)},
    [CM_PREFLIGHT] = {CM_OPERATIONS(PREFLIGHT)},
    [CM_PROFILE] = {CM_OPERATIONS(PROFILE)},
};

void cm_bind(cm_machine *m, int mode) {
  const uint64_t count = m->slot_count;
  // Beyond the program: the end, and the places where bad branches lead, up to one that is marked by `b`.
  for (uint64_t i = 0;; i++) {
    cm_slot *slot = &m->slots[i];
    slot->handler = (const void *)handlers[mode][slot->op < CM_OPERATION_COUNT ? slot->op : CM_OP_undefined];
    if (i >= count && slot->b) return;
  }
}

void cm_run(cm_machine *m) {
  m->status = CM_LIMIT;
  m->fault = 0;
  if (m->remaining == 0) return;
  ((handler *)m->ip->handler)(m->ip, m, m->memory, m->time, m->remaining);
  // A branch with a bad target may have been the last instruction asked for.
  if (m->status == CM_LIMIT && m->ip->op == CM_OP_bad_jump && !m->ip->a) {
    m->status = CM_BAD_JUMP;
    m->remaining = 1;
    m->ip = m->slots + m->ip->imm;
  }
}

// --- The host's part

static inline int is_far(uint32_t time, uint32_t old) { return time - old > 1u << CM_NEAR_BITS; }

uint32_t cm_access_register(cm_machine *m, int mode, uint32_t number, uint32_t time) {
  if (mode != CM_METERED && mode != CM_PREFLIGHT) return 0;
  time += CM_TIME_BIAS;
  uint32_t old = m->x_time[number];
  if (is_far(time, old)) {
    old = mode == CM_METERED ? metered_far_register(m, number, time, old)
                             : preflight_far_register(m, number, time, old);
  }
  m->x_time[number] = time;
  return old - CM_TIME_BIAS;
}

uint32_t cm_access_word(cm_machine *m, int mode, uint32_t address, uint32_t time) {
  if (mode != CM_METERED && mode != CM_PREFLIGHT) return 0;
  time += CM_TIME_BIAS;
  uint32_t old = m->memory_time[address >> 2];
  if (is_far(time, old)) {
    old = mode == CM_METERED ? metered_far_word(m, 2, address, time, old)
                             : preflight_far_word(m, 2, address, time, old);
  }
  m->memory_time[address >> 2] = time;
  return old - CM_TIME_BIAS;
}

uint32_t cm_access_cells(cm_machine *m, int mode, uint32_t pointer, const uint32_t cells[4], uint32_t time) {
  if (mode != CM_METERED && mode != CM_PREFLIGHT) return 0;
  time += CM_TIME_BIAS;
  const uint32_t word = pointer >> 2;
  uint32_t old = m->deferral_time[word];
  if (old == 0) {
    if (m->deferral_time[word ^ 1] == 0) {
      const uint32_t leaf = leaf_number(4, pointer);
      log_leaf(m, leaf, 0);
      if (mode == CM_METERED) mark_nodes(m, leaf);
    }
    old = CM_TIME_BIAS;
  }
  if (is_far(time, old)) {
    if (mode == CM_METERED) m->refresh_count++;
    else push_refresh(m, 4, pointer, cells, time, old);
    old = time - 1;
  }
  m->deferral_time[word] = time;
  return old - CM_TIME_BIAS;
}

void cm_store_word(cm_machine *m, int mode, uint32_t address, uint32_t word) {
  if (mode == CM_METERED) journal_store(m, address, READ(uint32_t, m->memory + address));
  m->dirty[address >> 12] = 1;
  WRITE(uint32_t, m->memory + address, word);
}

// --- Segments

void cm_meter_registers(cm_machine *m) {
  for (uint32_t leaf = 0; leaf < (CM_REGISTER_COUNT + 1) / 2; leaf++) {
    const uint32_t other = 2 * leaf + 1 < CM_REGISTER_COUNT ? 2 * leaf + 1 : 2 * leaf;
    if (m->x_time[2 * leaf] == CM_TIME_BIAS && m->x_time[other] == CM_TIME_BIAS) continue;

    if (m->registers_counted >> leaf & 1) continue;
    m->registers_counted |= 1u << leaf;
    log_leaf(m, leaf, 0);
    mark_nodes(m, leaf);
  }
}

void cm_begin_segment(cm_machine *m) {
  for (uint64_t i = 0; i < m->leaf_count; i++) {
    const uint32_t leaf = m->leaves[i].leaf;
    const uint32_t space = (leaf >> (CM_MEMORY_BITS - 3)) + 1, label = leaf & ((1u << (CM_MEMORY_BITS - 3)) - 1);
    uint32_t *times = space == 2   ? m->memory_time
                      : space == 3 ? m->public_value_time
                      : space == 4 ? m->deferral_time
                                   : 0;
    if (times) times[2 * label] = times[2 * label + 1] = 0;
    if (m->nodes) clear_nodes(m, leaf);
  }
  for (int i = 0; i < CM_REGISTER_COUNT; i++) m->x_time[i] = CM_TIME_BIAS;
  m->registers_counted = 0;
  m->leaf_count = 0;
  m->node_count = 0;
  m->refresh_count = 0;
  m->hint_count = 0;
  memset(m->rows, 0, sizeof m->rows);
  m->time = CM_TIME_BIAS + 1;
}

void cm_undo_stores(cm_machine *m) {
  while (m->journal_count > 0) {
    const cm_store store = m->journal[--m->journal_count];
    uint8_t *bytes = store.address >> 31 ? m->public_values : m->memory;
    WRITE(uint32_t, bytes + (store.address & ~(1u << 31)), store.word);
  }
}

void cm_sort_leaves(cm_leaf *leaves, cm_leaf *scratch, uint64_t count) {
  // Four passes of 8 bits leave the result where it was.
  for (int shift = 0; shift < 32; shift += 8) {
    uint64_t starts[257] = {0};
    for (uint64_t i = 0; i < count; i++) starts[(leaves[i].leaf >> shift & 255) + 1]++;
    for (int i = 0; i < 256; i++) starts[i + 1] += starts[i];
    for (uint64_t i = 0; i < count; i++) scratch[starts[leaves[i].leaf >> shift & 255]++] = leaves[i];
    cm_leaf *other = leaves;
    leaves = scratch;
    scratch = other;
  }
}
