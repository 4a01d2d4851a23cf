// A small plugin that is correct as it stands, and broken in one way with each macro BROKEN_...: one for each check of the
// conformance matrix, with its name.
//
// Circuit 0 stands on the standard set: inputs of 1 to 64 words, the output is the first of them; one row a word. Circuit 1
// brings its own AIR 0: inputs of 8 bytes, which are its commitment, and the output.
#include <outrigger_air.h>
#include <outrigger_plugin.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const outrigger_host_v1 *host;

struct outrigger_instance {
  uint32_t circuit, index;
  uint8_t last[512];
  uint64_t last_length;
  uint32_t repeats;
};

struct outrigger_job {
  const outrigger_instance *instance;
  const outrigger_bytes *inputs;
  uint64_t count;
};

#define TEXT(s) ((outrigger_text){s, sizeof s - 1})
enum { WORD = 8, LARGEST = 512, LOG_BATCH = 4 };

// --- Circuits

static outrigger_status describe(uint32_t circuit, outrigger_circuit *description) {
#ifdef BROKEN_DESCRIBE_MATCHES_MANIFEST
  circuit %= 2;
#endif
  if (circuit > 1) return OUTRIGGER_BAD_ARGUMENT;
  outrigger_circuit all = {
      .struct_size = description->struct_size,
      .id = circuit == 0 ? TEXT("dev.outrigger.tests.word") : TEXT("dev.outrigger.tests.echo"),
      .version = TEXT("1.0.0"),
      .max_input_bytes = circuit == 0 ? LARGEST : WORD,
      .max_output_bytes = WORD,
      .air_count = 1,
      .log_stacked_height = 16,
      .flags = circuit == 0 ? OUTRIGGER_STANDARD_IO | OUTRIGGER_PARALLEL : OUTRIGGER_PARALLEL,
      .max_log_batch = circuit == 0 ? LOG_BATCH : 0};
  size_t room = description->struct_size < sizeof all ? description->struct_size : sizeof all;
#ifdef BROKEN_PAST_STRUCT_SIZE
  room = sizeof all;
#endif
  memcpy(description, &all, room);
  return OUTRIGGER_OK;
}

#ifdef BROKEN_LOAD_NOW_LOCAL
void outrigger_tests_nobody_defines_this(void);
#endif

static outrigger_status create(
    const outrigger_call *call, uint32_t circuit, uint32_t index, const outrigger_parameter *parameters,
    uint64_t count, outrigger_instance **instance) {
#ifdef BROKEN_LOAD_NOW_LOCAL
  if (count > 1000) outrigger_tests_nobody_defines_this();
#endif
#ifndef BROKEN_RESERVED_NONZERO
  if (count > 0) {
    host->fail(call, TEXT(__FILE__), __LINE__, TEXT("there are no parameters"));
    return OUTRIGGER_BAD_ARGUMENT;
  }
#endif
  if (circuit > 1) return OUTRIGGER_BAD_ARGUMENT;
#ifdef BROKEN_CREATE_DESTROY_1000
  // Never freed.
  if (!malloc(1 << 20)) return OUTRIGGER_INTERNAL;
#endif
  *instance = calloc(1, sizeof **instance);
  if (!*instance) return OUTRIGGER_LIMIT;
  (*instance)->circuit = circuit;
  (*instance)->index = index;
  return OUTRIGGER_OK;
}

static void destroy(outrigger_instance *instance) { free(instance); }

// --- The function

static int accepts(const outrigger_instance *instance, outrigger_bytes input) {
  uint64_t most = instance->circuit == 0 ? LARGEST : WORD;
  return input.length >= WORD && input.length % WORD == 0 && input.length <= most;
}

static void output_of(outrigger_bytes input, uint8_t output[WORD]) {
  for (int i = 0; i < WORD; i++) {
#ifdef BROKEN_ORACLE_AGREES
    // The constraints say the same: a plugin in good order for another function.
    output[i] = input.data[WORD - 1 - i];
#else
    output[i] = input.data[i];
#endif
  }
}

#if defined(BROKEN_EVAL_PARALLEL) || defined(BROKEN_CANCEL_LATENCY)
static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec + now.tv_nsec * 1e-9;
}
#endif

#ifdef BROKEN_EVAL_PARALLEL
static int calls_inside;

// Stays for a moment, so that calls meet if they may. Whether another was there meanwhile.
static int was_not_alone(void) {
  int met = __atomic_add_fetch(&calls_inside, 1, __ATOMIC_SEQ_CST) > 1;
  double end = seconds() + 0.002;
  while (!met && seconds() < end) met = __atomic_load_n(&calls_inside, __ATOMIC_SEQ_CST) > 1;
  __atomic_sub_fetch(&calls_inside, 1, __ATOMIC_SEQ_CST);
  return met;
}
#endif

static outrigger_status eval(
    const outrigger_call *call, outrigger_instance *instance, outrigger_bytes input, outrigger_buffer *output) {
  if (!accepts(instance, input)) {
    host->fail(call, TEXT(__FILE__), __LINE__, TEXT("the input is not of 1 to 64 words"));
#ifdef BROKEN_BAD_INPUT_CODE
    return OUTRIGGER_INTERNAL;
#else
    return OUTRIGGER_BAD_INPUT;
#endif
  }
#ifdef BROKEN_LIMIT_MEMORY
  // Never freed.
  if (input.length == LARGEST && !malloc(32 << 20)) abort();
#endif
#ifdef BROKEN_CANCEL_LATENCY
  // Works for a while; asked to give up, it finishes something else first.
  double end = seconds() + 0.05;
  int is_asked = 0;
  while (input.length == LARGEST && seconds() < end) {
    if (is_asked || !host->cancelled(call)) continue;
    is_asked = 1;
    end = seconds() + 1.5;
  }
  if (is_asked) return OUTRIGGER_CANCELLED;
#endif
  output->length = WORD;
  if (output->capacity < WORD) {
#ifdef BROKEN_EVAL_TOO_SMALL
    return OUTRIGGER_INTERNAL;
#else
    return OUTRIGGER_TOO_SMALL;
#endif
  }
  output_of(input, output->data);
#ifdef BROKEN_EVAL_PURE
  int is_same = instance->last_length == input.length && memcmp(instance->last, input.data, input.length) == 0;
  instance->last_length = input.length;
  memcpy(instance->last, input.data, input.length);
  if (is_same) output->data[0] ^= 1;
#endif
#ifdef BROKEN_EVAL_PARALLEL
  if (was_not_alone()) output->data[0] ^= 1;
#endif
  return OUTRIGGER_OK;
}

static outrigger_status commit_input(
    const outrigger_call *call, outrigger_instance *instance, outrigger_bytes input, uint32_t digest[8]) {
  if (instance->circuit == 0) {
    host->input_hash(call, instance->index, input, digest);
    return OUTRIGGER_OK;
  }
  if (!accepts(instance, input)) return OUTRIGGER_BAD_INPUT;
  for (int i = 0; i < WORD; i++) digest[i] = input.data[i];
#ifdef BROKEN_COMMIT_INPUT_DISTINCT
  digest[7] = 0;
#endif
  return OUTRIGGER_OK;
}

static const uint8_t known_input[16] = {3, 1, 4, 1, 5, 9, 2, 6, 0, 255, 0, 255, 0, 255, 0, 255};
static const uint8_t known_input_turned[8] = {6, 2, 9, 5, 1, 4, 1, 3};

static outrigger_status known_answer(
    uint32_t circuit, uint32_t number, outrigger_bytes *input, outrigger_bytes *output) {
  if (circuit > 1 || number > (circuit == 0)) return OUTRIGGER_BAD_ARGUMENT;
  *input = (outrigger_bytes){known_input, number == 0 ? 8 : 16};
  *output = (outrigger_bytes){known_input, 8};
#if defined(BROKEN_ORACLE_AGREES) || defined(BROKEN_KNOWN_ANSWERS)
  *output = (outrigger_bytes){known_input_turned, 8};
#endif
  (void)known_input_turned;
  return OUTRIGGER_OK;
}

// --- Constraints

// Columns of circuit 0.
enum { IS_REAL, IS_FIRST, CALL, PLACE, LENGTH, BYTES, OUTPUT = BYTES + WORD, COLUMNS = OUTPUT + WORD };
#if defined(BROKEN_FILL_DETERMINISTIC) || defined(BROKEN_MUTATION_SCORE)
enum { SPARE = COLUMNS, WIDTH };
#else
enum { WIDTH = COLUMNS };
#endif

static void build_word(oa_builder *b, const char *name) {
  oa_use_standard_io(b);
  oa_begin_air(b, name, WIDTH);
  oa_required(b);
  oa_expr cell[COLUMNS];
  for (uint32_t i = 0; i < COLUMNS; i++) cell[i] = oa_local(b, i);
  oa_expr one = oa_constant(b, 1), zero = oa_constant(b, 0);
  oa_expr is_padding = oa_sub(b, one, cell[IS_REAL]), is_later = oa_sub(b, one, cell[IS_FIRST]);

  oa_assert_boolean(b, "real or not", cell[IS_REAL]);
  oa_assert_boolean(b, "first or not", cell[IS_FIRST]);
  oa_assert_zero_when(b, "padding is not first", is_padding, cell[IS_FIRST]);
  oa_assert_zero_when(b, "the first word is word 0", cell[IS_FIRST], cell[PLACE]);
  oa_assert_zero_when(b, "padding has no call", is_padding, cell[CALL]);
  oa_assert_zero_when(b, "padding has no place", is_padding, cell[PLACE]);
  oa_assert_zero_when(b, "length with the first word only", is_later, cell[LENGTH]);
  for (int i = 0; i < WORD; i++) {
    oa_assert_zero_when(b, "padding has no bytes", is_padding, cell[BYTES + i]);
    oa_assert_zero_when(b, "output with the first word only", is_later, cell[OUTPUT + i]);
#if defined(BROKEN_ORACLE_AGREES)
    oa_assert_equal_when(b, "output", cell[IS_FIRST], cell[OUTPUT + i], cell[BYTES + WORD - 1 - i]);
#elif !defined(BROKEN_WRONG_OUTPUT_REJECTED)
    oa_assert_equal_when(b, "output", cell[IS_FIRST], cell[OUTPUT + i], cell[BYTES + i]);
#endif
  }
#ifdef BROKEN_COMMIT_MATCHES
  oa_assert_zero(b, "another constraint", oa_mul(b, oa_mul(b, is_padding, cell[IS_FIRST]), cell[IS_REAL]));
#endif
#ifdef BROKEN_MUTATION_SCORE
  // Vanishes whatever the spare cell is.
  oa_assert_zero_when(b, "spare", oa_mul(b, is_padding, cell[IS_REAL]), oa_local(b, SPARE));
#endif

  oa_expr length[3] = {cell[CALL], cell[LENGTH], oa_constant(b, WORD)};
  oa_receive(b, "length", OA_BUS_LENGTH, length, 3, cell[IS_FIRST]);
  oa_expr input[2 + WORD] = {cell[CALL], cell[PLACE]}, output[2 + WORD] = {cell[CALL], zero};
  for (int i = 0; i < WORD; i++) {
    input[2 + i] = cell[BYTES + i];
    output[2 + i] = cell[OUTPUT + i];
  }
  oa_receive(b, "input", OA_BUS_INPUT, input, 2 + WORD, cell[IS_REAL]);
  oa_send(b, "output", OA_BUS_OUTPUT, output, 2 + WORD, cell[IS_FIRST]);
  static const char *const names[WIDTH] = {
      "is_real", "is_first", "call", "place", "length", "byte0", "byte1", "byte2", "byte3", "byte4", "byte5",
      "byte6", "byte7", "out0", "out1", "out2", "out3", "out4", "out5", "out6", "out7",
#if defined(BROKEN_FILL_DETERMINISTIC) || defined(BROKEN_MUTATION_SCORE)
      "spare",
#endif
  };
  oa_end_named_air(b, names);
}

// Columns of circuit 1: the word, what the sponge keeps of its header, and the digest.
enum { E_BYTES, E_CAPACITY = E_BYTES + WORD, E_DIGEST = E_CAPACITY + 8, E_WIDTH = E_DIGEST + 8 };

static void build_echo(oa_builder *b) {
  oa_use_table(b, OA_TABLE_POSEIDON2);
  oa_use_table(b, OA_TABLE_BYTES);
  oa_begin_air(b, "echo", E_WIDTH);
  oa_required(b);
  oa_public_values(b, 17);
  oa_expr cell[E_WIDTH];
  for (uint32_t i = 0; i < E_WIDTH; i++) cell[i] = oa_local(b, i);
  oa_expr one = oa_constant(b, 1), zero = oa_constant(b, 0);
  oa_expr index = oa_def_idx(b);

  oa_expr is_bound = oa_sub(b, oa_public(b, 16), index);
#ifdef BROKEN_DEFIDX_BOUND
  (void)is_bound;
#else
  oa_assert_zero(b, "index", is_bound);
#endif
  for (int i = 0; i < WORD; i++) {
#ifdef BROKEN_COMMIT_INPUT_DISTINCT
    if (i == 7) {
      oa_assert_zero(b, "no last byte", oa_public(b, 7));
      continue;
    }
#endif
    oa_assert_equal(b, "commitment of the input", oa_public(b, i), cell[E_BYTES + i]);
  }
  for (int i = 0; i < 8; i++)
    oa_assert_equal(b, "commitment of the output", oa_public(b, 8 + i), cell[E_DIGEST + i]);

  oa_expr header[25] = {index, oa_constant(b, WORD)}, block[25];
  for (int i = 2; i < 16; i++) header[i] = zero;
  for (int i = 0; i < 8; i++) {
    header[16 + i] = cell[E_CAPACITY + i];
    block[i] = cell[E_BYTES + i];
    block[8 + i] = cell[E_CAPACITY + i];
    block[16 + i] = cell[E_DIGEST + i];
  }
  header[24] = zero;
  block[24] = one;
  oa_lookup(b, "header", OA_BUS_POSEIDON2, header, 25, one);
  oa_lookup(b, "word", OA_BUS_POSEIDON2, block, 25, one);
  for (int i = 0; i < WORD; i += 2) {
    oa_expr pair[4] = {cell[E_BYTES + i], cell[E_BYTES + i + 1], zero, zero};
    oa_lookup(b, "bytes", OA_BUS_BYTES, pair, 4, one);
  }
  oa_end_air(b);
}

static outrigger_status air_bytes(
    const outrigger_call *call, outrigger_instance *instance, outrigger_buffer *bytes) {
  oa_builder b;
  oa_begin(&b);
  const char *name = "word";
#ifdef BROKEN_AIR_BYTES_STABLE
  static uint32_t times;
  name = times++ % 2 == 0 ? "word" : "drow";
#endif
  if (instance->circuit == 0) build_word(&b, name);
  else build_echo(&b);
  outrigger_bytes made;
  if (!oa_finish(&b, &made)) {
    host->fail(call, TEXT(__FILE__), __LINE__, (outrigger_text){oa_error(&b), strlen(oa_error(&b))});
    oa_free(&b);
    return OUTRIGGER_INTERNAL;
  }
  uint64_t more = 0;
#ifdef BROKEN_AIR_BYTES_CANONICAL
  more = 1;
#endif
  bytes->length = made.length + more;
  outrigger_status status = OUTRIGGER_TOO_SMALL;
  if (bytes->capacity >= made.length + more) {
    memcpy(bytes->data, made.data, made.length);
    if (more) bytes->data[made.length] = 0;
    status = OUTRIGGER_OK;
  }
  oa_free(&b);
  return status;
}

// --- Traces

static outrigger_status plan(
    const outrigger_call *call, outrigger_instance *instance, const outrigger_bytes *inputs, uint64_t count,
    uint8_t *log_heights, outrigger_job **job) {
  uint64_t rows = 0;
  for (uint64_t i = 0; i < count; i++) {
    if (!accepts(instance, inputs[i])) return OUTRIGGER_BAD_INPUT;
    rows += inputs[i].length / WORD;
  }
  uint8_t height = 0;
  while (UINT64_C(1) << height < rows) height++;
#ifdef BROKEN_PLAN_BOUNDS
  height += 20;
#endif
  log_heights[0] = height;
  *job = calloc(1, sizeof **job);
  if (!*job) return OUTRIGGER_LIMIT;
  (*job)->instance = instance;
  (*job)->inputs = inputs;
  (*job)->count = count;
  return OUTRIGGER_OK;
}

static void put(const outrigger_view *view, uint64_t row, uint64_t column, uint32_t value) {
#ifdef BROKEN_FILL_STRIDED
  view->data[column * view->rows + row] = value;
#else
  *oa_cell(view, row, column) = value;
#endif
}

static void fill_word(const outrigger_job *job, const outrigger_view *view) {
  uint64_t row = 0;
  uint64_t calls = job->count;
#ifdef BROKEN_PROVE_VERIFY
  // Two calls are a special case, and it is wrong.
  if (calls == 2) calls = 1;
#endif
  for (uint64_t call = 0; call < calls; call++) {
    outrigger_bytes input = job->inputs[call];
    for (uint64_t place = 0; place < input.length / WORD; place++, row++) {
      put(view, row, IS_REAL, 1);
      put(view, row, IS_FIRST, place == 0);
      put(view, row, CALL, (uint32_t)call);
      put(view, row, PLACE, (uint32_t)place);
      for (int i = 0; i < WORD; i++) put(view, row, BYTES + i, input.data[place * WORD + i]);
#ifdef BROKEN_CONSTRAINTS_HOLD
      if (place == 1) put(view, row, LENGTH, 16);
#endif
      if (place > 0) continue;
      uint8_t output[WORD];
      output_of(input, output);
      for (int i = 0; i < WORD; i++) put(view, row, OUTPUT + i, output[i]);
      uint32_t length = (uint32_t)input.length;
#ifdef BROKEN_BUSES_BALANCE
      length += WORD;
#endif
      put(view, row, LENGTH, length);
    }
  }
#ifdef BROKEN_PADDING_ROWS
  // What is left over of a batch is not empty.
  for (; calls > 1 && row < view->rows; row++) put(view, row, LENGTH, 8);
#endif
#ifdef BROKEN_FILL_CANONICAL
  put(view, 0, IS_REAL, 1 + OUTRIGGER_MODULUS);
#endif
#ifdef BROKEN_FILL_GUARD_PAGES
  oa_cell(view, view->rows - 1, view->columns - 1)[1] = 7;
#endif
#ifdef BROKEN_FILL_DETERMINISTIC
  static uint32_t times;
  put(view, 0, SPARE, times++);
#endif
}

static void fill_echo(
    const outrigger_call *call, const outrigger_job *job, const outrigger_view *view, uint32_t *public_values) {
  outrigger_bytes input = job->inputs[0];
  uint8_t output[WORD];
  output_of(input, output);
  uint32_t state[16] = {job->instance->index, WORD};
  host->poseidon2_permute(call, state, 1);
  uint32_t digest[8];
  host->output_hash(call, job->instance->index, (outrigger_bytes){output, WORD}, digest);
  for (uint64_t row = 0; row < view->rows; row++)
    for (int i = 0; i < 8; i++) {
      put(view, row, E_BYTES + i, input.data[i]);
      put(view, row, E_CAPACITY + i, state[8 + i]);
      put(view, row, E_DIGEST + i, digest[i]);
    }
  for (int i = 0; i < 8; i++) {
    public_values[i] = input.data[i];
    public_values[8 + i] = digest[i];
  }
#ifdef BROKEN_COMMIT_INPUT_DISTINCT
  public_values[7] = 0;
#endif
  public_values[16] = job->instance->index;
#ifdef BROKEN_PUBLIC_VALUES
  public_values[3] ^= 1;
#endif
}

static outrigger_status fill(
    const outrigger_call *call, outrigger_job *job, const outrigger_view *views, uint64_t view_count,
    uint32_t *public_values) {
  if (view_count != 1) return OUTRIGGER_BAD_ARGUMENT;
#ifdef BROKEN_BY_CRASH
  *(volatile int *)16 = 1;
#endif
  if (host->cancelled(call)) return OUTRIGGER_CANCELLED;
  if (job->instance->circuit == 0) fill_word(job, &views[0]);
  else fill_echo(call, job, &views[0], public_values);
  return OUTRIGGER_OK;
}

static void close_job(outrigger_job *job) { free(job); }

// --- The table

static const void *get_extension(outrigger_text id) {
  (void)id;
#ifdef BROKEN_UNKNOWN_EXTENSION
  return &host;
#else
  return NULL;
#endif
}

#define TABLE(plugin_version) \
  { \
    .struct_size = sizeof(outrigger_plugin_v1), .abi_major = OUTRIGGER_ABI_MAJOR, .abi_minor = OUTRIGGER_ABI_MINOR, \
    .name = {"outrigger-tests", 15}, .version = {plugin_version, 5}, .circuit_count = 2, .describe = describe, \
    .create = create, .destroy = destroy, .eval = eval, .commit_input = commit_input, .air_bytes = air_bytes, \
    .plan = plan, .fill = fill, .close = close_job, .known_answer = known_answer, .get_extension = get_extension, \
  }

const outrigger_plugin_v1 *outrigger_plugin_entry_v1(const outrigger_host_v1 *given) {
  static const outrigger_plugin_v1 table = TABLE("1.0.0");
  if (given->struct_size < offsetof(outrigger_host_v1, get_extension)) return NULL;
#ifdef BROKEN_FUTURE_STRUCT_SIZE
  if (given->struct_size > sizeof *given) return NULL;
#endif
  host = given;
#ifdef BROKEN_ENTRY_IDEMPOTENT
  static const outrigger_plugin_v1 other = TABLE("2.0.0");
  static uint32_t times;
  if (times++ % 2 == 1) return &other;
#endif
  return &table;
}
