#include "backends/seatbelt/verify/decided_profile.h"

#include "backends/seatbelt/verify/mac_spelling.h"
#include "backends/seatbelt/verify/path_bytes.h"
#include "backends/seatbelt/verify/port_decisions.h"
#include "backends/seatbelt/verify/profile_decisions.h"
#include "backends/seatbelt/verify/profile_paths.h"
#include "compiler/automata/domains.h"
#include "compiler/automata/minimise.h"
#include "compiler/automata/product.h"

namespace sbxc::sbpl {
namespace {

using automata::Dfa;
using automata::kOutside;
using automata::Label;

struct Carried {
  Operation operation;
  const char* seatbelt;
  bool main;
};
constexpr Carried kOnPaths[] = {
    {Operation::read, "file-read-data", true},      {Operation::read, "file-read-metadata", false},
    {Operation::read, "file-read-xattr", false},    {Operation::write, "file-write-data", true},
    {Operation::write, "file-write-create", false}, {Operation::write, "file-write-unlink", false},
    {Operation::write, "file-link", false},         {Operation::exec, "process-exec*", true},
    {Operation::socket, "network-outbound", true},
};
constexpr const char* kOutsideHost = "93.184.216.34";  // any that is not this machine's

Label verdict(Label decided) {
  if (decided == kOutside) return decided;
  return label_of(decided == kAllows    ? Effect::allow
                  : decided == kDepends ? Effect::ask
                                        : Effect::deny);
}

OverBudget over(Operation operation, const automata::Overflow& overflow) {
  return {operation, overflow.states, {}};
}

// Abstract sockets are no part of macOS.
Dfa with_abstract_sockets(const Dfa& paths) {
  const auto all = automata::product(paths, automata::socket_names(),
                                     [](Label path, Label domain) {
                                       if (domain == kOutside) return kOutside;
                                       return path == kOutside ? label_of(Effect::deny) : path;
                                     },
                                     {});
  return automata::minimise(*all);  // at most five states for each
}

class Deciding {
 public:
  Deciding(const Profile& profile, const DecideOptions& options)
      : profile_(profile), options_(options) {}

  Budgeted<std::vector<DecidedOperation>> run() {
    if (auto failed = paths()) return tl::unexpected(*failed);
    const auto services = decisions_of(profile_,
                                       {.operation = find_operation("mach-lookup").value(),
                                        .subject = "global-name",
                                        .rest = {.complete = options_.nothing_else},
                                        .domain = &automata::plain_names()},
                                       options_.budget);
    if (!services) return tl::unexpected(over(Operation::mach, services.error()));
    out_.push_back({Operation::mach, "mach-lookup", true,
                    automata::minimise(automata::relabel(*services, verdict))});
    connections();
    return std::move(out_);
  }

 private:
  std::optional<OverBudget> paths() {
    std::vector<OperationId> operations;
    for (const Carried& one : kOnPaths) {
      operations.push_back(find_operation(one.seatbelt).value());
    }
    paths::Languages languages;
    ProfilePaths held(profile_, operations, languages);
    const seatbelt_verify::LinkPaths links(languages);
    const auto space = paths::PathSpace::of(languages.nfa, options_.budget);
    if (!space) return over(Operation::read, space.error());
    const auto asked = links.decide(*space, options_.budget);
    if (!asked) return over(Operation::read, asked.error());
    for (size_t i = 0; i < operations.size(); ++i) {
      const Carried& one = kOnPaths[i];
      const bool socket = one.operation == Operation::socket;
      const WordRequests requests{.operation = operations[i],
                                  .subject = "path",
                                  .rest = {.complete = options_.nothing_else,
                                           .vnode_type = socket ? "SOCKET" : options_.vnode_type}};
      const auto decided = held.decide(*space, requests, options_.budget);
      if (!decided) return over(one.operation, decided.error());
      const auto verdicts = paths::product(
          **decided, *asked,
          [](Label label, Label below) {
            return below == kOutside ? label_of(Effect::deny) : verdict(label);
          },
          options_.budget);
      if (!verdicts) return over(one.operation, verdicts.error());
      Dfa bytes = paths::to_bytes(*space, *verdicts);
      out_.push_back({one.operation, one.seatbelt, one.main,
                      socket ? with_abstract_sockets(bytes) : std::move(bytes)});
    }
    return std::nullopt;
  }

  PortMap ports_of(const char* host) const {
    const PortVerdicts ports = decisions_of(
        profile_, AddressRequests{.operation = find_operation("network-outbound").value(),
                                  .remote = true,
                                  .endpoint = {.proto = "tcp", .host = host}});
    PortMap out;
    for (uint32_t port = 1; port < ports.allow.size(); ++port) {
      const Label label = label_of(ports.depends.test(port) ? Effect::ask
                                   : ports.allow.test(port) ? Effect::allow
                                                            : Effect::deny);
      if (out.empty() || out.back().label != label) {
        out.push_back({static_cast<uint16_t>(port), label});
      }
    }
    return out;
  }

  void connections() {
    const PortMap outside = ports_of(kOutsideHost);
    HostSpaceBuilder builder(outside, outside);
    const HostSpace::Leaf own4 = builder.leaf(ports_of("127.0.0.1"));
    const HostSpace::Leaf own6 = builder.leaf(ports_of("::1"));
    builder.set_exact(builder.node("localhost"), own4);
    builder.set_addresses(IpAddress::v4(127, 0, 0, 0), IpAddress::v4(127, 255, 255, 255), own4);
    const IpAddress loopback6 = parse_ip("::1").address.value();
    builder.set_addresses(loopback6, loopback6, own6);
    out_.push_back({Operation::connect, "network-outbound", true, std::move(builder).build()});
  }

  const Profile& profile_;
  const DecideOptions& options_;
  std::vector<DecidedOperation> out_;
};

std::string endpoint_of(const HostRequest& request) {
  const std::string text = request.text();
  const size_t colon = text.rfind(':');
  const std::string host = text.substr(0, colon);
  const bool is_address = !std::holds_alternative<std::string>(request.host);
  const std::string asked = is_address ? host : host == "localhost" ? "127.0.0.1" : kOutsideHost;
  return "tcp:" + asked + text.substr(colon);
}

}  // namespace

Budgeted<std::vector<DecidedOperation>> decided_profile(const Profile& profile,
                                                        const DecideOptions& options) {
  return Deciding(profile, options).run();
}

Explanation explain(const Profile& profile, const DecidedOperation& operation,
                    const sbxc::Request& request, const DecideOptions& options) {
  const auto* host = std::get_if<HostRequest>(&request.target);
  const std::string target =
      host != nullptr ? endpoint_of(*host) : std::get<std::string>(request.target);
  const bool socket = operation.operation == Operation::socket;
  auto question = question_of(operation.seatbelt, target,
                              {.vnode_type = "", .nothing_else = options.nothing_else});
  // Canonical requests of these operations are all questions.
  if (host == nullptr && operation.operation != Operation::mach) {
    question->request.vnode_type = socket ? "SOCKET" : options.vnode_type;
  }
  return explain(profile, *question);
}

}  // namespace sbxc::sbpl
