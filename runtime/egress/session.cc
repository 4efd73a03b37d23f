// The life of a session: who may call in, what is read when, and how it ends.
#include "runtime/egress/session.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "runtime/egress/engine.h"
#include "runtime/egress/http_relay.h"

namespace sbxc::egress {

Session::Session(Engine& engine) : engine_(engine) {}

Session::~Session() = default;

void Session::set_deadline(std::chrono::milliseconds time) {
  deadline_ = engine_.now() + (engine_.is_parting() ? parting_time(time) : time).count();
}

void Session::begin(const Listener& listener, int socket) {
  setup_ = std::make_unique<Setup>();
  set_deadline(engine_.options.timeouts.head);
  if (!client_.open(engine_.loop, socket, *this)) {
    ::close(socket);
    end();
    return settle();
  }
  switch (listener.kind) {
    case ListenerKind::captured:
    case ListenerKind::redirected:
      begin_captured(listener.kind == ListenerKind::captured ? local_place(socket)
                                                             : original_place(socket));
      break;
    case ListenerKind::proxy:
      client_.wait(Wait::read);
      break;
    case ListenerKind::forward_in:
      setup_->entry = Entry::forward_in;
      from_outside_ = true;
      begin_forward(listener.port);
      break;
    case ListenerKind::dns_udp:
    case ListenerKind::dns_tcp:
      end();  // they have servers of their own
      break;
  }
  settle();
}

void Session::ready(Watch& watch, Wait what) {
  switch (stage_) {
    case Stage::greeting:
      read_greeting();
      break;
    case Stage::waiting:
      read_held();
      break;
    case Stage::chaining:
      if (&watch == &server_) {
        read_chained();
      } else {
        read_held();
      }
      break;
    case Stage::tunnel:
      ready_in_tunnel(watch, what);
      break;
    case Stage::relay:
      relay_->ready(watch, what);
      break;
    case Stage::refusing:
      if (what == Wait::read) {
        drain_refused();
      } else if (in_.flush(server_, client_, engine_.copier) == Flow::Outcome::receiver_gone) {
        end_with_reset();
      } else if (!in_.has_rest()) {
        set_deadline(engine_.options.timeouts.linger);
      }
      break;
  }
  settle();
}

void Session::gone(Watch&) { settle(); }

void Session::settle() {
  if (!ended_ && engine_.is_parting() && !owes()) end();
  if (ended_ && !client_.busy() && !server_.busy()) engine_.recycle(*this);
}

// Whoever gets half of something is not to take it for the whole.
void Session::close() {
  if (!ended_ && owes()) end_with_reset();
  end();
  settle();
}

void Session::end() {
  if (ended_) return;
  ended_ = true;
  if (setup_) {
    if (setup_->resolving) engine_.names.forget(*this);
    if (setup_->question != 0) engine_.asking.forget(setup_->question);
    Dialler::abandon(std::move(setup_->dialler));
  }
  out_.drop(engine_.copier);
  in_.drop(engine_.copier);
  client_.close();
  server_.close();
}

void Session::end_with_reset() {
  if (client_.is_open()) reset_on_close(client_.descriptor());
  if (server_.is_open()) reset_on_close(server_.descriptor());
  end();
}

void Session::tick(int64_t now) {
  if (setup_ && setup_->dialler && now >= setup_->hurry_at) {
    setup_->hurry_at = now + engine_.options.timeouts.stagger.count();
    const Dialler::Outcome outcome = setup_->dialler->hurry();
    if (outcome.finished) take_socket(outcome.socket, outcome.error);
  }
  if (!ended_ && now >= deadline_) too_late();
  settle();
}

void Session::too_late() {
  switch (stage_) {
    case Stage::greeting:
      return refuse(Reason::too_slow);
    case Stage::waiting:
      if (setup_->question != 0) return;  // whoever is asked has a limit
      return refuse(setup_->resolving ? Reason::unresolved : Reason::unreachable,
                    "no answer in time");
    case Stage::chaining:
      return refuse(Reason::unreachable, "the next proxy does not answer");
    case Stage::tunnel:
      if (engine_.is_parting()) return cut();
      if (setup_ && !setup_->held.empty()) return refuse(Reason::too_slow);
      return end_with_reset();
    case Stage::relay:
      return engine_.is_parting() ? cut() : relay_->too_late();
    case Stage::refusing:
      return end();
  }
}

// Until the tunnel stands the client's bytes are kept, and not looked at.
void Session::read_held() {
  Setup& setup = *setup_;
  const size_t room = std::min(kMaxHeld - setup.held.size(), engine_.copier.chunk());
  if (room == 0) return;
  const long got = receive(client_.descriptor(), engine_.copier.buffer.data(), room);
  if (got < 0 && errno != EAGAIN) return end_with_reset();
  if (got == 0) {
    setup.client_ended = true;
    return;
  }
  if (got > 0) setup.held.append(engine_.copier.buffer.data(), static_cast<size_t>(got));
  if (setup.held.size() < kMaxHeld) client_.wait(Wait::read);
}

void Session::drain_refused() {
  size_t drained = 0;
  while (drained < engine_.copier.buffer.size()) {
    const long got =
        receive(client_.descriptor(), engine_.copier.buffer.data(), engine_.copier.buffer.size());
    if (got < 0 && errno == EAGAIN) return client_.wait(Wait::read);
    if (got <= 0) return end();
    drained += static_cast<size_t>(got);
  }
  client_.wait(Wait::read);
}

}  // namespace sbxc::egress
