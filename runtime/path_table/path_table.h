// A policy's decisions about every path as one read-only table: one step for each byte, whatever
// the number of rules. Asked in place, without parsing; nothing here allocates or throws. Bytes
// that are damaged or contradict themselves are refused as a whole.
//
// Links are the caller's business: a path is judged as it is spelled.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "runtime/table_file.h"

namespace sbxc::path_table {

struct Access {
  bool canonical = false;  // false: no canonical path, and so nothing is allowed
  bool read = false;
  bool write = false;
  bool exec = false;

  bool operator==(const Access&) const = default;
};

using table_file::describe;
using table_file::Error;

class PathTable {
 public:
  PathTable() = default;  // allows nothing

  // `bytes` must outlive the table and be aligned to eight bytes. Time linear in the bytes.
  static Error view(std::span<const uint8_t> bytes, PathTable& table);

  // About a nanosecond or two for a byte.
  Access decide(std::string_view path) const;

  // Step by step, for whoever compares what lies below two paths. A table without a view has no
  // states: none of these may be asked then.
  enum class State : uint32_t {};
  bool is_open() const { return next_ != nullptr; }
  State start() const { return State{start_}; }
  State after(State state, std::string_view bytes) const;
  Access access(State state) const;
  // Bytes of one class lead from every state to the same one.
  uint32_t classes() const { return classes_; }
  State next(State state, uint32_t byte_class) const;

 private:
  const uint8_t* classes_of_ = nullptr;
  const uint8_t* labels_ = nullptr;
  const uint8_t* next_ = nullptr;
  uint32_t classes_ = 0;
  uint32_t start_ = 0;
  bool wide_ = false;
};

}  // namespace sbxc::path_table
