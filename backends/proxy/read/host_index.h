// Asking claims for one host.
#pragma once

#include <unordered_map>

#include "backends/proxy/read/host_claims.h"

namespace sbxc::hosts {

class HostIndex {
 public:
  explicit HostIndex(const Claims& claims);  // outlives this

  const Claims& claims() const { return claims_; }
  bool mentions(std::string_view name) const { return first_.contains(name); }

  // Adds the lists that speak of the name; of `below`, those that speak of a name below it of which
  // no claim is made.
  enum class Of : bool { itself, below };
  void add_hits(std::string_view name, Of of, std::vector<Hit>& hits) const;
  std::vector<Hit> hits(const Host& host) const;

 private:
  const Claims& claims_;
  std::unordered_map<std::string_view, uint32_t> first_;  // index into the names
  std::vector<uint32_t> next_;                            // of the same name; its own index: none
};

// Sorted, without repeats.
void tidy(std::vector<Hit>& hits);

}  // namespace sbxc::hosts
