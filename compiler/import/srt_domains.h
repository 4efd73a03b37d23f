// srt's entries for hosts: `host`, `*.host`, an address, each with `:port` or for any port; in
// deniedDomains `*` too. Which are entries at all, and what each is as a pattern of `connect`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/pattern/ip_address.h"

namespace sbxc::import {

struct DomainEntry {
  std::string host;  // without brackets
  std::optional<uint16_t> port;
};

// Text in which no port can be told apart keeps all of it as its host.
DomainEntry split_domain(std::string_view text);

enum class DomainPorts : bool { refused, taken };
enum class DomainStar : bool { refused, taken };
bool is_domain_entry(std::string_view text, DomainPorts ports, DomainStar star);

// An address without brackets, or nothing.
std::optional<IpAddress> address_of(std::string_view host);

// Whether every host that `inner` matches is matched by `outer`; ports are looked away from.
bool domain_covers(std::string_view outer, std::string_view inner);

// `10.0.0.0/8`, `fc00::1`; bits behind the prefix are cleared.
std::optional<IpNetwork> address_range(std::string_view text);

}  // namespace sbxc::import
