#include "runtime/egress/forwards.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "runtime/egress/engine.h"
#include "runtime/egress/sockets.h"

namespace sbxc::egress {

namespace {

bool has_port(const Forwarding& forwarding, uint16_t port) {
  return std::any_of(forwarding.ports.begin(), forwarding.ports.end(),
                     [port](const auto& range) { return range.low <= port && port <= range.high; });
}

}  // namespace

std::vector<IpAddress> Forwards::places_of(uint16_t port) const {
  std::vector<IpAddress> places;
  for (const Forwarding& forwarding : engine_.options.forwards) {
    if (!has_port(forwarding, port)) continue;
    for (const IpAddress& address : forwarding.addresses) {
      if (std::find(places.begin(), places.end(), address) == places.end()) {
        places.push_back(address);
      }
    }
  }
  return places;
}

bool Forwards::leads_inside(const Place& place) const {
  const Options& options = engine_.options;
  if (!is_loopback(place.address) || !options.listening_inside || !options.socket_inside) {
    return false;
  }
  const std::vector<IpAddress> outside = places_of(place.port);
  const bool passed_on =
      std::any_of(outside.begin(), outside.end(), [&place](const IpAddress& address) {
        return address == place.address || address == IpAddress{.v6 = address.v6};
      });
  if (!passed_on) return false;
  const std::vector<uint16_t> inside = options.listening_inside();
  return std::find(inside.begin(), inside.end(), place.port) != inside.end();
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
  for (const IpAddress& address : places_of(port)) {
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
    if (places_of(number).empty()) continue;
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
