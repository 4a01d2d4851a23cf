// Descriptions of circuits, and checks of a plugin's manners that only its neighbour can make.
#include "internal.h"

#include <stddef.h>
#include <string.h>

enum { MARK = 0xa5, BEYOND = 64 };

typedef struct roomy {
  outrigger_circuit circuit;
  uint8_t beyond[BEYOND];
} roomy;

static uint32_t copy_text(char room[256], outrigger_text text) {
  uint64_t length = text.data ? text.length : 0;
  memcpy(room, text.data ? text.data : "", length < 256 ? length : 256);
  return length < UINT32_MAX ? (uint32_t)length : UINT32_MAX;
}

// Describes into a struct of the stated size with marks behind it. Whether nothing behind it was written.
static bool describe_within(
    const opr_dispatcher *dispatcher, uint32_t circuit, uint32_t size, roomy *room, uint32_t *status) {
  memset(room, 0, sizeof *room);
  if (size < sizeof *room) memset((uint8_t *)room + size, MARK, sizeof *room - size);
  room->circuit.struct_size = size;
  *status = dispatcher->plugin.describe(circuit, &room->circuit);
  for (size_t i = size; i < sizeof *room; i++)
    if (((const uint8_t *)room)[i] != MARK) return false;
  return true;
}

uint32_t opr_describe(opr_dispatcher *dispatcher, const opr_request *request, opr_response *response) {
  opr_description *wire = opr_table_at(dispatcher, request->table, 1, sizeof(opr_description));
  if (!wire) return OPR_BAD_SPAN;
  roomy room;
  describe_within(dispatcher, request->number, sizeof(outrigger_circuit), &room, &response->status);
  if (response->status != OUTRIGGER_OK) return OPR_DONE;
  const outrigger_circuit *circuit = &room.circuit;
  opr_description description;
  memset(&description, 0, sizeof description);
  description.max_input_bytes = circuit->max_input_bytes;
  description.max_output_bytes = circuit->max_output_bytes;
  description.air_count = circuit->air_count;
  description.log_stacked_height = circuit->log_stacked_height;
  description.flags = circuit->flags;
  description.max_log_batch = circuit->max_log_batch;
  description.reserved = circuit->reserved;
  description.struct_size = circuit->struct_size;
  description.id_length = copy_text(description.id, circuit->id);
  description.version_length = copy_text(description.version, circuit->version);
  memcpy(wire, &description, sizeof description);
  return OPR_DONE;
}

static bool entry_is_idempotent(opr_dispatcher *dispatcher) {
  const outrigger_plugin_v1 *before = dispatcher->table;
  outrigger_plugin_v1 content = dispatcher->plugin;
  uint32_t detail;
  bool same = opr_enter(dispatcher, opr_host_table(), &detail) == OPR_DONE && dispatcher->table == before &&
              memcmp(&content, &dispatcher->plugin, sizeof content) == 0;
  dispatcher->table = before;
  dispatcher->plugin = content;
  return same;
}

// Whether the entry accepts this host's table, and the right one again afterwards.
static bool accepts(opr_dispatcher *dispatcher, const outrigger_host_v1 *host) {
  outrigger_plugin_v1 content = dispatcher->plugin;
  uint32_t detail;
  bool accepted = opr_enter(dispatcher, host, &detail) == OPR_DONE;
  accepted = opr_enter(dispatcher, opr_host_table(), &detail) == OPR_DONE && accepted;
  dispatcher->plugin = content;
  return accepted;
}

// Static, since a plugin keeps the table that it was handed.
static struct {
  outrigger_host_v1 host;
  void (*later[8])(void);
} future_host;
static outrigger_host_v1 past_host;

uint32_t opr_probe(opr_dispatcher *dispatcher, const opr_request *request, opr_response *response) {
  bool behaves = false;
  roomy room;
  uint32_t status = OUTRIGGER_OK;
  switch (request->number) {
    case OPR_PROBE_ENTRY_AGAIN: behaves = entry_is_idempotent(dispatcher); break;
    case OPR_PROBE_FUTURE_HOST:
      future_host.host = *opr_host_table();
      future_host.host.struct_size = sizeof future_host;
      future_host.host.abi_minor = OUTRIGGER_ABI_MINOR + 1;
      behaves = accepts(dispatcher, &future_host.host);
      break;
    case OPR_PROBE_PAST_HOST:
      past_host = *opr_host_table();
      past_host.struct_size = offsetof(outrigger_host_v1, get_extension);
      past_host.get_extension = NULL;
      behaves = accepts(dispatcher, &past_host);
      break;
    case OPR_PROBE_FUTURE_DESCRIPTION:
      // The stated size covers fields that the plugin cannot know: it leaves them as they are.
      behaves = describe_within(dispatcher, request->index, sizeof(roomy), &room, &status);
      for (size_t i = 0; i < BEYOND; i++) behaves = behaves && room.beyond[i] == 0;
      behaves = behaves && status == OUTRIGGER_OK;
      break;
    case OPR_PROBE_PAST_DESCRIPTION:
      behaves = describe_within(
          dispatcher, request->index, offsetof(outrigger_circuit, max_log_batch), &room, &status);
      behaves = behaves && status == OUTRIGGER_OK;
      break;
    case OPR_PROBE_UNKNOWN_EXTENSION: {
      static const char name[] = "outrigger.no-such-extension/1";
      behaves = !dispatcher->plugin.get_extension ||
                !dispatcher->plugin.get_extension((outrigger_text){name, sizeof name - 1});
      break;
    }
    case OPR_PROBE_UNKNOWN_CIRCUIT:
      describe_within(
          dispatcher, dispatcher->plugin.circuit_count, sizeof(outrigger_circuit), &room, &status);
      behaves = status == OUTRIGGER_BAD_ARGUMENT;
      break;
    default: return OPR_BAD_REQUEST;
  }
  response->values[0] = behaves;
  return OPR_DONE;
}
