#include "backends/proxy/read/host_index.h"

#include <algorithm>

namespace sbxc::hosts {

HostIndex::HostIndex(const Claims& claims) : claims_(claims), next_(claims.names.size()) {
  first_.reserve(claims.names.size());
  for (uint32_t i = 0; i < claims.names.size(); ++i) {
    const auto [at, fresh] = first_.try_emplace(claims.names[i].name, i);
    next_[i] = at->second;  // itself when it is the first
    at->second = i;
  }
}

void HostIndex::add_hits(std::string_view name, Of of, std::vector<Hit>& hits) const {
  for (const List& list : claims_.every_name) hits.push_back({list});
  bool below = of == Of::below;
  for (std::string_view suffix = name;;) {
    if (const auto found = first_.find(suffix); found != first_.end()) {
      for (uint32_t i = found->second;; i = next_[i]) {
        hits.push_back({claims_.names[i].list, below});
        if (next_[i] == i) break;
      }
    }
    const size_t dot = suffix.find('.');
    if (dot == std::string_view::npos) return;
    suffix.remove_prefix(dot + 1);
    below = true;
  }
}

std::vector<Hit> HostIndex::hits(const Host& host) const {
  std::vector<Hit> out;
  if (const auto* name = std::get_if<std::string>(&host)) {
    add_hits(*name, Of::itself, out);
  } else {
    const IpAddress& address = std::get<IpAddress>(host);
    for (const AddressList& one : claims_.addresses) {
      const bool same = one.first.v6 == address.v6;
      if (same && one.first <= address && address <= one.last) out.push_back({one.list});
    }
  }
  tidy(out);
  return out;
}

void tidy(std::vector<Hit>& hits) {
  std::sort(hits.begin(), hits.end());
  hits.erase(std::unique(hits.begin(), hits.end()), hits.end());
}

}  // namespace sbxc::hosts
