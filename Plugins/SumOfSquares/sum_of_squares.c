// A deferral plugin in C, to learn from: the sum of the squares of an input's bytes.
//
// The function: an input of 0 to 255 bytes, an output of 8 bytes, the sum in little-endian.
// The circuit: one AIR with a row for each 8 bytes of input. The host commits to inputs and outputs; what is left to
// prove is that the output is the sum of the squares.
#include "outrigger_air.h"

enum { MAX_INPUT = 255, OUTPUT = 8, MAX_WORDS = (MAX_INPUT + 7) / 8, LOG_BATCH = 11, LOG_STACKED_HEIGHT = 16 };

#define TEXT(literal) {literal, sizeof(literal) - 1}

static outrigger_host_v1 the_host;

static outrigger_status fail(const outrigger_call *call, outrigger_status status, const char *why) {
  outrigger_text file = TEXT("sum_of_squares.c"), message = {why, strlen(why)};
  if (the_host.fail != NULL) the_host.fail(call, file, 0, message);
  return status;
}

// --- The function

static uint32_t sum_of_squares(outrigger_bytes input) {
  uint32_t sum = 0;  // at most 255 * 255^2 < 2^24
  for (uint64_t i = 0; i < input.length; i++) sum += (uint32_t)input.data[i] * input.data[i];
  return sum;
}

// --- The circuit
//
// A call takes one row after the other, a row for each 8 bytes of its input; a call with an empty input takes one row.

enum {
  MORE,    // 1: the call goes on in the next row
  LAST,    // 1: the call ends in this row
  EMPTY,   // 1: there is no word in this row, since the input is empty
  CALL,    // the call's number
  WORD,    // number of the word, from 0
  SUM,     // squares of the call's bytes up to and with this row
  BYTES,   // 8 columns: the word
  LENGTH = BYTES + 8,  // 8 columns: in the last row, the bits of the input's length
  SUM_BYTES = LENGTH + 8,  // 3 columns: in the last row, the sum in bytes
  COLUMNS = SUM_BYTES + 3
};

static const char *const column_names[COLUMNS] = {
    "more",      "last",      "empty",     "call",      "word",      "sum",       "bytes[0]",
    "bytes[1]",  "bytes[2]",  "bytes[3]",  "bytes[4]",  "bytes[5]",  "bytes[6]",  "bytes[7]",
    "length[0]", "length[1]", "length[2]", "length[3]", "length[4]", "length[5]", "length[6]",
    "length[7]", "sum[0]",    "sum[1]",    "sum[2]"};

static void build(oa_builder *b) {
  oa_begin(b);
  oa_use_standard_io(b);
  oa_begin_air(b, "SumOfSquares", COLUMNS);
  oa_expr more = oa_local(b, MORE), last = oa_local(b, LAST), empty = oa_local(b, EMPTY);
  oa_expr call = oa_local(b, CALL), word = oa_local(b, WORD), sum = oa_local(b, SUM);
  oa_expr zero = oa_constant(b, 0), is_real = oa_add(b, more, last);
  oa_expr next_is_real = oa_add(b, oa_next(b, MORE), oa_next(b, LAST));
  oa_expr transition = oa_is_transition(b), goes_on = oa_mul(b, transition, more);

  // Constrains: a row goes on, or is the last one of its call, or is padding; only a last row is empty.
  // Broken if removed: rows that count twice, or words that are left out.
  oa_assert_boolean(b, "more is boolean", more);
  oa_assert_boolean(b, "last is boolean", last);
  oa_assert_boolean(b, "empty is boolean", empty);
  oa_assert_boolean(b, "more or last", is_real);
  oa_assert_zero_when(b, "only a last row is empty", empty, oa_plus(b, last, -1));

  // Constrains: a call goes on in the next row with the same number and the next word, and starts with word 0.
  // Because: a call's length and output are exchanged in last rows, once for each call. So each call has one run of
  // rows, and as each word is there once, that run has all of them.
  // Broken if removed: a sum of words of several calls, or of some words only.
  oa_assert_zero_when(b, "does not end within a call", oa_is_last(b), more);
  oa_assert_equal_when(b, "same call", goes_on, oa_next(b, CALL), call);
  oa_assert_zero_when(b, "goes on", goes_on, oa_plus(b, next_is_real, -1));
  oa_assert_zero_when(b, "starts with word 0", oa_is_first(b), word);
  oa_assert_equal_when(b, "next word", transition, oa_next(b, WORD), oa_mul(b, more, oa_plus(b, word, 1)));

  // Constrains: the sum is that of the rows of the call so far; an empty row adds nothing.
  // Broken if removed: any sum.
  oa_expr bytes[8], squares = zero, next_squares = zero;
  for (uint32_t i = 0; i < 8; i++) {
    bytes[i] = oa_local(b, BYTES + i);
    oa_expr next_byte = oa_next(b, BYTES + i);
    squares = oa_add(b, squares, oa_mul(b, bytes[i], bytes[i]));
    next_squares = oa_add(b, next_squares, oa_mul(b, next_byte, next_byte));
  }
  oa_assert_zero_when(b, "nothing in an empty row", empty, squares);
  oa_assert_equal_when(b, "starts with its own squares", oa_is_first(b), sum, squares);
  oa_assert_equal_when(b, "adds the next squares", transition, oa_next(b, SUM),
                       oa_add(b, oa_mul(b, more, sum), next_squares));

  // Constrains: in the last row, the length has 8 bits and the sum 3 bytes.
  // Because: of at most 255 bytes the sum is below 2^24, so it has one reading as 3 bytes; the host checks that what is
  // sent to `io.output` are bytes. Without the bound of the length, sums would count modulo p.
  // Broken if removed: another output.
  oa_expr length[8], sum_bytes[3];
  for (uint32_t i = 0; i < 8; i++) {
    length[i] = oa_local(b, LENGTH + i);
    oa_assert_boolean(b, "length is of bits", length[i]);
  }
  for (uint32_t i = 0; i < 3; i++) sum_bytes[i] = oa_local(b, SUM_BYTES + i);
  oa_assert_equal_when(b, "sum in bytes", last, sum, oa_compose(b, sum_bytes, 3, 256));

  // Exchanges: each word once, each length once, each output once.
  oa_expr input[10] = {call, word};
  memcpy(input + 2, bytes, sizeof bytes);
  oa_receive(b, "word", OA_BUS_INPUT, input, 10, oa_sub(b, is_real, empty));
  oa_expr lengths[3] = {call, oa_compose(b, length, 8, 2), oa_constant(b, OUTPUT)};
  oa_receive(b, "length", OA_BUS_LENGTH, lengths, 3, last);
  oa_expr output[10] = {call, zero, sum_bytes[0], sum_bytes[1], sum_bytes[2], zero, zero, zero, zero, zero};
  oa_send(b, "sum", OA_BUS_OUTPUT, output, 10, last);
  oa_end_named_air(b, column_names);
}

// --- The plugin: what the header asks for, in its order

static const outrigger_circuit the_circuit = {
    .struct_size = sizeof(outrigger_circuit),
    .id = TEXT("dev.outrigger.sum-of-squares"),
    .version = TEXT("1.0.0"),
    .max_input_bytes = MAX_INPUT,
    .max_output_bytes = OUTPUT,
    .air_count = 1,
    .log_stacked_height = LOG_STACKED_HEIGHT,
    .flags = OUTRIGGER_STANDARD_IO | OUTRIGGER_PARALLEL,
    .max_log_batch = LOG_BATCH,
};

static outrigger_status describe(uint32_t circuit, outrigger_circuit *description) {
  if (circuit != 0 || description == NULL || description->struct_size < 8) return OUTRIGGER_BAD_ARGUMENT;
  uint32_t size = description->struct_size;  // the host's idea of the struct
  memcpy(description, &the_circuit, size < sizeof the_circuit ? size : sizeof the_circuit);
  description->struct_size = size;
  return OUTRIGGER_OK;
}

// Nothing differs between indices, and there are no parameters: one instance for all.
static outrigger_status create(const outrigger_call *call, uint32_t circuit, uint32_t deferral_index,
                               const outrigger_parameter *parameters, uint64_t parameter_count,
                               outrigger_instance **instance) {
  static char the_instance;
  (void)parameters;
  if (circuit != 0 || deferral_index > 1023 || instance == NULL)
    return fail(call, OUTRIGGER_BAD_ARGUMENT, "no such circuit or index");
  if (parameter_count != 0) return fail(call, OUTRIGGER_BAD_ARGUMENT, "there are no parameters");
  *instance = (outrigger_instance *)(void *)&the_instance;
  return OUTRIGGER_OK;
}

static outrigger_status check_input(const outrigger_call *call, outrigger_bytes input) {
  if (input.length > MAX_INPUT) return fail(call, OUTRIGGER_BAD_INPUT, "more than 255 bytes");
  if (input.length > 0 && input.data == NULL) return fail(call, OUTRIGGER_BAD_ARGUMENT, "an input without a pointer");
  return OUTRIGGER_OK;
}

static outrigger_status hand_out(outrigger_buffer *buffer, const uint8_t *bytes, uint64_t length) {
  buffer->length = length;
  if (length > buffer->capacity) return OUTRIGGER_TOO_SMALL;
  memcpy(buffer->data, bytes, (size_t)length);
  return OUTRIGGER_OK;
}

static outrigger_status eval(const outrigger_call *call, outrigger_instance *instance, outrigger_bytes input,
                             outrigger_buffer *output) {
  if (instance == NULL || output == NULL) return fail(call, OUTRIGGER_BAD_ARGUMENT, "no instance or no buffer");
  outrigger_status status = check_input(call, input);
  if (status != OUTRIGGER_OK) return status;
  uint32_t sum = sum_of_squares(input);
  uint8_t bytes[OUTPUT] = {(uint8_t)sum, (uint8_t)(sum >> 8), (uint8_t)(sum >> 16)};
  return hand_out(output, bytes, OUTPUT);
}

static outrigger_status air_bytes(const outrigger_call *call, outrigger_instance *instance, outrigger_buffer *bytes) {
  if (instance == NULL || bytes == NULL) return fail(call, OUTRIGGER_BAD_ARGUMENT, "no instance or no buffer");
  oa_builder builder;
  outrigger_bytes built;
  build(&builder);
  outrigger_status status = oa_finish(&builder, &built) ? hand_out(bytes, built.data, built.length)
                                                        : fail(call, OUTRIGGER_INTERNAL, oa_error(&builder));
  oa_free(&builder);
  return status;
}

// A job is the list of its inputs, which stay where they are until it is closed.
struct outrigger_job {
  const outrigger_bytes *inputs;
  uint64_t count, rows;
  uint8_t log_height;
};

static uint64_t rows_of(outrigger_bytes input) { return input.length == 0 ? 1 : (input.length + 7) / 8; }

static outrigger_status plan(const outrigger_call *call, outrigger_instance *instance, const outrigger_bytes *inputs,
                             uint64_t count, uint8_t *log_heights, outrigger_job **job) {
  if (instance == NULL || inputs == NULL || log_heights == NULL || job == NULL || count == 0 ||
      count > UINT64_C(1) << LOG_BATCH)
    return fail(call, OUTRIGGER_BAD_ARGUMENT, "no inputs, too many, or no place for the plan");
  uint64_t rows = 0;  // at most 2^11 * 32 = 2^16
  for (uint64_t i = 0; i < count; i++) {
    outrigger_status status = check_input(call, inputs[i]);
    if (status != OUTRIGGER_OK) return status;
    rows += rows_of(inputs[i]);
  }
  uint8_t log_height = 0;
  while (UINT64_C(1) << log_height < rows) log_height++;
  outrigger_job *opened = (outrigger_job *)malloc(sizeof *opened);
  if (opened == NULL) return fail(call, OUTRIGGER_LIMIT, "no memory");
  *opened = (outrigger_job){inputs, count, rows, log_height};
  *job = opened;
  log_heights[0] = log_height;
  return OUTRIGGER_OK;
}

static void close_job(outrigger_job *job) { free(job); }

static outrigger_status fill(const outrigger_call *call, outrigger_job *job, const outrigger_view *views,
                             uint64_t view_count, uint32_t *public_values) {
  if (job == NULL || views == NULL || view_count != 1 || public_values != NULL || views[0].data == NULL ||
      views[0].air != 0 || views[0].part != OUTRIGGER_PART_MAIN || views[0].columns != COLUMNS ||
      views[0].rows != UINT64_C(1) << job->log_height)
    return fail(call, OUTRIGGER_BAD_ARGUMENT, "views that are not those of the plan");
  const outrigger_view *view = &views[0];
  uint64_t row = 0;
  for (uint64_t i = 0; i < job->count; i++) {
    outrigger_bytes input = job->inputs[i];
    uint64_t rows = rows_of(input);
    uint32_t sum = 0;
    if (i % 256 == 0 && the_host.cancelled != NULL && the_host.cancelled(call)) return OUTRIGGER_CANCELLED;
    for (uint64_t word = 0; word < rows; word++, row++) {
      bool is_last = word + 1 == rows;
      *oa_cell(view, row, is_last ? LAST : MORE) = 1;
      *oa_cell(view, row, EMPTY) = input.length == 0;
      *oa_cell(view, row, CALL) = (uint32_t)i;
      *oa_cell(view, row, WORD) = (uint32_t)word;
      for (uint64_t k = 0; k < 8 && 8 * word + k < input.length; k++) {
        uint32_t byte = input.data[8 * word + k];
        *oa_cell(view, row, BYTES + k) = byte;
        sum += byte * byte;
      }
      *oa_cell(view, row, SUM) = sum;
      if (!is_last) continue;
      for (uint32_t k = 0; k < 8; k++) *oa_cell(view, row, LENGTH + k) = (uint32_t)(input.length >> k & 1);
      for (uint32_t k = 0; k < 3; k++) *oa_cell(view, row, SUM_BYTES + k) = sum >> (8 * k) & 255;
    }
  }
  return OUTRIGGER_OK;  // the rows behind are padding, all zero
}

static outrigger_status known_answer(uint32_t circuit, uint32_t number, outrigger_bytes *input,
                                     outrigger_bytes *output) {
  static const uint8_t counting[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  static const uint8_t sums[][OUTPUT] = {{0}, {1}, {14}, {204}, {0x1d, 1}, {0x81, 1}};
  static const uint8_t lengths[] = {0, 1, 3, 8, 9, 10};
  if (circuit != 0 || number >= sizeof lengths || input == NULL || output == NULL) return OUTRIGGER_BAD_ARGUMENT;
  *input = (outrigger_bytes){counting, lengths[number]};
  *output = (outrigger_bytes){sums[number], OUTPUT};
  return OUTRIGGER_OK;
}

static const outrigger_plugin_v1 the_plugin = {
    .struct_size = sizeof(outrigger_plugin_v1),
    .abi_major = OUTRIGGER_ABI_MAJOR,
    .abi_minor = OUTRIGGER_ABI_MINOR,
    .name = TEXT("sum-of-squares"),
    .version = TEXT("1.0.0"),
    .circuit_count = 1,
    .describe = describe,
    .create = create,
    .eval = eval,
    .air_bytes = air_bytes,
    .plan = plan,
    .fill = fill,
    .close = close_job,
    .known_answer = known_answer,
};

const outrigger_plugin_v1 *outrigger_plugin_entry_v1(const outrigger_host_v1 *host) {
  if (host == NULL || host->struct_size < 8 || host->abi_major != OUTRIGGER_ABI_MAJOR) return NULL;
  // A host of an earlier version may know less: what lies beyond its struct is NULL.
  memset(&the_host, 0, sizeof the_host);
  memcpy(&the_host, host, host->struct_size < sizeof the_host ? host->struct_size : sizeof the_host);
  return &the_plugin;
}
