// Runs a deferral plugin: loads it, keeps its instances and jobs, and carries out one request at a time.
//
// A request is a message of fixed size. Whatever is large (inputs, outputs, AIR bytes, traces, texts) lies in the
// *arena*, memory that both sides map, and is named by spans in it. The same dispatcher serves a host that calls it
// directly and the worker process, which reads requests from a socket. Neither side trusts a number in a message: the
// dispatcher checks every span against the arena before it uses it, and the host checks every response.
#ifndef PLUGIN_RUNTIME_H
#define PLUGIN_RUNTIME_H

#include <outrigger_plugin.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// --- Messages

// Bytes of the arena, from its start.
typedef struct opr_span {
  uint64_t offset;
  uint64_t length;
} opr_span;

// What a request asks for. Fields that are not named are 0.
enum {
  OPR_NOTHING = 0,       // an empty call
  OPR_INFO = 1,          // output: room for name, then version. values: their lengths, number of circuits, ABI minor
  OPR_DESCRIBE = 2,      // number: circuit; count: struct_size to state, 0 the dispatcher's own; table: opr_description
  OPR_CREATE = 3,        // number: circuit; index: deferral index; count, table: opr_parameter. values: handle
  OPR_DESTROY = 4,       // handle: instance
  OPR_EVAL = 5,          // handle: instance; input; output. values: length
  OPR_EVAL_TOGETHER = 6, // handle: instance; count, table: opr_evaluation
  OPR_COMMIT_INPUT = 7,  // handle: instance; input; output: 32 bytes. values: 1 where the hash was the standard one
  OPR_AIR_BYTES = 8,     // handle: instance; output. values: length
  OPR_PREPROCESSED_HEIGHT = 9,  // handle: instance; number: AIR. values: log of the height
  OPR_PREPROCESSED = 10, // handle: instance; table: one opr_wire_view
  OPR_CACHED = 11,       // handle: instance; flags: OPR_HAS_INPUT; input; table: one opr_wire_view
  OPR_PLAN = 12,         // handle: instance; count, table: opr_span of the inputs; output: log heights. values: job
  OPR_FILL = 13,         // handle: job; count, table: opr_wire_view; output: public values, 17 words, or nothing
  OPR_CLOSE = 14,        // handle: job
  OPR_KNOWN_ANSWER = 15, // number: circuit; index: number; output: room for input, then output. values: lengths
  OPR_REASON = 16,       // number: status; output. values: length
  OPR_FOREIGN = 17,      // number: foreign function; input; output. values: length
  OPR_PROBE = 18,        // number: OPR_PROBE_...; index: circuit. values: 1 where the plugin behaves
};

#define OPR_HAS_INPUT 1u
// The views of the request have guard pages, to be made inaccessible during the call.
#define OPR_GUARDED 2u

enum {
  OPR_PROBE_ENTRY_AGAIN = 0,
  OPR_PROBE_FUTURE_HOST = 1,
  OPR_PROBE_PAST_HOST = 2,
  OPR_PROBE_FUTURE_DESCRIPTION = 3,
  OPR_PROBE_PAST_DESCRIPTION = 4,
  OPR_PROBE_UNKNOWN_EXTENSION = 5,
  OPR_PROBE_UNKNOWN_CIRCUIT = 6,
};

typedef struct opr_request {
  uint64_t sequence;  // ascending, never 0
  uint32_t call;
  uint32_t number;
  uint32_t index;
  uint32_t flags;
  uint64_t handle;
  uint64_t count;
  opr_span input;
  opr_span output;
  opr_span table;
} opr_request;

// What became of a request, or of loading.
enum {
  OPR_DONE = 0,           // carried out: `status` is the plugin's answer
  OPR_BAD_REQUEST = 1,    // a number in the message is wrong
  OPR_BAD_SPAN = 2,       // a span leaves the arena, or is too short for what it must hold
  OPR_NO_SUCH_HANDLE = 3,
  OPR_NO_FUNCTION = 4,    // the plugin has no such function
  OPR_TOO_MANY = 5,       // instances or jobs
  OPR_OUT_OF_MEMORY = 6,
  OPR_NO_PLUGIN = 7,
  // Loading; `detail` and the error text say more.
  OPR_LOADER = 16,        // the dynamic loader's words
  OPR_NO_ENTRY = 17,
  OPR_REFUSED = 18,       // the entry gave NULL; the words are the plugin's
  OPR_WRONG_MAJOR = 19,   // detail: what was found
  OPR_SHORT_TABLE = 20,   // detail: the size that was found
  OPR_FUNCTION_MISSING = 21,  // text: its name
  OPR_RESERVED = 22,      // detail: what was found in place of 0
  OPR_NO_CIRCUITS = 23,
  // Setting up the worker; detail: errno; text: what failed.
  OPR_SETUP = 32,
  // Foreign functions; detail: number of the function.
  OPR_FOREIGN_LIBRARY = 40,
  OPR_FOREIGN_SYMBOL = 41,
  OPR_FOREIGN_SIGNATURE = 42,
};

typedef struct opr_response {
  uint64_t sequence;
  uint32_t call;
  uint32_t outcome;
  uint32_t status;
  uint32_t detail;
  uint64_t values[5];
} opr_response;

// --- What tables in the arena hold; aligned to 8 bytes

typedef struct opr_description {
  uint64_t max_input_bytes;
  uint64_t max_output_bytes;
  uint32_t air_count;
  uint32_t log_stacked_height;
  uint32_t flags;
  uint32_t max_log_batch;
  uint32_t id_length;       // true lengths: what is longer than its room is cut off
  uint32_t version_length;
  uint32_t reserved;
  uint32_t struct_size;     // as the plugin left it
  char id[256];
  char version[256];
} opr_description;

typedef struct opr_parameter {
  uint32_t kind;
  uint32_t reserved;
  opr_span key;
  int64_t integer;
  opr_span bytes;
} opr_parameter;

typedef struct opr_evaluation {
  opr_span input;
  opr_span output;
  uint64_t length;  // written by the dispatcher, like `status`
  uint32_t status;
  uint32_t reserved;
} opr_evaluation;

typedef struct opr_wire_view {
  uint32_t air;
  uint32_t part;
  uint64_t offset;  // of the first cell, in bytes; 64-byte aligned
  uint64_t rows;
  uint64_t columns;
  uint64_t row_stride;
  uint64_t column_stride;
  uint64_t guard_before;  // offsets of pages, with OPR_GUARDED
  uint64_t guard_behind;
} opr_wire_view;

// --- Foreign functions

enum {
  OPR_U8 = 0, OPR_I8 = 1, OPR_U16 = 2, OPR_I16 = 3, OPR_U32 = 4, OPR_I32 = 5, OPR_U64 = 6, OPR_I64 = 7,
  OPR_USIZE = 8, OPR_POINTER = 9, OPR_VOID = 10,
};
enum {
  OPR_INPUT_POINTER = 0, OPR_INPUT_LENGTH = 1, OPR_OUTPUT_POINTER = 2, OPR_OUTPUT_CAPACITY = 3,
  OPR_OUTPUT_LENGTH = 4,  // a pointer to the capacity, where the function leaves the length
  OPR_CONSTANT = 5, OPR_NULL = 6,
  OPR_SCRATCH = 7,        // value: its size
  OPR_CALLBACK = 8,       // value: OPR_CALLBACK_...
};
enum { OPR_CALLBACK_PROGRESS = 0, OPR_CALLBACK_CANCEL = 1 };
enum {
  OPR_RETURNS_VOID = 0, OPR_RETURNS_NOT_NULL = 1, OPR_RETURNS_ZERO = 2, OPR_RETURNS_ONE = 3, OPR_RETURNS_VALUE = 4,
};
#define OPR_FOREIGN_ARGUMENTS 16
#define OPR_CALLBACK_ARGUMENTS 6

typedef struct opr_foreign_argument {
  uint32_t role;
  uint32_t type;   // of a number, or of what OPR_OUTPUT_LENGTH points to
  uint64_t value;
  // The signature of a callback. Progress takes its first two integers for what is done and the total; its result is 0.
  // Cancel's result is 1 where the call should give up.
  uint32_t result;
  uint32_t parameter_count;
  uint32_t parameters[OPR_CALLBACK_ARGUMENTS];
} opr_foreign_argument;

typedef struct opr_foreign {
  opr_span library;  // text
  opr_span symbol;
  uint64_t max_input_bytes;
  uint64_t output_bytes;    // of a fixed output; else the most there may be
  uint32_t has_fixed_output;
  uint32_t returns;
  uint32_t return_type;     // of OPR_RETURNS_VALUE
  uint32_t argument_count;
  opr_foreign_argument arguments[OPR_FOREIGN_ARGUMENTS];
} opr_foreign;

// --- The start of the arena

#define OPR_CONTROL_BYTES 65536
#define OPR_LOG_BYTES 32768
#define OPR_ERROR_BYTES 4096
#define OPR_FILE_BYTES 512

// Asks the request with this number to give up.
void opr_cancel(void *arena, uint64_t sequence);
void opr_progress(const void *arena, uint64_t *done, uint64_t *total);
// What the plugin handed to `fail`. The lengths are within the room that there is, whatever the other side has written;
// -1 where there is nothing.
int64_t opr_error_message(const void *arena, const char **text);
int64_t opr_error_file(const void *arena, const char **text, uint32_t *line);
// The lines of the log of the last call: each a severity and a length (4 bytes each) and the text.
uint64_t opr_log(const void *arena, const uint8_t **lines, uint32_t *dropped);
// What a crashing worker has noted: its signal, the address, the same as an offset in the arena (all ones elsewhere),
// and whether memory had run out. 0 where nothing was noted.
uint32_t opr_fault(const void *arena, uint64_t *address, uint64_t *offset, uint32_t *out_of_memory);

// --- The dispatcher

typedef struct opr_dispatcher opr_dispatcher;

// `arena_bytes` is at least OPR_CONTROL_BYTES. NULL where memory is short. `threads` help the calling one in
// `parallel_for`.
opr_dispatcher *opr_create(void *arena, uint64_t arena_bytes, uint64_t scratch_bytes, uint32_t threads);
// Loads the library that the descriptor holds, a plugin's; the descriptor must stay open for as long as the process
// lives, and the library stays loaded. The outcome is in the response.
void opr_open(opr_dispatcher *dispatcher, int library, opr_response *response);
// Calls the entry of the library that was loaded, and checks its table.
void opr_start(opr_dispatcher *dispatcher, opr_response *response);
void opr_carry_out(opr_dispatcher *dispatcher, const opr_request *request, opr_response *response);
// Destroys what is left of jobs and instances, and the dispatcher. The library stays.
void opr_destroy(opr_dispatcher *dispatcher);

// --- The worker

// The first message that a worker gets.
typedef struct opr_settings {
  uint64_t arena_bytes;
  uint64_t memory_bytes;   // address space beyond the arena and what a worker needs itself
  uint64_t scratch_bytes;
  uint64_t cpu_seconds;
  uint32_t threads;
  uint32_t has_library;
  uint64_t foreign_count;
  opr_span foreign;        // of opr_foreign
  opr_span folders;        // that libraries may be read from besides the usual ones: texts, each with its end
} opr_settings;

// Descriptors that a worker starts with.
enum { OPR_CHANNEL = 3, OPR_ARENA = 4, OPR_LIBRARY = 5 };

// The whole of the worker's program. Returns its exit code.
int opr_worker_main(void);

// --- For hosts

// Starts a worker. Its standard output and error are `errors`, its input is empty, its environment is fixed. The
// descriptors are the caller's to close. Returns 0 or an errno.
int opr_spawn(const char *path, int channel, int arena, int library, int errors, pid_t *process);
// A memory file with a copy of the bytes that can be neither changed nor resized. Negative: minus an errno.
int opr_sealed_copy(const char *name, const void *bytes, uint64_t length);
// A memory file of this length, zeroed, that cannot be resized. Negative: minus an errno.
int opr_memory_file(const char *name, uint64_t length);
// A pair of connected sockets that keep the borders of messages. Returns 0 or an errno.
int opr_channel(int ends[2]);
// A pipe, to read from and to write to, neither of which waits. Returns 0 or an errno.
int opr_pipe(int ends[2]);
// Whether workers can be kept from reading files while they load: 1 or 0.
int opr_can_confine_files(void);
// The folder of the Swift runtime that this process uses; the length, 0 where it is part of the program.
uint64_t opr_runtime_folder(char *room, uint64_t capacity);
// The table that plugins get, for tests.
const outrigger_host_v1 *opr_host_table(void);

#endif
