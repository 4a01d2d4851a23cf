// Foreign functions through libffi: any C function of any library, described by the roles of its arguments.
//
// Input and output are copied into buffers that end at a page that nobody may touch: a function that reads or writes
// behind them ends the worker.
#include "internal.h"

#include <dlfcn.h>
#include <errno.h>
#include <ffi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { PAGE = 4096 };

// Memory between two forbidden pages.
typedef struct buffer {
  uint8_t *mapping;
  uint64_t bytes;  // between the pages
} buffer;

typedef struct callback {
  ffi_cif cif;
  ffi_type *types[OPR_CALLBACK_ARGUMENTS];
  ffi_closure *closure;
  void *code;
  opr_foreign_function *function;
  const opr_foreign_argument *argument;
} callback;

struct opr_foreign_function {
  opr_foreign description;
  void (*symbol)(void);
  ffi_cif cif;
  ffi_type *types[OPR_FOREIGN_ARGUMENTS];
  callback callbacks[OPR_FOREIGN_ARGUMENTS];
  buffer input, output, length;
  buffer scratch[OPR_FOREIGN_ARGUMENTS];
  const struct outrigger_call *call;  // the one under way
};

// Preparing touches type objects that all share.
static pthread_mutex_t preparing = PTHREAD_MUTEX_INITIALIZER;

static ffi_type *type_of(uint32_t type) {
  switch (type) {
    case OPR_U8: return &ffi_type_uint8;
    case OPR_I8: return &ffi_type_sint8;
    case OPR_U16: return &ffi_type_uint16;
    case OPR_I16: return &ffi_type_sint16;
    case OPR_U32: return &ffi_type_uint32;
    case OPR_I32: return &ffi_type_sint32;
    case OPR_U64: case OPR_USIZE: return &ffi_type_uint64;
    case OPR_I64: return &ffi_type_sint64;
    case OPR_POINTER: return &ffi_type_pointer;
    case OPR_VOID: return &ffi_type_void;
    default: return NULL;
  }
}

static uint64_t size_of(uint32_t type) {
  ffi_type *known = type_of(type);
  return known && type != OPR_VOID ? known->size : 0;
}

static bool is_number(uint32_t type) { return type <= OPR_USIZE; }

// --- Buffers

static void release(buffer *buffer) {
  if (buffer->mapping) munmap(buffer->mapping, buffer->bytes + 2 * PAGE);
  buffer->mapping = NULL;
  buffer->bytes = 0;
}

// The last `bytes` bytes before the forbidden page.
static uint8_t *reserve(buffer *buffer, uint64_t bytes) {
  if (!buffer->mapping || buffer->bytes < bytes) {
    if (bytes > UINT64_C(1) << 40) return NULL;
    release(buffer);
    uint64_t size = (bytes + PAGE - 1) / PAGE * PAGE;
    if (size == 0) size = PAGE;
    uint8_t *mapping = mmap(NULL, size + 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapping == MAP_FAILED) return NULL;
    if (mprotect(mapping + PAGE, size, PROT_READ | PROT_WRITE)) {
      munmap(mapping, size + 2 * PAGE);
      return NULL;
    }
    buffer->mapping = mapping;
    buffer->bytes = size;
  }
  return buffer->mapping + PAGE + buffer->bytes - bytes;
}

// --- Callbacks

static uint64_t read_number(uint32_t type, const void *place) {
  uint64_t value = 0;
  memcpy(&value, place, size_of(type));  // little-endian; a negative number stays as many bytes as it has
  return value;
}

static void handle_callback(ffi_cif *cif, void *result, void **arguments, void *user) {
  (void)cif;
  callback *callback = user;
  const struct outrigger_call *call = callback->function->call;
  const opr_foreign_argument *argument = callback->argument;
  ffi_arg answer = 0;
  if (argument->value == OPR_CALLBACK_CANCEL) {
    answer = opr_host_table()->cancelled(call) != 0;
  } else {
    uint64_t numbers[2] = {0, 0};
    size_t found = 0;
    for (uint32_t i = 0; i < argument->parameter_count && found < 2; i++)
      if (is_number(argument->parameters[i]))
        numbers[found++] = read_number(argument->parameters[i], arguments[i]);
    opr_host_table()->progress(call, numbers[0], numbers[1]);
  }
  // Results narrower than a register are written as whole registers.
  if (argument->result != OPR_VOID) *(ffi_arg *)result = answer;
}

static bool prepare_callback(opr_foreign_function *function, uint32_t number) {
  callback *callback = &function->callbacks[number];
  const opr_foreign_argument *argument = &function->description.arguments[number];
  callback->function = function;
  callback->argument = argument;
  if (argument->value > OPR_CALLBACK_CANCEL || argument->parameter_count > OPR_CALLBACK_ARGUMENTS) return false;
  if (argument->result != OPR_VOID && !is_number(argument->result)) return false;
  for (uint32_t i = 0; i < argument->parameter_count; i++) {
    if (argument->parameters[i] == OPR_VOID) return false;
    callback->types[i] = type_of(argument->parameters[i]);
    if (!callback->types[i]) return false;
  }
  if (ffi_prep_cif(
          &callback->cif, FFI_DEFAULT_ABI, argument->parameter_count, type_of(argument->result),
          callback->types) != FFI_OK)
    return false;
  callback->closure = ffi_closure_alloc(sizeof(ffi_closure), &callback->code);
  if (!callback->closure) return false;
  return ffi_prep_closure_loc(callback->closure, &callback->cif, handle_callback, callback, callback->code) ==
         FFI_OK;
}

int opr_foreign_protect(opr_foreign_function *function) {
  for (uint32_t i = 0; i < OPR_FOREIGN_ARGUMENTS; i++) {
    uint8_t *code = function->callbacks[i].code;
    if (!code) continue;
    uint8_t *first = (uint8_t *)((uintptr_t)code & ~(uintptr_t)(PAGE - 1));
    uint8_t *last = (uint8_t *)(((uintptr_t)code + sizeof(ffi_closure) - 1) & ~(uintptr_t)(PAGE - 1));
    if (mprotect(first, (size_t)(last - first) + PAGE, PROT_READ | PROT_EXEC)) return errno;
  }
  return 0;
}

// --- Preparing

// The text of a span, terminated; NULL unless it is there and short.
static bool take_text(const opr_dispatcher *dispatcher, opr_span span, char text[512]) {
  const uint8_t *bytes = opr_bytes_at(dispatcher, span);
  if (!bytes || span.length >= 512 || memchr(bytes, 0, span.length)) return false;
  memcpy(text, bytes, span.length);
  text[span.length] = 0;
  return true;
}

static bool prepare_argument(opr_foreign_function *function, uint32_t number, uint32_t seen[9]) {
  const opr_foreign_argument *argument = &function->description.arguments[number];
  if (argument->role > OPR_CALLBACK) return false;
  seen[argument->role] += 1;
  switch (argument->role) {
    case OPR_INPUT_LENGTH: case OPR_OUTPUT_CAPACITY: case OPR_CONSTANT:
      if (!is_number(argument->type)) return false;
      function->types[number] = type_of(argument->type);
      return true;
    case OPR_OUTPUT_LENGTH:
      if (!is_number(argument->type)) return false;
      break;
    case OPR_CALLBACK:
      if (!prepare_callback(function, number)) return false;
      break;
    default: break;
  }
  function->types[number] = &ffi_type_pointer;
  return true;
}

static bool prepare(opr_foreign_function *function) {
  const opr_foreign *description = &function->description;
  uint32_t count = description->argument_count;
  if (count > OPR_FOREIGN_ARGUMENTS || description->output_bytes > UINT32_MAX) return false;
  uint32_t seen[9] = {0};
  for (uint32_t i = 0; i < count; i++)
    if (!prepare_argument(function, i, seen)) return false;
  bool has_value = description->returns == OPR_RETURNS_VALUE;
  // A value is the whole output; else there is one place for the output, and one that says how long it is.
  if (seen[OPR_OUTPUT_POINTER] != (has_value ? 0u : 1u)) return false;
  if (seen[OPR_OUTPUT_LENGTH] != (has_value || description->has_fixed_output ? 0u : 1u)) return false;
  ffi_type *result;
  switch (description->returns) {
    case OPR_RETURNS_VOID: result = &ffi_type_void; break;
    case OPR_RETURNS_NOT_NULL: result = &ffi_type_pointer; break;
    case OPR_RETURNS_ZERO: case OPR_RETURNS_ONE: result = &ffi_type_sint32; break;
    case OPR_RETURNS_VALUE:
      if (!is_number(description->return_type)) return false;
      result = type_of(description->return_type);
      break;
    default: return false;
  }
  return ffi_prep_cif(&function->cif, FFI_DEFAULT_ABI, count, result, function->types) == FFI_OK;
}

opr_foreign_function *opr_foreign_create(
    const opr_dispatcher *dispatcher, const opr_foreign *description, uint32_t *outcome) {
  char library[512], symbol[512];
  *outcome = OPR_BAD_SPAN;
  if (!take_text(dispatcher, description->library, library) || !take_text(dispatcher, description->symbol, symbol))
    return NULL;
  opr_foreign_function *function = calloc(1, sizeof(opr_foreign_function));
  *outcome = OPR_OUT_OF_MEMORY;
  if (!function) return NULL;
  function->description = *description;
  void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
  void *address = handle ? dlsym(handle, symbol) : NULL;
  if (!address) {
    opr_note(dispatcher->control, dlerror());
    *outcome = handle ? OPR_FOREIGN_SYMBOL : OPR_FOREIGN_LIBRARY;
    free(function);
    return NULL;
  }
  memcpy(&function->symbol, &address, sizeof address);
  pthread_mutex_lock(&preparing);
  bool prepared = prepare(function);
  pthread_mutex_unlock(&preparing);
  if (!prepared) {
    *outcome = OPR_FOREIGN_SIGNATURE;
    opr_foreign_destroy(function);
    return NULL;
  }
  *outcome = OPR_DONE;
  return function;
}

// Not for functions whose callbacks have been protected: their pages can no longer be taken back.
void opr_foreign_destroy(opr_foreign_function *function) {
  if (!function) return;
  release(&function->input);
  release(&function->output);
  release(&function->length);
  for (uint32_t i = 0; i < OPR_FOREIGN_ARGUMENTS; i++) {
    release(&function->scratch[i]);
    if (function->callbacks[i].closure) ffi_closure_free(function->callbacks[i].closure);
  }
  free(function);
}

// --- Calling

typedef union value {
  uint64_t number;
  void *pointer;
} value;

typedef struct frame {
  uint8_t *input, *output, *length;
  uint64_t input_length, capacity;
} frame;

static bool set_argument(opr_foreign_function *function, uint32_t number, const frame *frame, value *value) {
  const opr_foreign_argument *argument = &function->description.arguments[number];
  switch (argument->role) {
    case OPR_INPUT_POINTER: value->pointer = frame->input; return true;
    case OPR_INPUT_LENGTH: value->number = frame->input_length; break;
    case OPR_OUTPUT_POINTER: value->pointer = frame->output; return true;
    case OPR_OUTPUT_CAPACITY: value->number = frame->capacity; break;
    case OPR_OUTPUT_LENGTH: value->pointer = frame->length; return true;
    case OPR_CONSTANT: value->number = argument->value; return true;
    case OPR_NULL: value->pointer = NULL; return true;
    case OPR_SCRATCH: {
      uint8_t *memory = reserve(&function->scratch[number], argument->value);
      if (memory) memset(memory, 0, argument->value);
      value->pointer = memory;
      return memory != NULL;
    }
    default: value->pointer = function->callbacks[number].code; return true;
  }
  // A length must fit into its type.
  uint64_t bits = 8 * size_of(argument->type);
  return bits == 64 || value->number >> bits == 0;
}

static uint32_t judge(const opr_foreign *description, const struct outrigger_call *call, uint64_t result) {
  char words[96];
  switch (description->returns) {
    case OPR_RETURNS_NOT_NULL:
      if (result != 0) return OUTRIGGER_OK;
      snprintf(words, sizeof words, "the function returned NULL");
      break;
    case OPR_RETURNS_ZERO: case OPR_RETURNS_ONE: {
      int32_t wanted = description->returns == OPR_RETURNS_ONE;
      if ((int32_t)result == wanted) return OUTRIGGER_OK;
      snprintf(words, sizeof words, "the function returned %d, not %d", (int32_t)result, wanted);
      break;
    }
    default: return OUTRIGGER_OK;
  }
  if (opr_host_table()->cancelled(call)) return OUTRIGGER_CANCELLED;
  opr_note(call->control, words);
  return OUTRIGGER_BAD_INPUT;
}

uint32_t opr_foreign_call(
    opr_foreign_function *function, const struct outrigger_call *call, const uint8_t *input, uint64_t length,
    uint8_t *output, uint64_t capacity, uint64_t *output_length) {
  const opr_foreign *description = &function->description;
  bool has_value = description->returns == OPR_RETURNS_VALUE;
  *output_length = 0;
  if (length > description->max_input_bytes) return OUTRIGGER_LIMIT;
  uint64_t most = has_value ? 8 : description->output_bytes;
  frame frame = {
      .input = reserve(&function->input, length), .output = reserve(&function->output, most),
      .length = reserve(&function->length, 8), .input_length = length, .capacity = most};
  if (!frame.input || !frame.output || !frame.length) return OUTRIGGER_LIMIT;
  if (length) memcpy(frame.input, input, length);
  memset(frame.output, 0, most);
  value values[OPR_FOREIGN_ARGUMENTS];
  void *places[OPR_FOREIGN_ARGUMENTS];
  uint64_t length_bytes = 8;
  for (uint32_t i = 0; i < description->argument_count; i++) {
    if (description->arguments[i].role == OPR_OUTPUT_LENGTH) {
      length_bytes = size_of(description->arguments[i].type);
      frame.length = reserve(&function->length, length_bytes);
      if (length_bytes < 8 && most >> (8 * length_bytes)) return OUTRIGGER_LIMIT;
      memcpy(frame.length, &most, length_bytes);
    }
    if (!set_argument(function, i, &frame, &values[i])) return OUTRIGGER_LIMIT;
    places[i] = &values[i];
  }
  // Room for the widest result: narrower ones fill a whole register.
  uint64_t result[2] = {0, 0};
  function->call = call;
  ffi_call(&function->cif, function->symbol, result, places);
  function->call = NULL;
  uint32_t status = judge(description, call, result[0]);
  if (status != OUTRIGGER_OK) return status;
  uint64_t written = most;
  if (has_value) {
    memcpy(frame.output, result, size_of(description->return_type));
  } else if (!description->has_fixed_output) {
    written = 0;
    memcpy(&written, frame.length, length_bytes);
    if (written > most) {
      opr_note(call->control, "the function left a length that is greater than its buffer");
      return OUTRIGGER_INTERNAL;
    }
  }
  uint64_t padded = (written + 7) / 8 * 8;
  *output_length = padded;
  if (padded > capacity) return OUTRIGGER_TOO_SMALL;
  memset(output, 0, padded);
  if (written) memcpy(output, frame.output, written);
  return OUTRIGGER_OK;
}
