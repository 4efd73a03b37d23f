// DNS inside a sandbox: bytes of a query in, bytes of the answer out. Nothing is ever forwarded, so
// no label carries anything out. A name that the table allows, or may ask about, at some port has
// an address of Names; `localhost` is the loopback; every other name does not exist.
//
// No I/O; whoever owns the sockets calls it. References: RFC 1035, 2308, 6761 6.3, 6891.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "runtime/dns/names.h"
#include "runtime/host_table/host_table.h"
#include "runtime/wire/dns_message.h"

namespace sbxc::dns {

// Each called at most once for a name, and for no more than kMostTold names.
struct Hooks {
  // A name that has no open port, and how it is decided at port 443.
  std::function<void(const std::string& name, const host_table::Decision&)> denied{};
  // A name that would have an address, if there were one left.
  std::function<void(const std::string& name)> full{};
};
inline constexpr size_t kMostTold = 4096;

class Resolver {
 public:
  // `table` outlives this, or use() is called before it goes. `v6`: IPv6 works inside; without it
  // nothing has an address of IPv6.
  Resolver(const host_table::HostTable& table, bool v6, Hooks hooks = {});

  // `message`: a datagram, or what came over TCP without its length; the answer over TCP has one.
  // Empty: there is no answer to be given.
  std::string answer(std::string_view message, wire::DnsTransport transport);

  // From now on by another table. Addresses stay those of their names.
  void use(const host_table::HostTable& table) { table_ = &table; }

  // The name that an address stands for; empty when none.
  std::string_view name_of(const IpAddress& address) const { return names_.name_of(address); }

 private:
  wire::DnsAnswer answer_to(const wire::DnsQuery& query);
  wire::DnsAnswer answer_to_reverse(const wire::DnsQuery& query) const;
  bool is_news(const std::string& name);

  const host_table::HostTable* table_;
  bool v6_;
  Hooks hooks_;
  Names names_;
  Names told_;
  IpAddress address_{};  // of the answer that is being written
};

}  // namespace sbxc::dns
