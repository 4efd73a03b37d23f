// From the words of a command line to a request. Each family of operations takes one kind of
// target, the one its filters look at.
#include <algorithm>
#include <array>
#include <charconv>

#include "backends/seatbelt/read/explain.h"
#include "compiler/diag/printable.h"
#include "compiler/diag/render.h"

namespace sbxc::sbpl {
namespace {

enum class Form : uint8_t { path, network, service, name, process, domain, nothing };

// By the longest prefix of the operation's name.
struct Family {
  std::string_view prefix;
  Form form;
  std::string_view subject;  // of a name: the filter it is compared with
  std::string_view says;
};
constexpr auto kFamilies = std::to_array<Family>({
    {"", Form::nothing, "", "nothing"},
    {"appleevent-send", Form::name, "appleevent-destination", "a bundle's identifier"},
    {"authorization-right-obtain", Form::name, "right-name", "the name of a right"},
    {"darwin-notification-post", Form::name, "notification-name", "the name of a notification"},
    {"distributed-notification-post", Form::name, "notification-name",
     "the name of a notification"},
    {"file", Form::path, "", "an absolute path"},
    {"iokit", Form::name, "iokit-registry-entry-class", "the class of a driver or user client"},
    {"ipc-posix", Form::name, "ipc-posix-name", "the name of a semaphore or shared memory"},
    {"job-creation", Form::path, "", "an absolute path"},
    {"mach-lookup", Form::service, "", "a service's global name, xpc:NAME or local:NAME"},
    {"mach-priv-task-port", Form::process, "", "self, same-sandbox, children, pgrp or others"},
    {"mach-register", Form::service, "", "a service's global name or local:NAME"},
    {"mach-task", Form::process, "", "self, same-sandbox, children, pgrp or others"},
    {"managed-preference", Form::name, "preference-domain", "a preference domain"},
    {"network", Form::network, "", "HOST:PORT, udp:HOST:PORT or the path of a socket"},
    {"nvram", Form::name, "nvram-variable", "the name of a variable"},
    {"process-exec", Form::path, "", "an absolute path"},
    {"process-info", Form::process, "", "self, same-sandbox, children, pgrp or others"},
    {"signal", Form::process, "", "self, same-sandbox, children, pgrp or others"},
    {"sysctl", Form::name, "sysctl-name", "the name of a variable: kern.ostype"},
    {"system-kext", Form::name, "kext-bundle-id", "a bundle's identifier"},
    {"system-mac-syscall", Form::name, "mac-policy-name", "the name of a policy module"},
    {"system-socket", Form::domain, "", "a socket domain: AF_INET"},
    {"user-preference", Form::name, "preference-domain", "a preference domain"},
});

const Family& family_of(OperationId operation) {
  const std::string_view name = facts_of(operation).name;
  const Family* best = &kFamilies[0];
  for (const Family& family : kFamilies) {
    if (name.starts_with(family.prefix) && family.prefix.size() >= best->prefix.size()) {
      best = &family;
    }
  }
  return *best;
}

bool is_canonical(std::string_view path) {
  if (!path.starts_with('/') || path.find('\0') != std::string_view::npos) return false;
  if (path == "/") return true;
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::string_view name = path.substr(0, path.find('/'));
    if (name.empty() || name == "." || name == "..") return false;
    path.remove_prefix(name.size());
  }
  return true;
}

std::string host_of(std::string_view text) {
  if (text == "*") return "0.0.0.0";
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  return text == "localhost" ? "127.0.0.1" : std::string(text);
}

std::optional<Endpoint> endpoint_of(std::string_view text) {
  Endpoint endpoint{.proto = text.starts_with("udp:") ? "udp" : "tcp", .host = {}};
  if (text.starts_with("udp:") || text.starts_with("tcp:")) text.remove_prefix(4);
  const size_t port = text.rfind(':');
  if (port == std::string_view::npos || port == 0) return std::nullopt;
  endpoint.host = host_of(text.substr(0, port));
  const std::string_view digits = text.substr(port + 1);
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), endpoint.port);
  if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) {
    return std::nullopt;
  }
  return endpoint;
}

// False when the target is not of the operation's form.
bool fill_network(std::string_view target, OperationId operation, Request& request) {
  if (is_canonical(target)) {
    request.path = target;
    request.vnode_type = "SOCKET";
    return true;
  }
  const auto endpoint = endpoint_of(target);
  if (!endpoint) return false;
  (facts_of(operation).name == "network-outbound" ? request.remote : request.local) = endpoint;
  return true;
}

bool fill_service(std::string_view target, Request& request) {
  std::string_view subject = "global-name";
  if (target.starts_with("xpc:")) subject = "xpc-service-name";
  if (target.starts_with("local:")) subject = "local-name";
  if (subject != "global-name") target.remove_prefix(target.find(':') + 1);
  request.names[std::string(subject)] = target;
  return !target.empty();
}

bool fill_process(std::string_view target, Request& request) {
  constexpr std::string_view kTargets[] = {"self", "same-sandbox", "children",
                                           "pgrp", "others",       "initproc"};
  request.target = {std::string(target)};
  return std::find(std::begin(kTargets), std::end(kTargets), target) != std::end(kTargets);
}

bool fill(const Family& family, OperationId operation, std::string_view target, Request& request) {
  switch (family.form) {
    case Form::path:
      request.path = target;
      return is_canonical(target);
    case Form::network:
      return fill_network(target, operation, request);
    case Form::service:
      return fill_service(target, request);
    case Form::name:
      request.names[std::string(family.subject)] = target;
      return !target.empty();
    case Form::process:
      return fill_process(target, request);
    case Form::domain:
      request.socket_domain = target;
      return target.starts_with("AF_");
    case Form::nothing:
      return false;
  }
  return false;
}

}  // namespace

std::string_view target_form(OperationId operation) { return family_of(operation).says; }

tl::expected<Question, QuestionError> question_of(std::string_view operation,
                                                  std::string_view target,
                                                  const QuestionOptions& options) {
  const auto found = find_operation(operation);
  if (!found) {
    std::vector<std::string_view> known;
    for (const OperationFacts& facts : operations()) known.push_back(facts.name);
    const std::string near = nearest(operation, known);
    return tl::unexpected(
        QuestionError{"Seatbelt has no operation `" + printable(operation) + "`" +
                          (near.empty() ? "" : "; did you mean `" + near + "`?"),
                      "operations are Seatbelt's own: file-read-data, file-write-create, "
                      "process-exec*, network-outbound, mach-lookup"});
  }
  Question question{.operation = *found, .request = {}};
  question.request.complete = options.nothing_else;
  question.request.extensions = options.extensions;
  if (!options.vnode_type.empty()) question.request.vnode_type = options.vnode_type;
  const bool is_said = target != "-";
  if (is_said && !fill(family_of(*found), *found, target, question.request)) {
    return tl::unexpected(QuestionError{
        "`" + printable(target) + "` is no target of `" + std::string(facts_of(*found).name) + "`",
        "it takes " + std::string(target_form(*found)) + "; `-` where it is not known"});
  }
  return question;
}

}  // namespace sbxc::sbpl
