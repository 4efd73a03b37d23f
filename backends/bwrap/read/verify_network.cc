// The plan's part of the network: a namespace without a way out, and the forwards into it. Hosts
// are the proxy's. Ports are compared where a rule or a forward begins or ends: nothing changes
// between.
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "backends/bwrap/read/verify_parts.h"
#include "compiler/diag/printable.h"
#include "compiler/policy/decide.h"

namespace sbxc::bwrap_read {
namespace {

constexpr const char* kJson = "plan.json";
constexpr const char* kArguments = "plan.args";

struct Forward {
  IpAddress address;
  PortSet ports;
  std::string text;
};

bool is_allowed(const Policy& policy, const Request& request) {
  return decide(policy, Os::linux, request).verdict == Effect::allow;
}

// Some request that the policy denies, of those that anybody would try first.
void report_open(const Policy& policy, Operation operation, const std::string& says,
                 Findings& findings) {
  for (const char* host : {"example.com", "example.org", "not-allowed.example"}) {
    Request request{operation, HostRequest{std::string(host), 443}};
    if (operation == Operation::listen) {
      request.target = HostRequest{IpAddress::v4(192, 0, 2, 1), 443};
    }
    if (is_allowed(policy, request)) continue;
    findings.disagree(request, true, says, {kArguments, 0, {}});
    return;
  }
  findings.misfit(says, {kArguments, 0, {}});
}

std::vector<Forward> forwards_of(const Verifying& on, Findings& findings) {
  std::vector<Forward> forwards;
  for (const auto& [text, rule] : on.plan.forwards) {
    const auto pattern = parse_listen_pattern(PatternText::plain(text));
    if (!pattern || pattern->addresses.size() != 1) {
      findings.misfit(fmt::format("a forward is no address and ports: `{}`", printable(text)),
                      {kJson, 0, text});
      continue;
    }
    forwards.push_back({pattern->addresses[0].address, pattern->ports, text});
  }
  return forwards;
}

std::set<uint16_t> edges_of(const std::vector<PortRange>& ranges) {
  std::set<uint16_t> edges;
  for (const PortRange& range : ranges) {
    for (const int port : {range.low - 1, int{range.low}, int{range.high}, range.high + 1}) {
      if (port >= 1 && port <= 65535) edges.insert(static_cast<uint16_t>(port));
    }
  }
  return edges;
}

struct ListenSide {
  std::set<uint16_t> ports;          // at which something may change
  std::vector<IpAddress> addresses;  // that rules begin with
};

ListenSide listen_side(const Policy& policy) {
  ListenSide side;
  for (const Rule& rule : policy.rules) {
    if (rule.operation != Operation::listen || !rule.os.linux) continue;
    for (const auto* patterns : {&rule.patterns, &rule.except}) {
      for (const Pattern& pattern : *patterns) {
        const auto& listen = std::get<ListenPattern>(pattern);
        side.ports.merge(edges_of(listen.ports.ranges));
        if (rule.effect == Effect::deny || patterns == &rule.except) continue;
        for (const IpNetwork& network : listen.addresses) {
          side.addresses.push_back(network.address);
        }
      }
    }
  }
  return side;
}

void verify_forwards(const Verifying& on, Findings& findings) {
  const std::vector<Forward> forwards = forwards_of(on, findings);
  ListenSide side = listen_side(on.policy);
  for (const Forward& forward : forwards) side.ports.merge(edges_of(forward.ports.ranges));
  const auto ask = [&](const IpAddress& address, uint16_t port) {
    return Request{Operation::listen, HostRequest{address, port}};
  };
  for (const Forward& forward : forwards) {
    for (const uint16_t port : side.ports) {
      if (!forward.ports.contains(port)) continue;
      const Request request = ask(forward.address, port);
      if (is_allowed(on.policy, request)) continue;
      findings.disagree(request, true, "forwarded", {kJson, 0, "forward " + forward.text});
    }
  }
  for (const IpAddress& address : side.addresses) {
    for (const uint16_t port : side.ports) {
      const Request request = ask(address, port);
      const bool forwarded = std::ranges::any_of(forwards, [&](const Forward& forward) {
        return forward.address == address && forward.ports.contains(port);
      });
      if (forwarded || !is_allowed(on.policy, request)) continue;
      findings.disagree(request, false, "not forwarded", {kJson, 0, "the forwards"});
    }
  }
}

}  // namespace

void verify_network(const Verifying& on, Findings& findings) {
  const auto& flags = on.arguments.flags;
  const auto has = [&](std::string_view flag) {
    return std::ranges::find(flags, flag) != flags.end();
  };
  const bool alone = has("--unshare-net") && !has("--share-net");
  if (!alone) {
    const std::string says = "this machine's network: there is no `--unshare-net`";
    report_open(on.policy, Operation::connect, says, findings);
    report_open(on.policy, Operation::listen, says, findings);
  }
  const bool wanted = std::ranges::any_of(on.policy.rules, [](const Rule& rule) {
    const bool network =
        rule.operation == Operation::connect || rule.operation == Operation::listen;
    return network && rule.os.linux && rule.effect != Effect::deny;
  });
  if (on.plan.network != wanted) {
    const char* says = wanted ? "no network is announced, and the policy allows some"
                              : "a network is announced, and the policy allows none";
    if (!wanted) {
      report_open(on.policy, Operation::connect, "a network is announced", findings);
    } else {
      findings.misfit(says, {kJson, 0, "network"});
    }
  }
  verify_forwards(on, findings);
  findings.conclude(Operation::connect, Proof::not_spoken,
                    "the proxy holds it, in a network namespace without a way out", {});
  findings.conclude(Operation::listen, Proof::not_spoken,
                    "the launcher forwards the ports that were compared", {});
}

}  // namespace sbxc::bwrap_read
