#include "backends/proxy/entry_lists.h"

namespace sbxc {

uint32_t EntryLists::list_of(const std::vector<Part>& parts) {
  const auto [found, fresh] = by_parts_.try_emplace(parts, host_table::kNone);
  if (!fresh) return found->second;
  Key key;
  for (const Part& part : parts) {
    for (const Use& use : uses_.groups[static_cast<size_t>(part.group)]) key[use] |= part.flag;
  }
  found->second = store(key);
  return found->second;
}

uint32_t EntryLists::list_for_all(const std::vector<Use>& uses) {
  Key key;
  for (const Use& use : uses) key[use] = host_table::kExact | host_table::kSubdomains;
  return store(key);
}

uint32_t EntryLists::store(const Key& key) {
  if (key.empty()) return host_table::kNone;
  const auto [found, fresh] = by_content_.try_emplace(key, static_cast<uint32_t>(entries_.size()));
  if (!fresh) return found->second;
  for (const auto& [use, flags] : key) {
    entries_.push_back({use.rule, use.port_set, flags | (use.except ? host_table::kExcept : 0)});
  }
  entries_.back().flags |= host_table::kLast;
  return found->second;
}

}  // namespace sbxc
