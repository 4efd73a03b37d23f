// A list file: one host a line, `*.name` and networks too, or the hosts-file form (`0.0.0.0 name`),
// `#` comments. Read without the grammar and kept as one blob, for it may hold a million names.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diag/diagnostic.h"
#include "compiler/pattern/host_pattern.h"

namespace sbxc {

struct HostList {
  struct Entry {
    uint32_t offset;  // into blob
    uint8_t length;
    bool subdomains;  // written `*.name`
  };
  std::string name;            // of the `let`
  std::string path;            // as written
  Span span;                   // of the let statement
  std::string blob;            // canonical names, one after the other
  std::vector<Entry> entries;  // sorted by name, then exact before subdomains; without repeats
  std::vector<IpNetwork> networks;

  std::string_view name_of(const Entry& entry) const {
    return std::string_view(blob).substr(entry.offset, entry.length);
  }
  bool matches(const Host& host) const;
};

inline constexpr size_t kMaxListBytes = 64U << 20;
inline constexpr size_t kMaxListErrors = 20;  // reported before giving up

// Bad lines are reported with their line (at most kMaxListErrors); `file` is in the sources.
std::optional<HostList> read_host_list(const Sources& sources, FileId file,
                                       Diagnostics& diagnostics);

}  // namespace sbxc
