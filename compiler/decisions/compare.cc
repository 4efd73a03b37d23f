// The product of the two has one of three labels for each request: the same, gained, lost. Whatever
// is said of a change is read off that product.
#include "compiler/decisions/compare.h"

#include "compiler/automata/count.h"
#include "compiler/automata/minimise.h"
#include "compiler/automata/product.h"
#include "compiler/automata/witness.h"
#include "compiler/decisions/host_regions.h"

namespace sbxc {

namespace {

using automata::Dfa;

constexpr automata::Label kSame{1};
constexpr automata::Label kGained{2};
constexpr automata::Label kLost{3};

static_assert(Effect::allow < Effect::ask && Effect::ask < Effect::deny);

automata::Label join_labels(automata::Label before, automata::Label after) {
  if (before == automata::kOutside && after == automata::kOutside) return automata::kOutside;
  const Effect one = effect_of(before);
  const Effect other = effect_of(after);
  if (one == other) return kSame;
  return other < one ? kGained : kLost;
}

class Compare {
 public:
  Compare(Operation operation, const Decided& before, const Decided& after,
          const CompareOptions& options)
      : before_(before), after_(after), options_(options) {
    out_.operation = operation;
  }

  Budgeted<Comparison> run() && {
    const auto ok = std::visit(
        [&](const auto& one) -> Budgeted<bool> {
          return difference(one, std::get<std::decay_t<decltype(one)>>(after_));
        },
        before_);
    if (!ok) return tl::unexpected(ok.error());
    if (!out_.gained.empty() && !out_.lost.empty()) {
      out_.relation = Relation::incomparable;
    } else if (!out_.gained.empty()) {
      out_.relation = Relation::wider;
    } else {
      out_.relation = out_.lost.empty() ? Relation::equivalent : Relation::narrower;
    }
    return std::move(out_);
  }

 private:
  Budgeted<bool> difference(const Dfa& before, const Dfa& after) {
    if (automata::equivalent(before, after)) return true;
    const auto both = automata::product(before, after, join_labels, options_.budget);
    if (!both) return tl::unexpected(OverBudget{out_.operation, both.error().states, {}});
    const Dfa least = automata::minimise(*both);
    for (const automata::Label label : {kGained, kLost}) {
      const auto wanted = [label](automata::Label one) { return one == label; };
      Change& change = change_of(label);
      for (std::string& word : automata::some_words(least, wanted, options_.witnesses)) {
        add_witness(change, {out_.operation, std::move(word)});
      }
      if (change.empty() || !options_.describe) continue;
      change.log2_requests = automata::log2_words(least, wanted);
    }
    return true;
  }

  Budgeted<bool> difference(const HostSpace& before, const HostSpace& after) {
    const HostSpace both = product(before, after, join_labels);
    for (const automata::Label label : {kGained, kLost}) {
      const auto wanted = [label](automata::Label one) { return one == label; };
      Change& change = change_of(label);
      for (HostRequest& request : some_hosts(both, wanted, options_.witnesses)) {
        add_witness(change, {out_.operation, std::move(request)});
      }
      if (change.empty() || !options_.describe) continue;
      change.patterns = host_patterns_of(both, out_.operation, wanted);
    }
    return true;
  }

  Budgeted<bool> difference(const SyscallSpace& before, const SyscallSpace& after) {
    for (size_t i = 0; i < before.labels.size(); ++i) {
      const automata::Label label = join_labels(before.labels[i], after.labels[i]);
      if (label != kGained && label != kLost) continue;
      Change& change = change_of(label);
      const auto call = static_cast<SyscallId>(i);
      if (change.witnesses.size() < options_.witnesses) {
        add_witness(change, {out_.operation, call});
      }
      if (options_.describe) change.patterns.globs.emplace_back(syscall(call).name);
    }
    return true;
  }

  Change& change_of(automata::Label label) { return label == kGained ? out_.gained : out_.lost; }

  void add_witness(Change& change, Request request) {
    const Effect was = effect_of(label_of(before_, request));
    const Effect is = effect_of(label_of(after_, request));
    change.witnesses.push_back({std::move(request), was, is});
  }

  const Decided& before_;
  const Decided& after_;
  const CompareOptions& options_;
  Comparison out_;
};

}  // namespace

std::string_view name_of(Relation relation) {
  switch (relation) {
    case Relation::equivalent:
      return "equivalent";
    case Relation::narrower:
      return "narrower";
    case Relation::wider:
      return "wider";
    case Relation::incomparable:
      return "incomparable";
  }
  return {};
}

Budgeted<Comparison> compare(Operation operation, const Decided& before, const Decided& after,
                             const CompareOptions& options) {
  return Compare(operation, before, after, options).run();
}

void attribute(Comparison& comparison, const Policy& policy, Os os, Side side) {
  for (Change* change : {&comparison.gained, &comparison.lost}) {
    for (Witness& witness : change->witnesses) {
      auto rules = decide(policy, os, witness.request).deciding;
      (side == Side::before ? witness.rules_before : witness.rules_after) = std::move(rules);
    }
  }
}

Budgeted<std::vector<Comparison>> compare(const Decisions& before, const Decisions& after,
                                          const CompareOptions& options) {
  std::vector<Comparison> all;
  for (const OperationFacts& facts : kOperations) {
    auto one =
        compare(facts.operation, before.of(facts.operation), after.of(facts.operation), options);
    if (!one) return tl::unexpected(one.error());
    if (before.policy != nullptr) attribute(*one, *before.policy, before.os, Side::before);
    if (after.policy != nullptr) attribute(*one, *after.policy, after.os, Side::after);
    all.push_back(std::move(*one));
  }
  return all;
}

}  // namespace sbxc
