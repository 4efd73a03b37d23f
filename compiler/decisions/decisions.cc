#include "compiler/decisions/decisions.h"

#include "compiler/automata/domains.h"
#include "compiler/decisions/decide_marked.h"

namespace sbxc {

namespace {

using automata::Dfa;

SyscallSpace syscalls_of(const Policy& policy, Os os) {
  SyscallSpace space;
  for (size_t i = 0; i < all_syscalls().size(); ++i) {
    const Request request{Operation::syscall, static_cast<SyscallId>(i)};
    space.labels.push_back(label_of(decide(policy, os, request).verdict));
  }
  return space;
}

}  // namespace

bool is_about_words(Operation operation) {
  switch (facts_of(operation).kind) {
    case PatternKind::path:
    case PatternKind::socket:
    case PatternKind::name:
      return true;
    case PatternKind::host:
    case PatternKind::address:
    case PatternKind::syscall:
      return false;
  }
  return false;
}

const Dfa& domain_of(Operation operation) {
  switch (facts_of(operation).kind) {
    case PatternKind::path:
      return automata::canonical_paths();
    case PatternKind::socket:
      return automata::socket_names();
    case PatternKind::name:
      return automata::plain_names();
    case PatternKind::host:
    case PatternKind::address:
    case PatternKind::syscall:
      break;
  }
  return automata::every_word();
}

Budgeted<Decided> decisions_of(const Policy& policy, Os os, Operation operation,
                               const automata::Budget& budget) {
  if (facts_of(operation).kind == PatternKind::syscall) return Decided(syscalls_of(policy, os));
  return decide_marked(policy, operation, verdict_marks(policy, os, operation), budget);
}

Budgeted<Decisions> decisions_of(const Policy& policy, Os os, const automata::Budget& budget) {
  Decisions all{&policy, os, {}};
  for (const OperationFacts& facts : kOperations) {
    auto one = decisions_of(policy, os, facts.operation, budget);
    if (!one) return tl::unexpected(one.error());
    all.by_operation.push_back(std::move(*one));
  }
  return all;
}

automata::Label label_of(const Decided& decided, const Request& request) {
  if (const auto* dfa = std::get_if<Dfa>(&decided)) {
    return dfa->decide(std::get<std::string>(request.target));
  }
  if (const auto* space = std::get_if<HostSpace>(&decided)) {
    return space->decide(std::get<HostRequest>(request.target));
  }
  const auto call = static_cast<size_t>(std::get<SyscallId>(request.target));
  return std::get<SyscallSpace>(decided).labels[call];
}

tl::expected<Provenance, NoProvenance> provenance_of(const Policy& policy, Os os,
                                                     Operation operation,
                                                     const automata::Budget& budget) {
  const auto sets = std::make_shared<RuleSets>();
  if (facts_of(operation).kind == PatternKind::syscall) {
    SyscallSpace space;
    for (size_t i = 0; i < all_syscalls().size(); ++i) {
      const Request request{operation, static_cast<SyscallId>(i)};
      std::vector<RuleId> rules;
      for (const Rule& rule : policy.rules) {
        if (rule.os.has(os) && rule.operation == operation && applies(policy, rule, request)) {
          rules.push_back(rule.id);
        }
      }
      space.labels.push_back(sets->label(std::move(rules)));
    }
    return Provenance{std::move(space), sets};
  }
  auto decided = decide_marked(policy, operation, rule_marks(policy, os, operation, sets), budget);
  if (!decided || sets->overflowed()) {
    return tl::unexpected(NoProvenance{decided ? 0 : decided.error().states});
  }
  return Provenance{std::move(*decided), sets};
}

}  // namespace sbxc
