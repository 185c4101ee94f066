/* A disk that fails when it is told to: loaded before the C library (LD_PRELOAD) into the servers of the fault tests, our own
 * and PostgreSQL's.
 *
 * YIFA_SHIM names a control file of one page (4096 bytes), which whoever tests maps or writes. Its text says what fails:
 *
 *     1                    the first byte: 1 is on, o on until one call has failed, anything else off
 *     fsync /a/folder      forcing to the disk fails with EIO for files under that folder
 *     full /a/folder       every write there fails with ENOSPC
 *     grow /a/folder       a write there fails with ENOSPC if it makes the file longer
 *
 * one rule a line, ended by a null byte. The last eight bytes count the calls that failed. A folder is compared as the
 * beginning of the file's path, so that "…/data/base/" is the tables of PostgreSQL and "…/data/pg_wal/" its log.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { PAGE = 4096, COUNT_AT = PAGE - 8 };

static char *control;

__attribute__((constructor)) static void begin(void) {
  const char *name = getenv("YIFA_SHIM");
  int fd = name ? open(name, O_RDWR | O_CLOEXEC) : -1;
  if (fd < 0) return;
  void *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (page != MAP_FAILED) control = page;
}

static int is_on(void) {
  char first = control ? ((volatile char *)control)[0] : 0;
  return first == '1' || first == 'o';
}

/* Whether a rule of this kind is for this path. */
static int ruled(const char *kind, const char *path) {
  char text[COUNT_AT];
  memcpy(text, control, sizeof text);
  text[sizeof text - 1] = 0;
  size_t length = strlen(kind);
  for (char *line = strchr(text, '\n'); line; line = strchr(line, '\n')) {
    line++;
    if (strncmp(line, kind, length) != 0 || line[length] != ' ') continue;
    const char *folder = line + length + 1;
    size_t end = strcspn(folder, "\n");
    if (end > 0 && strncmp(folder, path, end) == 0) return 1;
  }
  return 0;
}

static void count_one(void) {
  if (control[0] == 'o') control[0] = '0';
  atomic_fetch_add((_Atomic uint64_t *)(control + COUNT_AT), 1);
}

static int path_of(int fd, char *path, size_t size) {
  char link[40];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, size - 1);
  if (length <= 0) return 0;
  path[length] = 0;
  return 1;
}

/* Whether forcing this file to the disk fails. */
static int fails_to_sync(int fd) {
  int before = errno, fails = 0;
  char path[1024];
  if (is_on() && path_of(fd, path, sizeof path) && ruled("fsync", path)) {
    count_one();
    fails = 1;
  }
  errno = fails ? EIO : before;
  return fails;
}

/* Whether a write that ends there fails; an end of -1 is a write at the file's own place. */
static int is_full(int fd, off_t end, size_t length) {
  int before = errno, fails = 0;
  char path[1024];
  struct stat found;
  if (is_on() && path_of(fd, path, sizeof path) && path[0] == '/') {
    if (ruled("full", path)) {
      fails = 1;
    } else if (ruled("grow", path) && fstat(fd, &found) == 0) {
      if (end < 0) {
        int flags = fcntl(fd, F_GETFL);
        off_t at = flags >= 0 && (flags & O_APPEND) ? found.st_size : lseek(fd, 0, SEEK_CUR);
        end = at < 0 ? 0 : at + (off_t)length;
      }
      fails = end > found.st_size;
    }
    if (fails) count_one();
  }
  errno = fails ? ENOSPC : before;
  return fails;
}

static size_t total(const struct iovec *parts, int count) {
  size_t sum = 0;
  for (int i = 0; i < count; i++) sum += parts[i].iov_len;
  return sum;
}

/* The same function of the C library. */
#define REAL(type, name, arguments)                                 \
  static type(*real) arguments;                                     \
  if (!real) real = (type(*) arguments)dlsym(RTLD_NEXT, #name)

int fsync(int fd) {
  REAL(int, fsync, (int));
  return fails_to_sync(fd) ? -1 : real(fd);
}

int fdatasync(int fd) {
  REAL(int, fdatasync, (int));
  return fails_to_sync(fd) ? -1 : real(fd);
}

int syncfs(int fd) {
  REAL(int, syncfs, (int));
  return fails_to_sync(fd) ? -1 : real(fd);
}

int sync_file_range(int fd, off_t from, off_t length, unsigned flags) {
  REAL(int, sync_file_range, (int, off_t, off_t, unsigned));
  return fails_to_sync(fd) ? -1 : real(fd, from, length, flags);
}

/* What a mapping belongs to stands in the process's own list. */
int msync(void *from, size_t length, int flags) {
  REAL(int, msync, (void *, size_t, int));
  if (is_on()) {
    FILE *maps = fopen("/proc/self/maps", "re");
    char line[1200];
    while (maps && fgets(line, sizeof line, maps)) {
      unsigned long first, last;
      char *path = strchr(line, '/');
      if (path && sscanf(line, "%lx-%lx", &first, &last) == 2 && (unsigned long)from >= first &&
          (unsigned long)from < last && ruled("fsync", path)) {
        fclose(maps);
        count_one();
        errno = EIO;
        return -1;
      }
    }
    if (maps) fclose(maps);
  }
  return real(from, length, flags);
}

ssize_t write(int fd, const void *from, size_t length) {
  REAL(ssize_t, write, (int, const void *, size_t));
  return is_full(fd, -1, length) ? -1 : real(fd, from, length);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  REAL(ssize_t, writev, (int, const struct iovec *, int));
  return is_full(fd, -1, total(parts, count)) ? -1 : real(fd, parts, count);
}

#define WRITE_AT(name)                                                       \
  ssize_t name(int fd, const void *from, size_t length, off_t at) {          \
    REAL(ssize_t, name, (int, const void *, size_t, off_t));                 \
    return is_full(fd, at + (off_t)length, 0) ? -1 : real(fd, from, length, at); \
  }
WRITE_AT(pwrite)
WRITE_AT(pwrite64)

#define WRITE_PARTS_AT(name)                                                 \
  ssize_t name(int fd, const struct iovec *parts, int count, off_t at) {     \
    REAL(ssize_t, name, (int, const struct iovec *, int, off_t));            \
    return is_full(fd, at + (off_t)total(parts, count), 0) ? -1 : real(fd, parts, count, at); \
  }
WRITE_PARTS_AT(pwritev)
WRITE_PARTS_AT(pwritev64)

#define ALLOCATE(name)                                                       \
  int name(int fd, int mode, off_t at, off_t length) {                       \
    REAL(int, name, (int, int, off_t, off_t));                               \
    return is_full(fd, at + length, 0) ? -1 : real(fd, mode, at, length);    \
  }
ALLOCATE(fallocate)
ALLOCATE(fallocate64)

/* These two give the error back and leave errno alone. */
#define POSIX_ALLOCATE(name)                                                 \
  int name(int fd, off_t at, off_t length) {                                 \
    REAL(int, name, (int, off_t, off_t));                                    \
    return is_full(fd, at + length, 0) ? ENOSPC : real(fd, at, length);      \
  }
POSIX_ALLOCATE(posix_fallocate)
POSIX_ALLOCATE(posix_fallocate64)
