// Of what the cut held a request is taken, then the rules that decide it in the rest; what one of
// them holds is subtracted, and so on until nothing is left. A request that no rule of the rest
// decides is denied, and so all that is denied is subtracted with it: that no rule allows it is
// reason enough. An exception is looked at without its own rule.
#include "compiler/check/cut_reasons.h"

#include <algorithm>
#include <set>
#include <span>

#include "compiler/decisions/matched.h"
#include "compiler/decisions/request_sets.h"
#include "compiler/decisions/verdict_classes.h"

namespace sbxc {

namespace {

using automata::Label;

Label minus_denied(Label left, Label verdict) {
  if (left == automata::kOutside) return automata::kOutside;
  return left == kMatched && effect_of(verdict) != Effect::deny ? kMatched : kUnmatched;
}

constexpr size_t kMostRules = 16;

// What the cut held of one rule.
struct Held {
  const Rule* rule;
  Decided requests;
};

class Reason {
 public:
  Reason(const Policy& whole, const Cut& cut) : whole_(whole), cut_(cut) {}

  Budgeted<CutReason> run(Systems& rest) {
    std::vector<Held> held;
    for (const Rule& rule : whole_.rules) {
      if (!rule.chain.empty() || rule.span.file != cut_.span.file) continue;
      auto of_rule = held_by(rule, rest.budget());
      if (!of_rule) return tl::unexpected(of_rule.error());
      if (*of_rule) held.push_back({&rule, std::move(**of_rule)});
    }
    reason_.matches_nothing = std::all_of(held.begin(), held.end(), [](const Held& one) {
      return is_empty(one.requests, is_matched);
    });
    if (reason_.matches_nothing) return reason_;
    if (reason_.part != CutPart::exception) return all(held, rest);
    Policy without_rule = rest.policy();
    for (const Held& one : held) without_rule.rules[index(*one.rule)].patterns.clear();
    Systems others(without_rule, rest.budget());
    return all(held, others);
  }

 private:
  static size_t index(const Rule& rule) { return static_cast<size_t>(rule.id); }

  // Nothing where the cut is not about the rule.
  Budgeted<std::optional<Decided>> held_by(const Rule& rule, const automata::Budget& budget) {
    const auto is_cut = [&](const Pattern& pattern) { return span_of(pattern) == cut_.span; };
    const auto chosen = [&](const std::vector<Pattern>& patterns) {
      std::vector<Pattern> some;
      std::copy_if(patterns.begin(), patterns.end(), std::back_inserter(some), is_cut);
      return some;
    };
    if (cut_.statement) {
      if (rule.span != cut_.span) return std::nullopt;
      reason_.part = CutPart::statement;
      return matches_of(whole_, rule.operation, rule.patterns, rule.except, budget);
    }
    const std::vector<Pattern> patterns = chosen(rule.patterns);
    if (!patterns.empty()) {
      reason_.part = CutPart::pattern;
      return matches_of(whole_, rule.operation, patterns, rule.except, budget);
    }
    const std::vector<Pattern> except = chosen(rule.except);
    if (except.empty()) return std::nullopt;
    reason_.part = CutPart::exception;
    const auto subtracted = matches_of(whole_, rule.operation, except, {}, budget);
    if (!subtracted) return tl::unexpected(subtracted.error());
    const auto matched = matches_of(whole_, rule.operation, rule.patterns, {}, budget);
    if (!matched) return tl::unexpected(matched.error());
    return join(rule.operation, *subtracted, *matched, matched_by_both, budget);
  }

  Budgeted<CutReason> all(const std::vector<Held>& held, Systems& rest) {
    for (const Held& one : held) {
      for (const OperationFacts& facts : kOperations) {
        if (!takes_part(*one.rule, facts.operation)) continue;
        for (const Os os : kEverySystem) {
          if (!one.rule->os.has(os)) continue;
          if (os == Os::macos && one.rule->os.linux && rest.are_alike(facts.operation)) continue;
          if (auto over = take_apart(one, facts.operation, os, rest)) return tl::unexpected(*over);
        }
      }
    }
    reason_.rules.assign(found_.begin(), found_.end());
    return reason_;
  }

  std::optional<OverBudget> take_apart(const Held& held, Operation operation, Os os,
                                       Systems& rest) {
    Decided left = held.requests;
    // What was found for another operation or system holds here as well.
    for (const RuleId id : found_) {
      const Rule& rule = rest.policy().rule(id);
      if (!rule.os.has(os) || !takes_part(rule, operation)) continue;
      if (auto over = subtract(operation, rest, id, left)) return over;
    }
    while (!is_empty(left, is_matched)) {
      if (found_.size() >= kMostRules) {
        reason_.more_rules = true;
        break;
      }
      Request request = some_requests(operation, left, is_matched, 1).front();
      request.operation = operation;
      const Decision decision = decide(rest.policy(), os, request);
      if (decision.deciding.empty()) {
        reason_.never_allowed = true;
        const auto& verdicts = rest.of(os, operation);
        if (!verdicts) return verdicts.error();
        auto allowed = join(operation, left, *verdicts, minus_denied, rest.budget());
        if (!allowed) return allowed.error();
        left = std::move(*allowed);
        continue;
      }
      const auto taken = take_best(request, *held.rule, rest, decision.deciding, left);
      if (!taken) return taken.error();
      if (!*taken) {
        reason_.more_rules = true;
        break;
      }
    }
    return std::nullopt;
  }

  // The rule that leaves nothing, or else the first that takes the request away; false if none
  // does.
  Budgeted<bool> take_best(const Request& request, const Rule& cut, Systems& rest,
                           const std::vector<RuleId>& rules, Decided& left) {
    std::optional<std::pair<RuleId, Decided>> best;
    for (const RuleId id : rules) {
      if (!says_it_of(rest.policy().rule(id), cut)) continue;
      Decided without = left;
      if (auto over = subtract(request.operation, rest, id, without)) {
        return tl::unexpected(*over);
      }
      if (is_matched(label_of(without, request))) continue;
      const bool all = is_empty(without, is_matched);
      if (!best || all) best.emplace(id, std::move(without));
      if (all) break;
    }
    if (!best) return false;
    found_.insert(best->first);
    left = std::move(best->second);
    return true;
  }

  // What may be run may be read too: a rule on reading is no reason for that it may be run.
  static bool says_it_of(const Rule& rule, const Rule& cut) {
    return rule.effect == Effect::deny || cut.operation != Operation::exec ||
           rule.operation == Operation::exec;
  }

  static std::optional<OverBudget> subtract(Operation operation, Systems& rest, RuleId id,
                                            Decided& left) {
    const Rule& rule = rest.policy().rule(id);
    auto held = matches_of(rest.policy(), operation, rule.patterns, rule.except, rest.budget());
    if (!held) return held.error();
    if (rule.effect == Effect::deny) add_facets(*held);
    auto without = join(operation, left, *held, matched_without, rest.budget());
    if (!without) return without.error();
    left = std::move(*without);
    return std::nullopt;
  }

  // A denied call denies its facets.
  static void add_facets(Decided& denied) {
    auto* space = std::get_if<SyscallSpace>(&denied);
    if (space == nullptr) return;
    for (size_t i = 0; i < space->labels.size(); ++i) {
      const auto base = syscall(static_cast<SyscallId>(i)).base;
      if (base && is_matched(space->labels[static_cast<size_t>(*base)]))
        space->labels[i] = kMatched;
    }
  }

  const Policy& whole_;
  const Cut& cut_;
  CutReason reason_;
  std::set<RuleId> found_;
};

}  // namespace

Budgeted<CutReason> reason_for(const Policy& whole, Systems& rest, const Cut& cut) {
  return Reason(whole, cut).run(rest);
}

}  // namespace sbxc
