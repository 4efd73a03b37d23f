// Names into addresses, outside: getaddrinfo on a few threads, for it cannot be told to hurry. Each
// name is asked for once, whoever waits for it, and remembered for some seconds. Threads are
// started when there is work for one more, and are left alone when they hang: a name that is not
// answered takes one, never the loop.
//
// Search domains of resolv.conf do not apply: the name that was judged is the name that is asked.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/egress/egress.h"
#include "runtime/egress/loop.h"

namespace sbxc::egress {

struct NameWaiter {
  virtual void resolved(const Resolved& resolved) = 0;

 protected:
  ~NameWaiter() = default;
};

class NameResolver final : private Watcher {
 public:
  NameResolver();
  ~NameResolver();

  // False: no descriptors, errno says why.
  bool open(Loop& loop, const Options& options);
  void close() { wake_.close(); }  // nobody is told anything any more

  enum class When : uint8_t { now, later, never };
  // now: `out` is filled in; later: the waiter is told, unless it is forgotten before; never: too
  // many names wait already.
  When resolve(const std::string& name, NameWaiter& waiter, Resolved& out);
  void forget(NameWaiter& waiter);

 private:
  struct Shared;
  struct Known {
    Resolved resolved;
    std::chrono::steady_clock::time_point until;
  };
  void ready(Watch& watch, Wait what) override;
  void remember(const std::string& name, const Resolved& resolved);

  Watch wake_;
  std::shared_ptr<Shared> shared_;
  std::chrono::milliseconds keep_{0};
  size_t most_waiting_ = 0;
  std::unordered_map<std::string, Known> known_;
  std::unordered_map<std::string, std::vector<NameWaiter*>> waiting_;
};

// Asks the system. Blocks.
Resolved system_resolve(const std::string& name);

}  // namespace sbxc::egress
