// Which files a worker may read while it loads: libraries, and what libraries read when they start. Where the system
// has no Landlock, the filters alone stand in the way, and a library's constructors can read what the user can read.
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__has_include)
#if __has_include(<linux/landlock.h>)
#include <linux/landlock.h>
#endif
#endif

#if defined(LANDLOCK_ACCESS_FS_READ_FILE) && defined(SYS_landlock_create_ruleset)

// Everything that the first version of the interface knows.
#define ALL_ACCESS ((UINT64_C(1) << 13) - 1)

static void allow_reading(int rules, const char *path) {
  int place = open(path, O_PATH | O_CLOEXEC);
  if (place < 0) return;
  struct stat status;
  if (fstat(place, &status) == 0) {
    struct landlock_path_beneath_attr rule = {
        .allowed_access = LANDLOCK_ACCESS_FS_READ_FILE |
                          (S_ISDIR(status.st_mode) ? (uint64_t)LANDLOCK_ACCESS_FS_READ_DIR : 0),
        .parent_fd = place};
    syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
  }
  close(place);
}

int opr_can_confine_files(void) {
  return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) >= 1;
}

int opr_confine_files(const char *folders, uint64_t length, const char **what) {
  *what = "confined files";
  struct landlock_ruleset_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.handled_access_fs = ALL_ACCESS;
  int rules = (int)syscall(
      SYS_landlock_create_ruleset, &attributes, sizeof attributes.handled_access_fs, 0);
  if (rules < 0) return errno == ENOSYS || errno == EOPNOTSUPP ? 0 : errno;
  static const char *const usual[] = {
      "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/etc/ld.so.preload",
      "/etc/ssl/openssl.cnf", "/proc/self/statm",
  };
  for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++) allow_reading(rules, usual[i]);
  // Texts one after the other, each with its end.
  while (length > 0) {
    const char *end = memchr(folders, 0, length);
    if (!end) break;
    allow_reading(rules, folders);
    length -= (uint64_t)(end + 1 - folders);
    folders = end + 1;
  }
  int error = syscall(SYS_landlock_restrict_self, rules, 0) ? errno : 0;
  close(rules);
  return error;
}

#else

int opr_can_confine_files(void) { return 0; }

int opr_confine_files(const char *folders, uint64_t length, const char **what) {
  (void)folders;
  (void)length;
  *what = "confined files";
  return 0;
}

#endif
