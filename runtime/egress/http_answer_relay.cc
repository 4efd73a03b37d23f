// The answers of the relay.
#include <cerrno>

#include "runtime/egress/engine.h"
#include "runtime/egress/http_relay.h"
#include "runtime/egress/session.h"
#include "runtime/wire/http_rewrite.h"

namespace sbxc::egress {

using After = wire::NextHop::After;

void HttpRelay::read_server() {
  if (session_.in_.has_rest()) return;
  Copier& copier = engine_.copier;
  const long got = receive(session_.server_.descriptor(), copier.buffer.data(), copier.chunk());
  if (got < 0 && errno == EAGAIN) return session_.server_.wait(Wait::read);
  if (got <= 0) return server_ended();
  session_.set_deadline(engine_.options.timeouts.idle);
  take_answer({copier.buffer.data(), static_cast<size_t>(got)});
}

void HttpRelay::server_ended() {
  session_.server_.close();
  is_open_ = false;
  if (answer_ == Answer::none) return;  // idle: the next request dials again
  if (answer_ == Answer::body && answer_body_.is_until_close()) {
    answer_ = Answer::done;
    return finish_exchange();
  }
  if (answer_ == Answer::head && answered_.empty() && !interim_ && is_reused_ && !has_body_) {
    is_reused_ = false;
    request_ = Request::opening;
    return session_.ask_for(connected_to_);
  }
  fail("the server closed the connection");
}

// The server is at fault, or gone.
void HttpRelay::fail(std::string_view detail) {
  if (is_answering()) return session_.end_with_reset();
  session_.refuse(Reason::unreachable, detail);
}

void HttpRelay::take_answer(std::string_view bytes) {
  if (answer_ == Answer::none || answer_ == Answer::done) {
    // Nobody asked: what this is an answer to is anybody's guess.
    session_.server_.close();
    is_open_ = false;
    return;
  }
  if (answer_ == Answer::body) return take_answer_body(bytes);
  answered_ += bytes;
  while (answer_ == Answer::head && !session_.ended_) {
    if (!take_answer_head()) break;
  }
  if (session_.ended_ || session_.stage_ != Session::Stage::relay) return;
  if (answer_ == Answer::body) {
    const std::string rest = std::move(answered_);
    answered_.clear();
    return take_answer_body(rest);
  }
  session_.in_.await(session_.server_);
}

// One head, interim ones too. False: not whole yet, or over.
bool HttpRelay::take_answer_head() {
  wire::ResponseHead& head = engine_.response;
  const wire::Outcome outcome = answer_reader_.read(answered_, head);
  if (outcome.is_bad()) {
    fail(wire::facts_of(outcome.refusal).what);
    return false;
  }
  if (!outcome.is_done()) return false;
  const bool is_switching = head.status == 101;
  if (is_switching && !wants_tunnel_) {
    fail("an answer to an upgrade that nobody asked for");
    return false;
  }
  std::string out;
  if (is_switching || head.is_interim()) {
    wire::append_response_head(out, head, After::keep_alive);
    interim_ = true;
  } else {
    answer_body_ = wire::BodyReader(wire::body_of(head, method_));
    server_stays_ = wire::keeps_alive(head, method_);
    if (answer_body_.is_until_close()) client_stays_ = false;
    wire::append_response_head(out, head, client_stays_ ? After::keep_alive : After::close);
    answer_ = Answer::body;
  }
  if (session_.in_.give(out, session_.client_, engine_.copier) == Flow::Outcome::receiver_gone) {
    session_.end_with_reset();
    return false;
  }
  if (is_switching) {
    become_tunnel(outcome.length);
    return false;
  }
  answered_.erase(0, outcome.length);
  answer_reader_ = {};
  return true;
}

void HttpRelay::take_answer_body(std::string_view bytes) {
  const wire::Outcome outcome = answer_body_.take(bytes);
  if (outcome.is_bad()) return session_.end_with_reset();
  if (session_.in_.give(bytes.substr(0, outcome.length), session_.client_, engine_.copier) ==
      Flow::Outcome::receiver_gone) {
    return session_.end_with_reset();
  }
  if (!outcome.is_done()) return session_.in_.await(session_.server_);
  if (outcome.length < bytes.size()) server_stays_ = false;  // more than was asked for
  answer_ = Answer::done;
  finish_exchange();
}

// From here on both sides say what they like to each other.
void HttpRelay::become_tunnel(size_t head_size) {
  if (session_.in_.give(std::string_view(answered_).substr(head_size), session_.client_,
                        engine_.copier) == Flow::Outcome::receiver_gone) {
    return session_.end_with_reset();
  }
  setup_.looks = false;
  session_.in_.await(session_.server_);
  session_.open_tunnel();
}

void HttpRelay::finish_exchange() {
  // An answer that came before the end of its request: what follows is no request.
  if (request_ != Request::done) client_stays_ = false;
  if (!server_stays_ || !session_.server_.is_open()) {
    session_.server_.close();
    is_open_ = false;
  }
  if (!client_stays_ || (captured_ && !is_open_)) return session_.tell_and_linger({});
  request_ = Request::head;
  answer_ = Answer::none;
  interim_ = false;
  reader_ = {};
  session_.in_.await(session_.server_);
  session_.set_deadline(setup_.held.empty() ? engine_.options.timeouts.idle
                                            : engine_.options.timeouts.head);
  take_client();
}

}  // namespace sbxc::egress
