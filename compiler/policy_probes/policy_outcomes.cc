// A rule counts as tried when a request that it holds was, and came to something. All that a rule's
// requests came to is one outcome, the worst of them; what was seen is told of the first few.
#include "compiler/policy_probes/policy_outcomes.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "compiler/diag/printable.h"
#include "compiler/policy/print.h"

namespace sbxc {

namespace {

using namespace conform;

constexpr size_t kMostTold = 8;
constexpr size_t kLongestTitle = 90;

std::string cut(std::string text) {
  text.erase(0, text.find_first_not_of(' '));
  while (!text.empty() && text.back() == '\n') text.pop_back();
  std::replace(text.begin(), text.end(), '\n', ' ');
  if (text.size() > kLongestTitle) text = text.substr(0, kLongestTitle - 3) + "...";
  return text;
}

// What trials of one rule came to.
struct Tally {
  std::vector<Sighting> escaped;
  std::vector<std::string> broken;
  std::vector<std::string> hollow;
  std::set<std::string> untried;
  std::map<std::string, std::vector<std::string>> narrowed;  // why, and which requests
  size_t held = 0;
  std::string first_refusal;
};

class Outcomes {
 public:
  Outcomes(const Policy& policy, const Sources& sources, const PolicyTrials& trials,
           const std::vector<Tried>& tried, Os os)
      : policy_(policy), sources_(sources), trials_(trials), tried_(tried), os_(os) {}

  PolicyOutcomes run() {
    for (size_t i = 0; i < trials_.points.size();) {
      const RuleId rule = trials_.points[i].unit.rule;
      std::vector<const BoundaryPoint*> points;
      for (; i < trials_.points.size() && trials_.points[i].unit.rule == rule; ++i) {
        points.push_back(&trials_.points[i]);
      }
      add_rule(policy_.rule(rule), points);
    }
    return std::move(out_);
  }

 private:
  bool is_tried(size_t trial) const {
    const Tried& one = tried_[trial];
    return one.untried.empty() && one.outside.seen && one.inside.reached && !is_narrowed(trial);
  }

  // The sandbox says itself that it allows less here than the policy, and does.
  bool is_narrowed(size_t trial) const {
    const Tried& one = tried_[trial];
    return !one.narrowed.empty() && !one.inside.seen &&
           trials_.trials[trial].verdict == Effect::allow;
  }

  void add_rule(const Rule& rule, const std::vector<const BoundaryPoint*>& points) {
    Tally refused;
    Tally works;
    std::set<size_t> counted;
    bool held_one = false;
    for (const BoundaryPoint* point : points) {
      const auto& its = point->trials;
      const bool tried = std::any_of(its.begin(), its.end(), [&](size_t i) { return is_tried(i); });
      const bool whole =
          std::none_of(its.begin(), its.end(), [&](size_t i) { return is_narrowed(i); });
      ++out_.coverage.boundaries;
      if (tried && whole) ++out_.coverage.boundaries_tried;
      held_one = held_one || (tried && point->side == Side::inside);
      if (!point->untried.empty()) refused.untried.insert(point->untried);
      for (const size_t trial : point->trials) {
        if (!counted.insert(trial).second) continue;
        const bool allowed = trials_.trials[trial].verdict == Effect::allow;
        count(trial, allowed ? works : refused);
      }
    }
    ++out_.coverage.rules;
    if (held_one) {
      ++out_.coverage.rules_tried;
    } else {
      add_untried(rule, refused, works);
    }
    add_outcome(rule, refused, false);
    add_outcome(rule, works, true);
    add_narrowed(rule, works);
  }

  void count(size_t trial, Tally& tally) const {
    const Tried& one = tried_[trial];
    const PolicyTrial& asked = trials_.trials[trial];
    if (!one.untried.empty()) {
      tally.untried.insert(one.untried);
    } else if (!one.outside.seen) {
      tally.hollow.push_back(fmt::format("{} fails outside too{}{}", asked.sentence,
                                         one.outside.refused.empty() ? "" : ": ",
                                         printable(one.outside.refused)));
    } else if (!one.inside.reached) {
      tally.broken.push_back(fmt::format("{} was never tried: the command ended", asked.sentence));
    } else if (one.inside.seen == (asked.verdict == Effect::allow)) {
      ++tally.held;
      if (tally.first_refusal.empty()) tally.first_refusal = one.inside.refused;
    } else if (one.inside.seen) {
      tally.escaped.push_back(
          {asked.sentence,
           fmt::format("{} came off, and the policy does not allow it", asked.sentence)});
    } else if (is_narrowed(trial)) {
      tally.narrowed[one.narrowed].push_back(asked.sentence);
    } else {
      tally.broken.push_back(fmt::format("the policy allows {}, and it failed{}{}", asked.sentence,
                                         one.inside.refused.empty() ? "" : ": ",
                                         printable(one.inside.refused)));
    }
  }

  static std::string reasons(const std::set<std::string>& untried) {
    return fmt::format("{}", fmt::join(untried, "; "));
  }

  void add_untried(const Rule& rule, const Tally& refused, const Tally& works) {
    std::set<std::string> why = refused.untried;
    why.insert(works.untried.begin(), works.untried.end());
    for (const auto& [reason, requests] : works.narrowed) why.insert(narrowed(reason));
    if (why.empty()) why.insert("it holds no request that the rest of the rule leaves to it");
    out_.coverage.untried.push_back({place_of(rule), statement_of(rule), reasons(why)});
  }

  Place place_of(const Rule& rule) const {
    return {sources_.name(rule.span.file), sources_.locate(rule.span.file, rule.span.begin).line};
  }
  std::string statement_of(const Rule& rule) const { return cut(print(policy_, rule)); }

  static std::string first_of(const std::vector<std::string>& lines) {
    return lines.size() == 1 ? lines.front()
                             : fmt::format("{}, and {} more", lines.front(), lines.size() - 1);
  }

  static std::string narrowed(const std::string& reason) { return "narrowed: " + reason; }

  ProbeOutcome about(const Rule& rule, std::string_view what) const {
    ProbeOutcome outcome;
    const bool refused = what == "refused";
    outcome.probe = {.id = fmt::format("RULE-{:03}-{}", static_cast<uint32_t>(rule.id), what),
                     .title = statement_of(rule),
                     .category = refused ? "what the policy refuses" : "what the policy allows",
                     .priority = 0,
                     .reference = "the policy",
                     .systems = {std::string(name_of(os_))},
                     .about = {},
                     .evidence = "every request at the edge of the rule",
                     .rule = place_of(rule)};
    return outcome;
  }

  // Requests that the sandbox does not let come off, and says so, are neither held nor broken.
  void add_narrowed(const Rule& rule, const Tally& works) {
    if (works.narrowed.empty()) return;
    ProbeOutcome outcome = about(rule, "narrowed");
    std::set<std::string> why;
    for (const auto& [reason, requests] : works.narrowed) {
      why.insert(narrowed(reason));
      for (const std::string& request : requests) outcome.said += request + "\n";
    }
    outcome.verdict = Skipped{reasons(why)};
    out_.outcomes.push_back(std::move(outcome));
  }

  void add_outcome(const Rule& rule, Tally& tally, bool must_work) {
    const bool nothing =
        tally.held == 0 && tally.escaped.empty() && tally.broken.empty() && tally.hollow.empty();
    if (nothing && (must_work || tally.untried.empty())) return;
    ProbeOutcome outcome = about(rule, must_work ? "works" : "refused");
    outcome.probe.must_work = must_work;
    if (!nothing) outcome.control = Control{.showed_evidence = tally.hollow.empty(), .detail = ""};
    outcome.said = fmt::format("{} requests as the policy says", tally.held);
    if (!tally.escaped.empty()) {
      if (tally.escaped.size() > kMostTold) tally.escaped.resize(kMostTold);
      outcome.verdict = Escaped{std::move(tally.escaped)};
    } else if (!tally.broken.empty()) {
      outcome.verdict = Broken{first_of(tally.broken)};
    } else if (!tally.hollow.empty()) {
      outcome.verdict = Hollow{first_of(tally.hollow)};
    } else if (nothing) {
      outcome.verdict = Skipped{reasons(tally.untried)};
    } else if (must_work) {
      outcome.verdict = Works{};
    } else {
      const std::string first =
          tally.first_refusal.empty() ? "" : ", first with " + tally.first_refusal;
      outcome.verdict = Blocked{Refusal{"every request was refused" + first, 0}};
    }
    out_.outcomes.push_back(std::move(outcome));
  }

  const Policy& policy_;
  const Sources& sources_;
  const PolicyTrials& trials_;
  const std::vector<Tried>& tried_;
  Os os_;
  PolicyOutcomes out_;
};

}  // namespace

PolicyOutcomes outcomes_of(const Policy& policy, const Sources& sources, const PolicyTrials& trials,
                           const std::vector<Tried>& tried, Os os) {
  return Outcomes(policy, sources, trials, tried, os).run();
}

}  // namespace sbxc
