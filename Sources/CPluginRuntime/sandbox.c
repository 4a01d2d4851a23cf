// The walls around a worker: descriptors, resource limits, and two filters of system calls.
//
// The first filter is for the dynamic loader: it may read files and map code. The second is for what runs afterwards:
// a plugin computes, takes and gives back memory, and waits. What the second forbids ends the process.
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

// --- Descriptors and limits

int opr_close_descriptors(int first_closed) {
#if defined(SYS_close_range)
  if (syscall(SYS_close_range, first_closed, ~0u, 0) == 0) return 0;
#endif
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit)) return errno;
  int end = limit.rlim_cur < 1 << 20 ? (int)limit.rlim_cur : 1 << 20;
  for (int descriptor = first_closed; descriptor < end; descriptor++) close(descriptor);
  return 0;
}

static int limit(int resource, rlim_t value, rlim_t grace) {
  struct rlimit old;
  if (getrlimit(resource, &old)) return errno;
  rlim_t most = value + grace;
  if (old.rlim_max != RLIM_INFINITY && most > old.rlim_max) most = old.rlim_max;
  struct rlimit new = {value < most ? value : most, most};
  return setrlimit(resource, &new) ? errno : 0;
}

// Bytes of address space in use.
static uint64_t address_space(void) {
  unsigned long long pages = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  if (!file) return 0;
  if (fscanf(file, "%llu", &pages) != 1) pages = 0;
  fclose(file);
  return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

// Room for libraries while they are loaded: a plugin with the Swift runtime inside is ten megabytes.
#define LIBRARY_BYTES (UINT64_C(128) << 20)
#define THREAD_BYTES (UINT64_C(144) << 20)

static int limit_memory(const opr_settings *settings, uint64_t slack, const char **what) {
  *what = "address space";
  if (settings->memory_bytes == 0) return 0;
  uint64_t bytes;
  if (__builtin_add_overflow(settings->memory_bytes, address_space() + slack, &bytes)) return EOVERFLOW;
  return limit(RLIMIT_AS, bytes, 0);
}

int opr_limit_resources(const opr_settings *settings, const char **what) {
  int error;
  *what = "no core files";
  if ((error = limit(RLIMIT_CORE, 0, 0))) return error;
  *what = "no file growth";
  if ((error = limit(RLIMIT_FSIZE, 0, 0))) return error;
  if (settings->cpu_seconds > 0) {
    *what = "processor time";
    if ((error = limit(RLIMIT_CPU, settings->cpu_seconds, 5))) return error;
  }
  // Threads are still to come: each reserves a stack and an area of the allocator.
  uint64_t slack = LIBRARY_BYTES + settings->threads * THREAD_BYTES;
  if ((error = limit_memory(settings, slack, what))) return error;
  *what = "no privileges";
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct none[2];
  memset(none, 0, sizeof none);
  if (syscall(SYS_capset, &header, none)) return errno;
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ? errno : 0;
}

int opr_limit_further(const opr_settings *settings, const char **what) {
  int error = limit_memory(settings, 0, what);
  if (error) return error;
  *what = "no new descriptors";
  return limit(RLIMIT_NOFILE, 0, 0);
}

// --- Filters

#if defined(__x86_64__)
#define MACHINE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define MACHINE AUDIT_ARCH_AARCH64
#else
#error "The worker knows the system calls of x86-64 and of 64-bit ARM only."
#endif

typedef struct filter {
  struct sock_filter code[512];
  unsigned short length;
} filter;

static void emit(filter *filter, struct sock_filter instruction) {
  if (filter->length < 512) filter->code[filter->length++] = instruction;
}

#define STATEMENT(code, k) ((struct sock_filter)BPF_STMT(code, k))
#define JUMP(code, k, yes, no) ((struct sock_filter)BPF_JUMP(code, k, yes, no))
#define LOAD(field) STATEMENT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offsetof(struct seccomp_data, field))
#define GIVE(action) STATEMENT(BPF_RET | BPF_K, action)

static uint32_t argument(int number) {
  return (uint32_t)(offsetof(struct seccomp_data, args) + 8 * (size_t)number);  // its low half
}

static void begin(filter *filter) {
  filter->length = 0;
  emit(filter, LOAD(arch));
  emit(filter, JUMP(BPF_JMP | BPF_JEQ | BPF_K, MACHINE, 1, 0));
  emit(filter, GIVE(SECCOMP_RET_KILL_PROCESS));
  emit(filter, LOAD(nr));
#if defined(__x86_64__)
  // The calls of the x32 interface have numbers of their own.
  emit(filter, JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1));
  emit(filter, GIVE(SECCOMP_RET_KILL_PROCESS));
#endif
}

static void give(filter *filter, int call, uint32_t action) {
  emit(filter, JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 1));
  emit(filter, GIVE(action));
}

static void allow(filter *filter, int call) { give(filter, call, SECCOMP_RET_ALLOW); }

// Allows the call where none of `bits` is set in an argument; else `otherwise`.
static void allow_without(filter *filter, int call, int number, uint32_t bits, uint32_t otherwise) {
  emit(filter, JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 4));
  emit(filter, STATEMENT(BPF_LD | BPF_W | BPF_ABS, argument(number)));
  emit(filter, JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1));
  emit(filter, GIVE(otherwise));
  emit(filter, GIVE(SECCOMP_RET_ALLOW));
}

// Allows the call where an argument's low half has this value.
static void allow_equal(filter *filter, int call, int number, uint32_t wanted, uint32_t otherwise) {
  emit(filter, JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 4));
  emit(filter, STATEMENT(BPF_LD | BPF_W | BPF_ABS, argument(number)));
  emit(filter, JUMP(BPF_JMP | BPF_JEQ | BPF_K, wanted, 1, 0));
  emit(filter, GIVE(otherwise));
  emit(filter, GIVE(SECCOMP_RET_ALLOW));
}

// The same where the first argument has one value and another has another.
static void allow_both(filter *filter, int call, uint32_t first, int third, uint32_t wanted, uint32_t otherwise) {
  emit(filter, JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 6));
  emit(filter, STATEMENT(BPF_LD | BPF_W | BPF_ABS, argument(0)));
  emit(filter, JUMP(BPF_JMP | BPF_JEQ | BPF_K, first, 0, 2));
  emit(filter, STATEMENT(BPF_LD | BPF_W | BPF_ABS, argument(third)));
  emit(filter, JUMP(BPF_JMP | BPF_JEQ | BPF_K, wanted, 1, 0));
  emit(filter, GIVE(otherwise));
  emit(filter, GIVE(SECCOMP_RET_ALLOW));
}

static int install(filter *filter) {
  if (filter->length == 512) return E2BIG;
  struct sock_fprog program = {.len = filter->length, .filter = filter->code};
  long result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program);
  // Positive: a thread that could not be brought in line.
  return result == 0 ? 0 : result > 0 ? EAGAIN : errno;
}

// What both filters allow: computing, memory without code, waiting, speaking to the host, and dying.
static void allow_common(filter *filter, uint32_t otherwise) {
  const int plain[] = {
      SYS_read, SYS_write, SYS_futex, SYS_clock_gettime, SYS_brk, SYS_mremap, SYS_munmap,
      SYS_exit, SYS_exit_group, SYS_rt_sigreturn, SYS_rt_sigprocmask, SYS_getpid, SYS_gettid, SYS_sched_yield,
      SYS_sched_getaffinity, SYS_restart_syscall,
  };
  for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) allow(filter, plain[i]);
  // Advice up to the number where the kind begins that takes pages out of service, for the superuser.
  emit(filter, JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_madvise, 0, 4));
  emit(filter, STATEMENT(BPF_LD | BPF_W | BPF_ABS, argument(2)));
  emit(filter, JUMP(BPF_JMP | BPF_JGE | BPF_K, 100, 0, 1));
  emit(filter, GIVE(otherwise));
  emit(filter, GIVE(SECCOMP_RET_ALLOW));
  // abort: it raises SIGABRT, and gives the signal its usual meaning before it does so again.
  allow_both(filter, SYS_tgkill, (uint32_t)getpid(), 2, SIGABRT, otherwise);
  allow_equal(filter, SYS_rt_sigaction, 0, SIGABRT, otherwise);
}

int opr_filter_running(const char **what) {
  *what = "the filter for running";
  static filter filter;
  begin(&filter);
  allow_common(&filter, SECCOMP_RET_KILL_PROCESS);
  allow_without(&filter, SYS_mmap, 2, PROT_EXEC, SECCOMP_RET_KILL_PROCESS);
  allow_without(&filter, SYS_mprotect, 2, PROT_EXEC, SECCOMP_RET_KILL_PROCESS);
  emit(&filter, GIVE(SECCOMP_RET_KILL_PROCESS));
  return install(&filter);
}

int opr_filter_loading(const char **what) {
  *what = "the filter for loading";
  static filter filter;
  const uint32_t refused = SECCOMP_RET_ERRNO | EPERM;
  begin(&filter);
  allow_common(&filter, refused);
  const int plain[] = {
      SYS_mmap, SYS_mprotect, SYS_pread64, SYS_close, SYS_fstat, SYS_newfstatat, SYS_lseek, SYS_readlinkat,
      SYS_faccessat, SYS_getrandom, SYS_uname, SYS_getuid, SYS_geteuid, SYS_getgid, SYS_getegid, SYS_sysinfo,
      SYS_getcwd, SYS_sigaltstack, SYS_set_robust_list, SYS_seccomp, SYS_fcntl, SYS_getdents64,
#if defined(__x86_64__)
      SYS_readlink, SYS_access, SYS_stat, SYS_lstat, SYS_arch_prctl, SYS_getrlimit,
#endif
#if defined(SYS_statx)
      SYS_statx,
#endif
#if defined(SYS_rseq)
      SYS_rseq,
#endif
  };
  for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) allow(&filter, plain[i]);
  const uint32_t writing = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND;
  allow_without(&filter, SYS_openat, 2, writing, SECCOMP_RET_KILL_PROCESS);
#if defined(__x86_64__)
  allow_without(&filter, SYS_open, 1, writing, SECCOMP_RET_KILL_PROCESS);
#endif
  // Limits may be read and lowered: nothing can raise them again.
  allow_equal(&filter, SYS_prlimit64, 0, 0, refused);
  // What no library has any business with ends the process; the rest is refused, as on a machine that lacks it.
  const int deadly[] = {
      SYS_socket, SYS_socketpair, SYS_connect, SYS_bind, SYS_sendto, SYS_execve, SYS_execveat, SYS_clone, SYS_ptrace,
      SYS_kill, SYS_process_vm_readv, SYS_process_vm_writev,
#if defined(__x86_64__)
      SYS_fork, SYS_vfork, SYS_creat,
#endif
#if defined(SYS_clone3)
      SYS_clone3,
#endif
#if defined(SYS_io_uring_setup)
      SYS_io_uring_setup,
#endif
  };
  for (size_t i = 0; i < sizeof deadly / sizeof deadly[0]; i++) give(&filter, deadly[i], SECCOMP_RET_KILL_PROCESS);
  emit(&filter, GIVE(refused));
  return install(&filter);
}
