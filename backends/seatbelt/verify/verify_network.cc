// Internet addresses, for every port. Seatbelt knows this machine and everything else, so a few
// addresses stand for all: loopback, the unspecified one, one of the machine's own, one outside,
// and each that the policy names.
#include <algorithm>
#include <set>

#include "backends/seatbelt/verify/port_decisions.h"
#include "backends/seatbelt/verify/verify_parts.h"
#include "compiler/diag/printable.h"
#include "compiler/policy/decide.h"

namespace sbxc::seatbelt_verify {
namespace {

using sbpl::AddressRequests;
using sbpl::Ports;

constexpr const char* kAddresses[] = {"127.0.0.1",    "::1",           "0.0.0.0",      "::",
                                      "192.168.1.20", "93.184.216.34", "2001:db8::20", "127.0.0.2"};
constexpr const char* kProtocols[] = {"tcp", "udp"};
constexpr size_t kNamedPorts = 1024;  // a rule with more is held by all ports (docs/formats.md)

bool is_loopback(std::string_view address) {
  return address.starts_with("127.") || address == "::1";
}

std::string shown(const AddressRequests& requests, uint16_t port) {
  const std::string& host = requests.endpoint.host;
  const bool v6 = host.find(':') != std::string::npos;
  return requests.endpoint.proto + ':' + (v6 ? '[' + host + ']' : host) + ':' +
         std::to_string(port);
}

std::optional<uint16_t> first_of(const Ports& ports) {
  for (uint32_t port = 1; port < ports.size(); ++port) {
    if (ports.test(port)) return static_cast<uint16_t>(port);
  }
  return std::nullopt;
}

bool mentions(const Policy& policy, Operation operation) {
  return std::any_of(policy.rules.begin(), policy.rules.end(), [&](const Rule& rule) {
    return rule.os.macos && rule.operation == operation && rule.effect != Effect::deny;
  });
}

// The proxy's port on this machine, and nothing else: whoever else is reached is reached without
// the policy.
class Outgoing {
 public:
  Outgoing(const Verifying& on, uint16_t proxy_port, Findings& findings)
      : on_(on), proxy_port_(proxy_port), findings_(findings) {}

  void run() {
    const bool connects = mentions(on_.policy, Operation::connect);
    for (const char* proto : kProtocols) {
      for (const char* address : kAddresses) {
        const AddressRequests requests{.operation = operation_called("network-outbound"),
                                       .remote = true,
                                       .endpoint = {.proto = proto, .host = address, .port = 0}};
        sbpl::PortVerdicts held = sbpl::decisions_of(on_.profile, requests);
        const bool proxy = connects && is_loopback(address);
        if (proxy && proto == std::string_view("tcp") && !held.allow.test(proxy_port_)) {
          const Asked asked{requests.operation, requests.at(proxy_port_)};
          findings_.misfit("the proxy at `" + shown(requests, proxy_port_) + "` cannot be reached",
                           asked);
        }
        // Whether the unspecified address counts as this machine was never measured.
        if (connects) held.depends.reset(proxy_port_);
        if (proxy) held.allow.reset(proxy_port_);
        const auto port = first_of(held.allow | held.depends);
        if (port) report(requests, *port);
      }
    }
    findings_.method(Operation::connect,
                     "every port of every kind of address; hosts are up to the proxy");
  }

 private:
  void report(const AddressRequests& requests, uint16_t port) {
    const Asked asked{requests.operation, requests.at(port)};
    const Request request{Operation::connect,
                          HostRequest{*parse_ip(requests.endpoint.host).address, port}};
    const bool denied = decide(on_.policy, Os::macos, request).verdict == Effect::deny;
    if (denied) return findings_.disagree(request, asked);
    findings_.misfit('`' + shown(requests, port) + "` can be reached without the proxy", asked);
  }

  const Verifying& on_;
  uint16_t proxy_port_;
  Findings& findings_;
};

class Listening {
 public:
  Listening(const Verifying& on, Findings& findings) : on_(on), findings_(findings) {
    for (const char* address : kAddresses) addresses_.insert(*parse_ip(address).address);
    for (const Rule& rule : on.policy.rules) {
      if (rule.operation == Operation::listen && rule.os.macos) note(rule);
    }
  }

  void run() {
    for (const char* operation : {"network-bind", "network-inbound"}) {
      for (const char* proto : kProtocols) {
        for (const IpAddress& address : addresses_) compare(operation, proto, address);
      }
    }
    findings_.method(Operation::listen, "every port of every kind of address");
  }

 private:
  void note(const Rule& rule) {
    Ports ports;
    for (const std::vector<Pattern>* patterns : {&rule.patterns, &rule.except}) {
      for (const Pattern& pattern : *patterns) {
        const auto& listen = std::get<ListenPattern>(pattern);
        for (const IpNetwork& network : listen.addresses) addresses_.insert(network.address);
        for (const PortRange& range : listen.ports.ranges) {
          edges_.insert(range.low);
          edges_.insert(uint32_t{range.high} + 1);
          for (uint32_t port = range.low; port <= range.high; ++port) ports.set(port);
        }
      }
    }
    const RuleVerdict* verdict = nullptr;
    for (const RuleVerdict& one : on_.verdicts) {
      if (one.rule == rule.id) verdict = &one;
    }
    if (verdict == nullptr) return;
    const bool loses =
        verdict->fidelity == Fidelity::narrowed || verdict->fidelity == Fidelity::impossible;
    if (loses) narrowed_ |= ports;
    if (verdict->fidelity != Fidelity::widened) return;
    if (ports.count() > kNamedPorts) ports.set();
    widened_ |= ports;
  }

  // The policy's answer at every port: alike between two edges.
  Ports wanted(const IpAddress& address) const {
    Ports out;
    for (auto edge = edges_.begin(); edge != edges_.end(); ++edge) {
      const uint32_t end = std::next(edge) == edges_.end() ? 65536 : *std::next(edge);
      if (*edge >= 65536) break;
      const Request request{Operation::listen, HostRequest{address, static_cast<uint16_t>(*edge)}};
      if (decide(on_.policy, Os::macos, request).verdict != Effect::allow) continue;
      for (uint32_t port = *edge; port < end; ++port) out.set(port);
    }
    return out;
  }

  void compare(const char* operation, const char* proto, const IpAddress& address) {
    const AddressRequests requests{.operation = operation_called(operation),
                                   .endpoint = {.proto = proto, .host = address.text(), .port = 0}};
    const sbpl::PortVerdicts held = sbpl::decisions_of(on_.profile, requests);
    const Ports want = wanted(address);
    const Ports more = (held.allow | held.depends) & ~want;
    if (const auto port = first_of(more & ~widened_)) report(requests, address, *port);
    if ((more & widened_).any()) {
      findings_.widened(Operation::listen, "as declared: `localhost` is the whole machine");
    }
    if (proto != std::string_view("tcp")) return;
    const Ports less = want & ~held.allow;
    if (const auto port = first_of(less & ~narrowed_)) report(requests, address, *port);
    if ((less & narrowed_).any()) findings_.narrowed(Operation::listen, "as declared");
  }

  void report(const AddressRequests& requests, const IpAddress& address, uint16_t port) {
    findings_.disagree({Operation::listen, HostRequest{address, port}},
                       {requests.operation, requests.at(port)});
  }

  const Verifying& on_;
  Findings& findings_;
  std::set<IpAddress> addresses_;
  std::set<uint32_t> edges_{1};
  Ports widened_;
  Ports narrowed_;
};

}  // namespace

void verify_outgoing(const Verifying& on, uint16_t proxy_port, Findings& findings) {
  Outgoing(on, proxy_port, findings).run();
}
void verify_listening(const Verifying& on, Findings& findings) { Listening(on, findings).run(); }

}  // namespace sbxc::seatbelt_verify
