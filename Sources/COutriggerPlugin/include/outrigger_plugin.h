// The interface between Outrigger and deferral plugins, version 1.0.
//
// A deferral plugin is a shared library. For each of its circuits it has a function from bytes to bytes, and the circuit
// that proves that function: constraints as data ("AIR bytes", see outrigger_air.h) and a routine that fills their
// traces. The plugin describes; the host decides: it makes the keys, hashes, commits, proves and verifies.
//
// Rules that hold throughout
//
// - A library exports one symbol, `outrigger_plugin_entry_v1`. It is called once or more, gives the same answer each
//   time, and does nothing that can be observed: no threads, no files.
// - Structs that begin with `struct_size` may grow at the end in later versions. Who fills one sets its own size; who reads
//   one uses the smaller of that and its own idea of the size. What lies beyond the smaller is absent: a function is NULL
//   there, a number 0. Words named `reserved` are 0.
// - Text is UTF-8, pointer and length, not terminated. `length` may be 0; the pointer may be NULL then.
// - Field elements are of the field BabyBear, p = 2013265921, as numbers below p.
// - What the host hands to a function is valid until the function returns, unless its comment says more. What a plugin
//   hands out is static until the process ends, or until the owner named in the comment is gone.
// - `call` stands for the call under way. It is handed to the host's services, from the thread that received it or from
//   the bodies of `parallel_for`, and never after the function has returned.
// - No exception, trap, longjmp, exit or signal handler crosses. A plugin must not count on being alone: the host may
//   limit memory and system calls, and may end the process that the plugin runs in.
// - A plugin is a function of what it is given: no clock, no environment, no randomness, no state between jobs that can
//   be seen.
// - A library is never unloaded.
//
// Each function's comment says: what it does; threads; ownership; returns; what NULL means; since which version.
#ifndef OUTRIGGER_PLUGIN_H
#define OUTRIGGER_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#define OUTRIGGER_ASSERT(condition, message) static_assert(condition, message)
#else
#define OUTRIGGER_ASSERT(condition, message) _Static_assert(condition, message)
#endif

#define OUTRIGGER_ABI_MAJOR 1
#define OUTRIGGER_ABI_MINOR 0
#define OUTRIGGER_MODULUS UINT32_C(2013265921)

// --- Results

typedef uint32_t outrigger_status;
#define OUTRIGGER_OK UINT32_C(0)
// The buffer is too small; its `length` says what is needed.
#define OUTRIGGER_TOO_SMALL UINT32_C(1)
// An argument that no host should pass.
#define OUTRIGGER_BAD_ARGUMENT UINT32_C(2)
// The input is none of the function's: the guest's fault, and an error of its run.
#define OUTRIGGER_BAD_INPUT UINT32_C(3)
#define OUTRIGGER_UNSUPPORTED UINT32_C(4)
// More memory, rows or bytes than there may be.
#define OUTRIGGER_LIMIT UINT32_C(5)
// `cancelled` said so.
#define OUTRIGGER_CANCELLED UINT32_C(6)
// A fault of the plugin's own.
#define OUTRIGGER_INTERNAL UINT32_C(7)
// A plugin's own results start here; `reason` has words for them. They count as faults of the plugin.
#define OUTRIGGER_PLUGIN_BASE UINT32_C(0x1000)

// --- Values

typedef struct outrigger_text {
  const char *data;
  uint64_t length;
} outrigger_text;

typedef struct outrigger_bytes {
  const uint8_t *data;
  uint64_t length;
} outrigger_bytes;

// Room for bytes, the host's. The plugin writes at most `capacity` bytes and sets `length` to what it has written, or,
// with OUTRIGGER_TOO_SMALL and nothing written, to what it needs.
typedef struct outrigger_buffer {
  uint8_t *data;
  uint64_t capacity;
  uint64_t length;
} outrigger_buffer;

// A parameter of an instance, from the application's manifest.
typedef struct outrigger_parameter {
  outrigger_text key;
  uint32_t kind;
  uint32_t reserved;
  int64_t integer;        // of an integer; of a boolean, 0 or 1
  outrigger_bytes bytes;  // of a text; the content of a file
} outrigger_parameter;
#define OUTRIGGER_PARAMETER_INTEGER UINT32_C(0)
#define OUTRIGGER_PARAMETER_BOOLEAN UINT32_C(1)
#define OUTRIGGER_PARAMETER_TEXT UINT32_C(2)
#define OUTRIGGER_PARAMETER_FILE UINT32_C(3)

// Where a part of a trace goes: cell (r, c) is data[r * row_stride + c * column_stride]. All cells are 0 at first, and
// `data` is 64-byte aligned. Write no others.
typedef struct outrigger_view {
  uint32_t air;   // number of the AIR in the AIR bytes
  uint32_t part;  // OUTRIGGER_PART_MAIN, or the number of a cached part plus 1
  uint32_t *data;
  uint64_t rows;
  uint64_t columns;
  uint64_t row_stride;     // in cells
  uint64_t column_stride;  // in cells
} outrigger_view;
#define OUTRIGGER_PART_MAIN UINT32_C(0)

// What a circuit is.
typedef struct outrigger_circuit {
  uint32_t struct_size;
  uint32_t reserved;
  outrigger_text id;       // reversed domain, as "dev.outrigger.sha256"; letters, digits, '-', '.'; at most 128 bytes
  outrigger_text version;  // of the circuit, as "1.0.0"
  uint64_t max_input_bytes;
  uint64_t max_output_bytes;  // a multiple of 8
  uint32_t air_count;         // AIRs in the AIR bytes, those of the standard set not counted
  uint32_t log_stacked_height;  // M, 11 to 24: proven with the preset app(M)
  uint32_t flags;
  uint32_t max_log_batch;  // the most calls to a job are 2^max_log_batch; at most 16; 0 unless OUTRIGGER_STANDARD_IO
} outrigger_circuit;
// The circuit stands on the set "outrigger.io/1": the host commits to inputs and outputs.
#define OUTRIGGER_STANDARD_IO UINT32_C(1)
// Calls on one instance may run side by side.
#define OUTRIGGER_PARALLEL UINT32_C(2)

// For an AIR that is absent from a job.
#define OUTRIGGER_ABSENT UINT8_C(0xff)

// An instance of a circuit: at one deferral index, with parameters. The plugin's.
typedef struct outrigger_instance outrigger_instance;
// Calls that are proven together. The plugin's.
typedef struct outrigger_job outrigger_job;
// The call under way. The host's.
typedef struct outrigger_call outrigger_call;

// --- What the host offers

typedef struct outrigger_host_v1 {
  uint32_t struct_size;
  uint16_t abi_major;
  uint16_t abi_minor;
  outrigger_text name;
  outrigger_text version;

  // Writes a line to the host's log; at most 4096 bytes, and not more than a few per call.
  // Threads: any. Ownership: copied. Since 1.0.
  void (*log)(const outrigger_call *call, uint32_t severity, outrigger_text message);

  // Says why the function is going to return something other than OK: the first time counts.
  // Threads: any. Ownership: copied. Since 1.0.
  void (*fail)(const outrigger_call *call, outrigger_text file, uint32_t line, outrigger_text message);

  // Whether the function should give up and return OUTRIGGER_CANCELLED; to be asked every 50 ms at least in `eval` and
  // `fill`. Costs a read of memory.
  // Threads: any. Returns: 0 or 1. Since 1.0.
  uint32_t (*cancelled)(const outrigger_call *call);

  // How far the function has come.
  // Threads: any. Since 1.0.
  void (*progress)(const outrigger_call *call, uint64_t done, uint64_t total);

  // Calls body(0, user) ... body(count - 1, user) in any order, on several threads or one, and returns when all are done.
  // Threads: the call's own; from inside a body it runs the bodies one after the other. Since 1.0.
  void (*parallel_for)(
      const outrigger_call *call, uint64_t count, void (*body)(uint64_t index, void *user), void *user);

  // Memory, zeroed, that is gone when the function returns. `alignment` is a power of two, at most 4096.
  // Threads: any. Returns: NULL where there is no more. Since 1.0.
  void *(*scratch)(const outrigger_call *call, uint64_t bytes, uint64_t alignment);

  // The Poseidon2 permutation of width 16, in place, on `count` states one after the other. Elements must be below p.
  // Threads: any. Since 1.0.
  void (*poseidon2_permute)(const outrigger_call *call, uint32_t *states, uint64_t count);

  // The first 8 elements of the permutation of each pair of digests: 16 elements to 8.
  // Threads: any. Since 1.0.
  void (*poseidon2_compress)(const outrigger_call *call, const uint32_t *pairs, uint32_t *digests, uint64_t count);

  // The sponge `hash_slice` of `count` elements.
  // Threads: any. Since 1.0.
  void (*hash_slice)(const outrigger_call *call, const uint32_t *elements, uint64_t count, uint32_t digest[8]);

  // The standard input hash g of a deferral index.
  // Threads: any. Since 1.0.
  void (*input_hash)(const outrigger_call *call, uint32_t deferral_index, outrigger_bytes input, uint32_t digest[8]);

  // The output commitment h of a deferral index. The length must be a multiple of 8.
  // Threads: any. Since 1.0.
  void (*output_hash)(const outrigger_call *call, uint32_t deferral_index, outrigger_bytes output, uint32_t digest[8]);

  // Replaces each element by its inverse; 0 stays 0.
  // Threads: any. Since 1.0.
  void (*batch_inverse)(const outrigger_call *call, uint32_t *elements, uint64_t count);

  // An extension by its name, as "outrigger.recursion/1".
  // Threads: any. Ownership: static. Returns: NULL where the host has no such extension. Since 1.0.
  const void *(*get_extension)(outrigger_text id);
} outrigger_host_v1;
#define OUTRIGGER_LOG_DEBUG UINT32_C(0)
#define OUTRIGGER_LOG_INFO UINT32_C(1)
#define OUTRIGGER_LOG_WARNING UINT32_C(2)
#define OUTRIGGER_LOG_ERROR UINT32_C(3)

// --- What a plugin provides

typedef struct outrigger_plugin_v1 {
  uint32_t struct_size;
  uint16_t abi_major;
  uint16_t abi_minor;
  outrigger_text name;
  outrigger_text version;
  uint32_t circuit_count;  // at least 1
  uint32_t reserved;

  // Describes circuit number `circuit`, in a struct whose `struct_size` the host has set.
  // Threads: any. Ownership: texts are static. Returns: OK; BAD_ARGUMENT for a number that is none. NULL: not allowed.
  // Since 1.0.
  outrigger_status (*describe)(uint32_t circuit, outrigger_circuit *description);

  // Makes an instance for a deferral index, 0 to 1023. An unknown or missing parameter is an error.
  // Threads: one at a time. Ownership: the instance is the plugin's until `destroy`; parameters are the host's.
  // Returns: OK; BAD_ARGUMENT with a reason given to `fail`. NULL: not allowed. Since 1.0.
  outrigger_status (*create)(
      const outrigger_call *call, uint32_t circuit, uint32_t deferral_index, const outrigger_parameter *parameters,
      uint64_t parameter_count, outrigger_instance **instance);

  // Frees an instance, none of whose jobs is open.
  // Threads: one at a time. NULL: instances hold nothing. Since 1.0.
  void (*destroy)(outrigger_instance *instance);

  // The deferral function: the output of an input. Its length is a multiple of 8.
  // Threads: one at a time on an instance, any number if OUTRIGGER_PARALLEL. Returns: OK; TOO_SMALL; BAD_INPUT;
  // CANCELLED. NULL: the manifest names a foreign function. Since 1.0.
  outrigger_status (*eval)(
      const outrigger_call *call, outrigger_instance *instance, outrigger_bytes input, outrigger_buffer *output);

  // The unfolded commitment g of an input.
  // Threads: as eval. Returns: OK; BAD_INPUT. NULL: the standard input hash; so for every circuit with
  // OUTRIGGER_STANDARD_IO. Since 1.0.
  outrigger_status (*commit_input)(
      const outrigger_call *call, outrigger_instance *instance, outrigger_bytes input, uint32_t digest[8]);

  // The AIR bytes: the same at every call, on every machine.
  // Threads: one at a time. Returns: OK; TOO_SMALL. NULL: not allowed. Since 1.0.
  outrigger_status (*air_bytes)(const outrigger_call *call, outrigger_instance *instance, outrigger_buffer *bytes);

  // Log of the height of an AIR's preprocessed part.
  // Threads: one at a time. Returns: OK; BAD_ARGUMENT for an AIR that has none. NULL: no AIR has one. Since 1.0.
  outrigger_status (*preprocessed_height)(
      const outrigger_call *call, outrigger_instance *instance, uint32_t air, uint8_t *log_height);

  // Fills an AIR's preprocessed part; the view's `part` has no meaning.
  // Threads: one at a time. Returns: OK. NULL: no AIR has one. Since 1.0.
  outrigger_status (*preprocessed)(const outrigger_call *call, outrigger_instance *instance, const outrigger_view *view);

  // Fills a cached part: of the class `constant`, where `input` has no data; of the class `data`, from the call's input.
  // The height is that which `plan` gives to the AIR.
  // Threads: as eval. Returns: OK. NULL: there are no cached parts. Since 1.0.
  outrigger_status (*cached)(
      const outrigger_call *call, outrigger_instance *instance, outrigger_bytes input, const outrigger_view *view);

  // Opens a job that proves `count` calls at once, and says how high its AIRs are: log_heights[air] is a logarithm, or
  // OUTRIGGER_ABSENT. `count` is 1 unless the circuit batches, and then at most 2^max_log_batch.
  // Threads: as eval. Ownership: inputs stay valid until `close`; the job is the plugin's until then.
  // Returns: OK; BAD_INPUT; LIMIT where they do not fit into the circuit. After an error there is no job to close.
  // NULL: not allowed. Since 1.0.
  outrigger_status (*plan)(
      const outrigger_call *call, outrigger_instance *instance, const outrigger_bytes *inputs, uint64_t count,
      uint8_t *log_heights, outrigger_job **job);

  // Fills the main parts of all AIRs that are present, one view for each, in order of AIR. `public_values` is for
  // circuits without the standard set: 17 elements of AIR 0; NULL for others.
  // Threads: one at a time on a job. Returns: OK; CANCELLED. NULL: not allowed. Since 1.0.
  outrigger_status (*fill)(
      const outrigger_call *call, outrigger_job *job, const outrigger_view *views, uint64_t view_count,
      uint32_t *public_values);

  // Ends a job, after errors too.
  // Threads: one at a time on a job. NULL: jobs hold nothing. Since 1.0.
  void (*close)(outrigger_job *job);

  // Known answer number `number`: an input, and the output that `eval` must give.
  // Threads: any. Ownership: static. Returns: OK; BAD_ARGUMENT beyond the last. NULL: there are none. Since 1.0.
  outrigger_status (*known_answer)(uint32_t circuit, uint32_t number, outrigger_bytes *input, outrigger_bytes *output);

  // Words for a result of the plugin's own.
  // Threads: any. Ownership: static. NULL: there are none. Since 1.0.
  outrigger_text (*reason)(outrigger_status status);

  // An extension by its name.
  // Threads: any. Ownership: static. Returns: NULL for a name it does not know. NULL: there are none. Since 1.0.
  const void *(*get_extension)(outrigger_text id);
} outrigger_plugin_v1;

// The one symbol of a plugin. Returns NULL where it refuses the host.
typedef const outrigger_plugin_v1 *outrigger_plugin_entry(const outrigger_host_v1 *host);
#define OUTRIGGER_PLUGIN_ENTRY_NAME "outrigger_plugin_entry_v1"
#if defined(__GNUC__)
__attribute__((visibility("default")))
#endif
const outrigger_plugin_v1 *outrigger_plugin_entry_v1(const outrigger_host_v1 *host);

// --- The layout is part of the interface

OUTRIGGER_ASSERT(sizeof(void *) == 8, "64-bit machines only");
OUTRIGGER_ASSERT(sizeof(outrigger_text) == 16, "size of outrigger_text");
OUTRIGGER_ASSERT(sizeof(outrigger_bytes) == 16, "size of outrigger_bytes");
OUTRIGGER_ASSERT(sizeof(outrigger_buffer) == 24, "size of outrigger_buffer");
OUTRIGGER_ASSERT(sizeof(outrigger_parameter) == 48, "size of outrigger_parameter");
OUTRIGGER_ASSERT(offsetof(outrigger_parameter, integer) == 24, "outrigger_parameter.integer");
OUTRIGGER_ASSERT(sizeof(outrigger_view) == 48, "size of outrigger_view");
OUTRIGGER_ASSERT(offsetof(outrigger_view, data) == 8, "outrigger_view.data");
OUTRIGGER_ASSERT(offsetof(outrigger_view, column_stride) == 40, "outrigger_view.column_stride");
OUTRIGGER_ASSERT(sizeof(outrigger_circuit) == 72, "size of outrigger_circuit");
OUTRIGGER_ASSERT(offsetof(outrigger_circuit, max_input_bytes) == 40, "outrigger_circuit.max_input_bytes");
OUTRIGGER_ASSERT(offsetof(outrigger_circuit, air_count) == 56, "outrigger_circuit.air_count");
OUTRIGGER_ASSERT(sizeof(outrigger_host_v1) == 144, "size of outrigger_host_v1");
OUTRIGGER_ASSERT(offsetof(outrigger_host_v1, log) == 40, "outrigger_host_v1.log");
OUTRIGGER_ASSERT(offsetof(outrigger_host_v1, get_extension) == 136, "outrigger_host_v1.get_extension");
OUTRIGGER_ASSERT(sizeof(outrigger_plugin_v1) == 168, "size of outrigger_plugin_v1");
OUTRIGGER_ASSERT(offsetof(outrigger_plugin_v1, describe) == 48, "outrigger_plugin_v1.describe");
OUTRIGGER_ASSERT(offsetof(outrigger_plugin_v1, get_extension) == 160, "outrigger_plugin_v1.get_extension");

#ifdef __cplusplus
}
#endif

#endif
