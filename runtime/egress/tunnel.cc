// Copying both ways. The server's bytes always pass; the client's pass once they were looked at,
// which may be never, if it has nothing to say.
#include <algorithm>
#include <cerrno>

#include "runtime/egress/engine.h"
#include "runtime/egress/http_relay.h"
#include "runtime/egress/session.h"

namespace sbxc::egress {

namespace {

constexpr size_t kServerSaid = 64;  // more than any look at it needs

}  // namespace

void Session::open_tunnel() {
  stage_ = Stage::tunnel;
  engine_.to_tunnels(*this);
  set_deadline(setup_->held.empty() ? engine_.options.timeouts.idle
                                    : engine_.options.timeouts.head);
  server_.wait(Wait::read);
  look_at_held();
}

void Session::look_at_held() {
  Setup& setup = *setup_;
  const auto verdict =
      setup.looks ? setup.look.look_at_client(setup.held) : FirstLook::Verdict::pass;
  switch (verdict) {
    case FirstLook::Verdict::pass:
      return pass_all();
    case FirstLook::Verdict::part:
      pass_held(setup.look.passed());
      if (ended_) return;
      break;
    case FirstLook::Verdict::http:
      return start_relay();
    case FirstLook::Verdict::refuse:
      return refuse(setup.look.reason(), setup.look.detail());
    case FirstLook::Verdict::more:
      // What was begun and can no longer become anything is no request to anybody.
      if (setup.client_ended) return setup.held.empty() ? pass_all() : end_with_reset();
      break;
  }
  if (!setup.client_ended && setup.held.size() < kMaxHeld) client_.wait(Wait::read);
}

void Session::pass_held(size_t size) {
  const auto outcome =
      out_.give(std::string_view(setup_->held).substr(0, size), server_, engine_.copier);
  setup_->held.erase(0, size);
  flowed(out_, outcome);
}

void Session::pass_all() {
  const bool client_ended = setup_->client_ended;
  pass_held(setup_->held.size());
  if (ended_) return;
  setup_.reset();
  set_deadline(engine_.options.timeouts.idle);
  if (client_ended) return flowed(out_, out_.finish(server_));
  out_.await(client_);
}

// Whether the server asks for a second ClientHello; passed on all the same.
void Session::read_first_of_server() {
  if (in_.has_rest()) return;
  Copier& copier = engine_.copier;
  const long got = receive(server_.descriptor(), copier.buffer.data(), copier.chunk());
  if (got < 0 && errno == EAGAIN) return server_.wait(Wait::read);
  if (got < 0) return flowed(in_, Flow::Outcome::sender_gone);
  Setup& setup = *setup_;
  if (got == 0) {
    flowed(in_, in_.finish(client_));
    if (!ended_) pass_all();
    return;
  }
  const std::string_view bytes(copier.buffer.data(), static_cast<size_t>(got));
  setup.server_said +=
      bytes.substr(0, kServerSaid - std::min(kServerSaid, setup.server_said.size()));
  flowed(in_, in_.give(bytes, client_, copier));
  if (ended_) return;
  in_.await(server_);
  if (setup.look.look_at_server(setup.server_said) != FirstLook::Verdict::more) look_at_held();
}

void Session::read_to_look() {
  const size_t before = setup_->held.size();
  read_held();
  if (ended_) return;
  if (before == 0 && !setup_->held.empty()) set_deadline(engine_.options.timeouts.head);
  look_at_held();
}

void Session::ready_in_tunnel(Watch& watch, Wait what) {
  const bool is_client = &watch == &client_;
  if (!setup_ || setup_->held.empty()) {
    set_deadline(out_.is_ended() || in_.is_ended() ? engine_.options.timeouts.half_closed
                                                   : engine_.options.timeouts.idle);
  }
  Copier& copier = engine_.copier;
  switch (what) {
    case Wait::read:
      if (is_client) {
        if (setup_) return read_to_look();
        return flowed(out_, out_.pump(client_, server_, copier));
      }
      if (setup_ && setup_->look.awaits_server()) return read_first_of_server();
      return flowed(in_, in_.pump(server_, client_, copier));
    case Wait::write:
      if (is_client) return flowed(in_, in_.flush(server_, client_, copier));
      return flowed(out_, out_.flush(client_, server_, copier));
    case Wait::error:
      return end_with_reset();
  }
}

// On a captured connection, or inside a tunnel that was asked for: its requests are for one name.
void Session::start_relay() {
  const bool captured = stage_ == Stage::tunnel;
  if (captured && (out_.is_ended() || in_.is_ended())) return end_with_reset();
  relay_ = std::make_unique<HttpRelay>(*this, captured);
  relay_->start();
}

void Session::flowed(Flow& flow, Flow::Outcome outcome) {
  Flow& other = &flow == &out_ ? in_ : out_;
  Watch& sender = &flow == &out_ ? client_ : server_;
  switch (outcome) {
    case Flow::Outcome::going:
      return;
    case Flow::Outcome::sender_gone:
      return end_with_reset();
    case Flow::Outcome::ended:
      if (other.is_ended()) return is_broken_ ? end_with_reset() : end();
      set_deadline(engine_.options.timeouts.half_closed);
      sender.wait(Wait::error);  // it says nothing more, but may still be reset
      return;
    case Flow::Outcome::receiver_gone: {
      // What it said before it went is still passed on.
      flow.drop(engine_.copier);
      if (is_broken_ || other.is_ended()) return end_with_reset();
      is_broken_ = true;
      Watch& receiver = &flow == &out_ ? server_ : client_;
      return flowed(other, other.pump(receiver, sender, engine_.copier));
    }
  }
}

}  // namespace sbxc::egress
