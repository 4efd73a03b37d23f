// Which operations of Seatbelt's a request comes to: the table of decided_profile.cc, for single
// requests, with the network as it is at launch: a port that nobody would write down by accident is
// the proxy's.
//
// Left out: what the proxy decides (hosts that a rule allows), variables (the launcher's), system
// calls (Linux's), and what depends on the type of a file other than a regular one.
#include "backends/seatbelt/model/seatbelt_model.h"

#include <algorithm>

#include "backends/seatbelt/read/explain.h"
#include "backends/seatbelt/verify/mac_spelling.h"

namespace sbxc {

namespace {

constexpr const char* kProxyPort = "58231";

struct Carried {
  const char* operation;
  bool main;
};

std::vector<Carried> carried_by(Operation operation) {
  switch (operation) {
    case Operation::read:
      return {{"file-read-data", true}, {"file-read-xattr", false}};
    case Operation::write:
      return {{"file-write-data", true},
              {"file-write-create", false},
              {"file-write-unlink", false},
              {"file-write-mode", false}};
    case Operation::exec:
      return {{"process-exec*", true}};
    case Operation::socket:
      return {{"network-outbound", true}, {"network-bind", false}};
    case Operation::connect:
      return {{"network-outbound", true}};
    case Operation::listen:
      return {{"network-bind", true}, {"network-inbound", false}};
    case Operation::mach:
      return {{"mach-lookup", true}};
    case Operation::env:
    case Operation::syscall:
      break;
  }
  return {};
}

std::string target_of(const Request& request) {
  if (const auto* host = std::get_if<HostRequest>(&request.target)) {
    const auto* name = std::get_if<std::string>(&host->host);
    if (name == nullptr) return "tcp:" + host->text();
    // A profile knows no names: what is not this machine is one to it.
    return "tcp:" + std::string(*name == "localhost" ? "127.0.0.1" : "192.0.2.1") + ":" +
           std::to_string(host->port);
  }
  const auto* text = std::get_if<std::string>(&request.target);
  return text != nullptr ? *text : std::string();
}

std::string vnode_type_of(Operation operation) {
  switch (operation) {
    case Operation::read:
    case Operation::write:
    case Operation::exec:
      return "REGULAR-FILE";
    case Operation::socket:
      return "SOCKET";
    case Operation::connect:
    case Operation::listen:
    case Operation::env:
    case Operation::syscall:
    case Operation::mach:
      break;
  }
  return {};
}

bool lets(const ModelAnswer& answer) { return answer.verdict != sbpl::Verdict::deny; }

}  // namespace

tl::expected<SeatbeltModel, std::string> SeatbeltModel::of(std::string_view profile) {
  sbpl::CompileOptions at_launch;
  at_launch.parameters["PROXY_PORT"] = kProxyPort;
  auto read = sbpl::Profile::compile(profile, at_launch);
  if (!read) {
    return tl::unexpected("profile.sb:" + std::to_string(read.error().line) + ": " +
                          read.error().message);
  }
  return SeatbeltModel(std::move(*read));
}

std::vector<ModelAnswer> SeatbeltModel::answers(const Request& request, std::string& why) const {
  const auto carried = carried_by(request.operation);
  if (carried.empty()) {
    why = request.operation == Operation::env ? "the launcher chooses the variables"
                                              : "system calls are named on Linux only";
    return {};
  }
  const std::string target = target_of(request);
  if (target.starts_with('@')) {
    why = "abstract sockets are Linux's";
    return {};
  }
  std::vector<ModelAnswer> out;
  for (const Carried& one : carried) {
    const auto question =
        sbpl::question_of(one.operation, target,
                          {.vnode_type = vnode_type_of(request.operation), .nothing_else = true});
    if (!question) {
      why = question.error().message;
      return {};
    }
    const sbpl::Decision decision = profile_.decide(question->operation, question->request);
    out.push_back({one.operation, decision.verdict, one.main, decision.line});
  }
  return out;
}

bool lets_any(const std::vector<ModelAnswer>& answers) {
  return std::any_of(answers.begin(), answers.end(), lets);
}

bool lets_main(const std::vector<ModelAnswer>& answers) {
  return std::all_of(answers.begin(), answers.end(), [](const ModelAnswer& answer) {
    return !answer.main || answer.verdict == sbpl::Verdict::allow;
  });
}

Policy as_the_model_spells(const Policy& policy) {
  return seatbelt_verify::as_spelt_on_macos(policy);
}

}  // namespace sbxc
