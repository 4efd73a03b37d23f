#include "compiler/decisions/request_sets.h"

#include <algorithm>
#include <cmath>

#include "compiler/automata/count.h"
#include "compiler/automata/minimise.h"
#include "compiler/automata/product.h"
#include "compiler/decisions/decide_marked.h"
#include "compiler/decisions/host_regions.h"
#include "compiler/decisions/matched.h"

namespace sbxc {

namespace {

using automata::Dfa;
using automata::GlobSet;
using automata::Mark;
using automata::Wanted;

constexpr Mark kHeld{0};
constexpr Mark kExcepted{1};

bool any_holds(std::span<const Pattern> patterns, SyscallId call) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const Pattern& pattern) {
    const auto* calls = std::get_if<SyscallPattern>(&pattern);
    return calls != nullptr && calls->matches(call);
  });
}

GlobSet globs_of(Operation operation, const Dfa& dfa, const Wanted& wanted) {
  switch (facts_of(operation).kind) {
    case PatternKind::path:
      return automata::path_globs_of(dfa, wanted);
    case PatternKind::socket:
      return automata::socket_globs_of(dfa, wanted);
    case PatternKind::name:
      return automata::name_globs_of(dfa, wanted);
    case PatternKind::host:
    case PatternKind::address:
    case PatternKind::syscall:
      break;
  }
  return {};
}

template <typename Use>
void for_each_wanted(const SyscallSpace& space, const Wanted& wanted, const Use& use) {
  for (size_t i = 0; i < space.labels.size(); ++i) {
    if (wanted(space.labels[i])) use(static_cast<SyscallId>(i));
  }
}

}  // namespace

Budgeted<Decided> matches_of(const Policy& policy, Operation operation,
                             std::span<const Pattern> patterns, std::span<const Pattern> except,
                             const automata::Budget& budget) {
  const auto label = [](bool held) { return held ? kMatched : kUnmatched; };
  if (facts_of(operation).kind == PatternKind::syscall) {
    SyscallSpace space;
    for (size_t i = 0; i < all_syscalls().size(); ++i) {
      const auto call = static_cast<SyscallId>(i);
      space.labels.push_back(label(any_holds(patterns, call) && !any_holds(except, call)));
    }
    return Decided(std::move(space));
  }
  MarkedRules rules{{{RuleId{}, patterns, kHeld}, {RuleId{}, except, kExcepted}}, {}};
  rules.folding.label = [label](automata::Marks marks) {
    return label(marks.size() == 1 && marks.front() == kHeld);
  };
  rules.folding.irrelevant = [](automata::Marks have, Mark other) {
    return std::find(have.begin(), have.end(), kExcepted) != have.end() ||
           std::find(have.begin(), have.end(), other) != have.end();
  };
  rules.folding.futile = [](automata::Marks some) {
    return std::find(some.begin(), some.end(), kHeld) == some.end();
  };
  return decide_marked(policy, operation, rules, budget);
}

Budgeted<Decided> join(Operation operation, const Decided& a, const Decided& b,
                       const JoinLabels& label, const automata::Budget& budget) {
  if (const auto* dfa = std::get_if<Dfa>(&a)) {
    auto both = automata::product(*dfa, std::get<Dfa>(b), label, budget);
    if (!both) return tl::unexpected(OverBudget{operation, both.error().states, {}});
    return Decided(automata::minimise(*both));
  }
  if (const auto* space = std::get_if<HostSpace>(&a)) {
    return Decided(product(*space, std::get<HostSpace>(b), label));
  }
  const auto& calls = std::get<SyscallSpace>(a).labels;
  const auto& others = std::get<SyscallSpace>(b).labels;
  SyscallSpace space;
  for (size_t i = 0; i < calls.size(); ++i) space.labels.push_back(label(calls[i], others[i]));
  return Decided(std::move(space));
}

bool is_empty(const Decided& decided, const Wanted& wanted) {
  if (const auto* dfa = std::get_if<Dfa>(&decided)) return automata::is_empty(*dfa, wanted);
  if (const auto* space = std::get_if<HostSpace>(&decided)) return is_empty(*space, wanted);
  const auto& labels = std::get<SyscallSpace>(decided).labels;
  return std::none_of(labels.begin(), labels.end(), wanted);
}

std::vector<Request> some_requests(Operation operation, const Decided& decided,
                                   const Wanted& wanted, size_t count) {
  std::vector<Request> requests;
  if (const auto* dfa = std::get_if<Dfa>(&decided)) {
    for (std::string& word : automata::some_words(*dfa, wanted, count)) {
      requests.push_back({operation, std::move(word)});
    }
  } else if (const auto* space = std::get_if<HostSpace>(&decided)) {
    for (HostRequest& host : some_hosts(*space, wanted, count)) {
      requests.push_back({operation, std::move(host)});
    }
  } else {
    for_each_wanted(std::get<SyscallSpace>(decided), wanted, [&](SyscallId call) {
      if (requests.size() < count) requests.push_back({operation, call});
    });
  }
  return requests;
}

GlobSet patterns_of(Operation operation, const Decided& decided, const Wanted& wanted) {
  if (const auto* dfa = std::get_if<Dfa>(&decided)) return globs_of(operation, *dfa, wanted);
  if (const auto* space = std::get_if<HostSpace>(&decided)) {
    return host_patterns_of(*space, operation, wanted);
  }
  GlobSet names;
  for_each_wanted(std::get<SyscallSpace>(decided), wanted,
                  [&](SyscallId call) { names.globs.emplace_back(syscall(call).name); });
  return names;
}

std::optional<double> log2_requests(const Decided& decided, const Wanted& wanted) {
  if (const auto* dfa = std::get_if<Dfa>(&decided)) return automata::log2_words(*dfa, wanted);
  if (const auto* space = std::get_if<SyscallSpace>(&decided)) {
    const auto count = std::count_if(space->labels.begin(), space->labels.end(), wanted);
    return std::log2(static_cast<double>(count));
  }
  return std::nullopt;
}

}  // namespace sbxc
