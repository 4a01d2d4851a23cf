// Atomic operations of a machine with one thread: plain ones. Swift's reference counts need none of these, for the
// linker lowers atomics (`lower-atomic`); C guests and anything built without link-time optimisation do.

#include <stdbool.h>
#include <stdint.h>

// Clang keeps the names for itself; assembler names get around that.
#define NAMED(name) __asm__(name)

#define ATOMICS(type, size)                                                                                         \
  type guest_load_##size(const volatile type *p, int order) NAMED("__atomic_load_" #size);                          \
  type guest_load_##size(const volatile type *p, int order) { return (void)order, *p; }                             \
  void guest_store_##size(volatile type *p, type value, int order) NAMED("__atomic_store_" #size);                  \
  void guest_store_##size(volatile type *p, type value, int order) { (void)order, *p = value; }                     \
  bool guest_compare_exchange_##size(volatile type *p, type *expected, type desired, int success, int failure)      \
      NAMED("__atomic_compare_exchange_" #size);                                                                    \
  bool guest_compare_exchange_##size(volatile type *p, type *expected, type desired, int success, int failure) {    \
    (void)success, (void)failure;                                                                                   \
    const type found = *p;                                                                                          \
    if (found == *expected) return *p = desired, true;                                                              \
    return *expected = found, false;                                                                                \
  }                                                                                                                 \
  UPDATE(type, size, exchange, value)                                                                               \
  UPDATE(type, size, fetch_add, (type)(old + value))                                                                \
  UPDATE(type, size, fetch_sub, (type)(old - value))                                                                \
  UPDATE(type, size, fetch_and, (type)(old & value))                                                                \
  UPDATE(type, size, fetch_or, (type)(old | value))                                                                 \
  UPDATE(type, size, fetch_xor, (type)(old ^ value))

#define UPDATE(type, size, name, result)                                                                            \
  type guest_##name##_##size(volatile type *p, type value, int order) NAMED("__atomic_" #name "_" #size);           \
  type guest_##name##_##size(volatile type *p, type value, int order) {                                             \
    (void)order;                                                                                                    \
    const type old = *p;                                                                                            \
    *p = (result);                                                                                                  \
    return old;                                                                                                     \
  }

ATOMICS(uint8_t, 1)
ATOMICS(uint16_t, 2)
ATOMICS(uint32_t, 4)
ATOMICS(uint64_t, 8)
