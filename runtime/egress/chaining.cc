// A proxy outside that everything has to go through (`--upstream`): it is asked by CONNECT for what
// our own table allows, plain HTTP too. It resolves the names, so what they resolve to cannot be
// checked here (law 10): names pass by their rules alone, `localhost` and addresses that lead
// inward are dialled from here as ever and are never its business.
#include <cerrno>

#include "runtime/egress/engine.h"
#include "runtime/egress/http_relay.h"
#include "runtime/egress/session.h"
#include "runtime/wire/http_rewrite.h"

namespace sbxc::egress {

namespace {

bool is_localhost(const std::string& name) {
  return name == "localhost" || name.ends_with(".localhost");
}

}  // namespace

bool Session::goes_upstream() const {
  if (engine_.options.upstream.host.empty() || setup_->entry == Entry::forward_in) return false;
  if (const IpAddress* address = setup_->target.address()) return !leads_inward(*address);
  return !is_localhost(*setup_->target.name());
}

void Session::chain() {
  stage_ = Stage::chaining;
  const std::string& credentials = engine_.options.upstream.credentials;
  const size_t colon = std::min(credentials.find(':'), credentials.size());
  std::string field;
  if (!credentials.empty()) {
    field = wire::basic_credentials(
        credentials.substr(0, colon),
        colon < credentials.size() ? credentials.substr(colon + 1) : std::string());
  }
  std::string request;
  wire::append_connect(request, setup_->target, field);
  if (transmit(server_.descriptor(), request.data(), request.size()) !=
      static_cast<long>(request.size())) {
    return refuse(Reason::unreachable, "the next proxy takes no request");
  }
  set_deadline(engine_.options.timeouts.connect);
  server_.wait(Wait::read);
  read_meanwhile();
}

void Session::read_chained() {
  Setup& setup = *setup_;
  Copier& copier = engine_.copier;
  const long got = receive(server_.descriptor(), copier.buffer.data(), copier.chunk());
  if (got < 0 && errno == EAGAIN) return server_.wait(Wait::read);
  if (got <= 0) return refuse(Reason::unreachable, "the next proxy closed the connection");
  setup.server_said.append(copier.buffer.data(), static_cast<size_t>(got));
  const wire::Outcome outcome = setup.chained.read(setup.server_said, engine_.response);
  if (outcome.is_bad()) {
    return refuse(Reason::unreachable, "the next proxy's answer cannot be read");
  }
  if (!outcome.is_done()) return server_.wait(Wait::read);
  const uint16_t status = engine_.response.status;
  if (status < 200 || status > 299) {
    return refuse(Reason::unreachable, "the next proxy answered " + std::to_string(status));
  }
  const std::string rest = setup.server_said.substr(outcome.length);
  setup.server_said.clear();
  connected();
  if (ended_ || rest.empty()) return;
  if (stage_ != Stage::tunnel) return end_with_reset();  // an answer before the request
  flowed(in_, in_.give(rest, client_, copier));
}

}  // namespace sbxc::egress
