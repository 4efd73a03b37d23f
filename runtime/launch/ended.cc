#include "runtime/launch/ended.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

namespace sbxc::launch {
namespace {

std::string quoted(const std::string& text) { return "`" + text + "`"; }

Failure not_executed(const init::Message& message, const Launch& order) {
  const std::string program = order.command.empty() ? message.text : order.command.front();
  if (message.error == ENOENT || message.error == ENOTDIR) {
    return {.status = kNotFound,
            .message = quoted(program) + " is not found in the sandbox",
            .help =
                "the policy must allow reading and executing it, and what it needs to start: "
                "`sbxc explain exec PATH policy.sbx`"};
  }
  Failure failure = system_failure(quoted(program) + " cannot be executed", message.error);
  failure.status = kCannotExecute;
  if (message.error == EACCES || message.error == EPERM) {
    failure.help = "`sbxc explain exec PATH policy.sbx` tells whether the policy allows it";
  }
  return failure;
}

}  // namespace

Failure not_started(const init::Message& message, const Launch& order) {
  switch (static_cast<init::Stage>(message.value)) {
    case init::Stage::orders:
      return system_failure("the sandbox could not read its orders", message.error);
    case init::Stage::identity:
      return {.message = quoted(message.text) + " is not what it was when the sandbox was planned",
              .help = "something replaced it in between; start it again"};
    case init::Stage::limit:
      return system_failure("a `limit` could not be set", message.error);
    case init::Stage::landlock: {
      Failure failure = system_failure("Landlock could not be applied", message.error);
      if (message.text[0] != '\0') failure.notes.push_back(std::string("at ") + message.text);
      return failure;
    }
    case init::Stage::notify_filter: {
      Failure failure = system_failure(
          "the filter that asks the broker could not be installed", message.error,
          "`sbxc doctor` tells what this machine has; the kernel must be 5.14 or later");
      failure.status = kCannotEnforce;
      return failure;
    }
    case init::Stage::policy_filter: {
      Failure failure = system_failure("the policy's filter could not be installed", message.error);
      failure.status = kCannotEnforce;
      return failure;
    }
    case init::Stage::process:
      return system_failure("the command's process could not be made", message.error);
    case init::Stage::execute:
      return not_executed(message, order);
  }
  return {.message = "the sandbox ended for a reason that is not known"};
}

Failure cannot_start_in(const std::string& directory, int error) {
  return system_failure("the command cannot start in " + quoted(directory), error,
                        geteuid() == 0
                            ? "inside, root is bound by permissions like anybody: this directory "
                              "and those above it have to be open to it, or start it in another"
                            : "this directory and those above it have to be open to you, or start "
                              "it in another");
}

Failure no_sandbox(const std::string& complaints) {
  Failure failure{.message = "bubblewrap could not make the sandbox"};
  std::string line = complaints.substr(0, complaints.find('\n'));
  if (line.starts_with("bwrap: ")) line.erase(0, 7);
  constexpr std::string_view kNoPermission = ": Permission denied";
  if (line.starts_with(kCannotStartIn) && line.ends_with(kNoPermission)) {
    const size_t path = std::strlen(kCannotStartIn);
    return cannot_start_in(line.substr(path, line.size() - kNoPermission.size() - path), EACCES);
  }
  if (!line.empty()) failure.notes.push_back("it says: " + line);
  // Its words for a kernel, a security module or a container that does not allow namespaces.
  constexpr const char* kForbidden[] = {"ermission denied", "not permitted", "No space left",
                                        "namespace", "setting up uid map"};
  const bool forbidden = std::ranges::any_of(
      kForbidden, [&](const char* words) { return line.find(words) != std::string::npos; });
  if (forbidden) {
    failure.status = kCannotEnforce;
    failure.no_namespaces = true;
    failure.help = "user namespaces may be forbidden here: `sbxc doctor` tells why and what to do";
  } else {
    failure.help = "`sbxc doctor` tells what this machine can do";
  }
  return failure;
}

}  // namespace sbxc::launch
