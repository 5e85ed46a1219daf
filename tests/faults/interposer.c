/* Stands between a process and the C library: counts what it writes below one folder, and makes the k-th write fail or the
 * process die or be interrupted in it. Told by environment variables, read anew at every call, so that a fork can be told otherwise:
 *   FAULT_ROOT   the folder, as an absolute path        FAULT_AT     the number of the write that is struck; 0: none
 *   FAULT_COUNTS a file of two 64-bit counters          FAULT_MODE   once, forever, kill or interrupt
 *   FAULT_ERRNO  what a failing write says
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static volatile int64_t *counts; /* writes begun, writes that are under way */
static char counted_in[PATH_MAX];

static volatile int64_t *counters(void) {
    const char *path = getenv("FAULT_COUNTS");
    if (!path) return NULL;
    if (counts && !strcmp(path, counted_in)) return counts;
    int (*really_open)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
    int fd = really_open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0) return NULL;
    void *mapped = mmap(NULL, 16, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (mapped == MAP_FAILED) return NULL;
    counts = mapped;
    snprintf(counted_in, sizeof counted_in, "%s", path);
    return counts;
}

static int below(const char *path) {
    const char *root = getenv("FAULT_ROOT");
    if (!root || !path) return 0;
    char whole[PATH_MAX * 2] = "";
    if (path[0] != '/') {
        if (!getcwd(whole, PATH_MAX)) return 0;
        strcat(whole, "/");
    }
    strncat(whole, path, PATH_MAX - 1);
    return !strncmp(whole, root, strlen(root));
}

static int fd_below(int fd) {
    if (!getenv("FAULT_ROOT")) return 0;
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return below(path);
}

enum fate { GO_ON, FAIL, DIE };

static enum fate fate(void) {
    volatile int64_t *shared = counters();
    if (!shared) return GO_ON;
    int64_t number = __atomic_add_fetch(&shared[0], 1, __ATOMIC_SEQ_CST);
    const char *at = getenv("FAULT_AT"), *mode = getenv("FAULT_MODE"), *code = getenv("FAULT_ERRNO");
    int64_t struck = at ? atoll(at) : 0;
    if (!struck || !mode) return GO_ON;
    if (!strcmp(mode, "kill")) return number == struck ? DIE : GO_ON;
    if (!strcmp(mode, "interrupt")) {
        if (number == struck) kill(0, SIGINT); /* Ctrl-C goes to the whole group */
        return GO_ON;
    }
    if (number != struck && !(number > struck && !strcmp(mode, "forever"))) return GO_ON;
    errno = code ? atoi(code) : EIO;
    return FAIL;
}

static void under_way(int change) {
    if (counts) __atomic_add_fetch(&counts[1], change, __ATOMIC_SEQ_CST);
}

/* A death falls in the middle of the write: half of the bytes are out, and nobody hears of them. */
#define STRUCK(is_ours, half, call)                        \
    if (!(is_ours)) return call;                           \
    enum fate what = fate();                               \
    if (what == FAIL) return -1;                           \
    under_way(1);                                          \
    if (what == DIE) { half; kill(getpid(), SIGKILL); }    \
    __typeof__(call) answer = call;                        \
    under_way(-1);                                         \
    return answer;

#define REAL(name, result, ...)                                     \
    static result (*really)(__VA_ARGS__);                           \
    if (!really) really = (result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name);

ssize_t write(int fd, const void *from, size_t count) {
    REAL("write", ssize_t, int, const void *, size_t)
    STRUCK(fd_below(fd), really(fd, from, count / 2), really(fd, from, count))
}
ssize_t pwrite(int fd, const void *from, size_t count, off_t at) {
    REAL("pwrite", ssize_t, int, const void *, size_t, off_t)
    STRUCK(fd_below(fd), really(fd, from, count / 2, at), really(fd, from, count, at))
}
ssize_t pwrite64(int fd, const void *from, size_t count, off64_t at) {
    REAL("pwrite64", ssize_t, int, const void *, size_t, off64_t)
    STRUCK(fd_below(fd), really(fd, from, count / 2, at), really(fd, from, count, at))
}
int fsync(int fd) {
    REAL("fsync", int, int)
    STRUCK(fd_below(fd), (void)0, really(fd))
}
int fdatasync(int fd) {
    REAL("fdatasync", int, int)
    STRUCK(fd_below(fd), (void)0, really(fd))
}
int ftruncate(int fd, off_t length) {
    REAL("ftruncate", int, int, off_t)
    STRUCK(fd_below(fd), really(fd, length), really(fd, length))
}
int ftruncate64(int fd, off64_t length) {
    REAL("ftruncate64", int, int, off64_t)
    STRUCK(fd_below(fd), really(fd, length), really(fd, length))
}
int rename(const char *from, const char *to) {
    REAL("rename", int, const char *, const char *)
    STRUCK(below(to), really(from, to), really(from, to))
}
int mkdir(const char *path, mode_t mode) {
    REAL("mkdir", int, const char *, mode_t)
    STRUCK(below(path), really(path, mode), really(path, mode))
}

#define OPENED(name)                                                                       \
    int name(const char *path, int flags, ...) {                                           \
        va_list rest;                                                                      \
        va_start(rest, flags);                                                             \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;            \
        va_end(rest);                                                                      \
        REAL(#name, int, const char *, int, ...)                                           \
        STRUCK((flags & O_CREAT) && below(path), really(path, flags, mode), really(path, flags, mode)) \
    }
OPENED(open)
OPENED(open64)
