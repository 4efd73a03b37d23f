// Path tables for C: runtime/path_table behind a handle.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <new>

#include "runtime/c/failing.h"
#include "runtime/path_table/path_table.h"

struct sbxc_paths {
  sbxc::path_table::PathTable table;
  void* copy = nullptr;
};

namespace sbxc::c {
namespace {

static_assert(SBXC_READ == 1 && SBXC_WRITE == 2 && SBXC_EXEC == 4 && SBXC_CANONICAL == 8);

constexpr off_t kLargest = off_t{1} << 30;

// Takes `copy`.
int keep(void* copy, size_t length, sbxc_paths** paths, sbxc_error* error) {
  path_table::PathTable table;
  const auto wrong =
      path_table::PathTable::view({static_cast<const uint8_t*>(copy), length}, table);
  const bool good = wrong == path_table::Error::none;
  void* room = good ? std::malloc(sizeof(sbxc_paths)) : nullptr;
  if (room == nullptr) {
    std::free(copy);
    return good ? fail(error, SBXC_NO_MEMORY, "no memory") : fail(error, wrong, 0);
  }
  *paths = new (room) sbxc_paths{table, copy};
  return SBXC_OK;
}

// All of it or nothing; the error as errno.
int read_all(int file, void* to, size_t length) {
  size_t got = 0;
  while (got < length) {
    const ssize_t part = read(file, static_cast<char*>(to) + got, length - got);
    if (part < 0 && errno == EINTR) continue;
    if (part <= 0) return part == 0 ? EIO : errno;
    got += static_cast<size_t>(part);
  }
  return 0;
}

int cannot_open(sbxc_error* error, int why) {
  return fail(error, path_table::Error::cannot_open, why);
}

int open_file(int file, sbxc_paths** paths, sbxc_error* error) {
  struct stat facts {};
  if (fstat(file, &facts) != 0) return cannot_open(error, errno);
  if (!S_ISREG(facts.st_mode)) return cannot_open(error, S_ISDIR(facts.st_mode) ? EISDIR : EINVAL);
  if (facts.st_size == 0) return fail(error, path_table::Error::truncated, 0);
  if (facts.st_size > kLargest) return cannot_open(error, EFBIG);
  const auto length = static_cast<size_t>(facts.st_size);
  void* copy = std::malloc(length);
  if (copy == nullptr) return fail(error, SBXC_NO_MEMORY, "no memory");
  if (const int why = read_all(file, copy, length); why != 0) {
    std::free(copy);
    return cannot_open(error, why);
  }
  return keep(copy, length, paths, error);
}

}  // namespace
}  // namespace sbxc::c

using namespace sbxc;  // NOLINT: what follows is C's

int sbxc_paths_open(const char* path, sbxc_paths** paths, sbxc_error* error) {
  if (paths != nullptr) *paths = nullptr;
  if (path == nullptr || paths == nullptr) {
    return c::fail(error, SBXC_BAD_ARGUMENT, "no path, or nowhere to put the table");
  }
  // A FIFO in the file's place must not hold up anybody.
  const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return c::cannot_open(error, errno);
  const int result = c::open_file(file, paths, error);
  close(file);
  return result;
}

int sbxc_paths_copy(const void* bytes, size_t length, sbxc_paths** paths, sbxc_error* error) {
  if (paths != nullptr) *paths = nullptr;
  if (bytes == nullptr || paths == nullptr) {
    return c::fail(error, SBXC_BAD_ARGUMENT, "no bytes, or nowhere to put the table");
  }
  void* copy = std::malloc(length == 0 ? 1 : length);
  if (copy == nullptr) return c::fail(error, SBXC_NO_MEMORY, "no memory");
  std::memcpy(copy, bytes, length);
  return c::keep(copy, length, paths, error);
}

void sbxc_paths_close(sbxc_paths* paths) {
  if (paths == nullptr) return;
  std::free(paths->copy);
  std::free(paths);
}

unsigned sbxc_paths_decide(const sbxc_paths* paths, const char* path, size_t length) {
  if (paths == nullptr || path == nullptr) return 0;
  const path_table::Access access = paths->table.decide(std::string_view(path, length));
  if (!access.canonical) return 0;
  unsigned bits = SBXC_CANONICAL;
  if (access.read) bits |= SBXC_READ;
  if (access.write) bits |= SBXC_WRITE;
  if (access.exec) bits |= SBXC_EXEC;
  return bits;
}
