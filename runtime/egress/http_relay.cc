// The requests of the relay.
#include "runtime/egress/http_relay.h"

#include <algorithm>
#include <cerrno>

#include "runtime/egress/engine.h"
#include "runtime/egress/session.h"
#include "runtime/protections/protections.h"
#include "runtime/wire/http_rewrite.h"

namespace sbxc::egress {

using protections::is_on;
using protections::Protection;

HttpRelay::HttpRelay(Session& session, bool captured)
    : session_(session),
      engine_(session.engine_),
      setup_(*session.setup_),
      captured_(captured),
      is_open_(captured) {
  if (captured) connected_to_ = setup_.target;
  setup_.entry = Entry::http;
}

void HttpRelay::start() {
  session_.stage_ = Session::Stage::relay;
  if (is_open_) session_.server_.wait(Wait::read);
  session_.set_deadline(engine_.options.timeouts.head);
  take_client();
}

void HttpRelay::ready(Watch& watch, Wait what) {
  const bool is_client = &watch == &session_.client_;
  if (what == Wait::read) return is_client ? read_client() : read_server();
  if (what == Wait::error) return session_.end_with_reset();
  if (is_client) {
    const auto outcome = session_.in_.flush(session_.server_, watch, engine_.copier);
    if (outcome == Flow::Outcome::receiver_gone) session_.end_with_reset();
    return;
  }
  // A server that takes no more may have answered.
  const auto outcome = session_.out_.flush(session_.client_, watch, engine_.copier);
  if (outcome == Flow::Outcome::receiver_gone) read_server();
}

void HttpRelay::too_late() {
  if (request_ == Request::head && setup_.held.empty()) return session_.end();
  if (request_ == Request::head) return session_.refuse(Reason::too_slow);
  if (is_answering()) return session_.end_with_reset();
  session_.refuse(Reason::unreachable, "no answer in time");
}

void HttpRelay::await_client() {
  if (!setup_.client_ended && !session_.out_.has_rest() && setup_.held.size() < wire::kMaxHead) {
    session_.client_.wait(Wait::read);
  }
}

void HttpRelay::read_client() {
  if (session_.out_.has_rest()) return;
  Copier& copier = engine_.copier;
  // What is no part of a body is kept, and bounded.
  const size_t room = request_ == Request::body
                          ? copier.chunk()
                          : std::min(copier.chunk(), wire::kMaxHead + 1 - setup_.held.size());
  if (room == 0) return;
  const long got = receive(session_.client_.descriptor(), copier.buffer.data(), room);
  if (got < 0 && errno == EAGAIN) return session_.client_.wait(Wait::read);
  if (got < 0) return session_.end_with_reset();
  if (got == 0) setup_.client_ended = true;
  std::string_view bytes(copier.buffer.data(), static_cast<size_t>(got));
  const bool begins = request_ == Request::head && setup_.held.empty();
  if (request_ != Request::head || begins) {
    session_.set_deadline(begins ? engine_.options.timeouts.head : engine_.options.timeouts.idle);
  }
  if (request_ == Request::body && setup_.held.empty()) bytes.remove_prefix(take_body(bytes));
  if (session_.ended_) return;
  setup_.held += bytes;
  take_client();
}

// Whatever can be made of what the client said.
void HttpRelay::take_client() {
  if (request_ == Request::head) take_head();
  if (session_.ended_ || session_.stage_ != Session::Stage::relay) return;
  if (request_ == Request::body && !setup_.held.empty()) {
    setup_.held.erase(0, take_body(setup_.held));
    if (session_.ended_) return;
  }
  if (setup_.client_ended && request_ == Request::body) return session_.end_with_reset();
  if (setup_.client_ended && request_ == Request::head) return session_.end();
  if (request_ == Request::done && answer_ == Answer::done) return finish_exchange();
  await_client();
}

void HttpRelay::take_head() {
  if (setup_.held.empty()) return;
  wire::RequestHead& head = engine_.request;
  const wire::Outcome outcome = reader_.read(setup_.held, head);
  if (outcome.is_bad()) return session_.refuse_wire(outcome.refusal);
  if (!outcome.is_done()) return;
  setup_.is_head_request = head.method == "HEAD";
  wire::Endpoint asked;
  if (!may_go(head, asked)) return;
  method_ = head.method;
  client_stays_ = head.keeps_alive;
  has_body_ = head.body.kind != wire::Framing::Kind::none;
  wants_tunnel_ = head.upgrade == wire::Upgrade::websocket;
  body_ = wire::BodyReader(head.body);
  head_.clear();
  const bool rewrites = is_on(Protection::rewritten_host) || !head.host;
  wire::append_request_head(
      head_, head, rewrites ? asked : *head.host,
      {.after = client_stays_ ? wire::NextHop::After::keep_alive : wire::NextHop::After::close});
  setup_.held.erase(0, outcome.length);
  request_ = Request::opening;
  answer_ = Answer::none;
  interim_ = false;
  open(asked);
}

// Who asks, and for what: refused here if it is not to be.
bool HttpRelay::may_go(const wire::RequestHead& head, wire::Endpoint& asked) {
  if (captured_) {
    asked = connected_to_;
    if (head.is_connect()) {
      session_.refuse_wire(wire::Refusal::bad_target);
      return false;
    }
    // The port in it says nothing: it is the one that was connected to.
    const bool judges = is_on(Protection::plain_requests);
    if (const auto& named = head.asked(); named && named->host != asked.host && judges) {
      session_.refuse(Reason::host_mismatch, named->host_text());
      return false;
    }
    return true;
  }
  if (!session_.is_known_client(head.proxy_authorization)) {
    session_.refuse_client(head.proxy_authorization.empty() ? Session::Token::missing
                                                            : Session::Token::wrong);
    return false;
  }
  if (!head.target || head.is_connect()) {
    session_.refuse_wire(wire::Refusal::bad_target);
    return false;
  }
  asked = *head.target;
  return true;
}

void HttpRelay::open(const wire::Endpoint& asked) {
  is_reused_ = is_open_ && connected_to_ == asked;
  if (is_reused_) {
    // The connection was judged when it was made; a new table may say otherwise now.
    count(engine_.metrics.requests);
    const Ruling ruling = engine_.gate.judge(asked);
    if (ruling.is_deny()) return session_.refuse(ruling.reason, ruling.detail, ruling.rule);
    session_.report_allowed();
    return send_request();
  }
  session_.server_.close();
  is_open_ = false;
  connected_to_ = asked;
  session_.ask_for(asked);
}

void HttpRelay::connected() {
  session_.stage_ = Session::Stage::relay;
  session_.out_.reset(engine_.copier);
  is_open_ = true;
  send_request();
  if (!session_.ended_) take_client();
}

void HttpRelay::send_request() {
  request_ = body_.is_done() ? Request::done : Request::body;
  answer_ = Answer::head;
  answer_reader_ = {};
  answered_.clear();
  session_.set_deadline(engine_.options.timeouts.idle);
  const auto outcome = session_.out_.give(head_, session_.server_, engine_.copier);
  session_.server_.wait(Wait::read);
  // A reused connection may be gone: reading tells.
  if (outcome == Flow::Outcome::receiver_gone) session_.out_.drop(engine_.copier);
}

// How many of the bytes were taken.
size_t HttpRelay::take_body(std::string_view bytes) {
  const wire::Outcome outcome = body_.take(bytes);
  const std::string_view part = bytes.substr(0, outcome.length);
  // What a server does not want any more is read and forgotten: its answer is still to come.
  if (session_.out_.give(part, session_.server_, engine_.copier) == Flow::Outcome::receiver_gone) {
    session_.out_.drop(engine_.copier);
    client_stays_ = false;
  }
  if (outcome.is_bad()) {
    session_.refuse_wire(outcome.refusal);
    return bytes.size();
  }
  if (outcome.is_done()) request_ = Request::done;
  return outcome.length;
}

}  // namespace sbxc::egress
