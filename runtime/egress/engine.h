// The one thread that serves: the loop, the table, the buffer, and every session. Sessions are in
// one of two lists: those that are being set up have deadlines soon and are looked at often, and
// tunnels are looked at once in a while. Time is read when that is done and when connections are
// accepted, not for each thing that happens.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/egress/acceptor.h"
#include "runtime/egress/asking.h"
#include "runtime/egress/dns_server.h"
#include "runtime/egress/flow.h"
#include "runtime/egress/forwards.h"
#include "runtime/egress/gate.h"
#include "runtime/egress/loop.h"
#include "runtime/egress/name_resolver.h"
#include "runtime/egress/reports.h"
#include "runtime/wire/http_head.h"

namespace sbxc::egress {

class Session;
struct Setup;

// The loop's thread alone writes counters.
inline void count(std::atomic<uint64_t>& counter, int64_t amount = 1) {
  counter.store(counter.load(std::memory_order_relaxed) + static_cast<uint64_t>(amount),
                std::memory_order_relaxed);
}

class Engine final : private Ticker, private Watcher {
 public:
  explicit Engine(Options given);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  int run();

  // What sessions use.
  Options options;
  Metrics own_metrics;
  Metrics& metrics;
  Loop loop;
  Gate gate;
  NameResolver names;
  Copier copier;
  Reports reports;
  wire::RequestHead request{};  // of whoever looks at a head now
  wire::ResponseHead response{};

  int64_t now() const { return now_; }  // milliseconds
  void read_clock();
  void say(std::string_view line) const;
  std::optional<std::string> name_of(const IpAddress& address) const;
  bool leads_inside(const Place& place) const { return forwards_.leads_inside(place); }
  Asking asking;
  // Whether the `ask` rule of its setup lets the session go on: a ticket, or 0 if nobody can tell.
  uint64_t ask(Session& session, const Setup& setup);
  // Something may become due that nothing else waits for.
  void expect_tick() { tick_within(tunnel_interval_); }

  // A session for an accepted socket. Null: there are too many, and the socket is still the
  // caller's.
  Session* start_session();
  void to_tunnels(Session& session);
  void recycle(Session& session);
  // No descriptors, or none left for a session: nobody accepts until some are free again.
  void pause_accepting(int error);
  bool is_full() const;
  // Clients are gone, and what they said last is still passed on; see parting.cc.
  bool is_parting() const { return parting_; }
  void note_cut() { ++cut_; }

 private:
  struct List {
    Session* first = nullptr;
    size_t count = 0;
  };
  void tick() override;
  void ready(Watch& watch, Wait what) override;
  bool open();
  bool open_listener(Listener& listener);
  bool open_order(Watch& watch, int& descriptor);
  void close_what_was_not_opened();
  void note_own(const Listener& listener);
  dns::Hooks dns_hooks();
  void reload();
  void resume_accepting();
  void close_all();
  void begin_to_drain();
  void begin_to_part();
  void say_what_is_cut();
  void put(List& list, Session& session);
  void take(List& list, Session& session);
  static void sweep(List& list, int64_t now);
  void tick_within(int64_t time);

  dns::Resolver inside_;  // the names that the sandbox knows
  DnsServer dns_;
  Forwards forwards_{*this};
  List brisk_;
  List tunnels_;
  Watch stop_;
  Watch drain_;
  bool draining_ = false;
  bool parting_ = false;
  int64_t part_until_ = 0;
  size_t cut_ = 0;  // connections
  Watch reload_;
  std::vector<std::unique_ptr<Acceptor>> acceptors_;
  int64_t now_ = 0;
  int64_t next_tick_ = 0;  // 0: none is coming
  int64_t next_sweep_of_tunnels_ = 0;
  int64_t brisk_interval_ = 50;
  int64_t tunnel_interval_ = 1000;
  int64_t next_look_at_forwards_ = 0;
  int64_t said_full_ = 0;
  bool paused_ = false;
  bool closing_ = false;  // nothing becomes due any more
};

}  // namespace sbxc::egress
