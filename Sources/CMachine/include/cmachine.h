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

#endif
