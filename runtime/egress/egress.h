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

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/pattern/ip_address.h"
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
  forward_in,  // outside; its connections go to 127.0.0.1 or ::1, port `port`, inside
};

// `descriptor` is bound (and listening, but for dns_udp); serve() closes it.
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

struct Timeouts {
  using Time = std::chrono::milliseconds;
  Time head{30'000};              // from accepting to a whole request head, greeting or ClientHello
  Time resolve{10'000};           // one name
  Time stagger{250};              // before the next address is dialled beside one that is silent
  Time connect{20'000};           // all addresses of one name
  Time idle{2 * 60 * 60'000};     // no byte either way
  Time half_closed{10 * 60'000};  // the same, where one side has said its last
  Time name_cache{3'000};         // addresses of a name are asked for again after this
  Time linger{2'000};             // a refused client may still read why
};

struct Limits {
  size_t sessions = 16'384;  // more are not accepted until some end
  size_t resolver_threads = 8;
  size_t waiting_names = 512;        // names that wait for one of them
  size_t buffer_bytes = 256 * 1024;  // the one buffer that everything is copied through
  size_t reports_a_second = 200;     // records on `reports`; more are counted only
};

// The proxy's proxy. Names are then resolved there, so that law 10 cannot be held for them: see
// docs/running.md.
struct Upstream {
  std::string host;  // empty: none. A name or an address
  uint16_t port = 0;
  std::string credentials;  // `user:password`; empty: none
};

// Counters that may be read by another thread, or another process through shared memory.
struct Metrics {
  std::atomic<uint64_t> accepted{0};  // connections
  std::atomic<uint64_t> open{0};      // now
  std::atomic<uint64_t> requests{0};  // judged: one a connection, and one each HTTP request
  std::atomic<uint64_t> denied{0};
  std::atomic<uint64_t> failed{0};     // allowed, but not resolved or reached
  std::atomic<uint64_t> bytes_out{0};  // from clients
  std::atomic<uint64_t> bytes_in{0};   // to clients
  std::atomic<uint64_t> dns_queries{0};
  std::atomic<uint64_t> dns_denied{0};
  std::atomic<uint64_t> reloads{0};
  std::atomic<uint64_t> out_of_descriptors{0};  // times that accepting paused for it
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

struct Options {
  Table table;  // null denies everything
  std::vector<Listener> listeners;

  std::vector<Client> clients;  // empty: whoever reaches a `proxy` listener may use it

  // Readable or closed at the other end: serve() returns. -1: never.
  int stop = -1;
  // The same: nobody is let in any more, and serve() returns with the last connection. -1: never.
  int drain = -1;
  // Every byte that can be read here is a wish for a new table: `next_table` is called, and null
  // keeps the old one. Connections that are open stay.
  int reload = -1;
  std::function<Table()> next_table;

  // What the sandbox of captured, redirected and dns listeners resolves names with (runtime/dns):
  // `names`: names have synthetic addresses there; `v6`: IPv6 works there.
  bool names = false;
  bool v6 = false;

  // A TCP socket inside the sandbox's network, unconnected; -1 with errno. For forward_in.
  std::function<int(bool v6)> socket_inside;
  // Instead of getaddrinfo, for tests; called by other threads, several at a time.
  std::function<Resolved(const std::string& name)> resolve;
  // Instead of the addresses of `names`, for tests.
  std::function<std::optional<std::string>(const IpAddress&)> name_of;

  Upstream upstream;
  int reports = -1;             // a pipe for report.h's records; never waited for
  ask::Asker* asker = nullptr;  // null: what asks is denied
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
