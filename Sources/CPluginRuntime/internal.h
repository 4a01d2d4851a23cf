// What the parts of the runtime share.
#ifndef OPR_INTERNAL_H
#define OPR_INTERNAL_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <plugin_runtime.h>
#include <pthread.h>
#include <stdbool.h>

// The start of the arena. Both sides map it: each field is read once, and checked.
typedef struct opr_control {
  uint64_t cancelled;  // number of the request that should give up
  uint64_t progress_done;
  uint64_t progress_total;
  uint64_t fault_address;
  uint64_t fault_offset;  // the same in the arena; all ones elsewhere
  uint32_t fault_signal;
  uint32_t fault_out_of_memory;
  uint32_t error_present;
  uint32_t error_line;
  uint32_t error_file_length;
  uint32_t error_message_length;
  uint32_t log_length;
  uint32_t log_dropped;
  char error_file[OPR_FILE_BYTES];
  char error_message[OPR_ERROR_BYTES];
  uint8_t log[OPR_LOG_BYTES];
} opr_control;
_Static_assert(sizeof(opr_control) <= OPR_CONTROL_BYTES, "the control block fits");

// Threads that help in parallel_for.
typedef struct opr_pool opr_pool;
// `prepare` runs at the start of each thread. NULL where there is no memory or no thread.
opr_pool *opr_pool_create(uint32_t threads, void (*prepare)(void));
// Runs all bodies; serially on a thread that is inside a body already.
void opr_pool_run(opr_pool *pool, uint64_t count, void (*body)(uint64_t, void *), void *user);
void opr_pool_destroy(opr_pool *pool);

// Memory of one call.
typedef struct opr_scratch {
  struct opr_chunk *chunks;
  uint64_t used;
  uint64_t limit;
  pthread_mutex_t lock;
} opr_scratch;
void *opr_scratch_take(opr_scratch *scratch, uint64_t bytes, uint64_t alignment);
void opr_scratch_drop(opr_scratch *scratch);

struct outrigger_call {
  opr_control *control;
  opr_pool *pool;
  opr_scratch *scratch;
  pthread_mutex_t *lock;
  uint64_t sequence;
  uint32_t lines;  // of log
};

typedef struct opr_instance {
  outrigger_instance *instance;
  uint64_t handle;  // 0 where the place is free
  uint32_t circuit;
  uint32_t index;
  uint32_t open_jobs;
} opr_instance;

typedef struct opr_job {
  outrigger_job *job;
  uint64_t handle;
  uint64_t instance;
  outrigger_bytes *inputs;
} opr_job;

#define OPR_INSTANCES 2048
#define OPR_JOBS 64

typedef struct opr_foreign_function opr_foreign_function;

struct opr_dispatcher {
  uint8_t *arena;
  uint64_t arena_bytes;
  opr_control *control;
  opr_pool *pool;
  opr_scratch scratch;
  pthread_mutex_t lock;
  outrigger_plugin_entry *entry;
  const outrigger_plugin_v1 *table;  // the plugin's own
  outrigger_plugin_v1 plugin;        // as much of it as both sides know
  bool has_plugin;
  uint64_t next_handle;
  opr_foreign_function **foreign;
  uint64_t foreign_count;
  opr_instance instances[OPR_INSTANCES];
  opr_job jobs[OPR_JOBS];
};

// Starts a call: an empty error record, an empty log.
void opr_begin_call(opr_dispatcher *dispatcher, struct outrigger_call *call, uint64_t sequence);
void opr_end_call(opr_dispatcher *dispatcher);
// Notes words of the runtime's own as the error of the call.
void opr_note(opr_control *control, const char *text);

// The bytes of a span; NULL unless it lies in the arena behind the control block. Empty spans are always good.
uint8_t *opr_bytes_at(const opr_dispatcher *dispatcher, opr_span span);
// The same for `count` entries of a table, aligned to 8 bytes.
void *opr_table_at(const opr_dispatcher *dispatcher, opr_span span, uint64_t count, uint64_t entry_bytes);

// Calls the entry with a host's table, and takes over what both sides know of the plugin's.
uint32_t opr_enter(opr_dispatcher *dispatcher, const outrigger_host_v1 *host, uint32_t *detail);

// Parts of carrying out.
opr_instance *opr_find_instance(opr_dispatcher *dispatcher, uint64_t handle);
opr_job *opr_find_job(opr_dispatcher *dispatcher, uint64_t handle);
uint32_t opr_fill_views(
    opr_dispatcher *dispatcher, const struct outrigger_call *call, const opr_request *request,
    opr_response *response);
uint32_t opr_probe(opr_dispatcher *dispatcher, const opr_request *request, opr_response *response);
uint32_t opr_describe(opr_dispatcher *dispatcher, const opr_request *request, opr_response *response);

// Hashing for plugins, canonical elements in and out.
void opr_permute(uint32_t *states, uint64_t count);
void opr_compress(const uint32_t *pairs, uint32_t *digests, uint64_t count);
void opr_hash_slice(const uint32_t *elements, uint64_t count, uint32_t digest[8]);
void opr_sponge(uint32_t index, bool is_input, const uint8_t *bytes, uint64_t length, uint32_t digest[8]);
void opr_batch_inverse(uint32_t *elements, uint64_t count);

// Foreign functions: one creation and one destruction for everything that a call needs. NULL with an outcome.
opr_foreign_function *opr_foreign_create(
    const opr_dispatcher *dispatcher, const opr_foreign *description, uint32_t *outcome);
// Makes the code pages of all callbacks executable and no longer writable, for good. 0 or an errno.
int opr_foreign_protect(opr_foreign_function *function);
// `output` has room for `capacity` bytes. Returns a status.
uint32_t opr_foreign_call(
    opr_foreign_function *function, const struct outrigger_call *call, const uint8_t *input, uint64_t length,
    uint8_t *output, uint64_t capacity, uint64_t *output_length);
void opr_foreign_destroy(opr_foreign_function *function);

// The worker's walls. Each returns 0, or an errno and the name of what failed.
int opr_close_descriptors(int first_closed);
int opr_limit_resources(const opr_settings *settings, const char **what);
// Once libraries are loaded: the address space that is in use now, and no new descriptors.
int opr_limit_further(const opr_settings *settings, const char **what);
// Reading is for the folders of libraries and for these, texts with their ends.
int opr_confine_files(const char *folders, uint64_t length, const char **what);
int opr_filter_loading(const char **what);
int opr_filter_running(const char **what);

#endif
