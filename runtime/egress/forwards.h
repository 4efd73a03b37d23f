// From outside to ports inside (`listen` rules): what a process inside listens on, of the ports
// that the policy names, is listened on outside as long as it does, and connections go there. A
// rule for a thousand ports costs no socket before somebody inside uses one.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "runtime/egress/acceptor.h"
#include "runtime/egress/egress.h"

namespace sbxc::egress {

class Engine;

class Forwards {
 public:
  explicit Forwards(Engine& engine) : engine_(engine) {}

  // Looks what is listened on inside. True: look again, after kAgain.
  bool look();
  static constexpr int64_t kAgain = 200;
  // Whether a connection to this place of the machine's comes back to a program inside, which
  // listens there now: also one that nothing was opened for yet.
  bool leads_inside(const Place& place) const;
  void close();
  void resume();

 private:
  struct Port {
    std::vector<std::unique_ptr<Acceptor>> acceptors;
    bool is_inside = false;
    bool was_said = false;
  };
  std::vector<IpAddress> places_of(uint16_t port) const;
  void open(uint16_t port, Port& into);
  bool open_at(const IpAddress& address, uint16_t port, Port& into);
  void close(Port& port);

  Engine& engine_;
  std::map<uint16_t, Port> ports_;
  std::vector<std::unique_ptr<Acceptor>> closed_;  // until their last wait is over
};

}  // namespace sbxc::egress
