// The process that a plugin runs in: sets up its walls, loads the library, and answers requests until the host is gone.
#include "internal.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

static opr_control *noted;
static uint64_t noted_bytes;  // of the arena
static uint64_t probe_bytes;

// --- Crashes

// Notes what is known about a crash, and lets it happen: the default action is back in place when the handler returns,
// and the faulting instruction runs again.
static void note_fault(int number, siginfo_t *info, void *context) {
  (void)context;
  uint64_t address = (uint64_t)(uintptr_t)info->si_addr, start = (uint64_t)(uintptr_t)noted;
  __atomic_store_n(&noted->fault_address, address, __ATOMIC_RELAXED);
  __atomic_store_n(
      &noted->fault_offset, address - start < noted_bytes ? address - start : UINT64_MAX, __ATOMIC_RELAXED);
  void *more = probe_bytes ? mmap(NULL, probe_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) : NULL;
  __atomic_store_n(&noted->fault_out_of_memory, more == MAP_FAILED, __ATOMIC_RELAXED);
  __atomic_store_n(&noted->fault_signal, (uint32_t)number, __ATOMIC_RELEASE);
}

enum { SIGNAL_STACK_BYTES = 64 << 10 };

// A stack of its own for the handler of this thread: the usual one may be what has run out.
static void prepare_thread(void) {
  void *memory = mmap(
      NULL, SIGNAL_STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return;
  stack_t stack = {.ss_sp = memory, .ss_size = SIGNAL_STACK_BYTES};
  sigaltstack(&stack, NULL);
}

static void watch_for_faults(const opr_dispatcher *dispatcher, const opr_settings *settings) {
  noted = dispatcher->control;
  noted_bytes = dispatcher->arena_bytes;
  // Memory counts as having run out when a quarter of what there was cannot be had any more.
  probe_bytes = settings->memory_bytes / 4;
  const int numbers[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT};
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = note_fault;
    action.sa_flags = (int)(SA_SIGINFO | SA_ONSTACK | SA_RESETHAND);
    sigemptyset(&action.sa_mask);
    sigaction(numbers[i], &action, NULL);
  }
  prepare_thread();
}

// --- Messages

static bool receive(void *message, size_t size) {
  for (;;) {
    ssize_t got = read(OPR_CHANNEL, message, size);
    if (got == (ssize_t)size) return true;
    if (got >= 0 || errno != EINTR) return false;
  }
}

static bool answer(const opr_response *response) {
  for (;;) {
    ssize_t put = write(OPR_CHANNEL, response, sizeof *response);
    if (put == (ssize_t)sizeof *response) return true;
    if (put >= 0 || errno != EINTR) return false;
  }
}

// --- Setting up

static uint32_t setup_failed(opr_dispatcher *dispatcher, opr_response *response, const char *what, int error) {
  char words[256];
  snprintf(words, sizeof words, "%s: %s", what, strerror(error));
  opr_note(dispatcher->control, words);
  response->detail = (uint32_t)error;
  return response->outcome = OPR_SETUP;
}

// A function may set up its library when it is called for the first time, and read files for that.
static void warm_up(opr_dispatcher *dispatcher, opr_foreign_function *function) {
  static const uint8_t input[8];
  static uint8_t output[4096];
  struct outrigger_call call;
  uint64_t length;
  opr_begin_call(dispatcher, &call, 0);
  opr_foreign_call(function, &call, input, sizeof input, output, sizeof output, &length);
  opr_end_call(dispatcher);
  dispatcher->control->error_present = 0;
}

static uint32_t load_foreign(opr_dispatcher *dispatcher, const opr_settings *settings, opr_response *response) {
  uint64_t count = settings->foreign_count;
  if (count == 0) return OPR_DONE;
  const opr_foreign *table = opr_table_at(dispatcher, settings->foreign, count, sizeof(opr_foreign));
  if (count > 4096 || !table) return response->outcome = OPR_BAD_SPAN;
  dispatcher->foreign = calloc(count, sizeof(opr_foreign_function *));
  if (!dispatcher->foreign) return response->outcome = OPR_OUT_OF_MEMORY;
  for (uint64_t i = 0; i < count; i++) {
    opr_foreign description = table[i];
    response->detail = (uint32_t)i;
    dispatcher->foreign[i] = opr_foreign_create(dispatcher, &description, &response->outcome);
    if (!dispatcher->foreign[i]) return response->outcome;
    dispatcher->foreign_count = i + 1;
    warm_up(dispatcher, dispatcher->foreign[i]);
  }
  response->detail = 0;
  // After the last is made: all callbacks may share a page.
  for (uint64_t i = 0; i < count; i++) {
    int error = opr_foreign_protect(dispatcher->foreign[i]);
    if (error) return setup_failed(dispatcher, response, "callbacks", error);
  }
  return OPR_DONE;
}

// Everything between the first message and the first request. The order matters: what needs more rights comes first.
static uint32_t set_up(opr_dispatcher *dispatcher, const opr_settings *settings, opr_response *response) {
  const char *what = "";
  int error;
  dispatcher->scratch.limit = settings->scratch_bytes;
  // One area for each thread, so that the allocator never asks how many processors there are.
  mallopt(M_ARENA_MAX, (int)settings->threads + 1);
  watch_for_faults(dispatcher, settings);
  const uint8_t *folders = opr_bytes_at(dispatcher, settings->folders);
  if (!folders) return response->outcome = OPR_BAD_SPAN;
  if ((error = opr_limit_resources(settings, &what)) ||
      (error = opr_confine_files((const char *)folders, settings->folders.length, &what)))
    return setup_failed(dispatcher, response, what, error);
  if (settings->threads > 0) {
    dispatcher->pool = opr_pool_create(settings->threads, prepare_thread);
    if (!dispatcher->pool) return setup_failed(dispatcher, response, "threads", EAGAIN);
  }
  if ((error = opr_filter_loading(&what))) return setup_failed(dispatcher, response, what, error);
  if (settings->has_library) {
    opr_open(dispatcher, OPR_LIBRARY, response);
    if (response->outcome != OPR_DONE) return response->outcome;
  }
  if (load_foreign(dispatcher, settings, response) != OPR_DONE) return response->outcome;
  close(OPR_LIBRARY);
  if ((error = opr_limit_further(settings, &what)) || (error = opr_filter_running(&what)))
    return setup_failed(dispatcher, response, what, error);
  if (settings->has_library) opr_start(dispatcher, response);
  return response->outcome;
}

int opr_worker_main(void) {
  opr_settings settings;
  // A buffer of its own: the C library would ask what kind of file it is when something is printed.
  static char printed[4096];
  setvbuf(stdout, printed, _IOLBF, sizeof printed);
  prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  opr_close_descriptors(OPR_LIBRARY + 1);
  if (!receive(&settings, sizeof settings)) return 2;
  if (settings.arena_bytes < OPR_CONTROL_BYTES || settings.threads > 256) return 2;
  void *arena =
      mmap(NULL, settings.arena_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, OPR_ARENA, 0);
  if (arena == MAP_FAILED) return 3;
  close(OPR_ARENA);
  opr_dispatcher *dispatcher = opr_create(arena, settings.arena_bytes, settings.scratch_bytes, 0);
  if (!dispatcher) return 3;
  opr_response response;
  memset(&response, 0, sizeof response);
  uint32_t outcome = set_up(dispatcher, &settings, &response);
  if (!answer(&response)) return 2;
  if (outcome != OPR_DONE) return 4;
  opr_request request;
  while (receive(&request, sizeof request)) {
    opr_carry_out(dispatcher, &request, &response);
    if (!answer(&response)) return 2;
  }
  // The host is gone or done. Libraries' own endings are not for this process to run.
  _exit(0);
}
