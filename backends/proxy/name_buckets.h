// The hash table of names: buckets of seven tags and the names behind them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backends/proxy/entry_lists.h"
#include "backends/proxy/table_uses.h"
#include "runtime/host_table/host_table_format.h"

namespace sbxc {

struct NameTable {
  std::vector<host_table::Bucket> buckets;
  std::string names;  // records: list, length, bytes
  uint64_t seed = 0;
  uint32_t home_buckets = 0;
  uint32_t max_probe = 0;
  uint32_t label_counts = 0;
};

// Nothing when the records take more than `max_bytes`.
std::optional<NameTable> hash_names(const std::vector<NamedHost>& hosts, EntryLists& lists,
                                    size_t max_bytes);

}  // namespace sbxc
