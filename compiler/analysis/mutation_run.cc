// Most requests of the tests have nothing to do with a fault: only those are decided anew that the
// changed rule holds or held. What the other rules of the policy say is known from rule_changes.h.
#include "compiler/analysis/mutation_run.h"

#include <fmt/core.h>

#include <algorithm>

#include "compiler/analysis/rule_changes.h"
#include "compiler/decisions/verdict_classes.h"
#include "compiler/policy/print.h"

namespace sbxc {

namespace {

// Exactly, but for facets of system calls, which hang on their call.
bool is_heard(const Policy& policy, const Rule& rule, const Request& request) {
  if (!takes_part(rule, request.operation)) return false;
  return request.operation == Operation::syscall || applies(policy, rule, request);
}

// Of a request that the rule holds both ways.
bool say_the_same(const Rule& one, const Rule& other, Operation operation) {
  return operation != Operation::syscall && one.operation == other.operation &&
         one.effect == other.effect && one.os == other.os;
}

// As the policy's tests are run: by verdict, and by reason where a line names one.
bool passes(const Policy& policy, Os os, const TestLine& line) {
  const Decision decision = decide(policy, os, line.request);
  if (decision.verdict != line.expected) return false;
  if (!line.because) return true;
  return std::any_of(decision.deciding.begin(), decision.deciding.end(),
                     [&](RuleId id) { return policy.rule(id).because == *line.because; });
}

bool passes(const Policy& policy, const TestLine& line) {
  return std::all_of(std::begin(kEverySystem), std::end(kEverySystem),
                     [&](Os os) { return !line.os.has(os) || passes(policy, os, line); });
}

struct TriedLine {
  const TestLine* line;
  bool passes = true;  // without a fault
};

std::vector<TriedLine> tried_lines(const Policy& policy) {
  std::vector<TriedLine> lines;
  for (const Test& test : policy.tests) {
    for (const TestLine& line : test.lines) lines.push_back({&line, passes(policy, line)});
  }
  return lines;
}

std::string line_for(const Difference& witness) {
  return fmt::format("{} {} {}", name_of(witness.before), name_of(witness.request.operation),
                     print_target(witness.request));
}

class Run {
 public:
  explicit Run(Systems& systems)
      : systems_(systems),
        changes_(systems),
        changed_(systems.policy()),
        lines_(tried_lines(systems.policy())) {}

  MutationRun run(const std::function<void(size_t done, size_t all)>& progress) && {
    std::vector<Mutant> mutants = mutants_of(systems_.policy());
    run_.mutants = mutants.size();
    for (size_t i = 0; i < mutants.size(); ++i) {
      judge(std::move(mutants[i]));
      if (progress) progress(i + 1, mutants.size());
    }
    return std::move(run_);
  }

 private:
  void judge(Mutant mutant) {
    const Mutated mutated(changed_, mutant);
    if (tests_notice(mutant)) {
      ++run_.killed;
      return;
    }
    auto difference = first_difference(mutant);
    if (!difference) {
      ++run_.not_decided;
    } else if (!*difference) {
      ++run_.equivalent;
    } else {
      std::string line = line_for(**difference);
      run_.survivors.push_back({std::move(mutant), std::move(**difference), std::move(line)});
    }
  }

  bool tests_notice(const Mutant& mutant) const {
    return std::any_of(lines_.begin(), lines_.end(), [&](const TriedLine& tried) {
      const bool matters = may_matter(systems_.policy(), mutant, tried.line->request);
      return !(matters ? passes(changed_, *tried.line) : tried.passes);
    });
  }

  Budgeted<std::optional<Difference>> first_difference(const Mutant& mutant) {
    if (mutant.rules.size() == 1) {
      return changes_.first_difference(changed_, mutant.rules.front().id);
    }
    Systems mutated(changed_, systems_.budget());
    return sbxc::first_difference(systems_, mutated);
  }

  Systems& systems_;
  RuleChanges changes_;
  Policy changed_;  // one fault at a time, for lists may be long
  std::vector<TriedLine> lines_;
  MutationRun run_;
};

}  // namespace

MutationRun run_mutants(Systems& systems,
                        const std::function<void(size_t done, size_t all)>& progress) {
  return Run(systems).run(progress);
}

bool may_matter(const Policy& policy, const Mutant& mutant, const Request& request) {
  return std::any_of(mutant.rules.begin(), mutant.rules.end(), [&](const Rule& rule) {
    const Rule& was = policy.rule(rule.id);
    const bool held = is_heard(policy, was, request);
    const bool holds = is_heard(policy, rule, request);
    return held != holds || (held && !say_the_same(was, rule, request.operation));
  });
}

}  // namespace sbxc
