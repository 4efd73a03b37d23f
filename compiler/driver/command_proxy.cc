// `sbxc proxy`: the connect rules of a policy for those who bring a sandbox, a container or a
// machine of their own. Nothing makes its clients use it: that is theirs to see to.
#include <fmt/format.h>

#include "compiler/diag/printable.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/egress_choices.h"
#include "compiler/driver/proxy_secrets.h"
#include "compiler/driver/proxy_server.h"
#include "compiler/driver/run.h"
#include "runtime/ask/ask.h"

namespace sbxc::driver {
namespace {

using launch::Failure;
using launch::Result;

Result<bool> check(const ProxyOptions& options) {
  if (options.policy.path.empty() == options.table.empty()) {
    return tl::unexpected(
        Failure{.message = options.table.empty() ? "there is no policy and no table"
                                                 : "there are a policy and a table: one is enough",
                .help = "sbxc proxy policy.sbx, or sbxc proxy --table hosts.sbxt"});
  }
  return true;
}

Result<std::vector<Listening>> places_of(const ProxyOptions& options) {
  std::vector<Listening> places;
  std::vector<std::string> addresses = options.listen;
  if (addresses.empty() && options.unix_sockets.empty()) addresses = {"127.0.0.1:0"};
  for (const std::string& address : addresses) {
    auto place = listen_at_address(address);
    if (!place) return tl::unexpected(std::move(place.error()));
    if (place->reachable && options.token_files.empty()) {
      return tl::unexpected(
          Failure{.message = fmt::format(
                      "`{}` can be reached from other machines, and no token is asked", address),
                  .help = "name who may use it with --token-file, or listen on 127.0.0.1"});
    }
    places.push_back(std::move(*place));
  }
  for (const std::string& path : options.unix_sockets) {
    auto place = listen_at_path(path);
    if (!place) return tl::unexpected(std::move(place.error()));
    places.push_back(std::move(*place));
  }
  return places;
}

Result<std::optional<Listening>> metrics_of(const ProxyOptions& options) {
  if (options.metrics.empty()) return std::nullopt;
  const bool is_path = options.metrics.find('/') != std::string::npos;
  auto place = is_path ? listen_at_path(options.metrics) : listen_at_address(options.metrics);
  if (!place) return tl::unexpected(std::move(place.error()));
  if (place->reachable) {
    return tl::unexpected(Failure{
        .message = fmt::format("`{}` would show the numbers to other machines", options.metrics),
        .help = "serve them on 127.0.0.1, or on a unix socket"});
  }
  return std::optional(std::move(*place));
}

Result<ProxySetup> setup_of(const ProxyOptions& options) {
  ProxySetup setup;
  auto clients = read_clients(options.token_files);
  if (!clients) return tl::unexpected(std::move(clients.error()));
  setup.engine.clients = std::move(*clients);
  auto upstream = upstream_of(options.egress);
  if (!upstream) return tl::unexpected(std::move(upstream.error()));
  setup.engine.upstream = std::move(*upstream);
  auto places = places_of(options);
  if (!places) return tl::unexpected(std::move(places.error()));
  setup.places = std::move(*places);
  auto metrics = metrics_of(options);
  if (!metrics) return tl::unexpected(std::move(metrics.error()));
  if (*metrics) setup.metrics.emplace(std::move(**metrics));
  return setup;
}

Exit refuse(const Failure& failure, Console& console) {
  console.err(in_words(failure));
  return Exit::bad_input;
}

}  // namespace

Exit run_proxy(const ProxyOptions& options, Console& console) {
  if (auto fit = check(options); !fit) return refuse(fit.error(), console);
  TableSource source(options);
  std::string report;
  auto table = source.load(report);
  console.err(report);
  if (!table) return refuse(table.error(), console);
  auto program = ask_program_of(options.egress);
  if (!program) return refuse(program.error(), console);
  auto setup = setup_of(options);
  if (!setup) return refuse(setup.error(), console);
  setup->table = std::move(*table);
  AuditFile audit;
  if (!options.audit.empty()) {
    if (auto opened = audit.open(options.audit); !opened) {
      console.err(render(opened.error(), Sources{}, console.render_options()));
      return Exit::bad_input;
    }
    setup->audit = &audit;
  }
  if (setup->engine.clients.empty() && !options.quiet) {
    console.err(
        "note: no token is asked: whoever can connect to it may use it\n"
        "help: --token-file names who may\n");
  }
  ask::Asker asker(
      {.way = program->empty() ? ask::Way::nobody : ask::Way::program, .program = *program});
  setup->engine.asker = &asker;
  ProxyServer server(options, *setup, source, console);
  return server.run();
}

}  // namespace sbxc::driver
