// Every line stands for one instruction and begins with its index, which is also the label that
// jumps name and that the source map uses.
#include "backends/seccomp/listing.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "compiler/diag/printable.h"

namespace sbxc::seccomp {

namespace {

std::string answer_text(uint32_t value) {
  const auto data = static_cast<uint16_t>(value);
  switch (AnswerKind{value & 0xffff0000}) {
    case AnswerKind::allow:
      return "allow";
    case AnswerKind::log:
      return "allow and log";
    case AnswerKind::kill_process:
      return "kill";
    case AnswerKind::kill_thread:
      return "kill the thread";
    case AnswerKind::trap:
      return "trap";
    case AnswerKind::trace:
      return "trace";
    case AnswerKind::notify:
      return "notify";
    case AnswerKind::error:
      if (data == kEPERM) return "EPERM";
      return data == kENOSYS ? "ENOSYS" : fmt::format("errno {}", data);
  }
  return fmt::format("{:#x}", value);
}

std::string operand_text(uint32_t offset) {
  if (offset == kNumberOffset) return "number";
  if (offset == kArchOffset) return "architecture";
  const uint32_t word = (offset - argument_offset(0)) / 4;
  return fmt::format("argument {} ({} half)", word / 2, word % 2 == 0 ? "low" : "high");
}

std::string call_text(Arch arch, uint32_t number) {
  const auto call = syscall_numbered(arch, number);
  return call ? std::string(syscall(*call).name) : fmt::format("({})", number);
}

class Listing {
 public:
  Listing(const Filter& filter, const std::vector<CallVerdict>& verdicts, const Policy& policy,
          const Sources& sources)
      : filter_(filter), verdicts_(verdicts), policy_(policy), sources_(sources) {}

  std::string run() {
    out_ = fmt::format(
        "# seccomp filter for {}, from policy `{}`\n"
        "# {} instructions, {} bytes; system calls of Linux {}\n",
        name_of(filter_.arch), printable(policy_.name), filter_.code.size(),
        filter_.code.size() * 8, syscall_table_kernel());
    out_ += summary();
    for (size_t at = 0; at < filter_.code.size(); ++at) {
      std::string line = instruction(at);
      std::string meaning = comment(at);
      if (!meaning.empty()) line = fmt::format("{:<44}; {}", line, meaning);
      out_ += line + "\n";
    }
    return std::move(out_);
  }

 private:
  std::string summary() const {
    size_t always = 0;
    size_t by_argument = 0;
    size_t refused = 0;
    const auto calls = all_syscalls();
    for (size_t i = 0; i < calls.size(); ++i) {
      if (calls[i].base || calls[i].number(filter_.arch) < 0) continue;
      const Behaviour behaviour = behaviour_of(SyscallId{static_cast<uint16_t>(i)}, verdicts_);
      const bool allowed = behaviour.otherwise == kAllow;
      ++(!allowed ? refused : behaviour.clauses.empty() ? always : by_argument);
    }
    return fmt::format("# {} calls are always allowed, {} depend on arguments, {} are refused\n#\n",
                       always, by_argument, refused);
  }

  std::string instruction(size_t at) const {
    const Instruction& i = filter_.code[at];
    switch (i.code) {
      case op::kLoad:
        return fmt::format("{:4}: load {}", at, operand_text(i.k));
      case op::kAnd:
        return fmt::format("{:4}: and  {:#x}", at, i.k);
      case op::kReturn:
        return fmt::format("{:4}: ret  {}", at, answer_text(i.k));
      case op::kJump:
        return fmt::format("{:4}: ja   -> {}", at, at + 1 + i.k);
      default:
        return fmt::format("{:4}: {} {:<11} -> {} else {}", at, mnemonic(i.code), constant(at),
                           at + 1 + i.jt, at + 1 + i.jf);
    }
  }

  static std::string_view mnemonic(uint16_t code) {
    if (code == op::kJumpEqual) return "jeq ";
    if (code == op::kJumpGreater) return "jgt ";
    return code == op::kJumpNotLess ? "jge " : "jset";
  }

  bool tests_number(size_t at) const {
    return !filter_.roles[at].yes.empty() || !filter_.roles[at].no.empty() ||
           (filter_.roles[at].arguments.empty() && filter_.code[at].code == op::kJumpNotLess);
  }

  std::string constant(size_t at) const {
    const uint32_t k = filter_.code[at].k;
    return tests_number(at) ? fmt::format("{}", k) : fmt::format("{:#x}", k);
  }

  std::string comment(size_t at) const {
    const Instruction& i = filter_.code[at];
    const Role& role = filter_.roles[at];
    if (i.code == op::kJumpEqual && i.k == audit_arch(filter_.arch)) {
      return fmt::format("{}, or a call of another architecture", name_of(filter_.arch));
    }
    if (!role.arguments.empty()) {
      return i.code == op::kLoad ? tested(role.arguments) : facets(i, role.arguments);
    }
    if (i.code == op::kReturn || i.code == op::kLoad || i.code == op::kJump) return "";
    if (at <= 4 && i.code == op::kJumpNotLess && answers_directly(at, true) && role.yes.empty()) {
      return newer_text(i.k);
    }
    std::string text;
    const auto add = [&](std::string_view branch, const std::vector<NumberRange>& ranges,
                         size_t to) {
      for (const NumberRange& range : ranges) {
        if (!text.empty()) text += "; ";
        text += fmt::format("{}{}", branch, exit_text(range, to));
      }
    };
    add("", role.yes, at + 1 + i.jt);
    add("else ", role.no, at + 1 + i.jf);
    if (text.empty()) text = fmt::format("{} and above, or below", call_text(filter_.arch, i.k));
    return text;
  }

  std::string newer_text(uint32_t from) const {
    if (from == kX32Bit) return "x32";
    return fmt::format("{}calls newer than Linux {}",
                       filter_.arch == Arch::x86_64 ? "x32, and " : "", syscall_table_kernel());
  }

  // The facets that the constant of a test speaks of: those it names, else those it is left out of.
  std::string facets(const Instruction& i, const std::vector<NumberRange>& ranges) const {
    std::string text;
    for (const NumberRange& range : ranges) {
      const auto call = syscall_numbered(filter_.arch, range.first);
      if (!call) continue;
      const size_t before = text.size();
      for (const FacetMatch match :
           {FacetMatch::one_of, FacetMatch::any_bit, FacetMatch::none_of}) {
        if (text.size() > before) break;
        for (const SyscallId id : facets_of(*call)) {
          const auto& tests = syscall(id).tests;
          const bool named = std::any_of(tests.begin(), tests.end(), [&](const FacetTest& test) {
            return test.match == match && names_constant(test, i);
          });
          if (named) text += fmt::format("{}{}", text.empty() ? "" : ", ", syscall(id).name);
        }
      }
    }
    return text;
  }

  static bool names_constant(const FacetTest& test, const Instruction& i) {
    if (i.code == op::kJumpAnyBit) return (test.mask & i.k) != 0;
    const auto values = test.values();
    return std::find(values.begin(), values.end(), i.k) != values.end();
  }

  bool answers_directly(size_t at, bool branch) const {
    const Instruction& i = filter_.code[at];
    return filter_.code[at + 1 + (branch ? i.jt : i.jf)].code == op::kReturn;
  }

  std::string tested(const std::vector<NumberRange>& ranges) const {
    std::string text;
    for (const NumberRange& range : ranges) {
      if (!text.empty()) text += "; ";
      text += fmt::format("{}{}", range_text(range), places(range));
    }
    return text;
  }

  std::string exit_text(const NumberRange& range, size_t to) const {
    while (filter_.code[to].code == op::kJump) to += 1 + filter_.code[to].k;
    const Instruction& target = filter_.code[to];
    if (target.code == op::kReturn) {
      return fmt::format("{}: {}{}", range_text(range), answer_text(target.k), places(range));
    }
    return fmt::format("{}: by argument", range_text(range));
  }

  std::string range_text(const NumberRange& range) const {
    std::string first = call_text(filter_.arch, range.first);
    if (range.first == range.last) return first;
    return fmt::format("{} to {}", first, call_text(filter_.arch, range.last));
  }

  // ` [agent.sbx:3:1, std/base:69:3]`
  std::string places(const NumberRange& range) const {
    constexpr size_t kMostPlaces = 4;
    std::string text;
    const std::vector<RuleId> rules = rules_of(range, filter_.arch, verdicts_);
    for (size_t i = 0; i < rules.size(); ++i) {
      text += text.empty() ? " [" : ", ";
      if (i == kMostPlaces) return text + fmt::format("{} more]", rules.size() - i);
      text += printable(sources_.describe(policy_.rule(rules[i]).span));
    }
    return text.empty() ? " [no rule]" : text + "]";
  }

  const Filter& filter_;
  const std::vector<CallVerdict>& verdicts_;
  const Policy& policy_;
  const Sources& sources_;
  std::string out_;
};

}  // namespace

std::vector<RuleId> rules_of(const NumberRange& range, Arch arch,
                             const std::vector<CallVerdict>& verdicts) {
  std::set<RuleId> rules;
  for (uint32_t number = range.first; number <= range.last; ++number) {
    const auto call = syscall_numbered(arch, number);
    if (!call) continue;
    const auto add = [&](SyscallId id) {
      const auto& decided = verdicts[static_cast<size_t>(id)].rules;
      rules.insert(decided.begin(), decided.end());
    };
    add(*call);
    for (const SyscallId facet : facets_of(*call)) add(facet);
  }
  return {rules.begin(), rules.end()};
}

std::string list_filter(const Filter& filter, const std::vector<CallVerdict>& verdicts,
                        const Policy& policy, const Sources& sources) {
  return Listing(filter, verdicts, policy, sources).run();
}

}  // namespace sbxc::seccomp
