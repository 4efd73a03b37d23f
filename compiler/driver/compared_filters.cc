// Two seccomp filters: one answer for each architecture. A call is told by its name, or by its
// number where it has none; the line is the instruction that decides.
#include <fmt/format.h>

#include <algorithm>

#include "backends/seccomp/read/compare_filters.h"
#include "compiler/driver/compared.h"
#include "compiler/syscalls/syscalls.h"

namespace sbxc::driver {

namespace {

constexpr size_t kMostWitnesses = 24;

class FilterDifference {
 public:
  FilterDifference(const bpf::Program& before, const bpf::Program& after,
                   const ComparedBytes& bytes, Comparing& out)
      : before_(before), after_(after), bytes_(bytes), out_(out) {}

  // `arch` is told where nothing changed.
  void run(Arch arch) {
    const bpf::FilterChanges changes = bpf::compare_filters(before_, after_);
    if (changes.not_decided || changes.more > 0) {
      out_.difference.uncompared.push_back(
          {"syscall", kLinux, changes.not_decided.value_or("too many calls differ")});
    }
    auto first = changes.calls.begin();
    if (first == changes.calls.end() && !changes.not_decided) {
      add(fmt::format("syscall ({})", name_of(arch)), first, first);
    }
    while (first != changes.calls.end()) {
      const auto last = std::find_if(first, changes.calls.end(),
                                     [&](const auto& one) { return one.arch != first->arch; });
      add(fmt::format("syscall ({})", bpf::name_of_arch(first->arch)), first, last);
      first = last;
    }
  }

 private:
  using Iterator = std::vector<bpf::ChangedCall>::const_iterator;
  static constexpr OsSet kLinux{.linux = true, .macos = false};

  void add(std::string name, Iterator first, Iterator last) {
    report::OperationChange change{.on = kLinux, .comparison = {}, .name = std::move(name)};
    Comparison& comparison = change.comparison;
    comparison.operation = Operation::syscall;
    for (; first != last; ++first) {
      const Effect was = bpf::effect_of(first->before.answer);
      const Effect is = bpf::effect_of(first->after.answer);
      if (was == is) {
        add_other_answer(change.name, *first);
        continue;
      }
      Change& to = is < was ? comparison.gained : comparison.lost;
      const std::string what = first->call + first->when;
      to.patterns.globs.push_back(what);
      if (to.witnesses.size() == kMostWitnesses) continue;
      Witness witness;
      witness.request = {Operation::syscall, what};
      witness.before = was;
      witness.after = is;
      witness.rules_before = {line(Side::before, *first)};
      witness.rules_after = {line(Side::after, *first)};
      to.witnesses.push_back(std::move(witness));
    }
    const bool gained = !comparison.gained.empty();
    const bool lost = !comparison.lost.empty();
    comparison.relation = gained && lost ? Relation::incomparable
                          : gained       ? Relation::wider
                          : lost         ? Relation::narrower
                                         : Relation::equivalent;
    out_.difference.operations.push_back(std::move(change));
  }

  void add_other_answer(const std::string& name, const bpf::ChangedCall& call) {
    out_.difference.settings.push_back(
        {.name = fmt::format("answer to {}{}{}", call.call, call.when, name.substr(7)),
         .on = kLinux,
         .relation = Relation::equivalent,
         .before = call.before.answer.text(),
         .after = call.after.answer.text()});
  }

  RuleId line(Side side, const bpf::ChangedCall& call) {
    const bool before = side == Side::before;
    const bpf::Outcome& outcome = before ? call.before : call.after;
    const std::string& file = before ? bytes_.file_before : bytes_.file_after;
    const bpf::Program& program = before ? before_ : after_;
    report::DecidingRule rule;
    rule.effect = bpf::effect_of(outcome.answer);
    rule.operation = "syscall";
    rule.statement =
        fmt::format("{}, so {}", bpf::text_of(program[outcome.decided_by]), outcome.answer.text());
    rule.at.file = file;
    rule.at.end.column = 2;
    rule.place = fmt::format("{}, instruction {}", file, outcome.decided_by);
    return (before ? out_.before : out_.after).add(std::move(rule));
  }

  const bpf::Program& before_;
  const bpf::Program& after_;
  const ComparedBytes& bytes_;
  Comparing& out_;
};

}  // namespace

Result<bool> compare_filters(FileKind kind, const ComparedBytes& bytes, Comparing& out) {
  auto before = bpf::read_filter(bytes.before, bytes.file_before);
  if (!before) return tl::unexpected(std::move(before.error()));
  auto after = bpf::read_filter(bytes.after, bytes.file_after);
  if (!after) return tl::unexpected(std::move(after.error()));
  const Arch arch = kind == FileKind::filter_aarch64 ? Arch::aarch64 : Arch::x86_64;
  FilterDifference(*before, *after, bytes, out).run(arch);
  return true;
}

}  // namespace sbxc::driver
