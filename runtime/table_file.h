// How every table file of this project starts: each format's header begins with a Start. What may
// be wrong with a file is told in the same words for all of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sbxc::table_file {

struct Start {
  uint8_t magic[8];  // like PNG's: a copy in text mode, or one that lost the eighth bit, is noticed
  uint32_t version;
  uint32_t header_size;
  uint64_t file_size;
  uint64_t checksum;  // XXH3-64, seed 0, of everything behind it
};
static_assert(sizeof(Start) == 32);

enum class Error : uint8_t {
  none,
  cannot_open,
  not_a_table,  // another kind of file
  too_new,      // a later version of the format
  truncated,
  too_long,
  misaligned,  // the memory does not start at an eight-byte boundary
  damaged,     // the checksum differs
  malformed,   // the checksum fits, the contents contradict themselves
};

// `the file is shorter than it says`
constexpr std::string_view describe(Error error) {
  switch (error) {
    case Error::none:
      return "no error";
    case Error::cannot_open:
      return "the file cannot be opened";
    case Error::not_a_table:
      return "the file is no table of this kind";
    case Error::too_new:
      return "the file was made by a newer version";
    case Error::truncated:
      return "the file is shorter than it says";
    case Error::too_long:
      return "the file is longer than it says";
    case Error::misaligned:
      return "the table does not start at an eight-byte boundary";
    case Error::damaged:
      return "the file is damaged: its checksum differs";
    case Error::malformed:
      return "the file contradicts itself";
  }
  return "";
}

}  // namespace sbxc::table_file
