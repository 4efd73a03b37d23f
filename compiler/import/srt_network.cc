// Hosts. srt's entries without a port mean any port, ours mean 80 and 443; its wildcards match at
// any depth and not the name itself, as ours do. An address in deniedDomains binds names too, there
// as here: what a name leads to is checked.
#include <fmt/core.h>

#include <algorithm>

#include "compiler/diag/printable.h"
#include "compiler/import/srt_domains.h"
#include "compiler/import/srt_import.h"
#include "compiler/pattern/host_name.h"
#include "compiler/pattern/host_pattern.h"

namespace sbxc::import {

namespace {

constexpr const char* kDeniedHost = "denied host (deniedDomains)";
constexpr const char* kDeniedAddress = "denied address (deniedResolvedAddresses)";

std::string ports_text(const std::optional<uint16_t>& port) {
  return port ? std::to_string(*port) : "*";
}

std::string address_pattern(const IpNetwork& network, const std::string& ports) {
  return network.address.v6 ? fmt::format("[{}]:{}", network.text(), ports)
                            : fmt::format("{}:{}", network.text(), ports);
}

// The pattern, or nothing where no request can bear such a name.
std::optional<std::string> connect_pattern(const DomainEntry& entry) {
  const std::string ports = ports_text(entry.port);
  if (const auto address = address_of(entry.host)) {
    return address_pattern(IpNetwork::of(*address, address->bits()), ports);
  }
  const bool wildcard = entry.host.starts_with("*.");
  const auto name = canonical_host_name(std::string_view(entry.host).substr(wildcard ? 2 : 0));
  if (!name) return std::nullopt;
  return fmt::format("{}{}:{}", wildcard ? "*." : "", *name, ports);
}

bool too_broad(const std::string& pattern) {
  const auto parsed = parse_connect_pattern(PatternText::plain(pattern));
  return parsed && parsed->too_broad;
}

constexpr const char* kMatchesNothing =
    "no name or address is ever spelt so when srt compares, and so it matches nothing";

void allowed(SrtImport& import) {
  const JsonValue& list = import.at("/network/allowedDomains");
  bool names = false;
  for (size_t i = 0; i < list.items.size(); ++i) {
    const JsonValue& value = list.items[i];
    const DomainEntry entry = split_domain(value.text);
    const auto pattern = connect_pattern(entry);
    if (!pattern) {
      import.not_carried(value, fmt::format("/network/allowedDomains/{}", i), kMatchesNothing);
      continue;
    }
    names |= !address_of(entry.host) && entry.host != "localhost";
    import.draft.add({"allow connect",
                      {*pattern},
                      {},
                      too_broad(*pattern) ? "strangers' hosts, in allowedDomains by name" : ""});
  }
  if (!names) return;
  import.in_part(
      list, "/network/allowedDomains",
      "a name that leads to a private address (10.0.0.0/8 and the like) is refused here, "
      "unless a rule allows that address");
}

void denied(SrtImport& import) {
  const JsonValue& reasons = import.at("/network/deniedDomainReasons");
  const JsonValue& list = import.at("/network/deniedDomains");
  for (size_t i = 0; i < list.items.size(); ++i) {
    const JsonValue& value = list.items[i];
    const JsonValue* reason = reasons.find(value.text);
    const std::string because = reason != nullptr ? printable(reason->text) : kDeniedHost;
    const DomainEntry entry = split_domain(value.text);
    if (entry.host == "*") {
      const std::string ports = ports_text(entry.port);
      import.draft.add(
          {"deny connect", {"*:" + ports, "0.0.0.0/0:" + ports, "[::/0]:" + ports}, {}, because});
    } else if (const auto pattern = connect_pattern(entry)) {
      import.draft.add({"deny connect", {*pattern}, {}, because});
    } else {
      import.not_carried(value, fmt::format("/network/deniedDomains/{}", i), kMatchesNothing);
    }
  }
  for (const JsonValue& member : reasons.items) {
    const bool used = std::ranges::any_of(
        list.items, [&](const JsonValue& value) { return value.text == member.key; });
    if (used) continue;
    import.not_carried(member, fmt::format("/network/deniedDomainReasons/{}", member.key),
                       "no entry of deniedDomains is spelt so");
  }
}

// An address that allowedDomains names is allowed all the same.
void denied_addresses(SrtImport& import) {
  for (const JsonValue& value : import.at("/network/deniedResolvedAddresses").items) {
    const auto range = address_range(value.text);
    std::vector<std::string> except;
    for (const JsonValue& item : import.at("/network/allowedDomains").items) {
      const DomainEntry entry = split_domain(item.text);
      const auto address = address_of(entry.host);
      if (!address || !range->contains(*address)) continue;
      except.push_back(
          address_pattern(IpNetwork::of(*address, address->bits()), ports_text(entry.port)));
    }
    import.draft.add({"deny connect", {address_pattern(*range, "*")}, except, kDeniedAddress});
  }
}

}  // namespace

void import_srt_network(SrtImport& import) {
  import.draft.section("# Hosts: allowedDomains; deniedDomains wins. No port there is any port.\n");
  allowed(import);
  denied(import);
  denied_addresses(import);
  if (!import.on("/network/allowLocalBinding")) return;
  const std::string because = "allowLocalBinding";
  import.draft.add(Os::macos, {"allow listen", {"*:1-65535"}, {}, because});
  import.draft.add(Os::macos, {"allow connect", {"localhost:*"}, {}, because});
}

}  // namespace sbxc::import
