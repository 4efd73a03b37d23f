// What is said of a cut must be true: every request that it held is decided, in what is left, by
// the rules that are named, or no rule allows it.
#include "compiler/check/cut_reasons.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "compiler/policy/decide.h"
#include "compiler/policy/random_policy.h"
#include "compiler/resolve/resolving.h"

namespace sbxc {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string line_of(const Resolved& r, Span span) {
  return std::to_string(r.sources.locate(span.file, span.begin).line);
}

// A line for each cut: `5 pattern: 2 3`, with the lines of the rules (the version is on line 1).
std::vector<std::string> reasons(const std::string& text) {
  Workbench bench;
  const Resolved r = bench.resolve(text);
  EXPECT_TRUE(r.policy) << r.messages();
  Systems systems(*r.policy);
  const auto trimmed = trim(systems, r.sources, FileId{});
  EXPECT_TRUE(trimmed);
  Systems rest(trimmed->policy);
  std::vector<std::string> out;
  for (const Cut& cut : trimmed->cuts) {
    const auto reason = reason_for(*r.policy, rest, cut);
    EXPECT_TRUE(reason);
    std::string line = line_of(r, cut.span);
    line += reason->part == CutPart::statement ? " statement:"
            : reason->part == CutPart::pattern ? " pattern:"
                                               : " exception:";
    for (const RuleId id : reason->rules) line += " " + line_of(r, r.policy->rule(id).span);
    if (reason->matches_nothing) line += " matches nothing";
    if (reason->never_allowed) line += " never allowed";
    out.push_back(std::move(line));
  }
  return out;
}

TEST(CutReasons, NameTheRuleThatSaysItAlready) {
  EXPECT_THAT(reasons("allow read /a/**\nallow read /a/b\nallow read /c\n"),
              ElementsAre("3 statement: 2"));
  EXPECT_THAT(reasons("allow read /a/b, /a/**\n"), ElementsAre("2 pattern: 2"));
}

TEST(CutReasons, NameAllThatItTakes) {
  EXPECT_THAT(reasons("allow read /a/[a-m]*\nallow read /a/[!a-m]*\nallow read /a/*\n"),
              ElementsAre("4 statement: 2 3"));
}

TEST(CutReasons, NameWhatReadsAsWellAsWhatWrites) {
  EXPECT_THAT(reasons("allow read /a/**\ndeny write /a/**\nallow write /a/b\nallow write /d\n"),
              ElementsAre("4 statement: 2 3"));
}

TEST(CutReasons, SayThatNothingAllowsIt) {
  EXPECT_THAT(reasons("allow connect a.com\ndeny connect b.com\n"),
              ElementsAre("3 statement: never allowed"));
}

TEST(CutReasons, SayThatNothingIsMatched) {
  EXPECT_THAT(reasons("allow read /a/** except /b\n"), ElementsAre("2 exception: matches nothing"));
  EXPECT_THAT(reasons("allow read /a/b, /c except /a/**\n"),
              ElementsAre("2 pattern: matches nothing"));
}

TEST(CutReasons, OfAnExceptionLeaveItsOwnRuleOut) {
  EXPECT_THAT(reasons("allow read /a/**\ndeny read /a/b/** except /a/b/c\ndeny read /a/b/c\n"),
              ::testing::Contains("3 exception: 4"));
}

TEST(CutReasons, SpeakOfTheSystemWhereTheRuleExists) {
  EXPECT_THAT(reasons("on linux { allow read /a/** }\non linux { allow read /a/b }\n"),
              ElementsAre("3 statement: 2"));
}

TEST(CutReasons, AreThereForHostsAndCalls) {
  EXPECT_THAT(reasons("allow connect *.a.com\nallow connect b.a.com\n"),
              ElementsAre("3 statement: 2"));
  EXPECT_THAT(reasons("allow syscall @mount\nallow syscall mount\n"),
              ElementsAre("3 statement: 2"));
}

TEST(CutReasons, OfAFacetAreTheDenialOfItsCall) {
  EXPECT_THAT(reasons("allow syscall ioctl, ioctl:TIOCSTI\n"
                      "deny syscall ioctl\n"
                      "deny syscall ioctl:TIOCSTI\n"),
              ElementsAre("2 statement: 3", "4 statement: 3"));
}

TEST(CutReasons, OfWhatMayBeRunAreNotThatItMayBeRead) {
  EXPECT_THAT(reasons("allow read /**\nallow exec /a/**\nallow exec /a/b\n"),
              ElementsAre("4 statement: 3"));
}

TEST(CutReasons, AreNotAskedForWhereNothingGoes) {
  EXPECT_THAT(reasons("allow read /a/**\nallow write /a/b\n"), IsEmpty());
}

// What a cut held of one rule; nothing of a rule that it is not about.
Rule held_by(const Rule& rule, const Cut& cut) {
  Rule held = rule;
  if (cut.statement && rule.span != cut.span) held.patterns.clear();
  if (!cut.statement) {
    std::erase_if(held.patterns, [&](const Pattern& one) { return span_of(one) != cut.span; });
  }
  return held;
}

// A denied call denies its facets.
bool denies_call_of(const Policy& rest, const Rule& rule, const Request& request) {
  const auto* call = std::get_if<SyscallId>(&request.target);
  const auto base = call != nullptr ? syscall(*call).base : std::nullopt;
  return base && rule.effect == Effect::deny && applies(rest, rule, {request.operation, *base});
}

// A rule is named that says of the request what the cut said or what beats it, or that no rule
// allows it is said.
bool is_explained(const CutReason& reason, const Policy& rest, const Rule& cut, Os os,
                  const Request& request) {
  if (reason.more_rules) return true;
  if (decide(rest, os, request).verdict == Effect::deny && reason.never_allowed) return true;
  return std::any_of(reason.rules.begin(), reason.rules.end(), [&](RuleId id) {
    const Rule& rule = rest.rule(id);
    return rule.os.has(os) && rule.effect >= cut.effect &&
           (applies(rest, rule, request) || denies_call_of(rest, rule, request));
  });
}

RC_GTEST_PROP(CutReasons, AreTrueOfEveryRequestThatWasHeld, ()) {
  const std::string text = print((*testing::random_policy()).policy());
  Workbench bench;
  const Resolved r = bench.resolve(text.substr(text.find('\n') + 1));
  if (!r.policy) return;  // `*:443` needs a reason
  Systems systems(*r.policy);
  const auto trimmed = trim(systems, r.sources, FileId{});
  RC_ASSERT(trimmed.has_value());
  Systems rest(trimmed->policy);
  const std::vector<Request> requests = testing::all_requests();
  for (const Cut& cut : trimmed->cuts) {
    const auto reason = reason_for(*r.policy, rest, cut);
    RC_ASSERT(reason.has_value());
    if (reason->part == CutPart::exception) continue;
    for (const Rule& rule : r.policy->rules) {
      const Rule held = held_by(rule, cut);
      for (const Request& request : requests) {
        if (request.operation != rule.operation || !applies(*r.policy, held, request)) continue;
        for (const Os os : kEverySystem) {
          if (rule.os.has(os)) RC_ASSERT(is_explained(*reason, trimmed->policy, rule, os, request));
        }
      }
    }
  }
}

}  // namespace
}  // namespace sbxc
