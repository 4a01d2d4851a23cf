// What the host offers to plugins: the table outrigger_host_v1.
#include "internal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

// --- The control block

void opr_begin_call(opr_dispatcher *dispatcher, struct outrigger_call *call, uint64_t sequence) {
  opr_control *control = dispatcher->control;
  __atomic_store_n(&control->progress_done, 0, __ATOMIC_RELAXED);
  __atomic_store_n(&control->progress_total, 0, __ATOMIC_RELAXED);
  __atomic_store_n(&control->error_present, 0, __ATOMIC_RELAXED);
  __atomic_store_n(&control->log_length, 0, __ATOMIC_RELAXED);
  __atomic_store_n(&control->log_dropped, 0, __ATOMIC_RELAXED);
  *call = (struct outrigger_call){
      .control = control, .pool = dispatcher->pool, .scratch = &dispatcher->scratch, .lock = &dispatcher->lock,
      .sequence = sequence};
}

void opr_end_call(opr_dispatcher *dispatcher) { opr_scratch_drop(&dispatcher->scratch); }

void opr_cancel(void *arena, uint64_t sequence) {
  __atomic_store_n(&((opr_control *)arena)->cancelled, sequence, __ATOMIC_RELEASE);
}

void opr_progress(const void *arena, uint64_t *done, uint64_t *total) {
  const opr_control *control = arena;
  *done = __atomic_load_n(&control->progress_done, __ATOMIC_RELAXED);
  *total = __atomic_load_n(&control->progress_total, __ATOMIC_RELAXED);
}

static uint32_t bounded(const uint32_t *length, uint32_t limit) {
  uint32_t value = __atomic_load_n(length, __ATOMIC_RELAXED);
  return value < limit ? value : limit;
}

int64_t opr_error_message(const void *arena, const char **text) {
  const opr_control *control = arena;
  if (!__atomic_load_n(&control->error_present, __ATOMIC_ACQUIRE)) return -1;
  *text = control->error_message;
  return bounded(&control->error_message_length, OPR_ERROR_BYTES);
}

int64_t opr_error_file(const void *arena, const char **text, uint32_t *line) {
  const opr_control *control = arena;
  if (!__atomic_load_n(&control->error_present, __ATOMIC_ACQUIRE)) return -1;
  *text = control->error_file;
  *line = __atomic_load_n(&control->error_line, __ATOMIC_RELAXED);
  return bounded(&control->error_file_length, OPR_FILE_BYTES);
}

uint64_t opr_log(const void *arena, const uint8_t **lines, uint32_t *dropped) {
  const opr_control *control = arena;
  *lines = control->log;
  *dropped = __atomic_load_n(&control->log_dropped, __ATOMIC_RELAXED);
  return bounded(&control->log_length, OPR_LOG_BYTES);
}

uint32_t opr_fault(const void *arena, uint64_t *address, uint64_t *offset, uint32_t *out_of_memory) {
  const opr_control *control = arena;
  *address = __atomic_load_n(&control->fault_address, __ATOMIC_RELAXED);
  *offset = __atomic_load_n(&control->fault_offset, __ATOMIC_RELAXED);
  *out_of_memory = __atomic_load_n(&control->fault_out_of_memory, __ATOMIC_RELAXED);
  return __atomic_load_n(&control->fault_signal, __ATOMIC_RELAXED);
}

static uint32_t copy_text(char *room, size_t size, outrigger_text text) {
  size_t length = !text.data ? 0 : text.length < size ? (size_t)text.length : size;
  if (length) memcpy(room, text.data, length);
  return (uint32_t)length;
}

static void record_error(opr_control *control, outrigger_text file, uint32_t line, outrigger_text message) {
  if (control->error_present) return;
  control->error_file_length = copy_text(control->error_file, OPR_FILE_BYTES, file);
  control->error_message_length = copy_text(control->error_message, OPR_ERROR_BYTES, message);
  control->error_line = line;
  __atomic_store_n(&control->error_present, 1, __ATOMIC_RELEASE);
}

void opr_note(opr_control *control, const char *text) {
  record_error(control, (outrigger_text){"", 0}, 0, (outrigger_text){text ? text : "", text ? strlen(text) : 0});
}

// --- Scratch memory

struct opr_chunk {
  struct opr_chunk *next;
  uint64_t size;  // of the mapping
  uint64_t used;
};

enum { CHUNK_BYTES = 1 << 20 };

void *opr_scratch_take(opr_scratch *scratch, uint64_t bytes, uint64_t alignment) {
  if (alignment == 0 || alignment > 4096 || (alignment & (alignment - 1))) return NULL;
  if (bytes == 0) bytes = 1;
  pthread_mutex_lock(&scratch->lock);
  void *result = NULL;
  uint64_t left = scratch->limit - scratch->used;
  struct opr_chunk *chunk = scratch->chunks;
  uint64_t start = chunk ? (chunk->used + alignment - 1) & ~(alignment - 1) : 0;
  if (chunk && bytes <= chunk->size && start <= chunk->size - bytes) {
    chunk->used = start + bytes;
    result = (uint8_t *)chunk + start;
  } else if (bytes <= left && left - bytes >= 8192) {
    // The chunk's own header, the alignment and whole pages take less than 8192 bytes.
    uint64_t size = (bytes + 4096 + 4095) & ~UINT64_C(4095);
    if (size < CHUNK_BYTES && left >= CHUNK_BYTES) size = CHUNK_BYTES;
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory != MAP_FAILED) {
      chunk = memory;
      start = (sizeof(struct opr_chunk) + alignment - 1) & ~(alignment - 1);
      *chunk = (struct opr_chunk){.next = scratch->chunks, .size = size, .used = start + bytes};
      scratch->chunks = chunk;
      scratch->used += size;
      result = (uint8_t *)memory + start;
    }
  }
  pthread_mutex_unlock(&scratch->lock);
  return result;
}

void opr_scratch_drop(opr_scratch *scratch) {
  while (scratch->chunks) {
    struct opr_chunk *next = scratch->chunks->next;
    munmap(scratch->chunks, scratch->chunks->size);
    scratch->chunks = next;
  }
  scratch->used = 0;
}

// --- The table

static void host_log(const outrigger_call *call, uint32_t severity, outrigger_text message) {
  if (!call || (message.length && !message.data)) return;
  opr_control *control = call->control;
  uint32_t length = message.length < 4096 ? (uint32_t)message.length : 4096;
  pthread_mutex_lock(call->lock);
  uint32_t used = control->log_length;
  if (used <= OPR_LOG_BYTES - 8 && length <= OPR_LOG_BYTES - 8 - used) {
    memcpy(control->log + used, &severity, 4);
    memcpy(control->log + used + 4, &length, 4);
    if (length) memcpy(control->log + used + 8, message.data, length);
    control->log_length = used + 8 + length;
  } else {
    control->log_dropped += 1;
  }
  pthread_mutex_unlock(call->lock);
}

static void host_fail(const outrigger_call *call, outrigger_text file, uint32_t line, outrigger_text message) {
  if (!call) return;
  pthread_mutex_lock(call->lock);
  record_error(call->control, file, line, message);
  pthread_mutex_unlock(call->lock);
}

static uint32_t host_cancelled(const outrigger_call *call) {
  return call && __atomic_load_n(&call->control->cancelled, __ATOMIC_ACQUIRE) == call->sequence;
}

static void host_progress(const outrigger_call *call, uint64_t done, uint64_t total) {
  if (!call) return;
  __atomic_store_n(&call->control->progress_total, total, __ATOMIC_RELAXED);
  __atomic_store_n(&call->control->progress_done, done, __ATOMIC_RELAXED);
}

static void host_parallel_for(
    const outrigger_call *call, uint64_t count, void (*body)(uint64_t, void *), void *user) {
  opr_pool_run(call ? call->pool : NULL, count, body, user);
}

static void *host_scratch(const outrigger_call *call, uint64_t bytes, uint64_t alignment) {
  return call ? opr_scratch_take(call->scratch, bytes, alignment) : NULL;
}

static void host_permute(const outrigger_call *call, uint32_t *states, uint64_t count) {
  (void)call;
  opr_permute(states, count);
}

static void host_compress(const outrigger_call *call, const uint32_t *pairs, uint32_t *digests, uint64_t count) {
  (void)call;
  opr_compress(pairs, digests, count);
}

static void host_hash_slice(
    const outrigger_call *call, const uint32_t *elements, uint64_t count, uint32_t digest[8]) {
  (void)call;
  opr_hash_slice(elements, count, digest);
}

static void host_input_hash(const outrigger_call *call, uint32_t index, outrigger_bytes input, uint32_t digest[8]) {
  (void)call;
  opr_sponge(index, true, input.data, input.length, digest);
}

static void host_output_hash(const outrigger_call *call, uint32_t index, outrigger_bytes output, uint32_t digest[8]) {
  (void)call;
  opr_sponge(index, false, output.data, output.length, digest);
}

static void host_batch_inverse(const outrigger_call *call, uint32_t *elements, uint64_t count) {
  (void)call;
  opr_batch_inverse(elements, count);
}

static const void *host_get_extension(outrigger_text id) {
  (void)id;
  return NULL;
}

static const outrigger_host_v1 host_table = {
    .struct_size = sizeof(outrigger_host_v1),
    .abi_major = OUTRIGGER_ABI_MAJOR,
    .abi_minor = OUTRIGGER_ABI_MINOR,
    .name = {"outrigger", 9},
    .version = {"1.0", 3},
    .log = host_log,
    .fail = host_fail,
    .cancelled = host_cancelled,
    .progress = host_progress,
    .parallel_for = host_parallel_for,
    .scratch = host_scratch,
    .poseidon2_permute = host_permute,
    .poseidon2_compress = host_compress,
    .hash_slice = host_hash_slice,
    .input_hash = host_input_hash,
    .output_hash = host_output_hash,
    .batch_inverse = host_batch_inverse,
    .get_extension = host_get_extension,
};

const outrigger_host_v1 *opr_host_table(void) { return &host_table; }
