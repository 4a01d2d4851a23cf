// Carries out requests: checks every number in them, calls the plugin, and reports what it said.
#include "internal.h"

#include <stdlib.h>
#include <string.h>

// --- The arena

static bool is_inside(const opr_dispatcher *dispatcher, opr_span span) {
  return span.offset >= OPR_CONTROL_BYTES && span.offset <= dispatcher->arena_bytes &&
         span.length <= dispatcher->arena_bytes - span.offset;
}

uint8_t *opr_bytes_at(const opr_dispatcher *dispatcher, opr_span span) {
  // Where nothing is meant, any place of the data area will do.
  if (span.length == 0) return dispatcher->arena + OPR_CONTROL_BYTES;
  return is_inside(dispatcher, span) ? dispatcher->arena + span.offset : NULL;
}

void *opr_table_at(const opr_dispatcher *dispatcher, opr_span span, uint64_t count, uint64_t entry_bytes) {
  if (count > span.length / entry_bytes || span.offset % 8 != 0) return NULL;
  return is_inside(dispatcher, span) ? dispatcher->arena + span.offset : NULL;
}

// --- Handles

opr_instance *opr_find_instance(opr_dispatcher *dispatcher, uint64_t handle) {
  opr_instance *instance = &dispatcher->instances[handle % OPR_INSTANCES];
  return handle != 0 && instance->handle == handle ? instance : NULL;
}

opr_job *opr_find_job(opr_dispatcher *dispatcher, uint64_t handle) {
  opr_job *job = &dispatcher->jobs[handle % OPR_JOBS];
  return handle != 0 && job->handle == handle ? job : NULL;
}

// A handle that is congruent to the place, and has not been used before.
static uint64_t new_handle(opr_dispatcher *dispatcher, uint64_t place, uint64_t places) {
  uint64_t handle = dispatcher->next_handle;
  handle += (place + places - handle % places) % places;
  if (handle == 0) handle += places;
  dispatcher->next_handle = handle + 1;
  return handle;
}

// --- Calls

static uint32_t info(opr_dispatcher *dispatcher, const opr_request *request, opr_response *response) {
  const outrigger_plugin_v1 *plugin = &dispatcher->plugin;
  uint8_t *room = opr_bytes_at(dispatcher, request->output);
  if (!room) return OPR_BAD_SPAN;
  uint64_t left = request->output.length;
  uint64_t name = plugin->name.data ? plugin->name.length : 0;
  uint64_t version = plugin->version.data ? plugin->version.length : 0;
  response->values[0] = name;
  response->values[1] = version;
  response->values[2] = plugin->circuit_count;
  response->values[3] = plugin->abi_minor;
  if (name > left || version > left - name) return OPR_BAD_SPAN;
  if (name) memcpy(room, plugin->name.data, name);
  if (version) memcpy(room + name, plugin->version.data, version);
  return OPR_DONE;
}

static uint32_t create(
    opr_dispatcher *dispatcher, const struct outrigger_call *call, const opr_request *request,
    opr_response *response) {
  if (request->count > 4096) return OPR_BAD_REQUEST;
  const opr_parameter *wire = opr_table_at(dispatcher, request->table, request->count, sizeof(opr_parameter));
  if (!wire && request->count > 0) return OPR_BAD_SPAN;
  uint64_t place = 0;
  while (place < OPR_INSTANCES && dispatcher->instances[place].handle) place++;
  if (place == OPR_INSTANCES) return OPR_TOO_MANY;
  outrigger_parameter *parameters = calloc(request->count + 1, sizeof(outrigger_parameter));
  if (!parameters) return OPR_OUT_OF_MEMORY;
  for (uint64_t i = 0; i < request->count; i++) {
    opr_parameter entry = wire[i];
    const uint8_t *key = opr_bytes_at(dispatcher, entry.key);
    const uint8_t *bytes = opr_bytes_at(dispatcher, entry.bytes);
    if (!key || !bytes) {
      free(parameters);
      return OPR_BAD_SPAN;
    }
    parameters[i] = (outrigger_parameter){
        .key = {(const char *)key, entry.key.length}, .kind = entry.kind, .reserved = entry.reserved,
        .integer = entry.integer, .bytes = {bytes, entry.bytes.length}};
  }
  outrigger_instance *made = NULL;
  response->status = dispatcher->plugin.create(
      call, request->number, request->index, parameters, request->count, &made);
  free(parameters);
  if (response->status != OUTRIGGER_OK) return OPR_DONE;
  uint64_t handle = new_handle(dispatcher, place, OPR_INSTANCES);
  dispatcher->instances[place] = (opr_instance){
      .instance = made, .handle = handle, .circuit = request->number, .index = request->index};
  response->values[0] = handle;
  return OPR_DONE;
}

static uint32_t destroy(opr_dispatcher *dispatcher, opr_instance *instance) {
  if (instance->open_jobs > 0) return OPR_BAD_REQUEST;
  instance->handle = 0;
  if (dispatcher->plugin.destroy) dispatcher->plugin.destroy(instance->instance);
  return OPR_DONE;
}

static uint32_t eval(
    opr_dispatcher *dispatcher, const struct outrigger_call *call, const opr_instance *instance,
    const opr_request *request, opr_response *response) {
  if (!dispatcher->plugin.eval) return OPR_NO_FUNCTION;
  const uint8_t *input = opr_bytes_at(dispatcher, request->input);
  uint8_t *output = opr_bytes_at(dispatcher, request->output);
  if (!input || !output) return OPR_BAD_SPAN;
  outrigger_buffer buffer = {.data = output, .capacity = request->output.length, .length = 0};
  response->status = dispatcher->plugin.eval(
      call, instance->instance, (outrigger_bytes){input, request->input.length}, &buffer);
  response->values[0] = buffer.length;
  return OPR_DONE;
}

typedef struct together {
  opr_dispatcher *dispatcher;
  const struct outrigger_call *call;
  const opr_instance *instance;
  opr_evaluation *evaluations;
} together;

static void eval_one(uint64_t index, void *user) {
  together *all = user;
  opr_evaluation *evaluation = &all->evaluations[index];
  opr_span in = evaluation->input, out = evaluation->output;
  const uint8_t *input = opr_bytes_at(all->dispatcher, in);
  uint8_t *output = opr_bytes_at(all->dispatcher, out);
  evaluation->status = OUTRIGGER_BAD_ARGUMENT;
  evaluation->length = 0;
  if (!input || !output) return;
  outrigger_buffer buffer = {.data = output, .capacity = out.length, .length = 0};
  evaluation->status = all->dispatcher->plugin.eval(
      all->call, all->instance->instance, (outrigger_bytes){input, in.length}, &buffer);
  evaluation->length = buffer.length;
}

static uint32_t eval_together(
    opr_dispatcher *dispatcher, const struct outrigger_call *call, const opr_instance *instance,
    const opr_request *request) {
  if (!dispatcher->plugin.eval) return OPR_NO_FUNCTION;
  opr_evaluation *evaluations =
      opr_table_at(dispatcher, request->table, request->count, sizeof(opr_evaluation));
  if (!evaluations) return OPR_BAD_SPAN;
  together all = {dispatcher, call, instance, evaluations};
  opr_pool_run(dispatcher->pool, request->count, eval_one, &all);
  return OPR_DONE;
}

static uint32_t commit_input(
    opr_dispatcher *dispatcher, const struct outrigger_call *call, const opr_instance *instance,
    const opr_request *request, opr_response *response) {
  const uint8_t *input = opr_bytes_at(dispatcher, request->input);
  uint8_t *output = opr_bytes_at(dispatcher, request->output);
  if (!input || !output || request->output.length != 32) return OPR_BAD_SPAN;
  uint32_t digest[8] = {0};
  if (dispatcher->plugin.commit_input) {
    response->status = dispatcher->plugin.commit_input(
        call, instance->instance, (outrigger_bytes){input, request->input.length}, digest);
  } else {
    opr_sponge(instance->index, true, input, request->input.length, digest);
    response->values[0] = 1;
  }
  memcpy(output, digest, 32);
  return OPR_DONE;
}

static uint32_t air_bytes(
    opr_dispatcher *dispatcher, const struct outrigger_call *call, const opr_instance *instance,
    const opr_request *request, opr_response *response) {
  uint8_t *output = opr_bytes_at(dispatcher, request->output);
  if (!output) return OPR_BAD_SPAN;
  outrigger_buffer buffer = {.data = output, .capacity = request->output.length, .length = 0};
  response->status = dispatcher->plugin.air_bytes(call, instance->instance, &buffer);
  response->values[0] = buffer.length;
  return OPR_DONE;
}

static uint32_t plan(
    opr_dispatcher *dispatcher, const struct outrigger_call *call, opr_instance *instance,
    const opr_request *request, opr_response *response) {
  const opr_span *spans = opr_table_at(dispatcher, request->table, request->count, sizeof(opr_span));
  uint8_t *heights = opr_bytes_at(dispatcher, request->output);
  if (!spans || !heights || request->output.length > 4096) return OPR_BAD_SPAN;
  uint64_t place = 0;
  while (place < OPR_JOBS && dispatcher->jobs[place].handle) place++;
  if (place == OPR_JOBS) return OPR_TOO_MANY;
  outrigger_bytes *inputs = calloc(request->count + 1, sizeof(outrigger_bytes));
  if (!inputs) return OPR_OUT_OF_MEMORY;
  for (uint64_t i = 0; i < request->count; i++) {
    opr_span span = spans[i];
    inputs[i] = (outrigger_bytes){opr_bytes_at(dispatcher, span), span.length};
    if (!inputs[i].data) {
      free(inputs);
      return OPR_BAD_SPAN;
    }
  }
  outrigger_job *job = NULL;
  response->status =
      dispatcher->plugin.plan(call, instance->instance, inputs, request->count, heights, &job);
  if (response->status != OUTRIGGER_OK) {
    free(inputs);
    return OPR_DONE;
  }
  uint64_t handle = new_handle(dispatcher, place, OPR_JOBS);
  dispatcher->jobs[place] =
      (opr_job){.job = job, .handle = handle, .instance = instance->handle, .inputs = inputs};
  instance->open_jobs += 1;
  response->values[0] = handle;
  return OPR_DONE;
}

static uint32_t close_job(opr_dispatcher *dispatcher, opr_job *job) {
  job->handle = 0;
  opr_instance *instance = opr_find_instance(dispatcher, job->instance);
  if (instance && instance->open_jobs > 0) instance->open_jobs -= 1;
  if (dispatcher->plugin.close) dispatcher->plugin.close(job->job);
  free(job->inputs);
  job->inputs = NULL;
  return OPR_DONE;
}

static uint32_t known_answer(opr_dispatcher *dispatcher, const opr_request *request, opr_response *response) {
  if (!dispatcher->plugin.known_answer) return OPR_NO_FUNCTION;
  uint8_t *room = opr_bytes_at(dispatcher, request->output);
  if (!room) return OPR_BAD_SPAN;
  outrigger_bytes input = {NULL, 0}, output = {NULL, 0};
  response->status = dispatcher->plugin.known_answer(request->number, request->index, &input, &output);
  if (response->status != OUTRIGGER_OK) return OPR_DONE;
  response->values[0] = input.length;
  response->values[1] = output.length;
  uint64_t left = request->output.length;
  if (input.length > left || output.length > left - input.length) return OPR_BAD_SPAN;
  if (input.length) memcpy(room, input.data, input.length);
  if (output.length) memcpy(room + input.length, output.data, output.length);
  return OPR_DONE;
}

static uint32_t reason(opr_dispatcher *dispatcher, const opr_request *request, opr_response *response) {
  if (!dispatcher->plugin.reason) return OPR_NO_FUNCTION;
  uint8_t *room = opr_bytes_at(dispatcher, request->output);
  if (!room) return OPR_BAD_SPAN;
  outrigger_text text = dispatcher->plugin.reason(request->number);
  uint64_t length = !text.data ? 0 : text.length < request->output.length ? text.length : request->output.length;
  if (length) memcpy(room, text.data, length);
  response->values[0] = length;
  return OPR_DONE;
}

static uint32_t foreign(
    opr_dispatcher *dispatcher, const struct outrigger_call *call, const opr_request *request,
    opr_response *response) {
  if (request->number >= dispatcher->foreign_count) return OPR_NO_FUNCTION;
  const uint8_t *input = opr_bytes_at(dispatcher, request->input);
  uint8_t *output = opr_bytes_at(dispatcher, request->output);
  if (!input || !output) return OPR_BAD_SPAN;
  response->status = opr_foreign_call(
      dispatcher->foreign[request->number], call, input, request->input.length, output, request->output.length,
      &response->values[0]);
  return OPR_DONE;
}

// --- All of them

static uint32_t with_instance(
    opr_dispatcher *dispatcher, const struct outrigger_call *call, const opr_request *request,
    opr_response *response) {
  opr_instance *instance = opr_find_instance(dispatcher, request->handle);
  if (!instance) return OPR_NO_SUCH_HANDLE;
  switch (request->call) {
    case OPR_DESTROY: return destroy(dispatcher, instance);
    case OPR_EVAL: return eval(dispatcher, call, instance, request, response);
    case OPR_EVAL_TOGETHER: return eval_together(dispatcher, call, instance, request);
    case OPR_COMMIT_INPUT: return commit_input(dispatcher, call, instance, request, response);
    case OPR_AIR_BYTES: return air_bytes(dispatcher, call, instance, request, response);
    case OPR_PREPROCESSED_HEIGHT: {
      if (!dispatcher->plugin.preprocessed_height) return OPR_NO_FUNCTION;
      uint8_t height = 0;
      response->status =
          dispatcher->plugin.preprocessed_height(call, instance->instance, request->number, &height);
      response->values[0] = height;
      return OPR_DONE;
    }
    case OPR_PLAN: return plan(dispatcher, call, instance, request, response);
    default: return OPR_BAD_REQUEST;
  }
}

static uint32_t carry_out(
    opr_dispatcher *dispatcher, const struct outrigger_call *call, const opr_request *request,
    opr_response *response) {
  switch (request->call) {
    case OPR_NOTHING: return OPR_DONE;
    case OPR_FOREIGN: return foreign(dispatcher, call, request, response);
    default: break;
  }
  if (!dispatcher->has_plugin) return OPR_NO_PLUGIN;
  switch (request->call) {
    case OPR_INFO: return info(dispatcher, request, response);
    case OPR_DESCRIBE: return opr_describe(dispatcher, request, response);
    case OPR_CREATE: return create(dispatcher, call, request, response);
    case OPR_CLOSE: {
      opr_job *job = opr_find_job(dispatcher, request->handle);
      return job ? close_job(dispatcher, job) : OPR_NO_SUCH_HANDLE;
    }
    case OPR_PREPROCESSED:
    case OPR_CACHED:
    case OPR_FILL: return opr_fill_views(dispatcher, call, request, response);
    case OPR_KNOWN_ANSWER: return known_answer(dispatcher, request, response);
    case OPR_REASON: return reason(dispatcher, request, response);
    case OPR_PROBE: return opr_probe(dispatcher, request, response);
    default: return with_instance(dispatcher, call, request, response);
  }
}

void opr_carry_out(opr_dispatcher *dispatcher, const opr_request *request, opr_response *response) {
  memset(response, 0, sizeof *response);
  response->sequence = request->sequence;
  response->call = request->call;
  struct outrigger_call call;
  opr_begin_call(dispatcher, &call, request->sequence);
  response->outcome = carry_out(dispatcher, &call, request, response);
  opr_end_call(dispatcher);
}
