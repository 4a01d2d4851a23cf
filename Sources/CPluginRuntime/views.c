// Calls that fill parts of traces.
#include "internal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { PAGE_BYTES = 4096, MOST_VIEWS = 256 };

// The place of a view's first cell; NULL unless all its cells lie in the arena.
static uint32_t *cells_of(const opr_dispatcher *dispatcher, const opr_wire_view *view) {
  if (view->offset % 64 != 0) return NULL;
  if (view->rows == 0 || view->columns == 0) return (uint32_t *)(dispatcher->arena + OPR_CONTROL_BYTES);
  // Each row and each column has places of its own.
  if ((view->rows > 1 && view->row_stride == 0) || (view->columns > 1 && view->column_stride == 0)) return NULL;
  uint64_t down, across, last;
  if (__builtin_mul_overflow(view->rows - 1, view->row_stride, &down) ||
      __builtin_mul_overflow(view->columns - 1, view->column_stride, &across) ||
      __builtin_add_overflow(down, across, &last) || last >= UINT64_MAX / 4)
    return NULL;
  return (uint32_t *)opr_bytes_at(dispatcher, (opr_span){view->offset, 4 * (last + 1)});
}

// Forbids or allows the pages around a view.
static bool set_guards(const opr_dispatcher *dispatcher, const opr_wire_view *view, int protection) {
  const uint64_t pages[2] = {view->guard_before, view->guard_behind};
  for (int i = 0; i < 2; i++) {
    if (pages[i] % PAGE_BYTES != 0) return false;
    uint8_t *page = opr_bytes_at(dispatcher, (opr_span){pages[i], PAGE_BYTES});
    if (!page || mprotect(page, PAGE_BYTES, protection)) return false;
  }
  return true;
}

static uint32_t call_plugin(
    opr_dispatcher *dispatcher, const struct outrigger_call *call, const opr_request *request,
    const outrigger_view *views, opr_response *response) {
  const outrigger_plugin_v1 *plugin = &dispatcher->plugin;
  if (request->call == OPR_FILL) {
    opr_job *job = opr_find_job(dispatcher, request->handle);
    if (!job) return OPR_NO_SUCH_HANDLE;
    uint32_t values[17] = {0};
    bool wanted = request->output.length != 0;
    uint8_t *output = opr_bytes_at(dispatcher, request->output);
    if (!output || (wanted && request->output.length != sizeof values)) return OPR_BAD_SPAN;
    response->status = plugin->fill(call, job->job, views, request->count, wanted ? values : NULL);
    if (wanted) memcpy(output, values, sizeof values);
    return OPR_DONE;
  }
  opr_instance *instance = opr_find_instance(dispatcher, request->handle);
  if (!instance) return OPR_NO_SUCH_HANDLE;
  if (request->count != 1) return OPR_BAD_REQUEST;
  if (request->call == OPR_PREPROCESSED) {
    if (!plugin->preprocessed) return OPR_NO_FUNCTION;
    response->status = plugin->preprocessed(call, instance->instance, views);
    return OPR_DONE;
  }
  if (!plugin->cached) return OPR_NO_FUNCTION;
  outrigger_bytes input = {NULL, 0};
  if (request->flags & OPR_HAS_INPUT) {
    input = (outrigger_bytes){opr_bytes_at(dispatcher, request->input), request->input.length};
    if (!input.data) return OPR_BAD_SPAN;
  }
  response->status = plugin->cached(call, instance->instance, input, views);
  return OPR_DONE;
}

uint32_t opr_fill_views(
    opr_dispatcher *dispatcher, const struct outrigger_call *call, const opr_request *request,
    opr_response *response) {
  uint64_t count = request->count;
  if (count > MOST_VIEWS) return OPR_BAD_REQUEST;
  const opr_wire_view *table = opr_table_at(dispatcher, request->table, count, sizeof(opr_wire_view));
  if (!table) return OPR_BAD_SPAN;
  // Copies: what was checked is what is used, whatever becomes of the table.
  opr_wire_view *wire = calloc(count + 1, sizeof(opr_wire_view));
  outrigger_view *views = calloc(count + 1, sizeof(outrigger_view));
  uint32_t outcome = wire && views ? OPR_DONE : OPR_OUT_OF_MEMORY;
  if (outcome == OPR_DONE) memcpy(wire, table, count * sizeof(opr_wire_view));
  for (uint64_t i = 0; i < count && outcome == OPR_DONE; i++) {
    uint32_t *cells = cells_of(dispatcher, &wire[i]);
    if (!cells) outcome = OPR_BAD_SPAN;
    views[i] = (outrigger_view){
        .air = wire[i].air, .part = wire[i].part, .data = cells, .rows = wire[i].rows, .columns = wire[i].columns,
        .row_stride = wire[i].row_stride, .column_stride = wire[i].column_stride};
  }
  bool guarded = (request->flags & OPR_GUARDED) && outcome == OPR_DONE;
  uint64_t forbidden = 0;
  if (guarded)
    while (forbidden < count && set_guards(dispatcher, &wire[forbidden], PROT_NONE)) forbidden++;
  if (guarded && forbidden < count) outcome = OPR_BAD_SPAN;
  if (outcome == OPR_DONE) outcome = call_plugin(dispatcher, call, request, views, response);
  if (guarded)
    for (uint64_t i = 0; i < count && i <= forbidden; i++) set_guards(dispatcher, &wire[i], PROT_READ | PROT_WRITE);
  free(wire);
  free(views);
  return outcome;
}
