// The names of a world. One of them is the name that the policy allows, and leads where the probe
// wants it to: each probe may be about another answer. The rest never changes:
//
//   *.denied.test, denied.test   the address that no rule speaks of
//   *.search.test                the same: what the resolver's search list makes of other names
//   *.127.0.0.1.nip.test         the address in the name
//   localhost, *.localhost, metadata.google.internal, host.docker.internal
#pragma once

#include <map>
#include <string>
#include <vector>

#include "conformance/suite/network/address.h"
#include "conformance/suite/network/event_log.h"

namespace sbxc::conform {

struct Zone {
  std::string allowed;  // the name
  // Addresses; `a,b` gives both, `a|b` a to the first question and b to later ones (of each type);
  // `alias:NAME` is another name's, by a CNAME; `none` does not exist.
  std::string resolves;
  std::string denied4;
  std::string denied6;
};

struct NameAnswer {
  bool exists = false;
  std::string alias{};  // the canonical name, where it is another
  std::vector<Address> addresses{};
};

class Names {
 public:
  Names(Zone zone, EventLog* log) : zone_(std::move(zone)), log_(log) {}

  void let_lead(const std::string& allowed, const std::string& resolves) {
    zone_.allowed = allowed;
    zone_.resolves = resolves;
  }

  // Of DNS: addresses of one family (AF_INET, AF_INET6).
  NameAnswer look_up(const std::string& name, int family);
  // As somebody believes it who uses the search list, either family.
  std::vector<Address> believe(const std::string& name);
  // One question of DNS as it came, asked of `whom`; the answer's bytes, empty: none.
  std::string answer(std::string_view message, const std::string& whom);

 private:
  std::vector<Address> of_list(const std::string& list, int family) const;

  Zone zone_;
  EventLog* log_;
  std::map<std::pair<std::string, int>, size_t> asked_;
};

}  // namespace sbxc::conform
