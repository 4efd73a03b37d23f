#include "runtime/path_table/path_table.h"

#include "runtime/path_table/path_table_format.h"
#include "runtime/table_file_check.h"

namespace sbxc::path_table {

namespace {

using table_file::load;

template <typename Entry>
uint32_t run(const uint8_t* next, const uint8_t* classes_of, uint32_t classes, uint32_t state,
             std::string_view path) {
  for (const char c : path) {
    const size_t slot = static_cast<size_t>(state) * classes + classes_of[static_cast<uint8_t>(c)];
    state = load<Entry>(next + slot * sizeof(Entry));
  }
  return state;
}

// Everything that decide() follows stays inside the table.
bool is_sound(std::span<const uint8_t> bytes, const Header& header) {
  if (header.reserved != 0 || header.padding != 0) return false;
  if (header.width != 2 && header.width != 4) return false;
  if (header.classes == 0 || header.classes > 256 || header.start >= header.states) return false;
  const uint64_t rows = uint64_t{header.states} * header.classes;
  const uint64_t begin = next_at(header.states);
  if (bytes.size() < kLabels || begin > bytes.size()) return false;
  if (rows * header.width != bytes.size() - begin) return false;
  for (size_t i = 0; i < 256; ++i) {
    if (bytes[kClassMap + i] >= header.classes) return false;
  }
  for (size_t i = kLabels; i < begin; ++i) {
    const bool is_label = i < kLabels + header.states;
    if (is_label ? (bytes[i] & ~kKnownBits) != 0 : bytes[i] != 0) return false;
  }
  for (uint64_t i = 0; i < rows; ++i) {
    const uint8_t* at = bytes.data() + begin + i * header.width;
    const uint32_t next = header.width == 2 ? load<uint16_t>(at) : load<uint32_t>(at);
    if (next >= header.states) return false;
  }
  return true;
}

}  // namespace

Error PathTable::view(std::span<const uint8_t> bytes, PathTable& table) {
  table = PathTable();
  if (const Error error = table_file::check_start(bytes, kMagic, kVersion, sizeof(Header));
      error != Error::none) {
    return error;
  }
  const auto header = load<Header>(bytes.data());
  if (!is_sound(bytes, header)) return Error::malformed;
  table.classes_of_ = bytes.data() + kClassMap;
  table.labels_ = bytes.data() + kLabels;
  table.next_ = bytes.data() + next_at(header.states);
  table.classes_ = header.classes;
  table.start_ = header.start;
  table.wide_ = header.width == 4;
  return Error::none;
}

PathTable::State PathTable::after(State state, std::string_view bytes) const {
  const auto from = static_cast<uint32_t>(state);
  return State{wide_ ? run<uint32_t>(next_, classes_of_, classes_, from, bytes)
                     : run<uint16_t>(next_, classes_of_, classes_, from, bytes)};
}

PathTable::State PathTable::next(State state, uint32_t byte_class) const {
  const size_t slot = static_cast<size_t>(state) * classes_ + byte_class;
  return State{wide_ ? load<uint32_t>(next_ + slot * 4) : load<uint16_t>(next_ + slot * 2)};
}

Access PathTable::access(State state) const {
  const uint8_t label = labels_[static_cast<uint32_t>(state)];
  if ((label & kCanonical) == 0) return {};
  return {true, (label & kRead) != 0, (label & kWrite) != 0, (label & kExec) != 0};
}

Access PathTable::decide(std::string_view path) const {
  if (next_ == nullptr) return {};
  return access(after(start(), path));
}

}  // namespace sbxc::path_table
