// Laws 9 to 12 for one connection: whether the table lets anybody go to a host and port, and
// whether an address that the name turned out to have may be dialled for it (law 10: no address
// that a rule denies, and none that is loopback, private, link-local … unless a rule for addresses
// allows that very one). What is checked here is what is dialled: nothing is resolved twice.
//
// A table is taken as a whole and may be replaced at any time; connections that are open stay.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/egress/egress.h"
#include "runtime/egress/report.h"
#include "runtime/egress/sockets.h"
#include "runtime/wire/endpoint.h"

namespace sbxc::egress {

struct Ruling {
  host_table::Verdict verdict = host_table::Verdict::deny;
  Reason reason = Reason::no_rule;
  uint32_t rule = 0;
  std::string detail{};

  bool is_deny() const { return verdict == host_table::Verdict::deny; }
};

class Gate {
 public:
  explicit Gate(Table table);

  Table use(Table table);  // gives the one before
  const host_table::HostTable& table() const { return *table_; }
  uint32_t generation() const { return generation_; }

  // Places that the proxy itself listens on, outside: nobody is let in through the back door.
  void add_own(const Place& place) { own_.push_back(place); }
  void remove_own(const Place& place) { std::erase(own_, place); }

  // `leads_inside`: what listens there for us passes on to a program inside, and may be asked for.
  Ruling judge(const wire::Endpoint& asked, bool leads_inside = false) const;
  // For an address of a name that may be reached at this port.
  // `by`: the rule that lets the name through. One that asks, and was answered, may speak of
  // addresses as well: `ask connect localhost:5432`.
  Ruling judge_resolved(const Place& place, uint32_t by) const;

 private:
  bool is_own(const Place& place) const;

  Table table_;
  uint32_t generation_ = 0;
  std::vector<Place> own_;
};

// Loopback, private, link-local …: what a name that may be reached must not lead to.
bool leads_inward(const IpAddress& address);

// Of the addresses that a name has, those that may be dialled, each once, IPv6 and IPv4 in turn,
// in front the family that the resolver put first. None: `why` says what became of them.
// `by` as above.
std::vector<Place> dialable(const Gate& gate, const Resolved& resolved, uint16_t port, uint32_t by,
                            Ruling& why);

}  // namespace sbxc::egress
