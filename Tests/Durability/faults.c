// A library to be loaded before a program (LD_PRELOAD): it counts the calls that the program makes on files in one
// folder, and lets one of them fail, or ends the program right before or after it.
//
//   FAULT_FOLDER  the folder, absolute
//   FAULT_LOG     a file, to which one line is appended for each call: its number, its name and its file
//   FAULT         number:kind, where kind is an error's name, "before" or "after" (the program is killed), "short" (half of
//                 the bytes are written), and a "+" after an error's name says "from then on, every call of that name"

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_int calls;
static const char *folder, *kind;
static size_t folder_length;
static int wanted = -1, error_number, lasts, log_file = -1;
static char failing[32];

static const struct { const char *name; int number; } errors[] = {
    {"ENOSPC", ENOSPC}, {"EIO", EIO}, {"EDQUOT", EDQUOT}, {"EINTR", EINTR}};

__attribute__((constructor)) static void begin(void) {
  folder = getenv("FAULT_FOLDER");
  if (!folder) return;
  folder_length = strlen(folder);
  const char *path = getenv("FAULT_LOG");
  if (path) log_file = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const char *fault = getenv("FAULT");
  if (!fault) return;
  wanted = atoi(fault);
  kind = strchr(fault, ':');
  if (!kind) { wanted = -1; return; }
  kind += 1;
  lasts = kind[strlen(kind) - 1] == '+';
  for (size_t index = 0; index < sizeof errors / sizeof *errors; index++)
    if (!strncmp(kind, errors[index].name, strlen(errors[index].name))) error_number = errors[index].number;
}

static int is_in_folder(const char *path) {
  return path && !strncmp(path, folder, folder_length) && (path[folder_length] == '/' || !path[folder_length]);
}

enum verdict { pass, fail, kill_after, halve };

// What is to become of a call, which is counted if it is one on the folder.
static enum verdict judge(const char *name, const char *path) {
  char absolute[4096];
  if (!folder || !path) return pass;
  if (*path != '/' && syscall(SYS_getcwd, absolute, sizeof absolute) > 0) {
    size_t length = strlen(absolute);
    snprintf(absolute + length, sizeof absolute - length, "/%s", path);
    path = absolute;
  }
  if (!is_in_folder(path)) return pass;
  int number = atomic_fetch_add(&calls, 1);
  int is_it = number == wanted || (lasts && number > wanted && !strcmp(failing, name));
  if (log_file >= 0) {
    char line[1200];
    int length = snprintf(line, sizeof line, "%d %s%s %s\n", number, is_it ? "*" : "", name, path);
    syscall(SYS_write, log_file, line, length < (int)sizeof line ? length : (int)sizeof line - 1);
  }
  if (!is_it) return pass;
  if (!failing[0]) strncpy(failing, name, sizeof failing - 1);
  if (!strcmp(kind, "before")) { kill(getpid(), SIGKILL); for (;;) pause(); }
  if (!strcmp(kind, "after")) return kill_after;
  if (!strcmp(kind, "short")) return halve;
  errno = error_number;
  return fail;
}

static enum verdict judge_open_file(const char *name, int file) {
  char link[40], path[1024];
  if (!folder) return pass;
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = syscall(SYS_readlink, link, path, sizeof path - 1);
  if (length < 0) return pass;
  path[length] = 0;
  return judge(name, path);
}

// A call that has come back: the program ends here, where that is what is wanted.
#define FINISH(call)                                             \
  __typeof__(call) result = call;                                \
  if (verdict == kill_after) { kill(getpid(), SIGKILL); for (;;) pause(); } \
  return result

#define REAL(name) static __typeof__(name) *real; if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

#define OPEN(name)                                               \
  int name(const char *path, int flags, ...) {                   \
    va_list list; va_start(list, flags);                         \
    mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(list, mode_t) : 0; \
    va_end(list);                                                \
    REAL(name);                                                  \
    enum verdict verdict = judge("open", path);                  \
    if (verdict == fail) return -1;                              \
    FINISH(real(path, flags, mode));                             \
  }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                             \
  int name(int at, const char *path, int flags, ...) {           \
    va_list list; va_start(list, flags);                         \
    mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(list, mode_t) : 0; \
    va_end(list);                                                \
    REAL(name);                                                  \
    enum verdict verdict = judge("open", path);                  \
    if (verdict == fail) return -1;                              \
    FINISH(real(at, path, flags, mode));                         \
  }
OPENAT(openat)
OPENAT(openat64)

#define ON_FILE(name, shown, result_type, parameters, arguments) \
  result_type name parameters {                                  \
    REAL(name);                                                  \
    enum verdict verdict = judge_open_file(shown, file);         \
    if (verdict == fail) return -1;                              \
    if (verdict == halve) length = (length + 1) / 2;             \
    FINISH(real arguments);                                      \
  }
ON_FILE(write, "write", ssize_t, (int file, const void *bytes, size_t length), (file, bytes, length))
ON_FILE(pwrite, "write", ssize_t, (int file, const void *bytes, size_t length, off_t place), (file, bytes, length, place))
ON_FILE(pwrite64, "write", ssize_t, (int file, const void *bytes, size_t length, off64_t place), (file, bytes, length, place))
ON_FILE(read, "read", ssize_t, (int file, void *bytes, size_t length), (file, bytes, length))
ON_FILE(pread, "read", ssize_t, (int file, void *bytes, size_t length, off_t place), (file, bytes, length, place))
ON_FILE(pread64, "read", ssize_t, (int file, void *bytes, size_t length, off64_t place), (file, bytes, length, place))

#define ON_FILE_ALONE(name, shown, parameters, arguments)        \
  int name parameters {                                          \
    REAL(name);                                                  \
    enum verdict verdict = judge_open_file(shown, file);         \
    if (verdict == fail) return -1;                              \
    FINISH(real arguments);                                      \
  }
ON_FILE_ALONE(fsync, "fsync", (int file), (file))
ON_FILE_ALONE(fdatasync, "fsync", (int file), (file))
ON_FILE_ALONE(ftruncate, "truncate", (int file, off_t length), (file, length))
ON_FILE_ALONE(ftruncate64, "truncate", (int file, off64_t length), (file, length))
ON_FILE_ALONE(flock, "flock", (int file, int operation), (file, operation))
ON_FILE_ALONE(close, "close", (int file), (file))

#define ON_PATH(name, shown, parameters, path, arguments)        \
  int name parameters {                                          \
    REAL(name);                                                  \
    enum verdict verdict = judge(shown, path);                   \
    if (verdict == fail) return -1;                              \
    FINISH(real arguments);                                      \
  }
ON_PATH(truncate, "truncate", (const char *path, off_t length), path, (path, length))
ON_PATH(rename, "rename", (const char *from, const char *to), to, (from, to))
ON_PATH(renameat, "rename", (int a, const char *from, int b, const char *to), to, (a, from, b, to))
ON_PATH(link, "link", (const char *from, const char *to), to, (from, to))
ON_PATH(linkat, "link", (int a, const char *from, int b, const char *to, int flags), to, (a, from, b, to, flags))
ON_PATH(symlink, "link", (const char *from, const char *to), to, (from, to))
ON_PATH(unlink, "unlink", (const char *path), path, (path))
ON_PATH(unlinkat, "unlink", (int at, const char *path, int flags), path, (at, path, flags))
ON_PATH(rmdir, "rmdir", (const char *path), path, (path))
ON_PATH(mkdir, "mkdir", (const char *path, mode_t mode), path, (path, mode))
ON_PATH(mkdirat, "mkdir", (int at, const char *path, mode_t mode), path, (at, path, mode))
