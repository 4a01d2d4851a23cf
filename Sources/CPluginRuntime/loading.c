// Loads a plugin: the dynamic loader, the entry, and what both sides know of its table.
#include "internal.h"

#include <dlfcn.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

opr_dispatcher *opr_create(void *arena, uint64_t arena_bytes, uint64_t scratch_bytes, uint32_t threads) {
  if (!arena || arena_bytes < OPR_CONTROL_BYTES) return NULL;
  opr_dispatcher *dispatcher = calloc(1, sizeof(opr_dispatcher));
  if (!dispatcher) return NULL;
  dispatcher->arena = arena;
  dispatcher->arena_bytes = arena_bytes;
  dispatcher->control = arena;
  dispatcher->next_handle = 1;
  dispatcher->scratch.limit = scratch_bytes;
  pthread_mutex_init(&dispatcher->scratch.lock, NULL);
  pthread_mutex_init(&dispatcher->lock, NULL);
  if (threads > 0) {
    dispatcher->pool = opr_pool_create(threads, NULL);
    if (!dispatcher->pool) {
      opr_destroy(dispatcher);
      return NULL;
    }
  }
  return dispatcher;
}

void opr_destroy(opr_dispatcher *dispatcher) {
  if (!dispatcher) return;
  for (size_t i = 0; i < OPR_JOBS; i++) {
    opr_job *job = &dispatcher->jobs[i];
    if (!job->handle) continue;
    if (dispatcher->plugin.close) dispatcher->plugin.close(job->job);
    free(job->inputs);
  }
  for (size_t i = 0; i < OPR_INSTANCES; i++) {
    opr_instance *instance = &dispatcher->instances[i];
    if (instance->handle && dispatcher->plugin.destroy) dispatcher->plugin.destroy(instance->instance);
  }
  for (uint64_t i = 0; i < dispatcher->foreign_count; i++) opr_foreign_destroy(dispatcher->foreign[i]);
  free(dispatcher->foreign);
  opr_pool_destroy(dispatcher->pool);
  opr_scratch_drop(&dispatcher->scratch);
  pthread_mutex_destroy(&dispatcher->scratch.lock);
  pthread_mutex_destroy(&dispatcher->lock);
  free(dispatcher);
}

// Copies as much of the table as both sides know; what is absent is NULL. The outcome says what is wrong with it.
static uint32_t take_table(opr_dispatcher *dispatcher, const outrigger_plugin_v1 *table, uint32_t *detail) {
  uint32_t size = table->struct_size;
  *detail = size;
  if (size < offsetof(outrigger_plugin_v1, name)) return OPR_SHORT_TABLE;
  if (table->abi_major != OUTRIGGER_ABI_MAJOR) {
    *detail = table->abi_major;
    return OPR_WRONG_MAJOR;
  }
  if (size < offsetof(outrigger_plugin_v1, describe)) return OPR_SHORT_TABLE;
  outrigger_plugin_v1 known;
  memset(&known, 0, sizeof known);
  memcpy(&known, table, size < sizeof known ? size : sizeof known);
  *detail = known.reserved;
  if (known.reserved != 0) return OPR_RESERVED;
  *detail = 0;
  if (known.circuit_count == 0) return OPR_NO_CIRCUITS;
  const char *missing = !known.describe    ? "describe"
                        : !known.create    ? "create"
                        : !known.air_bytes ? "air_bytes"
                        : !known.plan      ? "plan"
                        : !known.fill      ? "fill"
                                           : NULL;
  if (missing) {
    opr_note(dispatcher->control, missing);
    return OPR_FUNCTION_MISSING;
  }
  dispatcher->plugin = known;
  return OPR_DONE;
}

uint32_t opr_enter(opr_dispatcher *dispatcher, const outrigger_host_v1 *host, uint32_t *detail) {
  *detail = 0;
  const outrigger_plugin_v1 *table = dispatcher->entry(host);
  if (!table) return OPR_REFUSED;
  dispatcher->table = table;
  return take_table(dispatcher, table, detail);
}

static uint32_t open_library(opr_dispatcher *dispatcher, int library) {
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", library);
  void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    opr_note(dispatcher->control, dlerror());
    return OPR_LOADER;
  }
  void *symbol = dlsym(handle, OUTRIGGER_PLUGIN_ENTRY_NAME);
  if (!symbol) return OPR_NO_ENTRY;
  // POSIX lets an object pointer from dlsym stand for a function.
  memcpy(&dispatcher->entry, &symbol, sizeof symbol);
  return OPR_DONE;
}

void opr_open(opr_dispatcher *dispatcher, int library, opr_response *response) {
  memset(response, 0, sizeof *response);
  struct outrigger_call call;
  opr_begin_call(dispatcher, &call, 0);
  response->outcome = dispatcher->entry ? OPR_BAD_REQUEST : open_library(dispatcher, library);
}

void opr_start(opr_dispatcher *dispatcher, opr_response *response) {
  memset(response, 0, sizeof *response);
  if (!dispatcher->entry || dispatcher->has_plugin) {
    response->outcome = OPR_BAD_REQUEST;
    return;
  }
  response->outcome = opr_enter(dispatcher, opr_host_table(), &response->detail);
  dispatcher->has_plugin = response->outcome == OPR_DONE;
}
