// What a refusal is to the client, by the way it came: an HTTP answer that says which rule decided,
// a SOCKS5 reply, or, for a client that knows of no proxy, a reset. Then the log is told.
#include "runtime/egress/engine.h"
#include "runtime/egress/http_relay.h"
#include "runtime/egress/session.h"
#include "runtime/wire/asked_text.h"
#include "runtime/wire/http_answer.h"
#include "runtime/wire/socks.h"

namespace sbxc::egress {

namespace {

bool is_failure(Reason reason) {
  return reason == Reason::unresolved || reason == Reason::unreachable || reason == Reason::limit;
}

uint16_t status_of(Reason reason) {
  switch (reason) {
    case Reason::bad_name:
    case Reason::bad_request:
      return 400;
    case Reason::bad_token:
      return 407;
    case Reason::too_slow:
      return 408;
    case Reason::unresolved:
      return 502;
    case Reason::unreachable:
      return 504;
    case Reason::limit:
      return 503;
    case Reason::allowed:
    case Reason::rule:
    case Reason::no_rule:
    case Reason::asked_denied:
    case Reason::ask_unavailable:
    case Reason::address_denied:
    case Reason::address_special:
    case Reason::sni_mismatch:
    case Reason::sni_missing:
    case Reason::host_mismatch:
    case Reason::loop:
      return 403;
  }
  return 403;
}

wire::SocksReply reply_of(Reason reason) {
  if (reason == Reason::unresolved) return wire::SocksReply::host_unreachable;
  if (reason == Reason::unreachable) return wire::SocksReply::connection_refused;
  return is_failure(reason) ? wire::SocksReply::failed : wire::SocksReply::not_allowed;
}

std::string http_answer(const Engine& engine, const Setup& setup, Reason reason,
                        std::string_view detail, uint32_t rule) {
  const auto body = setup.is_head_request ? wire::Body::absent : wire::Body::present;
  const std::string endpoint = setup.target.port == 0 ? "" : setup.target.text();
  const host_table::HostTable& table = engine.gate.table();
  if (reason == Reason::no_rule) return wire::denied_answer({.endpoint = endpoint}, body);
  if (reason == Reason::rule && rule < table.rule_count()) {
    const host_table::RuleFacts facts = table.rule(rule);
    return wire::denied_answer({endpoint, facts.statement, facts.place, facts.because}, body);
  }
  std::string text = endpoint.empty() ? "refused" : "connect to `" + endpoint + "` is refused";
  text += ": ";
  text += describe(reason);
  if (!detail.empty()) {
    text += " (";
    text += detail;
    text += ")";
  }
  return wire::answer(status_of(reason), text, body);
}

}  // namespace

void Session::report_allowed() {
  if (engine_.options.reports_allowed && setup_->entry != Entry::forward_in) {
    report(Reason::allowed, {}, setup_->rule);
  }
}

void Session::report(Reason reason, std::string_view detail, uint32_t rule) {
  if (is_failure(reason)) {
    count(engine_.metrics.failed);
  } else if (reason != Reason::allowed) {
    count(engine_.metrics.denied);
  }
  if (engine_.options.outcome) engine_.options.outcome(reason, rule);
  Report out;
  out.reason = reason;
  out.rule = rule;
  out.generation = engine_.gate.generation();
  // What an earlier request of this connection was for is not what this one is for.
  const bool is_known = setup_->target.port != 0 && !(relay_ && relay_->awaits_target());
  out.port = is_known ? setup_->target.port : uint16_t{0};
  out.host = is_known ? setup_->target.host_text() : asked_text();
  out.detail = detail;
  out.client = setup_->client;
  engine_.reports.write(out, engine_.now());
}

// Where it was not understood what is asked for: as it was written.
std::string Session::asked_text() const {
  switch (setup_->entry) {
    case Entry::http:
    case Entry::connect:
      return std::string(wire::asked_over_http(setup_->held));
    case Entry::socks:
      if (setup_->socks == Setup::Socks::request) return wire::asked_over_socks(setup_->held);
      return {};
    case Entry::captured:
    case Entry::forward_in:
      return {};
  }
  return {};
}

// Reads on for a while, for a socket that is closed with something unread resets, and the client
// would not see what it was told.
void Session::tell_and_linger(std::string_view bytes) {
  server_.close();
  if (in_.give(bytes, client_, engine_.copier) == Flow::Outcome::receiver_gone) {
    return end_with_reset();
  }
  in_.finish(client_);
  stage_ = Stage::refusing;
  set_deadline(in_.has_rest() ? engine_.options.timeouts.idle : engine_.options.timeouts.linger);
  drain_refused();
}

void Session::refuse(Reason reason, std::string_view detail, uint32_t rule) {
  if (ended_) return;
  report(reason, detail, rule);
  if (stage_ == Stage::tunnel || (relay_ && relay_->is_answering())) return end_with_reset();
  Setup& setup = *setup_;
  switch (setup.entry) {
    case Entry::captured:
    case Entry::forward_in:
      return end_with_reset();
    case Entry::http:
    case Entry::connect:
      return tell_and_linger(http_answer(engine_, setup, reason, detail, rule));
    case Entry::socks:
      if (stage_ == Stage::greeting) return tell_and_linger({});
      return tell_and_linger(wire::socks_reply(reply_of(reason)));
  }
}

void Session::refuse_client(Token token) {
  if (token == Token::wrong) return refuse(Reason::bad_token);
  if (setup_->entry == Entry::socks) return tell_and_linger({});
  tell_and_linger(http_answer(engine_, *setup_, Reason::bad_token, {}, 0));
}

void Session::refuse_wire(wire::Refusal refusal) {
  const wire::RefusalFacts& facts = wire::facts_of(refusal);
  const bool is_name = facts.section == wire::Section::host;
  report(is_name ? Reason::bad_name : Reason::bad_request, facts.what, 0);
  if (relay_ && relay_->is_answering()) return end_with_reset();
  switch (setup_->entry) {
    case Entry::captured:
    case Entry::forward_in:
      return end_with_reset();
    case Entry::http:
    case Entry::connect:
      return tell_and_linger(wire::refusal_answer(refusal));
    case Entry::socks:
      if (refusal == wire::Refusal::socks4) return tell_and_linger(wire::socks4_rejection());
      if (setup_->socks != Setup::Socks::request) return tell_and_linger({});
      return tell_and_linger(wire::socks_reply(wire::socks_reply_for(refusal)));
  }
}

}  // namespace sbxc::egress
