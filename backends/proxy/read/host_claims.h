// What somebody says of hosts, whoever it is: a table read back, its JSON, or the policy itself.
// Entries (one pattern of one rule each) in lists, and names and addresses that have lists. Nothing
// here knows how it was written down.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/policy/policy.h"

namespace sbxc::hosts {

struct Entry {
  uint32_t group = 0;  // entries that `except` subtracts from: a rule, or a rule record of a table
  RuleId rule{};       // of the policy
  Effect effect{};
  uint32_t port_set = 0;
  bool itself = false;  // applies to the name that has the list
  bool below = false;   // to names below it
  bool except = false;
  uint32_t where = 0;  // in its artifact, for messages
};

// Entries [first, end).
struct List {
  uint32_t first = 0;
  uint32_t end = 0;
  auto operator<=>(const List&) const = default;
};

struct NamedList {
  std::string_view name;
  List list;
};

struct AddressList {  // of addresses of one family, both ends included
  IpAddress first;
  IpAddress last;
  List list;
};

struct Claims {
  std::vector<std::vector<PortRange>> port_sets;
  std::vector<Entry> entries;
  std::vector<NamedList> names;  // a name may have several lists
  std::vector<List> every_name;
  std::vector<AddressList> addresses;  // may overlap
};

// The lists that speak of one host, and as what.
struct Hit {
  List list;
  bool below = false;  // the host is below the name that has the list
  auto operator<=>(const Hit&) const = default;
};

struct Said {
  Effect verdict = Effect::deny;
  std::vector<RuleId> rules;      // that decide, ascending
  std::vector<uint32_t> entries;  // theirs that apply, by index
};
// Deny beats ask beats allow; a group counts when an entry applies and none of its exceptions does.
Said evaluate(const Claims& claims, const std::vector<Hit>& hits, uint16_t port);

// `rule 3 allows ports 80, 443 for the host itself`
std::string text_of(const Claims& claims, const Entry& entry);

}  // namespace sbxc::hosts
