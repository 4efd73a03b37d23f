// Permissions that are broad by what they say, without asking about single requests. A rule that
// says `because` has been thought about.
#include <fmt/core.h>

#include <algorithm>

#include "compiler/check/findings.h"
#include "compiler/diag/printable.h"

namespace sbxc {

namespace {

constexpr uint16_t kFirstFreePort = 1024;  // net.ipv4.ip_unprivileged_port_start, unless changed

void check_listen(const Rule& rule, const ListenPattern& listen, Diagnostics& diagnostics) {
  if (listen.ports.ranges.empty()) return;
  const uint16_t port = listen.ports.ranges.front().low;
  const bool everywhere = std::any_of(listen.addresses.begin(), listen.addresses.end(),
                                      [](const IpNetwork& network) { return network.prefix == 0; });
  if (everywhere) {
    diagnostics.report(
        {.kind = Kind::listens_everywhere,
         .span = listen.span,
         .message = fmt::format("`allow listen {}` takes connections from other machines",
                                printable(listen.written)),
         .witness = sentence(Effect::allow,
                             {Operation::listen, HostRequest{IpAddress::v4(0, 0, 0, 0), port}}),
         .help = fmt::format("write `localhost:{}`, or say why: `because \"…\"`",
                             listen.ports.text())});
  }
  if (rule.os.linux && port < kFirstFreePort) {
    diagnostics.report(
        {.kind = Kind::low_port,
         .span = listen.span,
         .message = fmt::format("nothing in the sandbox can listen on port {}: on Linux that takes "
                                "a right that it does not have",
                                port),
         .help = fmt::format("use a port from {} up", kFirstFreePort)});
  }
}

bool is_loopback(const HostTest& test) {
  if (const auto* name = std::get_if<ExactName>(&test)) return name->name == "localhost";
  const auto* network = std::get_if<IpNetwork>(&test);
  if (network == nullptr || network->prefix < 8) return false;
  return network->address.v6 ? network->text() == "::1" : network->address.bytes[0] == 127;
}

void check_connect(const ConnectPattern& connect, Diagnostics& diagnostics) {
  const std::string shown = printable(connect.written);
  if (connect.ports == PortSet::any()) {
    diagnostics.report(
        {.kind = Kind::any_port,
         .span = connect.span,
         .message = fmt::format("`allow connect {}` allows every port, that of mail and of remote "
                                "shells too",
                                shown),
         .help = "name the ports: `:443`, `:8000-8100`; or say why: `because \"…\"`"});
  }
  const bool local = std::all_of(connect.hosts.begin(), connect.hosts.end(), is_loopback);
  if (connect.ports == PortSet::of({{80, 80}}) && !local) {
    diagnostics.report({.kind = Kind::plain_http,
                        .span = connect.span,
                        .message = fmt::format("what goes to `{}` can be read and changed on the "
                                               "way: port 80 is not encrypted",
                                               shown),
                        .help = "write `:443` if the host serves it, or say why: `because \"…\"`"});
  }
}

// `allow write ~/**`, `/home/**` or `/**`.
void check_write(const PathPattern& path, const std::string& home, Diagnostics& diagnostics) {
  if (home.empty() || home == "/") return;
  const std::string below = home + "/a/b";
  const bool whole = std::any_of(path.globs.begin(), path.globs.end(), [&](const PathGlob& glob) {
    return glob.is_subtree() && glob.matches(home) && glob.matches(below);
  });
  if (!whole) return;
  diagnostics.report(
      {.kind = Kind::home_writable,
       .span = path.span,
       .message = fmt::format("`allow write {}` lets the whole home directory be written",
                              printable(path.written)),
       .help = "name the directories that are needed, or say why: `because \"…\"`"});
}

// A program that is looked for in the working directory is whatever a stranger called by its name.
void check_search_path(const SetEnv& set, Diagnostics& diagnostics) {
  if (set.name != "PATH") return;
  for (size_t at = 0; at <= set.value.size();) {
    const size_t end = std::min(set.value.find(':', at), set.value.size());
    const std::string entry = set.value.substr(at, end - at);
    at = end + 1;
    if (entry.starts_with('/')) continue;
    diagnostics.report(
        {.kind = Kind::relative_search_path,
         .span = set.span,
         .message = fmt::format("programs are looked for in {}, wherever that is",
                                entry.empty() ? "the working directory (an empty entry)"
                                              : fmt::format("`{}`", printable(entry))),
         .help = "write absolute directories, with a `:` between two and none at the ends"});
    return;
  }
}

}  // namespace

void check_broad_grants(const Policy& policy, Diagnostics& diagnostics) {
  const auto home = policy.params.find("home");
  const std::string home_directory = home == policy.params.end() ? std::string() : home->second;
  for (const Rule& rule : policy.rules) {
    if (rule.effect != Effect::allow || !rule.because.empty()) continue;
    for (const Pattern& pattern : rule.patterns) {
      if (const auto* listen = std::get_if<ListenPattern>(&pattern)) {
        check_listen(rule, *listen, diagnostics);
      } else if (const auto* connect = std::get_if<ConnectPattern>(&pattern)) {
        check_connect(*connect, diagnostics);
      } else if (rule.operation == Operation::write) {
        check_write(std::get<PathPattern>(pattern), home_directory, diagnostics);
      }
    }
  }
  for (const SetEnv& set : policy.environment) check_search_path(set, diagnostics);
}

}  // namespace sbxc
