#include "compiler/driver/answers.h"

#include <algorithm>

#include "backends/bwrap/read/holder.h"
#include "backends/proxy/read/how_proxy_holds.h"
#include "backends/seccomp/read/how_seccomp_holds.h"

namespace sbxc::driver {

namespace {

std::string_view bytes_of(const Lowered& lowered, std::string_view file) {
  const auto found = std::ranges::find(lowered.artifacts, file, &Artifact::file);
  return found == lowered.artifacts.end() ? std::string_view() : std::string_view(found->bytes);
}

// That a reader does not understand an artifact is an answer too.
void append(Result<std::vector<Held>> found, const std::string& file, std::vector<Held>& answers) {
  if (found) {
    answers.insert(answers.end(), found->begin(), found->end());
  } else {
    answers.push_back({file, 0, "not understood: " + found.error().message, {}, {}});
  }
}

std::vector<Held> in_plan(const Lowered& lowered, const Policy& policy, const Request& request) {
  const auto* path = std::get_if<std::string>(&request.target);
  const PatternKind kind = facts_of(request.operation).kind;
  const bool about_paths = kind == PatternKind::path || kind == PatternKind::socket;
  if (path == nullptr || !about_paths || !path->starts_with('/')) return {};
  const auto holder = bwrap_holder(
      policy, {bytes_of(lowered, "plan.json"), bytes_of(lowered, "plan.args")}, request);
  if (!holder) return {{"plan.json", 0, "not understood: " + holder.error(), {}, {}}};
  return {{holder->file, holder->step, holder->clause, {}, {}}};
}

std::vector<Held> in_filters(const Lowered& lowered, const Request& request) {
  std::vector<Held> answers;
  if (const auto* call = std::get_if<SyscallId>(&request.target)) {
    append(how_seccomp_holds(lowered.artifacts, *call, {}), "filter", answers);
  }
  return answers;
}

std::vector<Held> in_tables(const Lowered& lowered, const Request& request) {
  std::vector<Held> answers;
  const auto* host = std::get_if<HostRequest>(&request.target);
  if (host == nullptr || request.operation != Operation::connect) return answers;
  for (const Artifact& artifact : lowered.artifacts) {
    if (!artifact.file.ends_with(".sbxt")) continue;
    append(how_proxy_holds(artifact, *host, {}), artifact.file, answers);
  }
  return answers;
}

}  // namespace

std::vector<Held> answers_of(const Lowered& lowered, const Policy& policy, const Request& request) {
  switch (lowered.target) {
    case TargetName::seatbelt:
      return {};
    case TargetName::bwrap:
      return in_plan(lowered, policy, request);
    case TargetName::seccomp:
      return in_filters(lowered, request);
    case TargetName::proxy:
      return in_tables(lowered, request);
  }
  return {};
}

}  // namespace sbxc::driver
