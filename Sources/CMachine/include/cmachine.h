// The instruction loop of the virtual machine, in C for its tail calls: one handler per operation, three modes.
// `Machine` is the only client and checks everything that comes from outside before it gets here.
#ifndef CMACHINE_H
#define CMACHINE_H

#include <stdint.h>

// One executed instruction, as the trace generators need it. Times are timestamps of the current segment.
// The accesses of an instruction stand in consecutive timestamps in the order x, y, write; an access that the
// instruction does not have takes no timestamp, and its fields here are 0.
typedef struct {
  uint32_t pc;          // address of the instruction
  uint32_t timestamp;   // before the instruction, which is that of its first access
  uint32_t x;           // word read by the first access: the register rs1
  uint32_t y;           // word read by the second access: the register rs2, or the memory word of a load
  uint32_t previous;    // word that the write replaces
  uint32_t x_time;      // when the accessed words were accessed before; at most 2^17 timestamps ago,
  uint32_t y_time;      // for older ones have been refreshed
  uint32_t write_time;
} cm_record;

// One word written from the hint stream: a row of the hint chip.
typedef struct {
  uint32_t pc;
  uint32_t timestamp;    // of the row: that of the instruction plus 3 for each row before
  uint32_t pointer;      // where the word goes, a multiple of 4
  uint32_t remaining;    // words to go, this one included
  uint32_t data;         // the word written
  uint32_t previous;     // the word replaced
  uint32_t pointer_time; // of the register with the pointer, on a first row; else 0
  uint32_t count_time;   // of the register with the count, on the first row of HINT_BUFFER; else 0
  uint32_t write_time;
  uint32_t is_first;     // 1 on the first row of an instruction
} cm_hint_record;

// A word whose last access lies more than 2^17 timestamps back, accessed in between without a change.
typedef struct {
  uint32_t address_space;
  uint32_t pointer;      // of the first cell, a multiple of 4
  uint32_t cells[4];
  uint32_t old_time;
  uint32_t new_time;     // just before the access that needed it
} cm_refresh;

// --- The instruction loop

// Decoded operations. Most are an `Opcode`; `operations.h` has one body for each.
#define CM_OPERATIONS(X) \
  X(undefined) X(bad_jump) X(terminate) X(phantom) \
  X(constant) X(jump_link) X(constant_jump) X(add_immediate) X(add) X(sub) \
  X(xor) X(or) X(and) X(xor_immediate) X(or_immediate) X(and_immediate) \
  X(sll) X(srl) X(sra) X(slli) X(srli) X(srai) X(slt) X(sltu) X(slti) X(sltiu) \
  X(beq) X(bne) X(beqz) X(bnez) X(bltu) X(bgeu) X(blt) X(bge) \
  X(jump_register) X(jump_register_constant) \
  X(lw) X(sw) X(lbu) X(lhu) X(lb) X(lh) X(sb) X(sh) X(reveal) \
  X(mul) X(mulh) X(mulhsu) X(mulhu) X(div) X(divu) X(rem) X(remu) \
  X(hint_word) X(hint_buffer) X(deferral)

#define CM_ENUMERATOR(name) CM_OP_##name,
enum { CM_OPERATIONS(CM_ENUMERATOR) CM_OPERATION_COUNT };
#undef CM_ENUMERATOR

// The numbers of `Chip` in `Machine`.
enum {
  CM_LOAD_CONSTANT, CM_ADD_IMMEDIATE, CM_ADD_SUB, CM_LOGIC, CM_LOGIC_IMMEDIATE, CM_SHIFT, CM_SHIFT_IMMEDIATE,
  CM_LESS_THAN, CM_LESS_THAN_IMMEDIATE, CM_BRANCH_EQUAL, CM_BRANCH_ZERO, CM_BRANCH_LESS, CM_BRANCH_LESS_SIGNED,
  CM_JUMP_REGISTER, CM_LOAD_WORD, CM_STORE_WORD, CM_LOAD_PART, CM_STORE_PART, CM_MULTIPLY, CM_MULTIPLY_HIGH,
  CM_DIVIDE, CM_HINT_STORE, CM_PHANTOM, CM_DEFERRAL_CALL, CM_DEFERRAL_OUTPUT, CM_DEFERRAL_COMMIT, CM_DEFERRAL_BLOCK,
  CM_CHIP_COUNT
};

// One instruction, ready to run. `imm` is the immediate, the value, or the distance of a jump in slots.
typedef struct {
  const void *handler;  // of the mode that the program is bound to
  uint8_t a, b, c;      // numbers of registers: 32 is the sink
  uint8_t op;
  uint32_t imm;
} cm_slot;

// For the rare forms whose constants do not fit into a slot. No transpiled program has them.
typedef struct {
  uint32_t value;
  uint32_t imm;  // distance in slots, or an immediate
} cm_wide;

enum { CM_PURE, CM_METERED, CM_PREFLIGHT, CM_PROFILE, CM_MODE_COUNT };

// Why the loop returned. In all cases but CM_LIMIT the instruction at `ip` has not been counted.
enum {
  CM_LIMIT,               // as many instructions as asked for
  CM_TERMINATED,          // TERMINATE has been counted; `fault` is the exit code
  CM_HOST,                // an instruction with a host's part is next: do it, set `host_done`, go on
  CM_GROW,                // the arenas have no room for the hint instruction that is next; `fault` is its words
  CM_UNDEFINED,           // there is no instruction at `ip`
  CM_BAD_JUMP,            // a jump or branch leads out of the program or between instructions; `fault` is the target
  CM_ACCESS_RANGE,        // `fault` is the address, as a signed number
  CM_ACCESS_MISALIGNED,
  CM_REVEAL_RANGE,
  CM_HINT_COUNT,          // `fault` is the number of words asked for
  CM_HINT_EXHAUSTED       // `fault` is the number of bytes asked for
};

#define CM_REGISTER_COUNT 33
#define CM_MEMORY_BITS 29
#define CM_NEAR_BITS 17
// Times are kept with this much added, so that 0, a word not touched in the segment, is always far away: one
// comparison finds both what must be logged and what must be refreshed.
#define CM_TIME_BIAS (1u << CM_NEAR_BITS)

// A touched leaf: number of the leaf in the whole tree, and its bytes when it was first touched.
typedef struct {
  uint32_t leaf;
  uint32_t unused;
  uint64_t bytes;
} cm_leaf;

// A store, for taking it back.
typedef struct {
  uint32_t address;  // of the word; bit 31 is set for public values
  uint32_t word;
} cm_store;

// A node of the tree of calls.
typedef struct {
  uint32_t function;
  uint32_t parent;
  uint32_t first_child;  // 0 is none
  uint32_t sibling;
  uint64_t instructions;
} cm_call;

typedef struct {
  uint32_t node;
  uint32_t return_slot;
} cm_frame;

typedef struct {
  uint32_t x[CM_REGISTER_COUNT];
  // Times of the registers' last accesses, plus the bias. The tracking modes keep them.
  uint32_t x_time[CM_REGISTER_COUNT];

  // Where execution stands.
  const cm_slot *ip;
  uint64_t time;       // plus the bias
  uint64_t remaining;  // instructions to go before CM_LIMIT
  uint32_t status;
  int64_t fault;
  uint32_t host_done;

  // The program: `slot_count` slots, then one that is undefined, then one for every branch with a bad target.
  cm_slot *slots;
  uint64_t slot_count;
  uint32_t base;
  uint32_t pc_bias;  // pc = (ip >> 2) + pc_bias
  const cm_wide *wide;

  // Memory: 2^29 bytes, lazily zero. `dirty` has a byte for each 4 KiB that may hold something other than 0.
  uint8_t *memory;
  uint8_t *dirty;
  uint8_t *public_values;
  uint32_t public_value_bytes;

  const uint8_t *hint;
  const uint8_t *hint_end;

  // Tracking modes: times of memory words and of public values, and what the segment touched.
  uint32_t *memory_time;
  uint32_t *public_value_time;
  uint32_t *deferral_time;  // of the words of accumulators, four for each circuit
  uint64_t refresh_count;
  uint32_t registers_counted;  // metered mode: a bit for each leaf of registers
  cm_leaf *leaves;
  uint64_t leaf_count, leaf_capacity;

  // Metered mode.
  uint64_t rows[CM_CHIP_COUNT];
  uint64_t *nodes;  // a bit for each inner node of the tree, numbered as in a heap
  uint64_t node_count;
  cm_store *journal;
  uint64_t journal_count, journal_capacity;

  // Preflight mode.
  cm_record *records[CM_CHIP_COUNT];  // where the next record of a chip goes
  cm_hint_record *hints;
  uint64_t hint_count, hint_capacity;
  cm_refresh *refreshes;
  uint64_t refresh_capacity;

  // Preflight and profile modes: how often each slot was executed, as an address such that a slot's counter is
  // at counts_bias + (ip >> 2).
  uintptr_t counts_bias;

  // Profile mode.
  const uint32_t *functions;  // of each slot
  cm_call *calls;
  uint64_t call_count, call_capacity;
  cm_frame *frames;
  uint64_t frame_count, frame_capacity, frames_lost;
  uint32_t call;              // the node of now
  uint64_t call_since;        // `remaining` when it became so
} cm_machine;

// Sets the handlers of all slots.
void cm_bind(cm_machine *m, int mode);
// Runs at `ip` until there is a reason to stop.
void cm_run(cm_machine *m);
// Metered mode: counts the leaves of registers that were accessed. Repeating it does no harm.
void cm_meter_registers(cm_machine *m);
// Metered and preflight mode: forgets what the segment touched, and sets its time to 1.
void cm_begin_segment(cm_machine *m);
// Metered mode: takes back the stores since the journal was empty.
void cm_undo_stores(cm_machine *m);
// --- The host's part of an instruction. Each of these does in every mode what the loop would do there. Times are
// timestamps of the segment; what is returned is the time of the access before, 0 in modes that keep no times. An
// access comes before the change of the word. There must be room for what it writes down.

// A register is accessed.
uint32_t cm_access_register(cm_machine *m, int mode, uint32_t number, uint32_t time);
// A word of memory is accessed; `address` is a multiple of 4 in memory.
uint32_t cm_access_word(cm_machine *m, int mode, uint32_t address, uint32_t time);
// A word of deferral accumulators that holds `cells` is accessed.
uint32_t cm_access_cells(cm_machine *m, int mode, uint32_t pointer, const uint32_t cells[4], uint32_t time);
// A word of memory changes.
void cm_store_word(cm_machine *m, int mode, uint32_t address, uint32_t word);

// Sorts leaves by number. `scratch` has room for as many.
void cm_sort_leaves(cm_leaf *leaves, cm_leaf *scratch, uint64_t count);
// Profile mode: adds the instructions since the last call or return to the node of now.
void cm_profile_flush(cm_machine *m);

#endif
