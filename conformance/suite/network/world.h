// A small internet of the suite's own, for one launch: whoever is started in it sees names, servers
// and a whole address space, and every packet that leaves a process there is seen. On Linux in
// namespaces of its own (place.h), where every address leads to it and nothing leads further. On
// other systems the services are there, on free ports of the loopback, and what connects is seen.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "conformance/suite/network/event_log.h"
#include "conformance/suite/network/loop.h"

namespace sbxc::conform {

struct WorldPlan {
  std::string directory;  // for files of its own; not there yet
  std::string nonce;      // marks what the attempt sends
  std::string allowed;    // the name that the policy allows
  std::string resolves;   // where that leads, as Zone::resolves has it; empty: to `allowed4`
};

class World {
 public:
  explicit World(const WorldPlan& plan);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  const std::string& why_not() const { return why_not_; }  // empty: it is there
  // For the scene (docs/conformance.md).
  const std::map<std::string, std::string>& words() const { return words_; }

  // Another name that is allowed, or another place that it leads to; empty: the usual one.
  void let_lead(const std::string& allowed, const std::string& resolves);

  // It lives while whoever owns it waits for these, and says which are ready.
  std::vector<pollfd> watched() const { return loop_.watched(); }
  void ready(int descriptor) { loop_.ready(descriptor); }

  // Connects to what listens at the word `listen_port`, as a program of this machine would.
  void dial_in();
  // Everything that was sent before this call.
  const std::vector<std::string>& events();
  bool has_missed_some() const { return has_missed_some_; }  // of those events

 private:
  struct Parts;
  void open_services();
  bool open_service(const std::string& address, const std::string& port, const std::string& kind);
  void go_on_for(int milliseconds);

  std::string why_not_;
  std::map<std::string, std::string> words_;
  EventLog log_;
  Loop loop_;
  std::unique_ptr<Parts> parts_;
  bool has_missed_some_ = false;
};

}  // namespace sbxc::conform
