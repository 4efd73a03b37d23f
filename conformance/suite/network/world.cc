#include "conformance/suite/network/world.h"

#include <sys/socket.h>

#include <chrono>

#include "conformance/suite/network/address.h"
#include "conformance/suite/network/gullible_proxy.h"
#include "conformance/suite/network/names.h"
#include "conformance/suite/network/place.h"
#include "conformance/suite/network/server.h"
#include "conformance/suite/network/wire.h"

namespace sbxc::conform {

namespace {

using Words = std::map<std::string, std::string>;

#ifdef __linux__
constexpr bool kHasSpace = true;
#else
constexpr bool kHasSpace = false;
#endif

// Addresses of documentation (RFC 5737, RFC 3849) for what may be anywhere in the internet, for no
// rule of a policy is about those.
Words words_of_a_space() {
  return {{"allowed4", "198.51.100.10"},
          {"denied4", "203.0.113.77"},
          {"denied6", "2001:db8:77::77"},
          {"denied_host", "denied.test"},
          {"host4", "198.51.100.1"},
          {"dns", "198.51.100.53"},
          {"dns_port", "53"},
          {"port", "80"},
          {"tls_port", "443"},
          {"other_port", "8080"},
          {"loopback_port", "5432"},
          {"udp_port", "4433"},
          {"proxy_port", "3128"},
          {"listen_port", "47111"}};
}

// Ports are found when they are opened.
Words words_of_a_loopback() {
  return {{"allowed4", "127.0.0.1"}, {"denied4", "127.0.0.1"},
          {"denied6", "::1"},        {"denied_host", "localhost"},
          {"host4", "127.0.0.1"},    {"dns", "127.0.0.1"},
          {"dns_port", "0"},         {"port", "0"},
          {"tls_port", "0"},         {"other_port", "0"},
          {"loopback_port", "0"},    {"udp_port", "0"},
          {"proxy_port", "0"},       {"listen_port", "0"}};
}

}  // namespace

struct World::Parts {
  Parts(const WorldPlan& plan, const Words& words, Loop* loop, EventLog* log)
      : names({plan.allowed, plan.resolves.empty() ? words.at("allowed4") : plan.resolves,
               words.at("denied4"), words.at("denied6")},
              log),
        servers{loop, log, &names, plan.nonce, !kHasSpace} {}

  Names names;
  Servers servers;
  std::unique_ptr<Wire> wire;
};

World::World(const WorldPlan& plan)
    : words_(kHasSpace ? words_of_a_space() : words_of_a_loopback()), log_(plan.nonce) {
  words_["allowed"] = plan.allowed;
  if (kHasSpace) words_["denied_host"] = plan.nonce + ".denied.test";
  why_not_ = move_to_a_world(plan.directory, words_["dns"]);
  if (!why_not_.empty()) return;
  words_["namespace"] = own_network_namespace();
  parts_ = std::make_unique<Parts>(plan, words_, &loop_, &log_);
  open_services();
  if (!kHasSpace || !why_not_.empty()) return;
  parts_->wire = std::make_unique<Wire>(&loop_, &log_, words_["dns"] + ":" + words_["dns_port"]);
  if (!parts_->wire->works()) why_not_ = "no packet socket";
}

World::~World() { leave_the_world(); }

// `port` is a word; where it says 0, it is found, and the same for every address if that is free.
bool World::open_service(const std::string& address, const std::string& port,
                         const std::string& kind) {
  const auto number = static_cast<uint16_t>(std::stoi(words_[port]));
  const Endpoint at{*parse_address(address), number};
  const bool datagrams = kind == "questions" || kind == "datagrams";
  const int descriptor = datagrams ? datagrams_at(at) : listen_at(at);
  if (descriptor < 0) return false;
  words_[port] = std::to_string(port_of(descriptor));
  if (kind == "questions") serve_questions(parts_->servers, descriptor);
  if (kind == "datagrams") serve_datagrams(parts_->servers, descriptor);
  if (kind == "proxy") serve_gullibly(parts_->servers, descriptor);
  if (kind == "dns") serve(parts_->servers, descriptor, Service::dns);
  if (kind == "any") serve(parts_->servers, descriptor, Service::any);
  return true;
}

void World::open_services() {
  const std::string any4 = kHasSpace ? "0.0.0.0" : "127.0.0.1";
  const std::string any6 = kHasSpace ? "::" : "::1";
  for (const char* port : {"port", "tls_port", "other_port", "loopback_port"}) {
    if (!open_service(any4, port, "any")) why_not_ = std::string("no listener at ") + words_[port];
    open_service(any6, port, "any");  // a machine may have no IPv6
  }
  const bool others = open_service(any4, "proxy_port", "proxy") &&
                      open_service(words_["dns"], "dns_port", "questions") &&
                      open_service(any4, "dns_port", "dns");
  if (!others) why_not_ = "no proxy or no resolver";
  if (!kHasSpace) {
    open_service(any4, "udp_port", "datagrams");
    open_service(any6, "udp_port", "datagrams");
    const int reserved = listen_at({*parse_address(any4), 0});
    words_["listen_port"] = std::to_string(port_of(reserved));
    loop_.watch(reserved, [] {});
    loop_.close(reserved);
  }
  words_["proxy"] = "127.0.0.1:" + words_["proxy_port"];
}

void World::let_lead(const std::string& allowed, const std::string& resolves) {
  words_["allowed"] = allowed;
  parts_->names.let_lead(allowed, resolves.empty() ? words_["allowed4"] : resolves);
}

void World::go_on_for(int milliseconds) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::milliseconds(milliseconds);
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
    if (left <= 0) return;
    std::vector<pollfd> all = watched();
    poll(all.data(), static_cast<nfds_t>(all.size()), static_cast<int>(left));
    for (const pollfd& each : all) {
      if (each.revents != 0) loop_.ready(each.fd);
    }
  }
}

void World::dial_in() {
  const auto port = static_cast<uint16_t>(std::stoi(words_["listen_port"]));
  for (const std::string& host : {std::string("127.0.0.1"), std::string("::1"), words_["host4"]}) {
    const Endpoint to{*parse_address(host), port};
    const int descriptor = dial(to);
    if (descriptor < 0) continue;
    write_to(descriptor, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    loop_.watch(descriptor, [this, descriptor, to] {
      const std::string bytes = read_from(descriptor);
      if (log_.marked(bytes)) log_.add("answered " + place_of(to.address, to.port));
      loop_.close(descriptor);
    });
  }
  constexpr int kPatience = 300;
  go_on_for(kPatience);
}

const std::vector<std::string>& World::events() {
  if (!parts_) return log_.lines();
  loop_.settle();
  if (parts_->wire && !parts_->wire->catch_up()) has_missed_some_ = true;
  loop_.settle();
  return log_.lines();
}

}  // namespace sbxc::conform
