// A datagram's answer comes from the address that was asked, whichever it was (IP_PKTINFO): a
// resolver takes no other.
#include "runtime/egress/dns_server.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "runtime/egress/engine.h"
#include "runtime/egress/sockets.h"
#ifdef __linux__
#include "runtime/netns/datagram.h"
#endif

namespace sbxc::egress {

namespace {

constexpr int kAtOnce = 64;
constexpr size_t kMostConnections = 64;
constexpr int64_t kIdle = 10'000;

}  // namespace

bool DnsConnection::open(Loop& loop, int socket) {
  if (!watch_.open(loop, socket, *this)) return false;
  watch_.wait(Wait::read);
  return true;
}

bool DnsConnection::flush() {
  const long sent = transmit(watch_.descriptor(), answer_.data(), answer_.size());
  if (sent < 0 && errno != EAGAIN) return false;
  if (sent > 0) answer_.erase(0, static_cast<size_t>(sent));
  return true;
}

bool DnsConnection::answer_next() {
  const wire::Outcome frame = wire::read_dns_frame(asked_);
  if (!frame.is_done()) {
    if (frame.is_bad()) watch_.close();
    return false;
  }
  count(server_.engine_.metrics.dns_queries);
  answer_ = server_.resolver_.answer(std::string_view(asked_).substr(2, frame.length - 2),
                                     wire::DnsTransport::tcp);
  asked_.erase(0, frame.length);
  if (answer_.empty() || !flush()) watch_.close();
  return watch_.is_open();
}

bool DnsConnection::read() {
  char bytes[2 + wire::kMaxDnsQuery];
  const size_t room = sizeof bytes - std::min(sizeof bytes, asked_.size());
  const long got = receive(watch_.descriptor(), bytes, room);
  if (got < 0 && errno == EAGAIN) return true;
  if (got <= 0) return false;
  asked_.append(bytes, static_cast<size_t>(got));
  return true;
}

void DnsConnection::ready(Watch&, Wait what) {
  since_ = server_.engine_.now();
  if (what == Wait::write ? !flush() : !read()) return watch_.close();
  while (answer_.empty() && answer_next()) {
  }
  if (!watch_.is_open()) return;
  watch_.wait(answer_.empty() ? Wait::read : Wait::write);
}

bool DnsServer::open(const Listener& listener) {
  const bool is_stream = listener.kind == ListenerKind::dns_tcp;
  std::list<Watch>& watches = is_stream ? listeners_ : datagrams_;
  watches.emplace_back();
  if (!make_nonblocking(listener.descriptor) ||
      !watches.back().open(engine_.loop, listener.descriptor, *this)) {
    watches.pop_back();
    return false;
  }
  watches.back().wait(Wait::read);
  return true;
}

void DnsServer::close() {
  for (std::list<Watch>* watches : {&datagrams_, &listeners_}) {
    for (Watch& watch : *watches) watch.close();
  }
  for (DnsConnection& connection : connections_) connection.close();
}

bool DnsServer::tick(int64_t now) {
  for (DnsConnection& connection : connections_) {
    if (now - connection.since() > kIdle) connection.close();
  }
  connections_.remove_if([](const DnsConnection& connection) { return connection.is_over(); });
  return !connections_.empty();
}

void DnsServer::ready(Watch& watch, Wait) {
  const bool is_stream = std::any_of(listeners_.begin(), listeners_.end(),
                                     [&watch](const Watch& other) { return &watch == &other; });
  if (is_stream) {
    accept_connections(watch);
  } else {
    answer_datagrams(watch);
  }
  watch.wait(Wait::read);
}

void DnsServer::accept_connections(Watch& watch) {
  for (int i = 0; i < kAtOnce; ++i) {
    const int socket = accept_socket(watch.descriptor());
    if (socket < 0) return;
    connections_.remove_if([](const DnsConnection& connection) { return connection.is_over(); });
    if (connections_.size() >= kMostConnections) {
      ::close(socket);  // the asker tries again
      continue;
    }
    if (!connections_.emplace_back(*this, engine_.now()).open(engine_.loop, socket)) {
      ::close(socket);
    }
    engine_.expect_tick();
  }
}

void DnsServer::answer_datagrams(Watch& watch) {
#ifdef __linux__
  for (int i = 0; i < kAtOnce; ++i) {
    std::array<uint8_t, wire::kMaxDnsQuery> bytes;
    netns::Datagram datagram;
    if (!netns::receive(watch.descriptor(), bytes, datagram)) {
      if (errno == EPROTO) continue;
      return;
    }
    count(engine_.metrics.dns_queries);
    if (datagram.cut) continue;
    const std::string answer = resolver_.answer(
        {reinterpret_cast<const char*>(bytes.data()), datagram.size}, wire::DnsTransport::udp);
    if (answer.empty()) continue;
    // One that is lost is asked for again.
    netns::answer(watch.descriptor(),
                  {reinterpret_cast<const uint8_t*>(answer.data()), answer.size()}, datagram);
  }
#else
  static_cast<void>(watch);
#endif
}

}  // namespace sbxc::egress
