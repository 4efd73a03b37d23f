// DNS inside a sandbox: bytes of a query in, bytes of the answer out. Nothing is ever forwarded, so
// no label carries anything out. A name that the table allows, or may ask about, at some port has
// an address of Names; `localhost` is the loopback; every other name does not exist.
//
// No I/O, and no exceptions of its own; whoever owns the sockets calls it (UDP: one datagram; TCP:
// one message without its length, RFC 1035 4.2.2). References: RFC 1035, 2308, 6761, 6891, 8482.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include "runtime/dns/names.h"
#include "runtime/host_table/host_table.h"

namespace sbxc::dns {

enum class Transport : uint8_t { udp, tcp };

inline constexpr size_t kMostAnswerBytes = 1232;  // no answer is longer, over either transport

// Each called at most once for a name.
struct Hooks {
  // A name that no rule lets anybody reach, and how it is decided at port 443.
  std::function<void(std::string_view name, const host_table::Decision&)> denied{};
  // A name that would have an address, if there were one left.
  std::function<void(std::string_view name)> full{};
};

class Resolver {
 public:
  // `table` outlives this. `v6`: IPv6 works inside; without it AAAA has no answer.
  Resolver(const host_table::HostTable& table, bool v6, Hooks hooks = {});

  // Writes the answer to `query` and returns its size; 0: there is none to be given (no header, or
  // an answer itself). `out` has at least kMostAnswerBytes.
  size_t answer(std::span<const uint8_t> query, Transport transport, std::span<uint8_t> out);

  // From now on by another table.
  void use(const host_table::HostTable& table) { table_ = &table; }

  const Names& names() const { return names_; }

 private:
  const host_table::HostTable* table_;
  bool v6_;
  Hooks hooks_;
  Names names_;
  Names told_;  // what `denied` and `full` were called for
};

}  // namespace sbxc::dns
