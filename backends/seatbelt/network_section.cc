// A network filter knows `*` and `localhost`; another host in it makes the system refuse the whole
// profile. So hosts are the proxy's business, and the profile lets its port through and nothing
// else. No DNS: the proxy resolves, and a query is a message to the outside.
#include "backends/seatbelt/network_section.h"

#include <fmt/core.h>

#include <algorithm>

#include "backends/seatbelt/listen_rules.h"

namespace sbxc::seatbelt {
namespace {

constexpr std::string_view kSocketOperations = "network-outbound network-inbound network-bind";
constexpr size_t kNamedInFull = 8;  // ports; longer ranges are counted through

FilterTree address(std::string_view host, const PortSet& ports) {
  const auto one = [&](uint32_t port) {
    return FilterTree::leaf(fmt::format("(local ip \"{}:{}\")", host, port), 0);
  };
  std::vector<FilterTree> parts;
  for (const PortRange& range : ports.ranges) {
    const size_t size = size_t{range.high} - range.low + 1;
    if (size > kNamedInFull) {
      parts.push_back(FilterTree::leaf(
          fmt::format("(local-ports \"{}\" {} {})", host, range.low, range.high), 0, size));
      continue;
    }
    for (uint32_t port = range.low; port <= range.high; ++port) parts.push_back(one(port));
  }
  return FilterTree::any(std::move(parts));
}

FilterTree filter_of(const ListenLine& line) {
  const std::string_view host = line.any_address ? "*" : "localhost";
  const PortSet others = minus(PortSet::any(), line.ports);
  if (!line.every_port && count(line.ports) <= kMaxNamedPorts) return address(host, line.ports);
  FilterTree all = FilterTree::leaf(fmt::format("(local ip \"{}:*\")", host), 0);
  if (line.every_port || others.ranges.empty()) return all;
  return FilterTree::without(std::move(all), {address("*", others)});
}

bool counts_through(const ListenLine& line) {
  const bool by_others = count(line.ports) > kMaxNamedPorts;
  const PortSet& named = by_others ? minus(PortSet::any(), line.ports) : line.ports;
  return !line.every_port &&
         std::any_of(named.ranges.begin(), named.ranges.end(), [](const PortRange& range) {
           return size_t{range.high} - range.low + 1 > kNamedInFull;
         });
}

class NetworkWriter {
 public:
  NetworkWriter(const Policy& policy, const PathSection& paths, ProfileWriter& writer,
                Lowered& lowered)
      : policy_(policy), paths_(paths), writer_(writer), lowered_(lowered) {}

  void run() {
    write_unix_sockets();
    const std::vector<ListenLine> listen = listen_lines(policy_, lowered_);
    const std::vector<RuleId> connect = connect_rules();
    if (listen.empty() && connect.empty()) return;
    writer_.heading("Internet sockets.");
    writer_.line("(allow system-socket (socket-domain AF_INET) (socket-domain AF_INET6))");
    write_connect(connect);
    write_listen(listen);
  }

 private:
  void write_unix_sockets() {
    if (paths_.allow_socket.empty()) return;
    writer_.heading("Unix sockets: connecting to a path and binding one.");
    writer_.rule("allow", kSocketOperations, paths_.allow_socket);
    writer_.rule("deny", kSocketOperations, paths_.deny_socket);
  }

  std::vector<RuleId> connect_rules() {
    std::vector<RuleId> open;
    for (const Rule& rule : policy_.rules) {
      if (rule.operation != Operation::connect || !rule.os.macos) continue;
      RuleVerdict& held = lowered_.verdicts[static_cast<size_t>(rule.id)];
      held.fidelity = Fidelity::elsewhere;
      held.needs = {Need::proxy};
      held.what = "the proxy decides hosts; the profile lets through its port alone";
      if (rule.effect != Effect::deny) open.push_back(rule.id);
    }
    return open;
  }

  void write_connect(const std::vector<RuleId>& rules) {
    if (rules.empty()) return;
    writer_.line("; connect: the proxy on this port decides hosts. Nothing else can be reached.");
    writer_.line(
        "(allow network-outbound (remote ip (string-append \"localhost:\" (param "
        "\"PROXY_PORT\"))))",
        rules);
    writer_.weigh_base(1, 32);
  }

  void write_listen(const std::vector<ListenLine>& lines) {
    if (lines.empty()) return;
    if (std::any_of(lines.begin(), lines.end(), counts_through)) {
      writer_.line(
          "; Every port from low to high, as one filter.\n"
          "(define (local-ports host low high)\n"
          "  (let count ((port high) (filters '()))\n"
          "    (if (< port low)\n"
          "      (apply require-any filters)\n"
          "      (count (- port 1)\n"
          "        (cons (local ip (string-append host \":\" (number->string port))) filters)))))");
    }
    std::vector<NamedFilter> allowed;
    for (size_t i = 0; i < lines.size();) {
      const Rule& rule = policy_.rule(lines[i].rule);
      std::vector<FilterTree> parts;
      for (; i < lines.size() && lines[i].rule == rule.id; ++i)
        parts.push_back(filter_of(lines[i]));
      writer_.statement_comment(rule, "");
      allowed.push_back(writer_.define(rule, FilterTree::any(std::move(parts))));
    }
    for (const Rule& rule : policy_.rules) {
      if (rule.operation == Operation::listen && rule.os.macos && rule.effect == Effect::deny) {
        writer_.statement_comment(rule, "taken out of the ports above");
      }
    }
    writer_.rule("allow", "network-bind network-inbound", allowed);
  }

  const Policy& policy_;
  const PathSection& paths_;
  ProfileWriter& writer_;
  Lowered& lowered_;
};

}  // namespace

void write_network_section(const Policy& policy, const PathSection& paths, ProfileWriter& writer,
                           Lowered& lowered) {
  NetworkWriter(policy, paths, writer, lowered).run();
}

}  // namespace sbxc::seatbelt
