// The checks that come before a table's own: kind, version, length, accident.
//
// The version comes before everything that another version could have changed. The checksum finds
// accidents; who can write the file can make it fit, so a table's contents are checked all the
// same.
#pragma once

#include <cstddef>
#include <cstring>
#include <span>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "runtime/table_file.h"

namespace sbxc::table_file {

template <typename T>
T load(const uint8_t* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

// Nothing behind the header is looked at but for the checksum.
inline Error check_start(std::span<const uint8_t> bytes, const uint8_t (&magic)[8],
                         uint32_t version, size_t header_size) {
  if (reinterpret_cast<uintptr_t>(bytes.data()) % 8 != 0) return Error::misaligned;
  const size_t known = bytes.size() < sizeof magic ? bytes.size() : sizeof magic;
  if (known == 0) return Error::truncated;
  if (std::memcmp(bytes.data(), magic, known) != 0) return Error::not_a_table;
  if (bytes.size() < offsetof(Start, header_size)) return Error::truncated;
  const auto its_version = load<uint32_t>(bytes.data() + offsetof(Start, version));
  if (its_version > version) return Error::too_new;
  if (its_version != version) return Error::malformed;
  if (bytes.size() < header_size) return Error::truncated;
  const auto start = load<Start>(bytes.data());
  if (start.header_size != header_size) return Error::malformed;
  if (start.file_size > bytes.size()) return Error::truncated;
  if (start.file_size < bytes.size()) return Error::too_long;
  const uint64_t sum = XXH3_64bits(bytes.data() + sizeof(Start), bytes.size() - sizeof(Start));
  return sum == start.checksum ? Error::none : Error::damaged;
}

}  // namespace sbxc::table_file
