// The sockets of the DNS inside: datagrams, and connections of one question after another. What is
// answered is runtime/dns's business; nothing of it is asked outside.
//
// Bounded: so many connections, each idle for a moment at most, with one question at a time and no
// more read before its answer was taken.
#pragma once

#include <list>
#include <string>

#include "runtime/dns/answer.h"
#include "runtime/egress/egress.h"
#include "runtime/egress/loop.h"

namespace sbxc::egress {

class DnsServer;
class Engine;

class DnsConnection final : private Watcher {
 public:
  DnsConnection(DnsServer& server, int64_t now) : since_(now), server_(server) {}
  bool open(Loop& loop, int socket);
  void close() { watch_.close(); }
  bool is_over() const { return !watch_.is_open() && !watch_.busy(); }
  int64_t since() const { return since_; }

 private:
  void ready(Watch& watch, Wait what) override;
  bool read();
  bool answer_next();  // false: nothing whole is there
  bool flush();

  int64_t since_;
  DnsServer& server_;
  Watch watch_;
  std::string asked_;
  std::string answer_;
};

class DnsServer final : private Watcher {
 public:
  DnsServer(Engine& engine, dns::Resolver& resolver) : engine_(engine), resolver_(resolver) {}
  // False: errno; the descriptor is still the caller's.
  bool open(const Listener& listener);
  void close();
  // Ends what was idle for long. True while there are connections.
  bool tick(int64_t now);

 private:
  friend class DnsConnection;
  void ready(Watch& watch, Wait what) override;
  void answer_datagrams(Watch& watch);
  void accept_connections(Watch& watch);

  Engine& engine_;
  dns::Resolver& resolver_;
  std::list<Watch> datagrams_;
  std::list<Watch> listeners_;
  std::list<DnsConnection> connections_;
};

}  // namespace sbxc::egress
