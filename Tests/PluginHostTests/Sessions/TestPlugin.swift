/// A plugin without a circuit behind it: its function doubles bytes, its AIR bytes are constant, its traces count. An
/// input that starts with `!` and a letter makes it misbehave in one way; macros make it misbehave while it is loaded.
enum TestPlugin {
  static let doubling = "dev.outrigger.tests.doubling"
  static let own = "dev.outrigger.tests.own"

  static let source = #"""
    #define _GNU_SOURCE
    #include <fcntl.h>
    #include <outrigger_plugin.h>
    #include <pthread.h>
    #include <signal.h>
    #include <stdio.h>
    #include <stdlib.h>
    #include <string.h>
    #include <sys/mman.h>
    #include <sys/socket.h>
    #include <time.h>
    #include <unistd.h>

    static const outrigger_host_v1 *host;
    struct outrigger_instance { uint32_t circuit, index; int64_t factor; };
    struct outrigger_job { uint64_t count; outrigger_bytes first; const outrigger_instance *instance; };
    #define TEXT(s) ((outrigger_text){s, sizeof s - 1})

    #ifdef CONSTRUCT
    __attribute__((constructor)) static void construct(void) {
      if (CONSTRUCT == 1) socket(AF_INET, SOCK_STREAM, 0);
      if (CONSTRUCT == 2) open("outrigger-test", O_WRONLY | O_CREAT, 0600);
      if (CONSTRUCT == 3) { int file = open("/etc/passwd", O_RDONLY); if (file >= 0) abort(); }
      if (CONSTRUCT == 4) for (;;) {}
      if (CONSTRUCT == 5) *(volatile int *)16 = 1;
    }
    #endif

    #ifndef MAX_OUTPUT
    #define MAX_OUTPUT (1 << 21)
    #endif
    #ifndef CIRCUIT_ID
    #define CIRCUIT_ID "dev.outrigger.tests.doubling"
    #endif
    #ifndef LOG_HEIGHT
    #define LOG_HEIGHT 11
    #endif

    static outrigger_status describe(uint32_t circuit, outrigger_circuit *d) {
      if (circuit > 1) return OUTRIGGER_BAD_ARGUMENT;
      outrigger_circuit all = {
        .struct_size = d->struct_size, .id = circuit == 0 ? TEXT(CIRCUIT_ID) : TEXT("dev.outrigger.tests.own"),
        .version = TEXT("1.2.3"), .max_input_bytes = 1 << 20, .max_output_bytes = MAX_OUTPUT, .air_count = 3,
        .log_stacked_height = LOG_HEIGHT, .flags = circuit == 0 ? OUTRIGGER_STANDARD_IO | OUTRIGGER_PARALLEL : 0,
        .max_log_batch = circuit == 0 ? 2 : 0};
      memcpy(d, &all, d->struct_size < sizeof all ? d->struct_size : sizeof all);
      return OUTRIGGER_OK;
    }

    static outrigger_status create(
        const outrigger_call *call, uint32_t circuit, uint32_t index, const outrigger_parameter *parameters,
        uint64_t count, outrigger_instance **instance) {
      int64_t factor = 2;
      for (uint64_t i = 0; i < count; i++) {
        if (parameters[i].reserved != 0) return OUTRIGGER_BAD_ARGUMENT;
        if (parameters[i].key.length == 6 && !memcmp(parameters[i].key.data, "factor", 6) && parameters[i].kind == 0)
          factor = parameters[i].integer;
        else if (parameters[i].key.length == 4 && !memcmp(parameters[i].key.data, "text", 4) && parameters[i].kind == 2)
          factor = (int64_t)parameters[i].bytes.length;
        else {
          host->fail(call, TEXT("tiny.c"), 42, TEXT("unknown parameter"));
          return OUTRIGGER_BAD_ARGUMENT;
        }
      }
      outrigger_instance *made = malloc(sizeof *made);
      if (!made) return OUTRIGGER_LIMIT;
      *made = (outrigger_instance){circuit, index, factor};
      *instance = made;
      return OUTRIGGER_OK;
    }
    static void destroy(outrigger_instance *instance) { free(instance); }

    static void *nothing(void *user) { return user; }
    static volatile int zero;
    static int deeper(volatile char *above) {
      volatile char here[4096];
      here[0] = above[0];
      if (zero == 1) return 0;
      return deeper(here) + here[0];
    }
    static void add(uint64_t index, void *user) {
      uint64_t *sums = user;
      __atomic_fetch_add(&sums[index % 8], index, __ATOMIC_RELAXED);
    }
    static void add_rows(uint64_t index, void *user) {
      (void)index;
      host->parallel_for(NULL, 100, add, user);
    }
    static void busy(long milliseconds) {
      struct timespec start, now;
      clock_gettime(CLOCK_MONOTONIC, &start);
      do clock_gettime(CLOCK_MONOTONIC, &now);
      while ((now.tv_sec - start.tv_sec) * 1000 + (now.tv_nsec - start.tv_nsec) / 1000000 < milliseconds);
    }

    static outrigger_status misbehave(const outrigger_call *call, char how, outrigger_buffer *output) {
      switch (how) {
        case 's': *(volatile int *)(uintptr_t)(16 + zero) = 1; break;
        case 'a': abort();
        case 't': __builtin_trap();
        case 'o': return (outrigger_status)deeper("");
        case 'd': return (outrigger_status)(100 / zero);
        case 'l': for (;;) __asm__ volatile("" ::: "memory");
        case 'c':
          while (!host->cancelled(call)) host->progress(call, 3, 7);
          return OUTRIGGER_CANCELLED;
        case 'm':
          for (;;) {
            char *block = malloc(1 << 20);
            memset(block, 1, 1 << 20);
            __asm__ volatile("" :: "r"(block) : "memory");
          }
        case 'n': socket(AF_INET, SOCK_STREAM, 0); break;
        case 'w': open("outrigger-test", O_WRONLY | O_CREAT, 0600); break;
        case 'r': open("/etc/passwd", O_RDONLY); break;
        case 'e': execl("/bin/true", "true", (char *)0); break;
        case 'f': fork(); break;
        case 'p': { pthread_t thread; pthread_create(&thread, NULL, nothing, NULL); break; }
        case 'k': kill(getppid(), 0); break;
        case 'K': kill(getpid(), SIGKILL); break;
        case 'g': mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); break;
        case 'G': signal(SIGSEGV, SIG_IGN); break;
        case 'x': _exit(3);
        case 'y': fprintf(stderr, "these are my last words\n"); abort();
        case 'S':
          output->length = 100000;
          if (output->capacity < 100000) return OUTRIGGER_TOO_SMALL;
          memset(output->data, 9, 100000);
          return OUTRIGGER_OK;
        case 'T': output->length = 1ull << 40; return OUTRIGGER_TOO_SMALL;
        case 'U': output->length = 8; return OUTRIGGER_TOO_SMALL;
        case 'L': output->length = output->capacity + 8; return OUTRIGGER_OK;
        case '7': output->length = 7; return OUTRIGGER_OK;
        case 'b': host->fail(call, TEXT("tiny.c"), 7, TEXT("not a picture")); return OUTRIGGER_BAD_INPUT;
        case 'i': return OUTRIGGER_INTERNAL;
        case 'u': return OUTRIGGER_PLUGIN_BASE + 5;
        case 'v': return 99;
        case 'B': busy(400); break;
        // Messages of the plugin's own on the channel to the host.
        case 'q': if (write(3, "not an answer", 13) < 0) return OUTRIGGER_INTERNAL; break;
        case 'Q': {
          uint64_t message[8] = {1ull << 40, 5};
          if (write(3, message, sizeof message) < 0) return OUTRIGGER_INTERNAL;
          break;
        }
        case 'j': printf("printed\n"); fflush(stdout); abort();
        case 'z':
          host->log(call, OUTRIGGER_LOG_WARNING, TEXT("a line"));
          host->log(call, OUTRIGGER_LOG_DEBUG, TEXT("another\x1b[31m"));
          break;
        case 'Z': for (int i = 0; i < 100000; i++) host->log(call, 1, TEXT("too many lines, really too many")); break;
        case 'h': {
          unsigned char *all = NULL;
          for (int i = 0; i < 100; i++) {
            unsigned char *memory = host->scratch(call, 70000, 64);
            if (!memory || (uintptr_t)memory % 64 != 0) return OUTRIGGER_INTERNAL;
            for (int k = 0; k < 70000; k++) if (memory[k] != 0) return OUTRIGGER_INTERNAL;
            memset(memory, 1, 70000);
            if (memory == all) return OUTRIGGER_INTERNAL;
            all = memory;
          }
          if (host->scratch(call, 1ull << 50, 8) || host->scratch(call, 8, 3)) return OUTRIGGER_INTERNAL;
          break;
        }
        case 'P': {
          uint64_t sums[8] = {0};
          host->parallel_for(call, 1000, add, sums);
          host->parallel_for(call, 50, add_rows, sums);
          output->length = 64;
          memcpy(output->data, sums, 64);
          return OUTRIGGER_OK;
        }
        default: return OUTRIGGER_BAD_ARGUMENT;
      }
      output->length = 0;
      return OUTRIGGER_OK;
    }

    static outrigger_status eval(
        const outrigger_call *call, outrigger_instance *instance, outrigger_bytes input, outrigger_buffer *output) {
      if (input.length >= 2 && input.data[0] == '!') return misbehave(call, (char)input.data[1], output);
      output->length = (input.length + 7) / 8 * 8;
      if (output->length > output->capacity) return OUTRIGGER_TOO_SMALL;
      memset(output->data, 0, output->length);
      for (uint64_t i = 0; i < input.length; i++) output->data[i] = (uint8_t)(instance->factor * input.data[i]);
      return OUTRIGGER_OK;
    }

    #ifdef COMMIT
    static outrigger_status commit_input(
        const outrigger_call *call, outrigger_instance *instance, outrigger_bytes input, uint32_t digest[8]) {
      for (int i = 0; i < 8; i++) digest[i] = OUTRIGGER_MODULUS - (COMMIT == 1);
      return OUTRIGGER_OK;
    }
    #endif

    static outrigger_status air_bytes(
        const outrigger_call *call, outrigger_instance *instance, outrigger_buffer *bytes) {
      static const char text[] = "not yet AIR bytes";
      bytes->length = sizeof text - 1;
      if (bytes->capacity < bytes->length) return OUTRIGGER_TOO_SMALL;
      memcpy(bytes->data, text, bytes->length);
      return OUTRIGGER_OK;
    }

    static void write_view(const outrigger_view *view, uint32_t base) {
      for (uint64_t r = 0; r < view->rows; r++)
        for (uint64_t c = 0; c < view->columns; c++)
          view->data[r * view->row_stride + c * view->column_stride] =
              base + (uint32_t)(r * view->columns + c);
    }

    static outrigger_status preprocessed_height(
        const outrigger_call *call, outrigger_instance *instance, uint32_t air, uint8_t *log_height) {
      if (air != 1) return OUTRIGGER_BAD_ARGUMENT;
      *log_height = 3;
      return OUTRIGGER_OK;
    }
    static outrigger_status preprocessed(
        const outrigger_call *call, outrigger_instance *instance, const outrigger_view *view) {
      write_view(view, 77);
      return OUTRIGGER_OK;
    }
    static outrigger_status cached(
        const outrigger_call *call, outrigger_instance *instance, outrigger_bytes input, const outrigger_view *view) {
      write_view(view, (uint32_t)(input.data ? 1000 + input.length : 500) + 10000 * view->part);
      return OUTRIGGER_OK;
    }

    static outrigger_status plan(
        const outrigger_call *call, outrigger_instance *instance, const outrigger_bytes *inputs, uint64_t count,
        uint8_t *log_heights, outrigger_job **job) {
      int is_high = count > 0 && inputs[0].length >= 2 && !memcmp(inputs[0].data, "!H", 2);
      log_heights[0] = is_high ? 60 : 4;
      log_heights[1] = OUTRIGGER_ABSENT;
      log_heights[2] = 2;
      outrigger_job *made = malloc(sizeof *made);
      *made = (outrigger_job){count, inputs[0], instance};
      *job = made;
      return OUTRIGGER_OK;
    }

    static outrigger_status fill(
        const outrigger_call *call, outrigger_job *job, const outrigger_view *views, uint64_t view_count,
        uint32_t *public_values) {
      if ((job->instance->circuit == 1) != (public_values != NULL)) return OUTRIGGER_INTERNAL;
      for (uint64_t i = 0; i < view_count; i++) {
        if ((uintptr_t)views[i].data % 64 != 0) return OUTRIGGER_INTERNAL;
        write_view(&views[i], 1000000 * views[i].air);
      }
      if (public_values) for (int i = 0; i < 17; i++) public_values[i] = 100 + i;
      if (job->first.length < 2 || job->first.data[0] != '!') return OUTRIGGER_OK;
      const outrigger_view *last = &views[view_count - 1];
      uint64_t end = (last->rows - 1) * last->row_stride + (last->columns - 1) * last->column_stride + 1;
      switch (job->first.data[1]) {
        case 'G': last->data[end] = 5; break;
        case 'P': last->data[end + 16] = 5; break;
        case 'B': last->data[-1] = 5; break;
        case 'Q': last->data[-1024] = 5; break;
        case 'g': last->data[last->rows] = 5; break;
        case 'N': last->data[0] = OUTRIGGER_MODULUS; break;
        case 'V': if (public_values) public_values[16] = OUTRIGGER_MODULUS; break;
        case 'E': return OUTRIGGER_LIMIT;
        case 'W': busy(400); break;
        default: { outrigger_buffer none = {0}; return misbehave(call, (char)job->first.data[1], &none); }
      }
      return OUTRIGGER_OK;
    }
    static void close_job(outrigger_job *job) { free(job); }

    static outrigger_status known_answer(
        uint32_t circuit, uint32_t number, outrigger_bytes *input, outrigger_bytes *output) {
      static const uint8_t in[] = {1, 2, 3}, out[] = {2, 4, 6, 0, 0, 0, 0, 0};
      if (number > 1) return OUTRIGGER_BAD_ARGUMENT;
      *input = (outrigger_bytes){in, number == 0 ? sizeof in : 0};
      *output = (outrigger_bytes){out, number == 0 ? sizeof out : 0};
      return OUTRIGGER_OK;
    }
    static outrigger_text reason(outrigger_status status) {
      return status == OUTRIGGER_PLUGIN_BASE + 5 ? TEXT("the moon is full") : (outrigger_text){0};
    }
    #ifdef EXTENDS
    static const void *get_extension(outrigger_text id) { return "anything"; }
    #endif

    #ifndef STRUCT_SIZE
    #define STRUCT_SIZE sizeof(outrigger_plugin_v1)
    #endif
    #ifndef MAJOR
    #define MAJOR 1
    #endif
    #ifndef RESERVED
    #define RESERVED 0
    #endif
    #ifndef CIRCUITS
    #define CIRCUITS 2
    #endif
    #ifndef PLAN
    #define PLAN plan
    #endif
    static outrigger_plugin_v1 table = {
      .struct_size = STRUCT_SIZE, .abi_major = MAJOR, .abi_minor = 0, .name = TEXT("tiny"), .version = TEXT("0.1"),
      .circuit_count = CIRCUITS, .reserved = RESERVED, .describe = describe, .create = create, .destroy = destroy,
      .eval = eval, .air_bytes = air_bytes, .preprocessed_height = preprocessed_height, .preprocessed = preprocessed,
      .cached = cached, .plan = PLAN, .fill = fill, .close = close_job, .known_answer = known_answer, .reason = reason,
    #ifdef COMMIT
      .commit_input = commit_input,
    #endif
    #ifdef EXTENDS
      .get_extension = get_extension,
    #endif
    };

    #ifndef NO_ENTRY
    const outrigger_plugin_v1 *outrigger_plugin_entry_v1(const outrigger_host_v1 *theirs) {
    #ifdef NULL_ENTRY
      return NULL;
    #endif
    #ifdef PICKY
      if (theirs->struct_size != sizeof *theirs) return NULL;
    #endif
    #ifdef UNSTABLE
      table.circuit_count += host != NULL;
    #endif
      host = theirs;
      return &table;
    }
    #endif
    """#
}
