// The heap: from the end of the program's data up to the end of memory.
//
// A word of the memory that no one has touched before costs far more to prove than an instruction, so freed blocks are
// used again: the topmost goes back to the free space, every other to a list of blocks of its class. Memory is never
// split or joined, which keeps both functions at a few instructions. Rounding sizes up is free: cells that nobody
// touches cost nothing.

#include "guestkit.h"

extern char _end[];

static const uintptr_t heap_end = 0x20000000;  // 2^29, the machine's memory

// Classes 1 to 32 have 16 times their number in bytes; class 32 + k has 512 << k.
enum { LINEAR_CLASSES = 32, LINEAR_STEP = 16, LINEAR_LIMIT = LINEAR_CLASSES * LINEAR_STEP, CLASSES = 53 };

// Every block is preceded by its class. Blocks start at multiples of eight, as all scalars of C and Swift demand.
typedef struct block {
  struct block *next;
} block;

static block *free_blocks[CLASSES];
static uintptr_t top;  // the first byte above all blocks; 0 before the first allocation

static uint32_t *class_of(void *payload) { return (uint32_t *)payload - 1; }

static size_t class_size(uint32_t class) {
  return class <= LINEAR_CLASSES ? class * LINEAR_STEP : (size_t)LINEAR_LIMIT << (class - LINEAR_CLASSES);
}

static uint32_t class_for(size_t size) {
  if (size <= LINEAR_LIMIT) return size == 0 ? 1 : (uint32_t)(size + LINEAR_STEP - 1) / LINEAR_STEP;
  uint32_t class = LINEAR_CLASSES;
  for (size_t rest = (size - 1) / LINEAR_LIMIT; rest != 0; rest >>= 1) class++;
  return class;
}

_Noreturn static void out_of_memory(void) { GUEST_PANIC("out of memory"); }

static void *take(size_t size, size_t alignment) {
  if (size >= heap_end) out_of_memory();
  const uint32_t class = class_for(size);
  block *candidate = free_blocks[class];
  if (candidate != NULL && ((uintptr_t)candidate & (alignment - 1)) == 0) {
    free_blocks[class] = candidate->next;
    return candidate;
  }
  if (top == 0) top = (uintptr_t)_end;
  // No overflow: `top` is below 2^29, `size` too, and the alignment is checked by the callers.
  const uintptr_t payload = (top + sizeof(uint32_t) + alignment - 1) & ~(uintptr_t)(alignment - 1);
  if (payload > heap_end || class_size(class) > heap_end - payload) out_of_memory();
  top = payload + class_size(class);
  *class_of((void *)payload) = class;
  return (void *)payload;
}

void *malloc(size_t size) { return take(size, 8); }

void *aligned_alloc(size_t alignment, size_t size) {
  if (alignment < 8) alignment = 8;
  if ((alignment & (alignment - 1)) != 0 || alignment >= heap_end) GUEST_PANIC("alignment is no power of two");
  return take(size, alignment);
}

// Swift allocates with this function alone.
int posix_memalign(void **result, size_t alignment, size_t size) {
  *result = aligned_alloc(alignment, size);
  return 0;
}

void free(void *payload) {
  if (payload == NULL) return;
  const uint32_t class = *class_of(payload);
  if ((uintptr_t)payload + class_size(class) == top) {
    top = (uintptr_t)payload - sizeof(uint32_t);
    return;
  }
  block *freed = payload;
  freed->next = free_blocks[class];
  free_blocks[class] = freed;
}

void *calloc(size_t count, size_t size) {
  size_t total;
  if (__builtin_mul_overflow(count, size, &total)) out_of_memory();
  return memset(malloc(total), 0, total);
}

void *realloc(void *payload, size_t size) {
  if (payload == NULL) return malloc(size);
  const size_t capacity = class_size(*class_of(payload));
  if (size <= capacity) return payload;
  void *moved = malloc(size);
  memcpy(moved, payload, capacity);
  free(payload);
  return moved;
}
