// What each operation does, for all modes. Included once a mode, with the macros below defined by `cmachine.c`:
//
//   OP(name)            head of the handler
//   X, Y                values of rs1 and rs2
//   TRACK_*(k, ...)     access at time + k: notes the time, gives the earlier one a name; before any change
//   SET_RD(v)           writes the destination
//   STEP(...)           ends the instruction: chip, timestamps, fields of the record, slots to advance
//   FAIL(status, what)  leaves the loop, with the instruction undone: no access has been tracked yet
//
// What is not done here is not done at all: a mode adds counters, times and records, and no meaning.

#define NEXT_SLOT 1

// Three accesses: two registers read, one written.
#define BINARY(name, chip, value)                                                                   \
  OP(name) {                                                                                        \
    const uint32_t x = X, y = Y;                                                                    \
    TRACK_X(0);                                                                                     \
    TRACK_Y(1);                                                                                     \
    TRACK_RD(2);                                                                                    \
    SET_RD(value);                                                                                  \
    STEP(chip, 3, x, y, previous, x_time, y_time, write_time, NEXT_SLOT);                           \
  }

// Two accesses: one register read, one written.
#define UNARY(name, chip, value)                                                                    \
  OP(name) {                                                                                        \
    const uint32_t x = X, imm = ip->imm;                                                            \
    TRACK_X(0);                                                                                     \
    TRACK_RD(1);                                                                                    \
    SET_RD(value);                                                                                  \
    STEP(chip, 2, x, 0, previous, x_time, CM_TIME_BIAS, write_time, NEXT_SLOT);                     \
  }

BINARY(add, CM_ADD_SUB, x + y)
BINARY(sub, CM_ADD_SUB, x - y)
BINARY(xor, CM_LOGIC, x ^ y)
BINARY(or, CM_LOGIC, x | y)
BINARY(and, CM_LOGIC, x & y)
BINARY(sll, CM_SHIFT, x << (y & 31))
BINARY(srl, CM_SHIFT, x >> (y & 31))
BINARY(sra, CM_SHIFT, (uint32_t)((int32_t)x >> (y & 31)))
BINARY(slt, CM_LESS_THAN, (int32_t)x < (int32_t)y)
BINARY(sltu, CM_LESS_THAN, x < y)
BINARY(mul, CM_MULTIPLY, x * y)
BINARY(mulh, CM_MULTIPLY_HIGH, (uint32_t)((uint64_t)((int64_t)(int32_t)x * (int64_t)(int32_t)y) >> 32))
BINARY(mulhsu, CM_MULTIPLY_HIGH, (uint32_t)((uint64_t)((int64_t)(int32_t)x * (int64_t)(uint64_t)y) >> 32))
BINARY(mulhu, CM_MULTIPLY_HIGH, (uint32_t)(((uint64_t)x * y) >> 32))
BINARY(div, CM_DIVIDE,
       y == 0 ? UINT32_MAX : x == 0x80000000u && y == UINT32_MAX ? x : (uint32_t)((int32_t)x / (int32_t)y))
BINARY(divu, CM_DIVIDE, y == 0 ? UINT32_MAX : x / y)
BINARY(rem, CM_DIVIDE, y == 0 ? x : x == 0x80000000u && y == UINT32_MAX ? 0 : (uint32_t)((int32_t)x % (int32_t)y))
BINARY(remu, CM_DIVIDE, y == 0 ? x : x % y)

UNARY(add_immediate, CM_ADD_IMMEDIATE, x + imm)
UNARY(xor_immediate, CM_LOGIC_IMMEDIATE, x ^ imm)
UNARY(or_immediate, CM_LOGIC_IMMEDIATE, x | imm)
UNARY(and_immediate, CM_LOGIC_IMMEDIATE, x & imm)
UNARY(slli, CM_SHIFT_IMMEDIATE, x << (imm & 31))
UNARY(srli, CM_SHIFT_IMMEDIATE, x >> (imm & 31))
UNARY(srai, CM_SHIFT_IMMEDIATE, (uint32_t)((int32_t)x >> (imm & 31)))
UNARY(slti, CM_LESS_THAN_IMMEDIATE, (int32_t)x < (int32_t)imm)
UNARY(sltiu, CM_LESS_THAN_IMMEDIATE, x < imm)

OP(constant) {
  TRACK_RD(0);
  SET_RD(ip->imm);
  STEP(CM_LOAD_CONSTANT, 1, 0, 0, previous, CM_TIME_BIAS, CM_TIME_BIAS, write_time, NEXT_SLOT);
}

// JAL. A jump that leads nowhere was decoded as `bad_jump`.
OP(jump_link) {
  TRACK_RD(0);
  SET_RD(PC + 4);
  CALL_OR_RETURN(ip->a, CM_REGISTER_COUNT, ip + (int32_t)ip->imm);
  STEP(CM_LOAD_CONSTANT, 1, 0, 0, previous, CM_TIME_BIAS, CM_TIME_BIAS, write_time, (int32_t)ip->imm);
}

OP(constant_jump) {
  const cm_wide wide = m->wide[ip->imm];
  TRACK_RD(0);
  SET_RD(wide.value);
  STEP(CM_LOAD_CONSTANT, 1, 0, 0, previous, CM_TIME_BIAS, CM_TIME_BIAS, write_time, (int32_t)wide.imm);
}

#define BRANCH(name, chip, condition)                                                               \
  OP(name) {                                                                                        \
    const uint32_t x = X, y = Y;                                                                    \
    TRACK_X(0);                                                                                     \
    TRACK_Y(1);                                                                                     \
    if (condition) STEP(chip, 2, x, y, 0, x_time, y_time, CM_TIME_BIAS, (int32_t)ip->imm);          \
    STEP(chip, 2, x, y, 0, x_time, y_time, CM_TIME_BIAS, NEXT_SLOT);                                \
  }

#define BRANCH_ZERO(name, condition)                                                                \
  OP(name) {                                                                                        \
    const uint32_t x = X;                                                                           \
    TRACK_X(0);                                                                                     \
    if (condition) STEP(CM_BRANCH_ZERO, 1, x, 0, 0, x_time, CM_TIME_BIAS, CM_TIME_BIAS, (int32_t)ip->imm); \
    STEP(CM_BRANCH_ZERO, 1, x, 0, 0, x_time, CM_TIME_BIAS, CM_TIME_BIAS, NEXT_SLOT);                \
  }

BRANCH(beq, CM_BRANCH_EQUAL, x == y)
BRANCH(bne, CM_BRANCH_EQUAL, x != y)
BRANCH_ZERO(beqz, x == 0)
BRANCH_ZERO(bnez, x != 0)
BRANCH(bltu, CM_BRANCH_LESS, x < y)
BRANCH(bgeu, CM_BRANCH_LESS, x >= y)
BRANCH(blt, CM_BRANCH_LESS_SIGNED, (int32_t)x < (int32_t)y)
BRANCH(bge, CM_BRANCH_LESS_SIGNED, (int32_t)x >= (int32_t)y)

// The sum does not wrap around: a target below 0 or from 2^32 on is outside the program like any other.
#define JUMP_REGISTER(immediate, link)                                                              \
  const uint32_t x = X;                                                                             \
  const int64_t target = ((int64_t)x + (int64_t)(int32_t)(immediate)) & ~(int64_t)1;                \
  const uint64_t distance = (uint64_t)(target - (int64_t)m->base);                                  \
  if (UNLIKELY((distance & 3) != 0 || distance >= 4 * m->slot_count)) FAIL(CM_BAD_JUMP, target);    \
  const cm_slot *const to = m->slots + distance / 4;                                                \
  TRACK_X(0);                                                                                       \
  TRACK_RD(1);                                                                                      \
  SET_RD(link);                                                                                     \
  CALL_OR_RETURN(ip->a, ip->b, to);                                                                 \
  STEP(CM_JUMP_REGISTER, 2, x, 0, previous, x_time, CM_TIME_BIAS, write_time, to - ip);

OP(jump_register) { JUMP_REGISTER(ip->imm, PC + 4) }
OP(jump_register_constant) { JUMP_REGISTER(m->wide[ip->imm].imm, m->wide[ip->imm].value) }

// Address of a memory access. As 64 bits, so that a sum below 0 or from 2^32 on is out of range too.
#define ADDRESS(width)                                                                              \
  const uint32_t x = X;                                                                             \
  const int64_t address = (int64_t)x + (int64_t)(int32_t)ip->imm;                                   \
  if (UNLIKELY(((uint64_t)address & ~(((uint64_t)1 << CM_MEMORY_BITS) - (width))) != 0)) {          \
    FAIL((uint64_t)address >> CM_MEMORY_BITS ? CM_ACCESS_RANGE : CM_ACCESS_MISALIGNED, address);    \
  }

#define LOAD(name, chip, width, type)                                                               \
  OP(name) {                                                                                        \
    ADDRESS(width);                                                                                 \
    const uint32_t value = (uint32_t)READ(type, memory + address);                                  \
    TRACK_X(0);                                                                                     \
    TRACK_MEMORY(1, address, y_time);                                                               \
    TRACK_RD(2);                                                                                    \
    SET_RD(value);                                                                                  \
    STEP(chip, 3, x, READ(uint32_t, memory + (address & ~3)), previous, x_time, y_time, write_time, NEXT_SLOT); \
  }

LOAD(lw, CM_LOAD_WORD, 4, uint32_t)
LOAD(lbu, CM_LOAD_PART, 1, uint8_t)
LOAD(lhu, CM_LOAD_PART, 2, uint16_t)
LOAD(lb, CM_LOAD_PART, 1, int8_t)
LOAD(lh, CM_LOAD_PART, 2, int16_t)

#define STORE(name, chip, width, type)                                                              \
  OP(name) {                                                                                        \
    ADDRESS(width);                                                                                 \
    const uint32_t y = Y;                                                                           \
    TRACK_X(0);                                                                                     \
    TRACK_Y(1);                                                                                     \
    TRACK_STORE(2, address);                                                                        \
    m->dirty[address >> 12] = 1;                                                                    \
    WRITE(type, memory + address, y);                                                               \
    STEP(chip, 3, x, y, previous, x_time, y_time, write_time, NEXT_SLOT);                           \
  }

STORE(sw, CM_STORE_WORD, 4, uint32_t)
STORE(sb, CM_STORE_PART, 1, uint8_t)
STORE(sh, CM_STORE_PART, 2, uint16_t)

OP(reveal) {
  const uint32_t x = X;
  const int64_t address = (int64_t)x + (int64_t)(int32_t)ip->imm;
  if (UNLIKELY((uint64_t)address >= m->public_value_bytes)) FAIL(CM_REVEAL_RANGE, address);
  if (UNLIKELY((address & 3) != 0)) FAIL(CM_ACCESS_MISALIGNED, address);
  const uint32_t y = Y;
  TRACK_X(0);
  TRACK_Y(1);
  TRACK_REVEAL(2, address);
  WRITE(uint32_t, m->public_values + address, y);
  STEP(CM_STORE_PART, 3, x, y, previous, x_time, y_time, write_time, NEXT_SLOT);
}

// Everything is checked before the first word, so that an instruction happens as a whole or not at all.
#define HINT(count, has_count)                                                                      \
  const uint32_t pointer = X, words = (count);                                                      \
  if (UNLIKELY(words == 0 || words > 1023)) FAIL(CM_HINT_COUNT, words);                             \
  if (UNLIKELY((pointer & 3) != 0)) FAIL(CM_ACCESS_MISALIGNED, pointer);                            \
  if (UNLIKELY((uint64_t)pointer + 4 * words > (uint64_t)1 << CM_MEMORY_BITS)) FAIL(CM_ACCESS_RANGE, pointer); \
  if (UNLIKELY((uint64_t)(m->hint_end - m->hint) < 4 * words)) FAIL(CM_HINT_EXHAUSTED, 4 * words);  \
  if (UNLIKELY(!HINT_ROOM(words))) FAIL(CM_GROW, words);                                            \
  TRACK_X(0);                                                                                       \
  HINT_COUNT_ACCESS(has_count);                                                                     \
  for (uint32_t i = 0; i < words; i++) {                                                            \
    const uint32_t address = pointer + 4 * i;                                                       \
    const uint32_t data = READ(uint32_t, m->hint);                                                  \
    TRACK_STORE(2, address);                                                                        \
    m->dirty[address >> 12] = 1;                                                                    \
    WRITE(uint32_t, memory + address, data);                                                        \
    HINT_ROW(has_count);                                                                            \
    m->hint += 4;                                                                                   \
  }                                                                                                 \
  HINT_END(words);

OP(hint_word) { HINT(1, 0) }
OP(hint_buffer) { HINT(m->x[ip->a], 1) }

// The host does its part before the instruction is counted, so that an error of the host names it.
OP(phantom) {
  if (ip->imm != 0 && !m->host_done) FAIL(CM_HOST, 0);
  m->host_done = 0;
  STEP(CM_PHANTOM, 1, 0, 0, 0, CM_TIME_BIAS, CM_TIME_BIAS, CM_TIME_BIAS, NEXT_SLOT);
}

// The host does all of it: what it means, and times, rows and records of the mode.
OP(deferral) {
  if (!m->host_done) FAIL(CM_HOST, 0);
  m->host_done = 0;
  COUNT_SLOT;
  GO(1);
}

OP(terminate) {
  COUNT_SLOT;
  remaining -= 1;
  FAIL(CM_TERMINATED, ip->imm);
}

OP(undefined) { FAIL(CM_UNDEFINED, 0); }

// Where branches with a bad target lead: the branch at slot `imm` was counted and is not to be. A JAL with a bad
// target is decoded as this itself, with `a` set: it has not been counted.
OP(bad_jump) {
  if (!ip->a) remaining += 1;
  ip = m->slots + ip->imm;
  FAIL(CM_BAD_JUMP, 0);
}

#undef BINARY
#undef UNARY
#undef BRANCH
#undef BRANCH_ZERO
#undef JUMP_REGISTER
#undef ADDRESS
#undef LOAD
#undef STORE
#undef HINT
