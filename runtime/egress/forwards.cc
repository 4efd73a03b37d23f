#include "runtime/egress/forwards.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "runtime/egress/engine.h"
#include "runtime/egress/sockets.h"

namespace sbxc::egress {

bool Forwards::is_wanted(uint16_t port) const {
  const auto& ranges = engine_.options.forwards.ports;
  return std::any_of(ranges.begin(), ranges.end(),
                     [port](const auto& range) { return range.low <= port && port <= range.high; });
}

bool Forwards::open_at(const IpAddress& address, uint16_t port, Port& into) {
  const int socket = listen_at({address, port});
  if (socket < 0) return false;
  auto acceptor =
      std::make_unique<Acceptor>(engine_, Listener{ListenerKind::forward_in, socket, port});
  if (!acceptor->open(engine_.loop)) {
    ::close(socket);
    return false;
  }
  into.acceptors.push_back(std::move(acceptor));
  engine_.gate.add_own({address, port});
  return true;
}

// All of the addresses that this machine has, or none of them.
void Forwards::open(uint16_t port, Port& into) {
  for (const IpAddress& address : engine_.options.forwards.addresses) {
    if (open_at(address, port, into) || errno == EADDRNOTAVAIL || errno == EAFNOSUPPORT) continue;
    const int error = errno;
    close(into);
    if (!into.was_said) {
      engine_.say("cannot pass connections on to port " + std::to_string(port) +
                  " of the command: " + std::strerror(error));
    }
    into.was_said = true;
    return;
  }
}

void Forwards::close(Port& port) {
  for (auto& acceptor : port.acceptors) {
    engine_.gate.remove_own(acceptor->place());
    acceptor->close();
    closed_.push_back(std::move(acceptor));
  }
  port.acceptors.clear();
}

bool Forwards::look() {
  std::erase_if(closed_, [](const auto& acceptor) { return acceptor->is_over(); });
  if (!engine_.options.listening_inside) return false;
  for (auto& [number, port] : ports_) port.is_inside = false;
  for (const uint16_t number : engine_.options.listening_inside()) {
    if (!is_wanted(number)) continue;
    Port& port = ports_[number];
    port.is_inside = true;
    if (port.acceptors.empty()) open(number, port);
  }
  for (auto it = ports_.begin(); it != ports_.end();) {
    if (it->second.is_inside) {
      ++it;
      continue;
    }
    close(it->second);
    it = ports_.erase(it);
  }
  return true;
}

void Forwards::close() {
  for (auto& [number, port] : ports_) close(port);
}

void Forwards::resume() {
  for (auto& [number, port] : ports_) {
    for (auto& acceptor : port.acceptors) acceptor->resume();
  }
}

}  // namespace sbxc::egress
