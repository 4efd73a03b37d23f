// Random policies on random small trees: what the emitter makes of them verifies, with the runtime
// beside it and by mounts alone; and a plan that was tampered with does not, where a file shows it.
// A failure shrinks and prints as sbx text.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "backends/bwrap/read/canonical.h"
#include "backends/bwrap/read/path_claims.h"
#include "backends/bwrap/read/tampered_plan_for_test.h"
#include "compiler/policy/decide.h"
#include "compiler/policy/random_policy.h"

namespace sbxc::bwrap_read {
namespace {

struct RandomTree {
  std::vector<std::pair<std::string, There>> names;
  std::vector<std::pair<std::string, std::string>> links;

  TwoViews views() const {
    TwoViews views;
    const auto fits = [&](const std::string& path) {
      if (views.facts.what(path) != There::nothing) return false;
      return std::ranges::all_of(directories_above(path), [&](const std::string& up) {
        const There there = views.facts.what(up);
        return there == There::nothing || there == There::directory;
      });
    };
    for (const auto& [path, there] : names) {
      if (fits(path)) views.add(path, there);
    }
    for (const auto& [path, text] : links) {
      if (fits(path)) views.link(path, text);
    }
    return views;
  }
};

void showValue(const RandomTree& tree, std::ostream& out) {
  for (const auto& [path, there] : tree.names) out << "\n  " << name_of(there) << " " << path;
  for (const auto& [path, text] : tree.links) out << "\n  link " << path << " -> " << text;
}

rc::Gen<RandomTree> random_tree(int most_links) {
  static const std::vector<std::string> paths = [] {
    auto all = testing::request_pool(PatternKind::path);
    std::erase(all, "/");
    return all;
  }();
  const auto name =
      rc::gen::pair(rc::gen::elementOf(paths),
                    rc::gen::element(There::file, There::file, There::directory, There::directory,
                                     There::directory, There::socket));
  const auto link = rc::gen::pair(rc::gen::elementOf(paths), rc::gen::elementOf(paths));
  return rc::gen::build<RandomTree>(
      rc::gen::set(&RandomTree::names,
                   rc::gen::resize(
                       20, rc::gen::container<std::vector<std::pair<std::string, There>>>(name))),
      rc::gen::set(
          &RandomTree::links,
          rc::gen::resize(
              most_links,
              rc::gen::container<std::vector<std::pair<std::string, std::string>>>(link))));
}

// Forwards know no ports of half an address, and say so: see forwards_part_test.cc.
Policy without_listening(testing::RandomPolicy random) {
  std::erase_if(random.rules,
                [](const testing::RuleText& rule) { return rule.operation == Operation::listen; });
  return random.policy();
}

struct Tried {
  TwoViews views;
  PlanBytes plan;

  Tried(const testing::RandomPolicy& random, const RandomTree& tree, BwrapOptions options)
      : views(tree.views()), plan(PlanBytes::of(without_listening(random), with_files(options))) {}

  BwrapOptions& with_files(BwrapOptions& options) const {
    options.files = &views.files;
    return options;
  }
};

void expect_verifies(const testing::RandomPolicy& random, const RandomTree& tree,
                     const BwrapOptions& options) {
  const Tried tried(random, tree, options);
  const Verification verification = tried.plan.verify(tried.views.facts);
  if (!verification.holds()) RC_LOG() << in_words(verification) << "\n" << tried.plan.json;
  RC_ASSERT(verification.holds());
}

RC_GTEST_PROP(VerifyRandom, WhatTheEmitterMakesVerifies, ()) {
  const auto policy = *testing::random_policy();
  expect_verifies(policy, *random_tree(0), {});
}

RC_GTEST_PROP(VerifyRandom, WhatItMakesForMountsAloneVerifies, ()) {
  const auto policy = *testing::random_policy();
  expect_verifies(policy, *random_tree(0), {.static_only = true});
}

RC_GTEST_PROP(VerifyRandom, WithLinksToo, ()) {
  const auto policy = *testing::random_policy();
  expect_verifies(policy, *random_tree(3), {});
}

RC_GTEST_PROP(VerifyRandom, WhatLeavesWildcardsToTheBrokerVerifies, ()) {
  const auto policy = *testing::random_policy();
  expect_verifies(policy, *random_tree(0), {.brokered = true});
}

RC_GTEST_PROP(VerifyRandom, WhatLeavesWildcardsToTheBrokerVerifiesWithLinksToo, ()) {
  const auto policy = *testing::random_policy();
  expect_verifies(policy, *random_tree(3), {.brokered = true});
}

// A file of the tree that the steps show against the policy, or hide against it.
std::optional<std::string> wrong_file(const Tried& tried, const TamperedPlan& plan) {
  const auto read = read_plan_json(plan.json_bytes(), tried.plan.policy.rules.size());
  RC_ASSERT(read);
  const MountTable table(read->steps, tried.views.facts);
  for (const std::string& path : testing::request_pool(PatternKind::path)) {
    if (tried.views.facts.what(path) != There::file) continue;
    const Gives given = gives(Operation::read, {0, table.shown(path)}, {});
    const Decision decision = decide(tried.plan.policy, Os::linux, {Operation::read, path});
    const bool may = decision.verdict == Effect::allow;
    if (given != Gives::either && (given == Gives::yes) != may) return path;
  }
  return std::nullopt;
}

RC_GTEST_PROP(VerifyRandom, AStepThatIsChangedIsFoundWhereAFileShowsIt, ()) {
  const Tried tried(*testing::random_policy(), *random_tree(0), {});
  TamperedPlan plan(tried.plan);
  RC_PRE(plan.step_count() > 1);
  const auto index = *rc::gen::inRange<size_t>(0, plan.step_count() - 1);
  const int change = *rc::gen::inRange(0, 3);
  if (change == 0) plan.drop_step_at(index);
  if (change == 1) plan.swap_step_with_next(index);
  if (change == 2 && !plan.turn_bind(index)) return;
  const auto wrong = wrong_file(tried, plan);
  RC_CLASSIFY(wrong.has_value());
  if (!wrong) return;
  const Verification verification = plan.verify(tried.views.facts);
  if (verification.holds())
    RC_LOG() << "step " << index << ", " << *wrong << "\n" << tried.plan.json;
  RC_ASSERT(!verification.holds());
}

}  // namespace
}  // namespace sbxc::bwrap_read
