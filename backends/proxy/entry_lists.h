// The entries section: lists of what applies to a name or an address. Equal lists are stored once,
// so a million names of one list file point at the same one.
#pragma once

#include <map>
#include <vector>

#include "backends/proxy/table_uses.h"
#include "runtime/host_table/host_table_format.h"

namespace sbxc {

class EntryLists {
 public:
  explicit EntryLists(const TableUses& uses) : uses_(uses) {}

  // One group for a name itself (kExact), for names below it (kSubdomains), or both.
  struct Part {
    GroupId group;
    uint32_t flag;

    auto operator<=>(const Part&) const = default;
  };
  // `parts` sorted. Returns the index of the list's first entry; kNone for no parts.
  uint32_t list_of(const std::vector<Part>& parts);
  // A list that applies to every name, or to every address of an interval.
  uint32_t list_for_all(const std::vector<Use>& uses);

  const std::vector<host_table::Entry>& entries() const { return entries_; }

 private:
  using Key = std::map<Use, uint32_t>;  // each use with its flags
  uint32_t store(const Key& key);

  const TableUses& uses_;
  std::vector<host_table::Entry> entries_;
  std::map<std::vector<Part>, uint32_t> by_parts_;
  std::map<Key, uint32_t> by_content_;
};

}  // namespace sbxc
