// The proxy's own port: an HTTP request or a SOCKS5 conversation, told apart by the first byte, up
// to the point where it is known who asks for what. Nothing is resolved or dialled before that, and
// nothing is done at all for a client without a token, if there are any.
#include <algorithm>
#include <cerrno>

#include "runtime/egress/engine.h"
#include "runtime/egress/http_relay.h"
#include "runtime/egress/session.h"
#include "runtime/wire/first_bytes.h"
#include "runtime/wire/http_rewrite.h"
#include "runtime/wire/socks.h"

namespace sbxc::egress {

bool Session::say(std::string_view bytes) {
  return transmit(client_.descriptor(), bytes.data(), bytes.size()) ==
         static_cast<long>(bytes.size());
}

void Session::read_greeting() {
  Setup& setup = *setup_;
  const size_t before = setup.held.size();
  read_held();
  if (ended_) return;
  if (setup.client_ended) return end();
  if (setup.held.size() == before) return;
  // Only the first message of a conversation tells what it is.
  if (setup.entry == Entry::socks) return greet_socks();
  switch (wire::tell_proxy_client(setup.held)) {
    case wire::ProxyClient::incomplete:
      return;
    case wire::ProxyClient::socks:
      return greet_socks();
    case wire::ProxyClient::tls:
    case wire::ProxyClient::http:
      return greet_http();
  }
}

bool Session::is_known_client(std::string_view user, std::string_view password) {
  if (engine_.options.clients.empty()) return true;
  for (const Client& client : engine_.options.clients) {
    // Both, always: how long it takes tells nothing about either.
    const bool same_name = wire::equals_in_constant_time(client.name, user);
    const bool same_token = wire::equals_in_constant_time(client.token, password);
    if (!same_name || !same_token) continue;
    setup_->client = client.name;
    return true;
  }
  return false;
}

bool Session::is_known_client(std::string_view authorization) {
  if (engine_.options.clients.empty()) return true;
  for (const Client& client : engine_.options.clients) {
    if (!wire::is_authorised(authorization, client.name, client.token)) continue;
    setup_->client = client.name;
    return true;
  }
  return false;
}

void Session::greet_http() {
  Setup& setup = *setup_;
  setup.entry = Entry::http;
  const wire::RequestHead& head = engine_.request;
  const wire::Outcome outcome = setup.request.read(setup.held, engine_.request);
  if (outcome.is_bad()) return refuse_wire(outcome.refusal);
  if (!outcome.is_done()) return;
  setup.is_head_request = head.method == "HEAD";
  if (!is_known_client(head.proxy_authorization)) {
    return refuse_client(head.proxy_authorization.empty() ? Token::missing : Token::wrong);
  }
  if (!head.target) return refuse_wire(wire::Refusal::bad_target);
  if (!head.is_connect()) return start_relay();
  setup.entry = Entry::connect;
  wire::Endpoint target = *head.target;
  setup.held.erase(0, outcome.length);
  ask_for(std::move(target));
}

// One message of the conversation.
wire::Outcome Session::take_socks() {
  Setup& setup = *setup_;
  const bool needs_password = !engine_.options.clients.empty();
  switch (setup.socks) {
    case Setup::Socks::greeting: {
      wire::SocksGreeting greeting;
      const wire::Outcome outcome = wire::read_socks_greeting(setup.held, greeting);
      if (!outcome.is_done()) return outcome;
      const bool takes_none = !needs_password && greeting.offers_none;
      const auto method = takes_none                 ? wire::SocksMethod::none
                          : greeting.offers_password ? wire::SocksMethod::password
                                                     : wire::SocksMethod::unacceptable;
      setup.socks = takes_none ? Setup::Socks::request : Setup::Socks::login;
      if (!say(wire::socks_method(method))) {
        end_with_reset();
      } else if (method == wire::SocksMethod::unacceptable) {
        refuse_client(Token::missing);
      }
      return outcome;
    }
    case Setup::Socks::login: {
      wire::SocksLogin login;
      const wire::Outcome outcome = wire::read_socks_login(setup.held, login);
      if (!outcome.is_done()) return outcome;
      const bool known = is_known_client(login.user, login.password);
      setup.socks = Setup::Socks::request;
      if (!say(wire::socks_login_result(known))) {
        end_with_reset();
      } else if (!known) {
        refuse_client(Token::wrong);
      }
      return outcome;
    }
    case Setup::Socks::request: {
      wire::Endpoint asked;
      const wire::Outcome outcome = wire::read_socks_request(setup.held, asked);
      if (!outcome.is_done()) return outcome;
      setup.held.erase(0, outcome.length);
      ask_for(std::move(asked));
      return wire::Outcome::done(0);
    }
  }
  return wire::Outcome::incomplete();
}

void Session::greet_socks() {
  setup_->entry = Entry::socks;
  while (!ended_ && stage_ == Stage::greeting) {
    const wire::Outcome outcome = take_socks();
    if (outcome.is_bad()) return refuse_wire(outcome.refusal);
    if (!outcome.is_done() || ended_ || stage_ != Stage::greeting) return;
    setup_->held.erase(0, outcome.length);
  }
}

}  // namespace sbxc::egress
