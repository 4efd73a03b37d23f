// The verdict of a rule is the worst that any of its patterns meets. With the runtime beside it the
// plan holds what mounts hold, and the broker or Landlock the rest, so such a rule is exact with a
// need. `static_only` means that nothing runs beside the command: then the same rule is widened,
// and listed under `not_held`.
#include "backends/bwrap/verdicts.h"

#include <algorithm>

#include "compiler/diag/printable.h"

namespace sbxc::bwrap {
namespace {

constexpr const char* kDropStatic = "compile without --static: the broker holds it as it runs";

int severity(Fidelity fidelity) {
  switch (fidelity) {
    case Fidelity::exact:
      return 0;
    case Fidelity::absent:
    case Fidelity::elsewhere:
      return 1;
    case Fidelity::narrowed:
      return 2;
    case Fidelity::widened:
      return 3;
    case Fidelity::impossible:
      return 4;
  }
  return 0;
}

class Judge {
 public:
  Judge(const Findings& findings, BwrapPlan& plan) : findings_(findings), plan_(plan) {}

  RuleVerdict judge(const Rule& rule) {
    verdict_ = {.rule = rule.id};
    if (!rule.os.linux) {
      worsen(Fidelity::absent, "the rule does not exist on Linux");
      return verdict_;
    }
    switch (rule.operation) {
      case Operation::read:
      case Operation::write:
      case Operation::exec:
        judge_paths(rule);
        break;
      case Operation::socket:
        judge_paths(rule);
        judge_sockets(rule);
        break;
      case Operation::connect:
      case Operation::listen:
        judge_network(rule);
        break;
      case Operation::env:
        if (!findings_.environment_known && rule.effect == Effect::allow) need(Need::launcher);
        break;
      case Operation::syscall:
        worsen(Fidelity::elsewhere, "the seccomp filter holds it");
        break;
      case Operation::mach:
        worsen(Fidelity::absent, "Linux has no Mach services");
        break;
    }
    return verdict_;
  }

 private:
  void worsen(Fidelity fidelity, std::string what, std::string witness = {},
              std::string help = {}) {
    if (severity(fidelity) <= severity(verdict_.fidelity)) return;
    verdict_.fidelity = fidelity;
    verdict_.what = std::move(what);
    verdict_.witness = std::move(witness);
    verdict_.help = std::move(help);
  }

  void need(Need need) {
    if (std::ranges::find(verdict_.needs, need) == verdict_.needs.end()) {
      verdict_.needs.push_back(need);
      std::ranges::sort(verdict_.needs);
    }
  }

  // Something mounts do not hold and the broker or Landlock does.
  void hand_over(const Rule& rule, Need to, Held held) {
    if (findings_.static_only) {
      const std::string request =
          held.example.empty() ? "" : std::string(name_of(held.operation)) + " " + held.example;
      worsen(Fidelity::widened, held.why + " is not held by mounts alone", request, kDropStatic);
      plan_.not_held.push_back(std::move(held));
      return;
    }
    (void)rule;
    need(to);
    (to == Need::landlock ? plan_.landlock : plan_.broker).push_back(std::move(held));
  }

  static std::string why(LaterKind kind) {
    switch (kind) {
      case LaterKind::made_inside:
        return "a name that the command could make";
      case LaterKind::made_outside:
        return "a name that appears later";
      case LaterKind::link_entry:
        return "a link that could be replaced";
      case LaterKind::not_visible:
        return "a name that is out of sight";
    }
    return {};
  }

  void judge_paths(const Rule& rule) {
    for (const Later& later : findings_.tree.later) {
      if (later.rule != rule.id) continue;
      const std::string request = std::string(name_of(later.operation)) + " " + later.example;
      if (later.kind == LaterKind::not_visible) {
        worsen(Fidelity::narrowed, "what appears later is out of sight until the next start",
               request);
      } else if (later.operation == Operation::exec) {
        worsen(Fidelity::widened, "a program that appears later can be executed", request,
               "deny a directory and all below it (`p/**`)");
        plan_.not_held.push_back({rule.id, later.operation, why(later.kind), later.example});
      } else {
        hand_over(rule, Need::broker, {rule.id, later.operation, why(later.kind), later.example});
      }
    }
    judge_limits(rule);
    if (rule.effect == Effect::allow && rule.operation == Operation::write) judge_files(rule);
    judge_programs(rule);
  }

  void judge_files(const Rule& rule) {
    const auto grants = [&](const FixedFile& file) {
      return std::ranges::find(file.rules, rule.id) != file.rules.end();
    };
    for (const FixedFile& fixed : findings_.fixed_files) {
      if (!grants(fixed)) continue;
      worsen(Fidelity::narrowed, "a single file can be changed in place, not replaced or removed",
             "write " + fixed.path, "allow its directory");
    }
    for (const FixedFile& setting : findings_.settings) {
      if (!grants(setting)) continue;
      worsen(Fidelity::narrowed,
             "the kernel's settings stay read-only: they are the whole machine's",
             "write " + setting.path, "set it before the start, outside the sandbox");
    }
  }

  void judge_programs(const Rule& rule) {
    const ExecPart& exec = findings_.exec;
    if (!exec.needed) return;
    if (rule.operation == Operation::exec) {
      hand_over(
          rule, Need::landlock,
          {rule.id, Operation::exec, "which of the readable files are programs", exec.example});
      if (rule.effect == Effect::allow && !findings_.static_only) judge_later_programs(rule);
      return;
    }
    // Without a rule about programs there is none to say it of but those that show files.
    const bool shows = rule.effect == Effect::allow &&
                       (rule.operation == Operation::read || rule.operation == Operation::write);
    if (!findings_.static_only || !shows || findings_.programs_spoken_of) return;
    worsen(Fidelity::widened, "what can be read can be executed, for mounts alone cannot tell",
           "exec " + exec.example,
           "allow exec of all that can be read, or compile without --static: Landlock holds it");
    plan_.not_held.push_back(
        {rule.id, Operation::exec, "which of the readable files are programs", exec.example});
  }

  void judge_later_programs(const Rule& rule) {
    const auto matches = [&](const std::string& program) {
      return std::ranges::any_of(findings_.tree.tracks, [&](const Track& track) {
        return track.rule == rule.id && !track.except && track.glob.matches(program);
      });
    };
    const std::vector<std::string>& directories = findings_.exec.one_by_one;
    for (auto deepest = directories.rbegin(); deepest != directories.rend(); ++deepest) {
      const std::string program = join(*deepest, "new");
      if (!matches(program)) continue;
      worsen(Fidelity::narrowed,
             "a program that appears beside a denied one cannot be executed until the next start",
             "exec " + program, "deny a directory and all below it (`p/**`)");
    }
    for (const std::string& program : findings_.exec.replaceable) {
      if (!matches(program)) continue;
      worsen(Fidelity::narrowed,
             "what takes the place of a program or of its directory waits for the next start",
             "exec " + program, "allow exec of the directory above it, and all below (`p/**`)");
    }
    if (!findings_.exec.complete) {
      worsen(Fidelity::narrowed, "too many programs to name each: not all can be executed", "",
             "allow or deny whole directories (`p/**`)");
    }
  }

  void judge_limits(const Rule& rule) {
    if (std::ranges::binary_search(findings_.tree.left_to_broker, rule.id)) {
      hand_over(
          rule, Need::broker,
          {rule.id, rule.operation, "a match that was not looked for", findings_.tree.left_at});
    }
    if (!std::ranges::binary_search(findings_.tree.over_limit, rule.id)) return;
    const bool loosens = rule.effect == Effect::allow && rule.except.empty();
    if (loosens) {
      worsen(Fidelity::narrowed, "not every match was looked for: too many directory entries", "",
             "name the directories that matter");
    } else {
      hand_over(rule, Need::broker,
                {rule.id, rule.operation, "a match that was not looked for",
                 findings_.tree.over_limit_at});
    }
  }

  void judge_sockets(const Rule& rule) {
    if (rule.effect == Effect::deny) {
      if (findings_.unix_sockets) {
        hand_over(rule, Need::broker, {rule.id, Operation::socket, "a socket made later", ""});
      } else {
        verdict_.what = "no unix socket is allowed, so the seccomp filter refuses them all";
      }
      return;
    }
    for (const Pattern& pattern : rule.patterns) {
      for (const auto& test : std::get<SocketPattern>(pattern).tests) {
        const auto* abstract = std::get_if<AbstractSocket>(&test);
        if (abstract == nullptr) continue;
        worsen(Fidelity::narrowed,
               "abstract sockets of this machine cannot be reached from a network namespace of "
               "its own",
               "socket " + written(pattern), "allow the socket's path, if it has one");
      }
    }
    hand_over(rule, Need::broker, {rule.id, Operation::socket, "a socket made later", ""});
  }

  void judge_network(const Rule& rule) {
    if (!findings_.static_only) {
      worsen(Fidelity::elsewhere, "the proxy holds it, in a network namespace without a way out");
      need(Need::proxy);
      if (rule.operation == Operation::listen) need(Need::launcher);
    } else if (rule.effect != Effect::deny) {
      worsen(Fidelity::narrowed, "there is no network: the proxy is not part of a plan by itself",
             std::string(name_of(rule.operation)) + " " + written(rule.patterns.front()));
    }
  }

  const Findings& findings_;
  BwrapPlan& plan_;
  RuleVerdict verdict_;
};

}  // namespace

std::vector<RuleVerdict> judge_rules(const Policy& policy, const Findings& findings,
                                     BwrapPlan& plan) {
  std::vector<RuleVerdict> verdicts;
  Judge judge(findings, plan);
  for (const Rule& rule : policy.rules) verdicts.push_back(judge.judge(rule));
  return verdicts;
}

}  // namespace sbxc::bwrap
