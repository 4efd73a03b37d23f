// Cuts are looked for until there are none: an exception that goes may make another statement
// superfluous. What must stay is hidden from `trim` as if it stood in a used file. One rule may
// cover another only because the working directory happens to be below the home directory: so
// everything is proved a second time with built-in variables that have nothing to do with each
// other.
#include "compiler/driver/trimming.h"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "compiler/analysis/equivalence.h"
#include "compiler/analysis/text_cuts.h"
#include "compiler/check/accepting_comments.h"
#include "compiler/check/check.h"
#include "compiler/check/test_run.h"

namespace sbxc::driver {

namespace {

constexpr FileId kOwnFile{};  // the first source

bool is_in(Span inner, Span outer) {
  return inner.file == outer.file && inner.begin >= outer.begin && inner.end <= outer.end;
}

Loaded elsewhere(const Loaded& here) {
  Loaded there;
  there.resolve = here.resolve;
  Surroundings& surroundings = there.resolve.surroundings;
  surroundings.cwd = "/srv/elsewhere/project";
  surroundings.home = "/home/somebody-else";
  surroundings.tmp = "/var/tmp/elsewhere";
  surroundings.user = "somebody-else";
  return there;
}

Policy without_cut(const Policy& policy, const Cut& cut) {
  Policy out = policy;
  const auto is_cut = [&](const Pattern& pattern) { return span_of(pattern) == cut.span; };
  for (Rule& rule : out.rules) {
    if (!rule.chain.empty()) continue;
    if (cut.statement && rule.span == cut.span) rule.patterns.clear();
    if (cut.statement || !is_in(cut.span, rule.span)) continue;
    std::erase_if(rule.patterns, is_cut);
    std::erase_if(rule.except, is_cut);
  }
  return out;
}

// Findings that say that something changes nothing.
bool says_nothing_new(Kind kind) {
  return kind == Kind::covered_pattern || kind == Kind::repeated_pattern ||
         kind == Kind::grant_under_deny || kind == Kind::allow_under_ask ||
         kind == Kind::except_without_effect || kind == Kind::pattern_excepted ||
         kind == Kind::nothing_to_deny;
}

class Trimmer {
 public:
  Trimmer(const TrimRequest& request, const Loaded& loaded)
      : request_(request), loaded_(loaded), policy_(*loaded.policy), whole_(policy_) {}

  Budgeted<Trimming> run() {
    keep_accepted();
    for (;;) {
      if (auto over = cut()) return tl::unexpected(*over);
      const Loaded again = reload(request_.policy, loaded_, out_.text);
      if (!again.policy) throw std::logic_error("what trim left cannot be read");
      if (keep_what_tests_name(*again.policy)) continue;
      Systems smaller(*again.policy);
      const auto difference = first_difference(whole_, smaller);
      if (!difference) return tl::unexpected(difference.error());
      if (*difference) throw std::logic_error("what trim left is not equal to the policy");
      const auto moved = keep_what_depends();
      if (!moved) return tl::unexpected(moved.error());
      if (*moved) continue;
      note_unused(again);
      break;
    }
    if (auto over = explain_cuts()) return tl::unexpected(*over);
    if (auto over = look_at_used_files()) return tl::unexpected(*over);
    std::stable_sort(out_.kept.begin(), out_.kept.end(),
                     [](const Kept& a, const Kept& b) { return a.span.begin < b.span.begin; });
    return std::move(out_);
  }

 private:
  // Rules that a comment accepts as changing nothing.
  void keep_accepted() {
    if (loaded_.sources.text(kOwnFile).find(kAcceptingMark) == std::string_view::npos) return;
    Diagnostics diagnostics;
    check(policy_, diagnostics);
    for (const AcceptedFinding& each : accept_findings(loaded_.sources, diagnostics)) {
      if (!says_nothing_new(each.finding.kind) || !each.finding.span) continue;
      for (const Rule& rule : policy_.rules) {
        if (!is_own(rule) || !is_in(*each.finding.span, rule.span)) continue;
        keep(rule, Kept::Why::accepted, each.because);
      }
    }
  }

  static bool is_own(const Rule& rule) { return rule.chain.empty() && rule.span.file == kOwnFile; }

  void keep(const Rule& rule, Kept::Why why, const std::string& what) {
    const bool known = std::any_of(out_.kept.begin(), out_.kept.end(), [&](const Kept& one) {
      return one.span == rule.span && one.what == what;
    });
    if (!known) out_.kept.push_back({why, rule.span, what});
  }

  bool is_kept(const Rule& rule) const {
    if (request_.keep_denies && rule.effect == Effect::deny) return true;
    return std::any_of(out_.kept.begin(), out_.kept.end(),
                       [&](const Kept& one) { return one.span == rule.span; });
  }

  std::optional<OverBudget> cut() {
    rest_ = policy_;
    for (Rule& rule : rest_.rules) {
      if (is_own(rule) && is_kept(rule)) rule.chain.push_back({rule.span, "kept"});
    }
    cuts_.clear();
    for (bool more = true; more;) {
      const Policy before = rest_;
      Systems systems(before);
      auto trimmed = trim(systems, loaded_.sources, kOwnFile);
      if (!trimmed) return trimmed.error();
      rest_ = std::move(trimmed->policy);
      more = false;
      for (const Cut& one : trimmed->cuts) more |= add(one);
    }
    std::sort(cuts_.begin(), cuts_.end(),
              [](const Cut& a, const Cut& b) { return a.span.begin < b.span.begin; });
    out_.text = text_without_cuts();
    return std::nullopt;
  }

  // False for what is cut already.
  bool add(const Cut& cut) {
    if (std::any_of(cuts_.begin(), cuts_.end(),
                    [&](const Cut& one) { return is_in(cut.span, one.span); })) {
      return false;
    }
    std::erase_if(cuts_, [&](const Cut& one) { return is_in(one.span, cut.span); });
    cuts_.push_back(cut);
    return true;
  }

  std::string text_without_cuts() const {
    TextCuts text(loaded_.sources.text(kOwnFile));
    for (const Cut& cut : cuts_) {
      if (cut.statement) {
        text.cut_statement(cut.span);
      } else {
        text.cut_item(cut.span);
      }
    }
    return text.rest();
  }

  // A test that names the reason of a rule needs that rule. Whether there was any.
  bool keep_what_tests_name(const Policy& smaller) {
    bool found = false;
    for (size_t i = 0; i < policy_.tests.size(); ++i) {
      const TestRun before = run_test(policy_, policy_.tests[i]);
      const TestRun after = run_test(smaller, smaller.tests.at(i));
      for (size_t j = 0; j < before.lines.size(); ++j) {
        if (!before.lines[j].passed() || after.lines[j].passed()) continue;
        found = true;
        keep_reason(policy_.tests[i], *before.lines[j].line);
      }
    }
    return found;
  }

  void keep_reason(const Test& test, const TestLine& line) {
    if (!line.because) throw std::logic_error("trim changed the verdict of a test");
    const size_t kept = out_.kept.size();
    for (const Rule& rule : policy_.rules) {
      const bool speaks = is_own(rule) && rule.because == *line.because;
      if (speaks && applies(policy_, rule, line.request)) {
        keep(rule, Kept::Why::names_a_reason, test.name);
      }
    }
    if (out_.kept.size() == kept) throw std::logic_error("trim changed what decides a test");
  }

  // Statements whose cuts would show elsewhere. Whether there was any.
  Budgeted<bool> keep_what_depends() {
    const Loaded there = elsewhere(loaded_);
    const Loaded before =
        reload(request_.policy, there, std::string(loaded_.sources.text(kOwnFile)));
    const Loaded after = reload(request_.policy, there, out_.text);
    out_.everywhere = before.policy.has_value();
    if (!out_.everywhere) return false;
    if (!after.policy) throw std::logic_error("what trim left cannot be read elsewhere");
    Systems all(*before.policy);
    Systems smaller(*after.policy);
    const auto difference = first_difference(all, smaller);
    if (!difference) return tl::unexpected(difference.error());
    if (!*difference) return false;
    const size_t kept = out_.kept.size();
    for (const Cut& cut : cuts_) {
      const Policy without = without_cut(*before.policy, cut);
      Systems systems(without);
      const auto change = first_difference(all, systems);
      if (!change) return tl::unexpected(change.error());
      if (*change) keep_statement_of(cut);
    }
    if (out_.kept.size() > kept) return true;
    // No cut shows by itself, several do together: none of them goes.
    for (const Cut& cut : cuts_) keep_statement_of(cut);
    return true;
  }

  void keep_statement_of(const Cut& cut) {
    for (const Rule& rule : policy_.rules) {
      if (is_own(rule) && is_in(cut.span, rule.span)) {
        keep(rule, Kept::Why::depends_on_variables, {});
      }
    }
  }

  void note_unused(const Loaded& again) {
    std::set<std::string> before;
    for (const Diagnostic& d : loaded_.diagnostics.all()) before.insert(d.message);
    for (const Diagnostic& d : again.diagnostics.all()) {
      const bool about_use = d.kind == Kind::unused_set || d.kind == Kind::unused_param;
      if (about_use && !before.contains(d.message)) out_.unused.push_back(d.message);
    }
  }

  std::optional<OverBudget> explain_cuts() {
    Systems rest(rest_);
    for (const Cut& cut : cuts_) {
      auto reason = reason_for(policy_, rest, cut);
      ExplainedCut one{.cut = cut, .reason = {}, .explained = reason.has_value()};
      if (reason) one.reason = std::move(*reason);
      out_.cuts.push_back(std::move(one));
    }
    return std::nullopt;
  }

  // Files all of whose rules the rest of the policy says already.
  std::optional<OverBudget> look_at_used_files() {
    std::vector<UseStep> uses;
    for (const Rule& rule : policy_.rules) {
      if (rule.chain.empty()) continue;
      const UseStep& use = rule.chain.front();
      if (std::none_of(uses.begin(), uses.end(), [&](const UseStep& one) {
            return one.use == use.use && one.target == use.target;
          })) {
        uses.push_back(use);
      }
    }
    for (const UseStep& use : uses) {
      Policy without = rest_;
      for (Rule& rule : without.rules) {
        const auto& chain = policy_.rule(rule.id).chain;
        if (!chain.empty() && chain.front().use == use.use && chain.front().target == use.target) {
          rule.patterns.clear();
        }
      }
      Systems systems(without);
      const auto difference = first_difference(whole_, systems);
      if (!difference) return difference.error();
      if (!*difference) out_.kept.push_back({Kept::Why::used_file, use.use, use.target});
    }
    return std::nullopt;
  }

  const TrimRequest& request_;
  const Loaded& loaded_;
  const Policy& policy_;
  Systems whole_;
  Policy rest_;  // without what is cut, its rules with their numbers
  std::vector<Cut> cuts_;
  Trimming out_;
};

}  // namespace

Budgeted<Trimming> trimming_of(const TrimRequest& request, const Loaded& loaded) {
  return Trimmer(request, loaded).run();
}

}  // namespace sbxc::driver
