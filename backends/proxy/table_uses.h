// How the rules of a policy speak of hosts, as numbers: a *use* is one pattern of one rule (which
// rule, added or subtracted, which ports), a *group* the uses that some hosts share. The thousands
// of names of a list file are one group.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "compiler/policy/policy.h"

namespace sbxc {

struct Use {
  uint32_t rule;      // index into TableUses::rules
  uint32_t port_set;  // index into TableUses::port_sets
  bool except;

  auto operator<=>(const Use&) const = default;
};

enum class GroupId : uint32_t {};

struct NamedHost {
  std::string_view name;
  GroupId group;
  bool subdomains;
};

struct HostNetwork {
  IpNetwork network;
  GroupId group;
};

struct TableUses {
  std::vector<const Rule*> rules;
  std::vector<PortSet> port_sets;
  std::vector<std::vector<Use>> groups;  // each sorted, without repeats
  std::vector<NamedHost> names;          // views into the policy
  std::vector<HostNetwork> networks;
  std::vector<Use> any_name;  // of `*`
};

TableUses collect_uses(const Policy& policy, Os os);

}  // namespace sbxc
