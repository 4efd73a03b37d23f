// Getting hold of a table: mapping the file, checking it, and letting it go. The file must not be
// written to while it is mapped (a shorter file would fault); sbxc replaces it by renaming.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "runtime/host_table/host_table.h"
#include "runtime/host_table/host_table_check.h"
#include "runtime/host_table/host_table_format.h"

namespace sbxc::host_table {

namespace {

OpenResult failed(Error error, int system_error = 0) { return {HostTable(), error, system_error}; }

}  // namespace

HostTable& HostTable::operator=(HostTable&& other) noexcept {
  if (this == &other) return *this;
  if (mapped_) munmap(const_cast<uint8_t*>(data_), size_);
  data_ = other.data_;
  size_ = other.size_;
  mapped_ = other.mapped_;
  sections_ = other.sections_;
  counts_ = other.counts_;
  seed_ = other.seed_;
  home_buckets_ = other.home_buckets_;
  max_probe_ = other.max_probe_;
  label_counts_ = other.label_counts_;
  any_name_list_ = other.any_name_list_;
  // What is left behind denies everything.
  other.mapped_ = false;
  other.counts_ = {};
  other.label_counts_ = 0;
  other.any_name_list_ = kNone;
  return *this;
}

HostTable::~HostTable() {
  if (mapped_) munmap(const_cast<uint8_t*>(data_), size_);
}

OpenResult HostTable::adopt(const uint8_t* data, size_t size, bool mapped) {
  const Error error = check_table({data, size});
  if (error != Error::none) {
    if (mapped) munmap(const_cast<uint8_t*>(data), size);
    return failed(error);
  }
  const auto header = load<Header>(data);
  OpenResult result;
  HostTable& table = result.table;
  table.data_ = data;
  table.size_ = size;
  table.mapped_ = mapped;
  for (size_t i = 0; i < kSectionCount; ++i) {
    table.sections_[i] = data + header.sections[i].offset;
    table.counts_[i] = static_cast<size_t>(header.sections[i].count);
  }
  table.seed_ = header.hash_seed;
  table.home_buckets_ = header.home_buckets;
  table.max_probe_ = header.max_probe;
  table.label_counts_ = header.label_counts;
  table.any_name_list_ = header.any_name_list;
  return result;
}

OpenResult HostTable::view(std::span<const uint8_t> bytes) {
  return adopt(bytes.data(), bytes.size(), false);
}

OpenResult HostTable::open(const char* path) {
  // Without O_NONBLOCK a FIFO in the file's place would hold up the proxy for ever.
  const int file = ::open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return failed(Error::cannot_open, errno);
  struct stat facts {};
  if (fstat(file, &facts) != 0 || !S_ISREG(facts.st_mode)) {
    const int why = S_ISDIR(facts.st_mode) ? EISDIR : EINVAL;
    close(file);
    return failed(Error::cannot_open, why);
  }
  if (facts.st_size == 0) {
    close(file);
    return failed(Error::truncated);
  }
  const auto size = static_cast<size_t>(facts.st_size);
  void* memory = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
  const int why = errno;
  close(file);
  if (memory == MAP_FAILED) return failed(Error::cannot_open, why);
  return adopt(static_cast<const uint8_t*>(memory), size, true);
}

}  // namespace sbxc::host_table
