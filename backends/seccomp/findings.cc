// Three rules of thumb, each about what a person wrote by name (a set is trusted to mean what it
// says): a facet without its call has no effect, a call that is denied while another form of it is
// allowed is denied in vain, and a `socket`, `connect` or `listen` rule needs the call that makes a
// socket. That a policy lets no program start at all is for `check` to say, for any target.
#include "backends/seccomp/findings.h"

#include <fmt/core.h>

#include <algorithm>

namespace sbxc::seccomp {

namespace {

std::vector<std::vector<std::string_view>> groups() {
  return {
#define SBXC_SAME(...) {__VA_ARGS__},
#include "backends/seccomp/other_forms.def"
#undef SBXC_SAME
  };
}

bool allowed(const std::vector<CallVerdict>& verdicts, SyscallId id) {
  return verdicts[static_cast<size_t>(id)].filter_allows;
}

bool policy_allows(const std::vector<CallVerdict>& verdicts, std::string_view name) {
  return verdicts[static_cast<size_t>(*syscall_named(name))].policy_allows;
}

class Findings {
 public:
  Findings(const Policy& policy, const std::vector<CallVerdict>& verdicts)
      : policy_(policy), verdicts_(verdicts) {}

  std::vector<Diagnostic> run() {
    for (const Rule& rule : policy_.rules) {
      if (!rule.os.linux) continue;
      if (rule.operation == Operation::syscall) {
        for (const Pattern& pattern : rule.patterns)
          look_at(rule, std::get<SyscallPattern>(pattern));
      } else if (rule.effect != Effect::deny) {
        look_at_sockets(rule);
      }
    }
    return std::move(found_);
  }

 private:
  void look_at(const Rule& rule, const SyscallPattern& pattern) {
    if (pattern.calls.size() != 1 || !rule.chain.empty()) return;
    const SyscallId id = pattern.calls.front();
    if (rule.effect == Effect::allow) {
      facet_without_call(pattern, id);
    } else {
      other_form(pattern, id);
    }
  }

  void facet_without_call(const SyscallPattern& pattern, SyscallId id) {
    const auto base = syscall(id).base;
    if (!base || verdicts_[static_cast<size_t>(*base)].policy_allows) return;
    const std::string_view call = syscall(*base).name;
    Diagnostic d{.kind = Kind::facet_without_call,
                 .span = pattern.span,
                 .message = fmt::format("`{}` is allowed, but `{}` is not: nothing is allowed",
                                        syscall(id).name, call)};
    const auto& rules = verdicts_[static_cast<size_t>(*base)].rules;
    if (rules.empty()) {
      d.help = fmt::format("write `allow syscall {}, {}`", call, syscall(id).name);
    } else {
      d.labels.push_back({policy_.rule(rules.front()).span, fmt::format("denies `{}`", call)});
      d.help = "remove one of the two rules";
    }
    found_.push_back(std::move(d));
  }

  void other_form(const SyscallPattern& pattern, SyscallId id) {
    const std::string_view name = syscall(id).name;
    for (const auto& group : groups()) {
      if (std::find(group.begin(), group.end(), name) == group.end()) continue;
      std::string left;
      for (const std::string_view other : group) {
        const SyscallId form = *syscall_named(other);  // INVARIANT: of the table, by a test
        if (!allowed(verdicts_, form)) continue;
        left += fmt::format("{}{}", left.empty() ? "" : ", ", other);
      }
      if (left.empty()) return;
      found_.push_back(
          {.kind = Kind::call_has_another_form,
           .span = pattern.span,
           .message = fmt::format("`{}` is denied, but what it does can be done by `{}`", name,
                                  left.substr(0, left.find(','))),
           .help = fmt::format("write `deny syscall {}, {}`", name, left)});
      return;
    }
  }

  // One finding for each of the two: the first rule stands for all.
  void look_at_sockets(const Rule& rule) {
    const bool unix_socket = rule.operation == Operation::socket;
    const bool network =
        rule.operation == Operation::connect || rule.operation == Operation::listen;
    bool& said = unix_socket ? said_unix_ : said_network_;
    if ((!unix_socket && !network) || said || rule.patterns.empty()) return;
    const bool can = unix_socket ? policy_allows(verdicts_, "socket:unix")
                                 : policy_allows(verdicts_, "socket:inet") ||
                                       policy_allows(verdicts_, "socket:inet6");
    // Without any call nothing can start, and that is said elsewhere.
    if (can || !policy_allows(verdicts_, "execve")) return;
    said = true;
    Diagnostic d{
        .kind = Kind::socket_call_denied,
        .span = rule.head,
        .message = fmt::format(
            "on Linux this allows nothing: the system call that makes {} sockets is denied",
            unix_socket ? "unix" : "network"),
        .help = unix_socket ? "write `allow syscall socket, socket:unix, connect`"
                            : "write `allow syscall socket, socket:inet, socket:inet6, connect`"};
    const std::string_view needed = unix_socket ? "socket:unix" : "socket:inet";
    const auto& rules = verdicts_[static_cast<size_t>(*syscall_named(needed))].rules;
    if (!rules.empty()) {
      d.labels.push_back({policy_.rule(rules.front()).span, "denies it"});
      d.help = "remove one of the two rules";
    }
    found_.push_back(std::move(d));
  }

  const Policy& policy_;
  const std::vector<CallVerdict>& verdicts_;
  std::vector<Diagnostic> found_;
  bool said_unix_ = false;
  bool said_network_ = false;
};

}  // namespace

std::vector<Diagnostic> find_oddities(const Policy& policy,
                                      const std::vector<CallVerdict>& verdicts) {
  return Findings(policy, verdicts).run();
}

}  // namespace sbxc::seccomp
