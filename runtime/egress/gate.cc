// The order of denials matters for what a user is told: a rule that denies an address is named
// before the kind of the address.
#include "runtime/egress/gate.h"

#include <algorithm>
#include <utility>

#include "runtime/protections/protections.h"

namespace sbxc::egress {

namespace {

using host_table::Verdict;
using protections::is_on;
using protections::Protection;

constexpr size_t kMaxDialled = 16;  // addresses of one name

host_table::Address table_address(const IpAddress& address) {
  return {.v6 = address.v6, .bytes = address.bytes};
}

Ruling ruling_of(const host_table::Decision& decision) {
  Ruling ruling{decision.verdict, Reason::allowed, decision.rule};
  if (decision.verdict != Verdict::deny) return ruling;
  switch (decision.reason) {
    case host_table::Reason::rule:
      ruling.reason = Reason::rule;
      break;
    case host_table::Reason::no_rule:
      ruling.reason = Reason::no_rule;
      break;
    case host_table::Reason::bad_name:
      ruling.reason = Reason::bad_name;
      break;
  }
  return ruling;
}

bool is_unspecified(const IpAddress& address) { return address == IpAddress{.v6 = address.v6}; }

Ruling permission() { return {.verdict = Verdict::allow, .reason = Reason::allowed}; }

// Dialling "no address" reaches this machine.
bool is_nowhere(const IpAddress& address) {
  return is_unspecified(address) && is_on(Protection::no_address);
}

Ruling denial(Reason reason, std::string detail) {
  return {Verdict::deny, reason, 0, std::move(detail)};
}

}  // namespace

// Addresses that are kept for documentation belong to nobody.
bool leads_inward(const IpAddress& address) {
  const auto use = special_use(address);
  return use && *use != "documentation";
}

Gate::Gate(Table table)
    : table_(table ? std::move(table) : std::make_shared<host_table::HostTable>()) {}

Table Gate::use(Table table) {
  ++generation_;
  return std::exchange(table_, std::move(table));
}

bool Gate::is_own(const Place& place) const {
  return std::any_of(own_.begin(), own_.end(), [&place](const Place& own) {
    return own.port == place.port && (own.address == place.address ||
                                      (is_unspecified(own.address) && is_loopback(place.address)));
  });
}

Ruling Gate::judge(const wire::Endpoint& asked, bool leads_inside) const {
  if (const std::string* name = asked.name()) {
    const bool held = is_on(Protection::host_names) &&
                      (is_on(Protection::host_ports) || !table_->has_open_port(*name));
    return held ? ruling_of(table_->decide(*name, asked.port)) : permission();
  }
  const Place place{*asked.address(), asked.port};
  if (is_nowhere(place.address)) return denial(Reason::address_special, place.address.text());
  if (!is_on(Protection::addresses)) return permission();
  const Ruling ruling = ruling_of(table_->decide(table_address(place.address), place.port));
  if (!ruling.is_deny() && !leads_inside && is_own(place)) return denial(Reason::loop, {});
  return ruling;
}

Ruling Gate::judge_resolved(const Place& place, uint32_t by) const {
  if (is_nowhere(place.address)) return denial(Reason::address_special, place.address.text());
  const host_table::Decision decision = table_->decide(table_address(place.address), place.port);
  if (decision.verdict == Verdict::deny && decision.reason == host_table::Reason::rule) {
    return {Verdict::deny, Reason::address_denied, decision.rule, place.address.text()};
  }
  const bool was_asked = decision.verdict == Verdict::ask && decision.rule == by;
  const bool inward = leads_inward(place.address) && is_on(Protection::inward_addresses);
  if (inward && decision.verdict != Verdict::allow && !was_asked) {
    return denial(Reason::address_special, place.address.text());
  }
  if (is_own(place)) return denial(Reason::loop, {});
  return {Verdict::allow, Reason::allowed, decision.rule};
}

std::vector<Place> dialable(const Gate& gate, const Resolved& resolved, uint16_t port, uint32_t by,
                            Ruling& why) {
  std::vector<Place> families[2];
  why = denial(Reason::unresolved, {});
  for (const IpAddress& address : resolved.addresses) {
    const Place place{address, port};
    Ruling ruling = gate.judge_resolved(place, by);
    if (ruling.is_deny()) {
      if (why.reason != Reason::address_denied) why = std::move(ruling);
      continue;
    }
    std::vector<Place>& family = families[address.v6 ? 1 : 0];
    if (std::find(family.begin(), family.end(), place) == family.end()) family.push_back(place);
  }
  std::vector<Place> out;
  const size_t first = resolved.addresses.empty() || !resolved.addresses[0].v6 ? 0 : 1;
  for (size_t i = 0; i < std::max(families[0].size(), families[1].size()); ++i) {
    for (const size_t family : {first, 1 - first}) {
      if (i < families[family].size() && out.size() < kMaxDialled) {
        out.push_back(families[family][i]);
      }
    }
  }
  return out;
}

}  // namespace sbxc::egress
