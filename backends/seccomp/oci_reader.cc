// Entries of one call are alternatives: the first whose conditions all hold decides, and an entry
// without conditions stands last. Runtimes hand them to libseccomp, which wants them to be
// disjoint; entries with the same index twice are alternatives too there (runc), which is refused
// here.
//
// Reference: opencontainers/runtime-spec, config-linux.md, "Seccomp".
#include "backends/seccomp/oci_reader.h"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace sbxc::seccomp {

namespace {

using Json = nlohmann::json;
constexpr size_t kMostClauses = 256;  // of one call

std::optional<AnswerKind> action_named(const std::string& name) {
  static const std::map<std::string, AnswerKind> kActions = {
      {"SCMP_ACT_ALLOW", AnswerKind::allow},
      {"SCMP_ACT_ERRNO", AnswerKind::error},
      {"SCMP_ACT_KILL", AnswerKind::kill_thread},
      {"SCMP_ACT_KILL_THREAD", AnswerKind::kill_thread},
      {"SCMP_ACT_KILL_PROCESS", AnswerKind::kill_process},
      {"SCMP_ACT_TRAP", AnswerKind::trap},
      {"SCMP_ACT_TRACE", AnswerKind::trace},
      {"SCMP_ACT_LOG", AnswerKind::log},
      {"SCMP_ACT_NOTIFY", AnswerKind::notify}};
  const auto found = kActions.find(name);
  if (found == kActions.end()) return std::nullopt;
  return found->second;
}

std::optional<Compare> comparison_named(const std::string& name) {
  static const std::map<std::string, Compare> kComparisons = {
      {"SCMP_CMP_EQ", Compare::equal},       {"SCMP_CMP_NE", Compare::not_equal},
      {"SCMP_CMP_LT", Compare::less},        {"SCMP_CMP_LE", Compare::less_equal},
      {"SCMP_CMP_GT", Compare::greater},     {"SCMP_CMP_GE", Compare::greater_equal},
      {"SCMP_CMP_MASKED_EQ", Compare::equal}};
  const auto found = kComparisons.find(name);
  if (found == kComparisons.end()) return std::nullopt;
  return found->second;
}

const Json& member(const Json& object, const char* name) {
  static const Json nothing;
  if (!object.is_object()) return nothing;
  const auto found = object.find(name);
  return found == object.end() ? nothing : *found;
}

uint64_t number(const Json& value, uint64_t otherwise) {
  return value.is_number_integer() ? value.get<uint64_t>() : otherwise;
}

std::string text(const Json& value) {
  return value.is_string() ? value.get<std::string>() : std::string{};
}

bool lists_arch(const Json& arches, Arch arch) {
  const std::string_view go_name = arch == Arch::x86_64 ? "amd64" : "arm64";
  return std::any_of(arches.begin(), arches.end(),
                     [&](const Json& name) { return text(name) == go_name; });
}

// Whether the entry is in force for a process without capabilities.
bool in_force(const Json& entry, Arch arch) {
  const Json& includes = member(entry, "includes");
  const Json& excludes = member(entry, "excludes");
  if (!member(includes, "caps").empty()) return false;
  if (!member(includes, "arches").empty() && !lists_arch(includes["arches"], arch)) return false;
  if (!member(excludes, "arches").empty() && lists_arch(excludes["arches"], arch)) return false;
  return member(excludes, "minKernel").empty();
}

class Reader {
 public:
  Reader(const Json& profile, Arch arch) : profile_(profile) { program_.arch = arch; }

  tl::expected<SyscallProgram, std::string> run() {
    const auto otherwise = answer(profile_, "defaultAction", "defaultErrnoRet");
    if (!otherwise) return tl::unexpected(std::string("no known `defaultAction`"));
    program_.missing = program_.beyond = *otherwise;
    if (otherwise->kind == AnswerKind::allow)
      return tl::unexpected(std::string("it allows what it does not name"));
    for (const Syscall& call : all_syscalls()) {
      const int32_t nr = call.number(program_.arch);
      if (nr < 0 || call.base) continue;
      program_.numbers[static_cast<uint32_t>(nr)] = {{}, *otherwise};
    }
    for (const Json& entry : member(profile_, "syscalls")) {
      if (!in_force(entry, program_.arch)) continue;
      if (std::string problem = read_entry(entry); !problem.empty()) return tl::unexpected(problem);
    }
    for (auto& [nr, behaviour] : program_.numbers) {
      std::stable_partition(behaviour.clauses.begin(), behaviour.clauses.end(),
                            [](const Clause& clause) { return !clause.all.empty(); });
    }
    return std::move(program_);
  }

 private:
  static std::optional<Answer> answer(const Json& object, const char* action,
                                      const char* errno_key) {
    const auto kind = action_named(text(member(object, action)));
    if (!kind) return std::nullopt;
    Answer result{*kind, 0};
    if (*kind == AnswerKind::error || *kind == AnswerKind::trace) {
      result.data = static_cast<uint16_t>(number(member(object, errno_key), kEPERM));
    }
    return result;
  }

  std::string read_entry(const Json& entry) {
    const auto does = answer(entry, "action", "errnoRet");
    if (!does) return fmt::format("no known action `{}`", text(member(entry, "action")));
    Clause clause{{}, *does};
    for (const Json& condition : member(entry, "args")) {
      const auto compare = comparison_named(text(member(condition, "op")));
      const uint64_t index = number(member(condition, "index"), 6);
      if (!compare || index > 5) return "a condition on an argument makes no sense";
      ArgTest test{static_cast<uint8_t>(index), *compare};
      const uint64_t value = number(member(condition, "value"), 0);
      const uint64_t second = number(member(condition, "valueTwo"), 0);
      const bool masked = text(member(condition, "op")) == "SCMP_CMP_MASKED_EQ";
      test.mask = masked ? value : ~uint64_t{0};
      test.value = masked ? second : value;
      const bool twice =
          std::any_of(clause.all.begin(), clause.all.end(),
                      [&](const ArgTest& other) { return other.argument == test.argument; });
      if (twice) return "an entry has two conditions on one argument";
      clause.all.push_back(test);
    }
    for (const Json& name : member(entry, "names")) {
      if (!add(text(name), clause)) return "a call has too many entries";
    }
    return {};
  }

  bool add(const std::string& name, const Clause& clause) {
    const auto call = syscall_named(name);
    if (!call || syscall(*call).base || syscall(*call).number(program_.arch) < 0) return true;
    const auto nr = static_cast<uint32_t>(syscall(*call).number(program_.arch));
    auto& clauses = program_.numbers[nr].clauses;
    clauses.push_back(clause);
    return clauses.size() <= kMostClauses;
  }

  const Json& profile_;
  SyscallProgram program_;
};

}  // namespace

tl::expected<SyscallProgram, std::string> read_oci_profile(std::string_view json, Arch arch) {
  const Json profile = Json::parse(json, nullptr, false);
  if (profile.is_discarded()) return tl::unexpected(std::string("it is not JSON"));
  return Reader(profile, arch).run();
}

}  // namespace sbxc::seccomp
