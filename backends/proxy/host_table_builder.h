// From the `connect` rules of a policy to the bytes of hosts.sbxt (docs/formats.md). Inside this
// room only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/policy/policy.h"
#include "runtime/host_table/host_table_format.h"

namespace sbxc {

struct BuiltTable {
  std::string bytes;
  std::vector<RuleId> entry_rules;  // of each element of the entries section, for the source map
};

inline constexpr size_t kMaxTableNames = size_t{1} << 31;  // bytes; offsets have 32 bits

// Nothing when the names take more than `max_names` bytes.
std::optional<BuiltTable> build_host_table(const Policy& policy, Os os, const Sources& sources,
                                           size_t max_names = kMaxTableNames);

}  // namespace sbxc
