// Names and the addresses that stand for them in a sandbox: one IPv4 and one IPv6 address for each
// name, the same as long as this object lives. A connection to such an address is a connection to
// the name. docs/network.md says why these ranges.
//
//   198.18.0.0/16          the n-th name is 198.18.0.1 + n
//   fd73:6278:6300::/48    the n-th name is fd73:6278:6300::1:0 + n
//
// Bounded: a policy with a wildcard lets a program invent names without end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/pattern/ip_address.h"

namespace sbxc::dns {

inline constexpr size_t kMostNames = 65534;
inline constexpr size_t kMostNameBytes = size_t{4} << 20;

enum class NameId : uint32_t {};
IpAddress v4_of(NameId name);
IpAddress v6_of(NameId name);

class Names {
 public:
  explicit Names(size_t most_names = kMostNames, size_t most_bytes = kMostNameBytes);

  // The name's number, a new one if need be. Nothing when the map is full. `name` is canonical.
  std::optional<NameId> add(std::string_view name);
  // The name that an address stands for (IPv4-mapped IPv6 is IPv4); empty when none. Valid until
  // the next add().
  std::string_view name_of(const IpAddress& address) const;

  size_t size() const { return starts_.size(); }

 private:
  std::string_view text(uint32_t index) const;
  size_t slot_of(std::string_view name) const;
  void grow();

  size_t most_names_;
  size_t most_bytes_;
  uint64_t seed_;                 // of the hash: programs choose the names
  std::string bytes_;             // one name behind the other
  std::vector<uint32_t> starts_;  // of each name in `bytes_`
  std::vector<uint32_t> slots_;   // open addressing: a name's index + 1, or 0
};

}  // namespace sbxc::dns
