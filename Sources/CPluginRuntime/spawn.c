// The host's side of workers: memory files, the channel, and starting the process.
#include "internal.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif
#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

// A descriptor well above those that a worker is given.
static int moved_up(int descriptor) {
  if (descriptor < 0 || descriptor > 15) return descriptor;
  int higher = fcntl(descriptor, F_DUPFD_CLOEXEC, 16);
  int error = errno;
  close(descriptor);
  errno = error;
  return higher;
}

static int memory_file(const char *name, unsigned extra) {
  int file = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | extra);
  // Older systems do not know the extra flag.
  if (file < 0 && errno == EINVAL) file = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
  return moved_up(file);
}

static int failed(int file) {
  int error = errno;
  close(file);
  return -error;
}

int opr_sealed_copy(const char *name, const void *bytes, uint64_t length) {
  int file = memory_file(name, MFD_EXEC);
  if (file < 0) return -errno;
  const uint8_t *left = bytes;
  while (length > 0) {
    ssize_t put = write(file, left, length);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return failed(file);
    left += put;
    length -= (uint64_t)put;
  }
  if (fcntl(file, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)) return failed(file);
  return file;
}

int opr_memory_file(const char *name, uint64_t length) {
  int file = memory_file(name, MFD_NOEXEC_SEAL);
  if (file < 0) return -errno;
  if (length > INT64_MAX || ftruncate(file, (off_t)length)) return failed(file);
  if (fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)) return failed(file);
  return file;
}

static int move_both(int ends[2]) {
  for (int i = 0; i < 2; i++) {
    ends[i] = moved_up(ends[i]);
    if (ends[i] < 0) {
      int error = errno;
      close(ends[1 - i]);
      return error;
    }
  }
  return 0;
}

int opr_channel(int ends[2]) {
  return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) ? errno : move_both(ends);
}

int opr_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC | O_NONBLOCK) ? errno : move_both(ends); }

uint64_t opr_runtime_folder(char *room, uint64_t capacity) {
  void *symbol = dlsym(RTLD_DEFAULT, "swift_retain");
  Dl_info found;
  if (!symbol || !dladdr(symbol, &found) || !found.dli_fname) return 0;
  const char *name = strrchr(found.dli_fname, '/');
  if (!name || strncmp(name, "/libswiftCore", 13) != 0) return 0;
  uint64_t length = (uint64_t)(name - found.dli_fname);
  if (length > capacity) return 0;
  memcpy(room, found.dli_fname, length);
  return length;
}

// --- Starting

typedef struct order {
  const char *path;
  int descriptors[5];  // channel, arena, library, errors twice
  pid_t process;
  int error;
  bool done;
} order;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static order *waiting;
static pid_t starter_of;  // process that the starting thread belongs to

static int start(order *order) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int error = posix_spawn_file_actions_init(&actions);
  if (error) return error;
  error = posix_spawnattr_init(&attributes);
  if (error) {
    posix_spawn_file_actions_destroy(&actions);
    return error;
  }
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  const int targets[5] = {OPR_CHANNEL, OPR_ARENA, OPR_LIBRARY, STDERR_FILENO, STDOUT_FILENO};
  error = posix_spawnattr_setsigmask(&attributes, &none);
  if (!error) error = posix_spawnattr_setsigdefault(&attributes, &all);
  if (!error) error = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  if (!error) error = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  for (int i = 0; i < 5 && !error; i++)
    error = order->descriptors[i] < 0
                ? posix_spawn_file_actions_addopen(&actions, targets[i], "/dev/null", O_RDONLY, 0)
                : posix_spawn_file_actions_adddup2(&actions, order->descriptors[i], targets[i]);
  char name[] = "outrigger-plugin-worker";
  // A trap is to be seen as its own signal, without the Swift runtime's help.
  char setting[] = "SWIFT_BACKTRACE=enable=no";
  char *const arguments[] = {name, NULL};
  char *const environment[] = {setting, NULL};
  if (!error) error = posix_spawn(&order->process, order->path, &actions, &attributes, arguments, environment);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

static void *starter(void *unused) {
  (void)unused;
  pthread_mutex_lock(&lock);
  for (;;) {
    while (!waiting || waiting->done) pthread_cond_wait(&changed, &lock);
    order *order = waiting;
    pthread_mutex_unlock(&lock);
    int error = start(order);
    pthread_mutex_lock(&lock);
    order->error = error;
    order->done = true;
    pthread_cond_broadcast(&changed);
  }
  return NULL;
}

// A worker dies with the thread that started it. So all are started by one thread that lives as long as the process.
int opr_spawn(const char *path, int channel, int arena, int library, int errors, pid_t *process) {
  order order = {.path = path, .descriptors = {channel, arena, library, errors, errors}};
  pthread_mutex_lock(&lock);
  if (starter_of != getpid()) {
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    // Signals are for the threads that were there before.
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    int error = pthread_create(&thread, &attributes, starter, NULL);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    pthread_attr_destroy(&attributes);
    if (error) {
      pthread_mutex_unlock(&lock);
      return error;
    }
    starter_of = getpid();
  }
  while (waiting) pthread_cond_wait(&changed, &lock);
  waiting = &order;
  pthread_cond_broadcast(&changed);
  while (!order.done) pthread_cond_wait(&changed, &lock);
  waiting = NULL;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
  if (order.error == 0) *process = order.process;
  return order.error;
}
