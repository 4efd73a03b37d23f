#include "runtime/launch/memory_file.h"

#include <fcntl.h>
#include <sys/mman.h>

#include <cerrno>

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif
#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif

namespace sbxc::launch {
namespace {

// Kernels before 6.3 know neither of the two flags.
int create(const char* name, MemoryUse use) {
  const unsigned kind = use == MemoryUse::program ? MFD_EXEC : MFD_NOEXEC_SEAL;
  const int made = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | kind);
  if (made >= 0 || errno != EINVAL) return made;
  return memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
}

}  // namespace

Result<Descriptor> empty_memory_file(const char* name, MemoryUse use) {
  Descriptor file(create(name, use));
  if (!file) return tl::unexpected(system_failure("no file in memory could be made", errno));
  return file;
}

Result<bool> fill(const Descriptor& file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(file.get(), bytes.data(), bytes.size());
    if (written <= 0) {
      const int error = errno;
      return tl::unexpected(system_failure(
          "a file in memory could not be written", error,
          error == EFBIG ? "`ulimit -f` is too low for what sbxc needs itself: raise it" : ""));
    }
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  constexpr int kForGood = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;
  if (lseek(file.get(), 0, SEEK_SET) != 0 || fcntl(file.get(), F_ADD_SEALS, kForGood) != 0) {
    return tl::unexpected(system_failure("a file in memory could not be sealed", errno));
  }
  return true;
}

Result<Descriptor> memory_file(const char* name, std::string_view bytes, MemoryUse use) {
  auto file = empty_memory_file(name, use);
  if (!file) return file;
  if (auto filled = fill(*file, bytes); !filled) {
    return tl::unexpected(std::move(filled.error()));
  }
  return file;
}

}  // namespace sbxc::launch
