// The egress proxy: everything that a command sends to the network goes through this one process,
// which asks the host table first. It is given listening sockets, made inside the sandbox or
// outside, and serves them until it is told to stop:
//
//   who is asked for?  -> canonical? -> the table: allow, ask, deny -> resolve (outside)
//     -> each address against law 10 -> dial -> the client's first bytes (SNI, Host) -> copy
//
// No byte leaves before the table said yes, and the client's bytes wait until they were looked at;
// the server's never wait. Whoever gets an answer from here gets it from one thread; names are
// resolved by a few others.
//
// This header is all that other rooms see. Nothing below it throws across it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/pattern/ip_address.h"
#include "runtime/egress/limits.h"
#include "runtime/host_table/host_table.h"

namespace sbxc::ask {
class Asker;
}

namespace sbxc::egress {

enum class Reason : uint8_t;  // report.h

enum class ListenerKind : uint8_t {
  captured,    // the socket's own address is the destination: any address is local inside
  redirected,  // SO_ORIGINAL_DST is the destination (nft redirect)
  proxy,       // HTTP proxy and SOCKS5, told apart by the first byte
  dns_udp,
  dns_tcp,
  forward_in,  // outside; its connections go to 127.0.0.1 or ::1, port `port`, inside; see
               // Forwarding
};

// `descriptor` is bound (and listening, but for dns_udp).
struct Listener {
  ListenerKind kind = ListenerKind::captured;
  int descriptor = -1;
  uint16_t port = 0;  // of forward_in: inside; of the others: what it is bound to, for messages
};

// A table that stays while somebody holds it. Null for one that is refused, with `error` saying
// why. view_table() copies the bytes.
using Table = std::shared_ptr<const host_table::HostTable>;
Table open_table(const char* path, std::string& error);
Table view_table(std::string_view bytes, std::string& error);

// The proxy's proxy. Names are then resolved there, so that law 10 cannot be held for them: see
// docs/running.md.
struct Upstream {
  std::string host;  // empty: none. A name or an address
  uint16_t port = 0;
  std::string credentials;  // `user:password`; empty: none
};

// Ports inside that may be reached from outside: of those that a process inside listens on, each
// of these ports is listened on at each of these addresses outside, and goes to loopback inside.
struct Forwarding {
  struct Ports {
    uint16_t low = 0;
    uint16_t high = 0;
  };
  std::vector<IpAddress> addresses;
  std::vector<Ports> ports;
};

struct Resolved {
  int error = 0;  // of getaddrinfo (EAI_…); 0: there are addresses
  std::vector<IpAddress> addresses;
};

// Who may use `proxy` listeners, by Basic or SOCKS5 user name and password. The one of `sbxc run`
// is called `sbxc`.
struct Client {
  std::string name;
  std::string token;
};

// What serve() is handed over, to be closed by it whatever comes of it: the descriptors of
// `listeners`, `stop`, `drain` and `reload`. `reports` stays the caller's.
struct Options {
  Table table;  // null denies everything
  std::vector<Listener> listeners;

  std::vector<Client> clients;  // empty: whoever reaches a `proxy` listener may use it

  // Readable or closed at the other end: serve() returns, with `timeouts.parting` after the last
  // words of clients that are gone were passed on. -1: never.
  int stop = -1;
  // The same: nobody is let in any more, and serve() returns with the last connection. -1: never.
  int drain = -1;
  // Every byte that can be read here is a wish for a new table: `next_table` is called, and null
  // keeps the old one. The same for `clients`. Connections that are open stay.
  int reload = -1;
  std::function<Table()> next_table;
  std::function<std::optional<std::vector<Client>>()> next_clients;

  // What the sandbox of captured, redirected and dns listeners resolves names with (runtime/dns):
  // `names`: names have synthetic addresses there; `v6`: IPv6 works there.
  bool names = false;
  bool v6 = false;

  std::vector<Forwarding> forwards;
  // Ports that processes inside listen on; asked every 200 ms if it is set.
  std::function<std::vector<uint16_t>()> listening_inside;
  // A TCP socket inside the sandbox's network, unconnected; -1 with errno. For forwards.
  std::function<int(bool v6)> socket_inside;
  // Instead of getaddrinfo, for tests; called by other threads, several at a time.
  std::function<Resolved(const std::string& name)> resolve;
  // Instead of the addresses of `names`, for tests.
  std::function<std::optional<std::string>(const IpAddress&)> name_of;

  Upstream upstream;
  int reports = -1;              // a pipe for report.h's records; never waited for
  bool reports_allowed = false;  // what was let through and reached, too
  ask::Asker* asker = nullptr;   // null: what asks is denied
  Metrics* metrics = nullptr;
  // What came of each request in the end, for counting: called by the serving thread, once each.
  // `rule` as in report.h; of `allowed` the rule that allows it.
  std::function<void(Reason reason, uint32_t rule)> outcome;
  // Something for the user or the log, one line, no newline: `out of descriptors; …`.
  std::function<void(std::string_view)> say;

  Timeouts timeouts;
  Limits limits;
};

// Serves until `stop` says so. 0, or 1 with what is wrong said through `say`.
int serve(Options options);

}  // namespace sbxc::egress
