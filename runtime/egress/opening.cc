// From what is asked for to a connected socket: judge, ask, resolve, judge the addresses, dial.
// Each step may be over at once, and mostly is for an address; then no wait comes between.
#include <netdb.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "runtime/egress/engine.h"
#include "runtime/egress/http_relay.h"
#include "runtime/egress/session.h"
#include "runtime/wire/http_answer.h"
#include "runtime/wire/socks.h"

namespace sbxc::egress {

using host_table::Verdict;

void Session::begin_captured(const std::optional<Place>& place) {
  if (!place) return end_with_reset();
  setup_->entry = Entry::captured;
  ask_for({place->address, place->port});
}

// A listener of ours outside was made because a rule lets the outside in: nothing is judged.
void Session::begin_forward(uint16_t port) {
  setup_->looks = false;
  setup_->goes_inside = true;
  setup_->target = {IpAddress::v4(127, 0, 0, 1), port};
  stage_ = Stage::waiting;
  IpAddress v6{.v6 = true};
  v6.bytes[15] = 1;
  dial_places({{IpAddress::v4(127, 0, 0, 1), port}, {v6, port}});
}

// Whoever asks for a synthetic address asks for its name.
void Session::ask_for(wire::Endpoint target) {
  if (const IpAddress* address = target.address()) {
    if (auto name = engine_.name_of(*address)) target.host = std::move(*name);
  }
  setup_->target = std::move(target);
  stage_ = Stage::waiting;
  count(engine_.metrics.requests);
  const IpAddress* address = setup_->target.address();
  setup_->goes_inside = address != nullptr && engine_.leads_inside({*address, setup_->target.port});
  judged(engine_.gate.judge(setup_->target, setup_->goes_inside));
}

void Session::judged(const Ruling& ruling) {
  setup_->rule = ruling.rule;
  switch (ruling.verdict) {
    case Verdict::allow:
      return allowed();
    case Verdict::deny:
      return refuse(ruling.reason, ruling.detail, ruling.rule);
    case Verdict::ask:
      setup_->question = engine_.ask(*this, *setup_);
      if (setup_->question == 0) return refuse(Reason::ask_unavailable, {}, ruling.rule);
      return read_meanwhile();
  }
}

void Session::answered(const ask::Answer& answer) {
  setup_->question = 0;
  if (answer.allowed) {
    allowed();
  } else {
    refuse(answer.unavailable ? Reason::ask_unavailable : Reason::asked_denied, answer.reason,
           setup_->rule);
  }
  settle();
}

// The client's first bytes are taken while somebody else is waited for, so that its end is seen.
void Session::read_meanwhile() {
  if (!setup_->client_ended && setup_->held.size() < kMaxHeld) client_.wait(Wait::read);
}

// A program that asks for `localhost` is caught at the first of its addresses, and believes to be
// connected; a server on this machine may have the other one alone.
std::vector<Place> Session::places_of_address(const Place& place) const {
  const IpAddress v4 = IpAddress::v4(127, 0, 0, 1);
  IpAddress v6{.v6 = true};
  v6.bytes[15] = 1;
  if (place.address != v4 && place.address != v6) return {place};
  const Place other{place.address.v6 ? v4 : v6, place.port};
  const Ruling ruling = engine_.gate.judge({other.address, other.port}, setup_->goes_inside);
  const bool may_go = ruling.verdict == Verdict::allow ||
                      (ruling.verdict == Verdict::ask && ruling.rule == setup_->rule);
  return may_go ? std::vector<Place>{place, other} : std::vector<Place>{place};
}

void Session::allowed() {
  const wire::Endpoint& target = setup_->target;
  if (goes_upstream()) return resolve(engine_.options.upstream.host);
  if (const IpAddress* address = target.address()) {
    return dial_places(places_of_address({*address, target.port}));
  }
  resolve(*target.name());
}

void Session::resolve(const std::string& name) {
  if (const IpParse parsed = parse_ip(name); parsed.address) {
    return dial_places({{*parsed.address, engine_.options.upstream.port}});
  }
  Resolved known;
  switch (engine_.names.resolve(name, *this, known)) {
    case NameResolver::When::now:
      return addresses_known(known);
    case NameResolver::When::later:
      setup_->resolving = true;
      set_deadline(engine_.options.timeouts.resolve);
      return read_meanwhile();
    case NameResolver::When::never:
      return refuse(Reason::limit, "too many names are being resolved");
  }
}

void Session::resolved(const Resolved& resolved) {
  setup_->resolving = false;
  addresses_known(resolved);
  settle();
}

void Session::addresses_known(const Resolved& resolved) {
  if (resolved.addresses.empty()) {
    const char* why = resolved.error != 0 ? gai_strerror(resolved.error) : "no address";
    return refuse(Reason::unresolved, why);
  }
  if (goes_upstream()) {
    std::vector<Place> places;
    for (const IpAddress& address : resolved.addresses) {
      places.push_back({address, engine_.options.upstream.port});
    }
    return dial_places(std::move(places));
  }
  Ruling why;
  std::vector<Place> places =
      dialable(engine_.gate, resolved, setup_->target.port, setup_->rule, why);
  if (places.empty()) return refuse(why.reason, why.detail, why.rule);
  dial_places(std::move(places));
}

void Session::dial_places(std::vector<Place> places) {
  const auto* make = setup_->goes_inside ? &engine_.options.socket_inside : nullptr;
  auto dialler = std::make_unique<Dialler>(engine_.loop, std::move(places), *this, make);
  const Dialler::Outcome outcome = dialler->start();
  if (outcome.finished) return take_socket(outcome.socket, outcome.error);
  setup_->dialler = std::move(dialler);
  setup_->hurry_at = engine_.now() + engine_.options.timeouts.stagger.count();
  set_deadline(engine_.options.timeouts.connect);
  read_meanwhile();
}

void Session::dialled(int socket, int error) {
  take_socket(socket, error);
  settle();
}

void Session::take_socket(int socket, int error) {
  Dialler::abandon(std::move(setup_->dialler));
  if (socket >= 0 && !server_.open(engine_.loop, socket, *this)) {
    error = errno;
    ::close(socket);
    socket = -1;
  }
  if (socket >= 0) return goes_upstream() ? chain() : connected();
  if (error == EMFILE || error == ENFILE) {
    engine_.pause_accepting(error);
    return refuse(Reason::limit, std::strerror(error));
  }
  refuse(Reason::unreachable, std::strerror(error));
}

void Session::connected() {
  report_allowed();
  if (engine_.options.outcome) engine_.options.outcome(Reason::allowed, setup_->rule);
  switch (setup_->entry) {
    case Entry::captured:
    case Entry::forward_in:
      return open_tunnel();
    case Entry::connect:
      if (!say(wire::kTunnelEstablished)) return end_with_reset();
      return open_tunnel();
    case Entry::socks:
      if (!say(wire::socks_reply(wire::SocksReply::succeeded))) return end_with_reset();
      return open_tunnel();
    case Entry::http:
      return relay_->connected();
  }
}

}  // namespace sbxc::egress
