#include "compiler/driver/network_linux.h"

#include <fmt/core.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>

#include "backends/proxy/proxy.h"
#include "compiler/driver/allowing_statements.h"
#include "compiler/driver/egress_choices.h"
#include "compiler/driver/forwardings.h"
#include "compiler/driver/own_files_linux.h"
#include "runtime/ask/ask.h"
#include "runtime/egress/egress.h"
#include "runtime/landlock/landlock.h"
#include "runtime/netns/netns.h"

namespace sbxc::driver {
namespace {

constexpr uint16_t kFirstProxyPort = 61080;
constexpr const char* kProxyUser = "sbxc";

bool listens_somewhere(const Policy& policy) {
  return std::ranges::any_of(policy.rules, [](const Rule& rule) {
    return rule.os.linux && rule.operation == Operation::listen && rule.effect != Effect::deny;
  });
}

// One that no rule speaks of, so that it is in nobody's way; with a rule for every port there is
// none, and then it does not matter.
uint16_t free_port(const CapturedPorts& captured) {
  for (uint16_t port = kFirstProxyPort; port < 65535; ++port) {
    if (!captured.all.contains(port)) return port;
  }
  return kFirstProxyPort;
}

std::string new_token() {
  std::array<uint8_t, 16> bytes{};
  // Fails only where the kernel has no such call; 3.17 has it.
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) std::abort();
  std::string text;
  for (const uint8_t byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

netns::Ports ports_of(const PortSet& set) {
  netns::Ports ports;
  for (const PortRange& range : set.ranges) ports.push_back({range.low, range.high});
  return ports;
}

egress::ListenerKind kind_of(netns::ListenerKind kind) {
  switch (kind) {
    case netns::ListenerKind::captured:
      return egress::ListenerKind::captured;
    case netns::ListenerKind::redirected:
      return egress::ListenerKind::redirected;
    case netns::ListenerKind::proxy:
      return egress::ListenerKind::proxy;
    case netns::ListenerKind::dns_udp:
      return egress::ListenerKind::dns_udp;
    case netns::ListenerKind::dns_tcp:
      return egress::ListenerKind::dns_tcp;
  }
  return egress::ListenerKind::captured;
}

launch::Failure cannot(std::string message, std::string help) {
  return {.status = launch::kCannotEnforce, .message = std::move(message), .help = std::move(help)};
}

egress::Table table_of(const Loaded& loaded, std::string& error) {
  const Lowered lowered = lower_proxy(*loaded.policy, Os::linux, loaded.sources);
  const auto table = std::ranges::find(lowered.artifacts, "hosts.sbxt", &Artifact::file);
  if (table == lowered.artifacts.end()) {
    error = "the names of this policy's lists take more than a table can hold";
    return nullptr;
  }
  return egress::view_table(table->bytes, error);
}

ask::Options asking(const std::string& program, const Loaded& loaded) {
  ask::Options options;
  options.always = [&loaded](const ask::Question& question) {
    const auto address = parse_ip(question.host).address;
    const HostRequest host{address ? Host(*address) : Host(question.host), question.port};
    return allowing_statements(*loaded.policy, loaded.sources, Os::linux,
                               {Operation::connect, host});
  };
  const bool person = isatty(STDIN_FILENO) == 1 || isatty(STDERR_FILENO) == 1;
  options.way = !program.empty() ? ask::Way::program
                : person         ? ask::Way::terminal
                                 : ask::Way::nobody;
  options.program = program;
  options.family = getpid();
  return options;
}

// What is known before the process that serves is made.
struct Chosen {
  ask::Options asks;
  egress::Upstream upstream;
  std::vector<egress::Forwarding> forwards;
};

// Sorted and disjoint.
void merge(netns::Ports& ports) {
  std::ranges::sort(ports, {}, &netns::PortRange::low);
  netns::Ports merged;
  for (const netns::PortRange& range : ports) {
    if (merged.empty() || range.low > merged.back().high) {
      merged.push_back(range);
    } else {
      merged.back().high = std::max(merged.back().high, range.high);
    }
  }
  ports = std::move(merged);
}

// In the process that serves, until the sandbox has gone.
int serve(const NetworkPlan& network, const Loaded& loaded, const Chosen& chosen,
          const launch::NetworkEnds& ends) {
  const std::vector<egress::Forwarding>& forwards = chosen.forwards;
  std::string error;
  egress::Options options;
  options.table = table_of(loaded, error);
  const launch::Joining joining = ends.wait();
  if (joining.process < 0) return 0;
  if (options.table == nullptr) {
    ends.tell(cannot("the table of hosts could not be made: " + error, {}));
    return 0;
  }
  netns::Order order;
  order.process = joining.process;
  order.process_descriptor = joining.descriptor;
  order.ports = ports_of(network.captured.all);
  order.loopback_ports = ports_of(network.captured.loopback);
  order.proxy_port = network.captured.none() ? uint16_t{0} : network.proxy_port;
  order.dns = !network.captured.none();
  if (network.captured.listened) order.method = netns::Method::redirect;
  order.sockets_on_demand = !forwards.empty();
  for (const egress::Forwarding& forwarding : forwards) {
    for (const auto& [low, high] : forwarding.ports) order.forward_ports.push_back({low, high});
  }
  merge(order.forward_ports);
  auto capture = netns::Capture::start(order);
  auto inside = capture ? capture->finish() : tl::unexpected(capture.error());
  if (!inside) {
    ends.tell(
        cannot(fmt::format("the sandbox's network could not be made: {}", inside.error().message),
               "`sbxc doctor` tells what this machine can do"));
    return 0;
  }
  for (netns::Listener& listener : inside->listeners) {
    options.listeners.push_back({kind_of(listener.kind), listener.socket.release(), listener.port});
  }
  options.clients = {{kProxyUser, network.token}};
  options.stop = ends.stop;
  options.timeouts.parting = egress::kPartingOfARun;
  options.names = true;
  options.v6 = inside->v6;
  options.reports = ends.reports;
  options.say = ends.say;
  if (!forwards.empty()) {
    options.socket_inside = [&](bool v6) { return capture->socket_inside(v6); };
    options.listening_inside = [&] { return capture->listening_inside(); };
    options.forwards = forwards;
  }
  options.upstream = chosen.upstream;
  ask::Asker asker(chosen.asks);
  options.asker = &asker;
  ends.tell(std::nullopt);
  return egress::serve(std::move(options));
}

}  // namespace

std::optional<NetworkPlan> plan_network(const Policy& policy) {
  NetworkPlan network;
  network.captured = captured_ports(policy, Os::linux);
  if (network.captured.none() && !listens_somewhere(policy)) return std::nullopt;
  network.proxy_port = free_port(network.captured);
  network.token = new_token();
  return network;
}

void add_proxy_variables(const NetworkPlan& network, bwrap::EnvironmentPart& environment) {
  if (network.captured.none()) return;
  // Not socks5h for ALL_PROXY: Python's httpx fails at start without its package for SOCKS.
  const std::string proxy =
      fmt::format("http://{}:{}@127.0.0.1:{}", kProxyUser, network.token, network.proxy_port);
  const auto set = [&](const std::string& name, const std::string& value) {
    if (std::ranges::find(environment.policy_values, name) != environment.policy_values.end()) {
      return;
    }
    std::erase_if(environment.set, [&](const auto& entry) { return entry.first == name; });
    environment.set.emplace_back(name, value);
  };
  for (const char* name :
       {"http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"}) {
    set(name, proxy);
  }
  for (const char* name : {"no_proxy", "NO_PROXY"}) set(name, "localhost,127.0.0.1,::1");
  std::ranges::sort(environment.set);
}

launch::Result<bool> add_network(const NetworkPlan& network, const Loaded& loaded,
                                 const RunOptions& options, const bwrap::BwrapPlan& plan,
                                 launch::Launch& order) {
  auto program = ask_program_of(options.egress);
  if (!program) return tl::unexpected(std::move(program.error()));
  auto upstream = upstream_of(options.egress);
  if (!upstream) return tl::unexpected(std::move(upstream.error()));
  order.files = own_files(plan);
  // What is mounted there by the plan is not what will be there.
  std::erase_if(order.mounted, [&](const launch::Mounted& mount) {
    return std::ranges::find(order.files, mount.target, &launch::OwnFile::path) !=
           order.files.end();
  });
  const Chosen chosen{asking(*program, loaded), std::move(*upstream), forwardings(plan.forwards)};
  order.network.serve = [&network, &loaded, chosen](const launch::NetworkEnds& ends) {
    return serve(network, loaded, chosen, ends);
  };
  return true;
}

void grant_own_files(launch::Launch& order) {
  if (order.landlock_rights == 0) return;
  for (const launch::OwnFile& file : order.files) {
    order.grants.push_back({file.path, landlock::kReadFile & order.landlock_rights, true});
  }
}

}  // namespace sbxc::driver
