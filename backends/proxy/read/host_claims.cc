#include "backends/proxy/read/host_claims.h"

#include <fmt/core.h>

#include <algorithm>

namespace sbxc::hosts {

namespace {

bool applies(const Claims& claims, const Entry& entry, const Hit& hit, uint16_t port) {
  const auto& ports = claims.port_sets[entry.port_set];
  return (hit.below ? entry.below : entry.itself) &&
         std::any_of(ports.begin(), ports.end(), [&](const PortRange& range) {
           return range.low <= port && port <= range.high;
         });
}

}  // namespace

Said evaluate(const Claims& claims, const std::vector<Hit>& hits, uint16_t port) {
  std::vector<uint32_t> added;
  std::vector<uint32_t> subtracted;  // groups
  for (const Hit& hit : hits) {
    for (uint32_t i = hit.list.first; i < hit.list.end; ++i) {
      const Entry& entry = claims.entries[i];
      if (!applies(claims, entry, hit, port)) continue;
      if (entry.except) {
        subtracted.push_back(entry.group);
      } else {
        added.push_back(i);
      }
    }
  }
  std::sort(subtracted.begin(), subtracted.end());
  std::erase_if(added, [&](uint32_t i) {
    return std::binary_search(subtracted.begin(), subtracted.end(), claims.entries[i].group);
  });
  Said said;
  if (added.empty()) return said;
  said.verdict = Effect::allow;
  for (const uint32_t i : added) said.verdict = std::max(said.verdict, claims.entries[i].effect);
  for (const uint32_t i : added) {
    if (claims.entries[i].effect != said.verdict) continue;
    said.rules.push_back(claims.entries[i].rule);
    said.entries.push_back(i);
  }
  std::sort(said.rules.begin(), said.rules.end());
  said.rules.erase(std::unique(said.rules.begin(), said.rules.end()), said.rules.end());
  std::sort(said.entries.begin(), said.entries.end());
  return said;
}

static_assert(Effect::allow < Effect::ask && Effect::ask < Effect::deny);

std::string text_of(const Claims& claims, const Entry& entry) {
  std::string ports;
  for (const PortRange& range : claims.port_sets[entry.port_set]) {
    ports += ports.empty() ? "" : ", ";
    ports += range.low == range.high ? fmt::format("{}", range.low)
                                     : fmt::format("{}-{}", range.low, range.high);
  }
  const std::string_view whom = entry.itself && entry.below ? "it and all below"
                                : entry.itself              ? "the host itself"
                                                            : "names below";
  return fmt::format("rule {}{} {} ports {} for {}", static_cast<uint32_t>(entry.rule),
                     entry.except ? ", except where it" : "",
                     entry.effect == Effect::allow  ? "allows"
                     : entry.effect == Effect::deny ? "denies"
                                                    : "asks about",
                     ports, whom);
}

}  // namespace sbxc::hosts
