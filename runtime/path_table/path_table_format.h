// The bytes of a path table, as constants and one plain struct: what the builder and the reader
// share. docs/formats.md says the same in words. Little-endian; no pointers; may lie anywhere that
// is aligned to eight bytes.
//
//   header · class of each byte (256 × u8) · label of each state (u8, padded to 8) · next states
//
// A state's row in `next` has one entry for each class, 2 or 4 bytes wide.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "runtime/table_file.h"

namespace sbxc::path_table {

static_assert(std::endian::native == std::endian::little, "the table is read in place");

inline constexpr uint8_t kMagic[8] = {0x89, 'S', 'B', 'X', 'P', '\r', '\n', 0x1A};
inline constexpr uint32_t kVersion = 1;

struct Header {
  uint8_t magic[8];
  uint32_t version;
  uint32_t header_size;
  uint64_t file_size;
  uint64_t checksum;  // XXH3-64, seed 0, of everything from `classes` to the end of the file
  uint32_t classes;   // 1 to 256
  uint32_t states;    // at least 1
  uint32_t start;
  uint32_t width;     // of an entry of `next`: 2 or 4 bytes
  uint64_t reserved;  // zero
  uint64_t padding;   // zero
};
static_assert(sizeof(Header) == 64);
inline constexpr size_t kChecksumFrom = sizeof(table_file::Start);
static_assert(offsetof(Header, classes) == kChecksumFrom);
inline constexpr size_t kClassMap = sizeof(Header);
inline constexpr size_t kLabels = kClassMap + 256;

constexpr size_t next_at(size_t states) { return (kLabels + states + 7) / 8 * 8; }

// Bits of a label.
inline constexpr uint8_t kCanonical = 1;
inline constexpr uint8_t kRead = 2;
inline constexpr uint8_t kWrite = 4;
inline constexpr uint8_t kExec = 8;
inline constexpr uint8_t kKnownBits = 15;

}  // namespace sbxc::path_table
