// Fails one call on files, chosen by its number, to test what a program makes of it. Loaded with
// LD_PRELOAD; Linux only.
//
// FAULT_ROOT   Only calls on paths below this folder count.
// FAULT_AT     The number of the call that fails, from 1; 0 fails none.
// FAULT_KILL   With 1, the process is killed instead.
// FAULT_LOG    A file that receives the name and path of the failed call, or the number of calls.
// FAULT_LIST   With 1, the file receives the name and path of every call instead.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long calls;
static const char *root;
static long chosen;

#define NEXT(name, ...) ((__VA_ARGS__)dlsym(RTLD_NEXT, name))

static void report(const char *text) {
    const char *log = getenv("FAULT_LOG");
    if (log == NULL) return;
    int (*next_open)(const char *, int, ...) = NEXT("open", int (*)(const char *, int, ...));
    ssize_t (*next_write)(int, const void *, size_t) = NEXT("write", ssize_t (*)(int, const void *, size_t));
    int (*next_close)(int) = NEXT("close", int (*)(int));
    int file = next_open(log, O_WRONLY | O_CREAT | O_APPEND, 0644);
    if (file < 0) return;
    next_write(file, text, strlen(text));
    next_close(file);
}

__attribute__((constructor)) static void begin(void) {
    root = getenv("FAULT_ROOT");
    const char *at = getenv("FAULT_AT");
    chosen = at == NULL ? 0 : atol(at);
}

__attribute__((destructor)) static void end(void) {
    char text[64];
    snprintf(text, sizeof text, "calls %ld\n", atomic_load(&calls));
    report(text);
}

// Counts a call on a path, and returns 1 if it shall fail.
static int fails(const char *name, const char *path, int reason) {
    if (root == NULL || path == NULL) return 0;
    char whole[2 * PATH_MAX];
    if (path[0] == '/') {
        snprintf(whole, sizeof whole, "%s", path);
    } else {
        char folder[PATH_MAX];
        if (getcwd(folder, sizeof folder) == NULL) return 0;
        snprintf(whole, sizeof whole, "%s/%s", folder, path);
    }
    if (strncmp(whole, root, strlen(root)) != 0) return 0;
    const int is_chosen = atomic_fetch_add(&calls, 1) + 1 == chosen;
    if (!is_chosen && getenv("FAULT_LIST") == NULL) return 0;
    char text[3 * PATH_MAX];
    snprintf(text, sizeof text, "%s %s %s\n", is_chosen ? "failed" : "call", name, whole + strlen(root));
    report(text);
    if (!is_chosen) return 0;
    if (getenv("FAULT_KILL") != NULL) kill(getpid(), SIGKILL);
    errno = reason;
    return 1;
}

static int fails_open_file(const char *name, int file, int reason) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t count = readlink(link, path, sizeof path - 1);
    if (count <= 0) return 0;
    path[count] = 0;
    return fails(name, path, reason);
}

static mode_t mode_of(int flags, va_list arguments) {
    return flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
}

#define OPEN(NAME)                                                                   \
    int NAME(const char *path, int flags, ...) {                                     \
        va_list arguments;                                                           \
        va_start(arguments, flags);                                                  \
        mode_t mode = mode_of(flags, arguments);                                     \
        va_end(arguments);                                                           \
        if (fails("open", path, flags & O_CREAT ? ENOSPC : EIO)) return -1;          \
        return NEXT(#NAME, int (*)(const char *, int, ...))(path, flags, mode);      \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(NAME)                                                                        \
    int NAME(int folder, const char *path, int flags, ...) {                                \
        va_list arguments;                                                                  \
        va_start(arguments, flags);                                                         \
        mode_t mode = mode_of(flags, arguments);                                            \
        va_end(arguments);                                                                  \
        if (folder == AT_FDCWD && fails("open", path, flags & O_CREAT ? ENOSPC : EIO)) return -1; \
        return NEXT(#NAME, int (*)(int, const char *, int, ...))(folder, path, flags, mode); \
    }
OPENAT(openat)
OPENAT(openat64)

ssize_t write(int file, const void *bytes, size_t count) {
    if (file > 2 && fails_open_file("write", file, ENOSPC)) return -1;
    return NEXT("write", ssize_t (*)(int, const void *, size_t))(file, bytes, count);
}

#define PWRITE(NAME)                                                                                   \
    ssize_t NAME(int file, const void *bytes, size_t count, off_t offset) {                            \
        if (fails_open_file("write", file, ENOSPC)) return -1;                                         \
        return NEXT(#NAME, ssize_t (*)(int, const void *, size_t, off_t))(file, bytes, count, offset); \
    }
PWRITE(pwrite)
PWRITE(pwrite64)

ssize_t writev(int file, const struct iovec *parts, int count) {
    if (file > 2 && fails_open_file("write", file, ENOSPC)) return -1;
    return NEXT("writev", ssize_t (*)(int, const struct iovec *, int))(file, parts, count);
}

#define ON_FILE(NAME, REASON)                                   \
    int NAME(int file) {                                        \
        if (fails_open_file(#NAME, file, REASON)) return -1;    \
        return NEXT(#NAME, int (*)(int))(file);                 \
    }
ON_FILE(fsync, EIO)
ON_FILE(fdatasync, EIO)

#define TRUNCATE(NAME)                                                \
    int NAME(int file, off_t length) {                                \
        if (fails_open_file("ftruncate", file, ENOSPC)) return -1;    \
        return NEXT(#NAME, int (*)(int, off_t))(file, length);        \
    }
TRUNCATE(ftruncate)
TRUNCATE(ftruncate64)

// Only files that were open for writing can lose something when they are closed.
int close(int file) {
    int flags = fcntl(file, F_GETFL);
    int failed = flags >= 0 && (flags & O_ACCMODE) != O_RDONLY && file > 2 && fails_open_file("close", file, EIO);
    int result = NEXT("close", int (*)(int))(file);
    if (!failed) return result;
    errno = EIO;
    return -1;
}

int rename(const char *from, const char *to) {
    if (fails("rename", to, EIO)) return -1;
    return NEXT("rename", int (*)(const char *, const char *))(from, to);
}

int renameat(int from_folder, const char *from, int to_folder, const char *to) {
    if (fails("rename", to, EIO)) return -1;
    return NEXT("renameat", int (*)(int, const char *, int, const char *))(from_folder, from, to_folder, to);
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
    if (fails("rename", to, EIO)) return -1;
    return NEXT("renameat2", int (*)(int, const char *, int, const char *, unsigned))(
        from_folder, from, to_folder, to, flags);
}

int mkdir(const char *path, mode_t mode) {
    if (fails("mkdir", path, ENOSPC)) return -1;
    return NEXT("mkdir", int (*)(const char *, mode_t))(path, mode);
}

int mkdirat(int folder, const char *path, mode_t mode) {
    if (folder == AT_FDCWD && fails("mkdir", path, ENOSPC)) return -1;
    return NEXT("mkdirat", int (*)(int, const char *, mode_t))(folder, path, mode);
}
