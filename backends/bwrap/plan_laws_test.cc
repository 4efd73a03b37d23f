// Random policies over random small file systems in memory. The plan's bytes are read back by the
// model of bubblewrap's mounts and must mean what decide() says; where they do not, the verdict of
// a rule has to say so: the plan never claims more than it holds.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "backends/bwrap/bwrap.h"
#include "backends/bwrap/mount_model.h"
#include "compiler/policy/decide.h"
#include "compiler/policy/random_policy.h"

namespace sbxc::bwrap {
namespace {

struct RandomFiles {
  std::vector<std::pair<std::string, FileKind>> names;

  MemoryFileSystem files() const {
    MemoryFileSystem made;
    for (const auto& [path, kind] : names) {
      // What is already there as a directory stays one; what is below a file cannot be.
      bool possible = made.kind(path) == FileKind::missing;
      for (std::string up = parent_of(path); up != "/"; up = parent_of(up)) {
        const FileKind above = made.kind(up);
        possible = possible && (above == FileKind::missing || above == FileKind::directory);
      }
      if (possible) made.add(path, kind);
    }
    return made;
  }
};

void showValue(const RandomFiles& files, std::ostream& out) {
  for (const auto& [path, kind] : files.names) out << "\n  " << name_of(kind) << " " << path;
}

rc::Gen<RandomFiles> random_files() {
  static const std::vector<std::string> paths = testing::request_pool(PatternKind::path);
  const auto name = rc::gen::pair(
      rc::gen::suchThat(rc::gen::elementOf(paths), [](const auto& path) { return path != "/"; }),
      rc::gen::element(FileKind::file, FileKind::directory, FileKind::directory));
  return rc::gen::map(
      rc::gen::resize(20, rc::gen::container<std::vector<std::pair<std::string, FileKind>>>(name)),
      [](auto names) { return RandomFiles{std::move(names)}; });
}

// Only rules about files: the others do not meet.
testing::RandomPolicy about_files(testing::RandomPolicy policy) {
  std::erase_if(policy.rules, [](const testing::RuleText& rule) {
    return rule.operation != Operation::read && rule.operation != Operation::write;
  });
  return policy;
}

struct Case {
  Policy policy;
  MemoryFileSystem files;
  Planned planned;

  Case(const testing::RandomPolicy& random, const RandomFiles& names, bool static_only)
      : policy(about_files(random).policy()), files(names.files()) {
    Sources sources;
    planned = plan_bwrap(policy, sources, {.files = &files, .static_only = static_only});
    for (const Preparation& made : planned.plan.before) {
      files.add(made.path, made.directory ? FileKind::directory : FileKind::file);
    }
  }

  bool decides(Operation operation, const std::string& path) const {
    return decide(policy, Os::linux, {operation, path}).verdict == Effect::allow;
  }
  bool somebody_holds_less() const {
    return std::ranges::any_of(planned.verdicts, [](const RuleVerdict& verdict) {
      // A verdict is the worst of what there is to say: a widened rule may be narrowed elsewhere.
      return verdict.fidelity == Fidelity::narrowed || verdict.fidelity == Fidelity::widened;
    });
  }
  // A denial that the plan leaves to others, or owns up to not holding.
  bool is_owned_up(const std::vector<RuleId>& rules) const {
    return std::ranges::any_of(rules, [&](RuleId id) {
      const RuleVerdict& verdict = planned.verdicts[static_cast<size_t>(id)];
      return verdict.fidelity == Fidelity::widened || !verdict.needs.empty();
    });
  }
  // Rules that take `path` away: denials, and allowances by their exceptions.
  std::vector<RuleId> rules_against(Operation operation, const std::string& path) const {
    std::vector<RuleId> against;
    for (const Rule& rule : policy.rules) {
      if (!rule.os.linux) continue;
      const bool denies = rule.effect == Effect::deny &&
                          (applies(policy, rule, {rule.operation, path})) &&
                          (rule.operation == operation || rule.operation == Operation::read);
      const bool excepts = rule.effect == Effect::allow &&
                           std::ranges::any_of(rule.except, [&](const Pattern& pattern) {
                             return std::get<PathPattern>(pattern).matches(path);
                           });
      if (denies || excepts) against.push_back(rule.id);
    }
    return against;
  }
};

std::vector<std::string> all_paths() {
  std::vector<std::string> paths = testing::request_pool(PatternKind::path);
  paths.push_back("/other");
  paths.push_back("/a/other");
  paths.push_back("/a/b/other");
  paths.push_back("/b/other");
  return paths;
}

void check(const Case& c) {
  const MountModel model(c.files, args_bytes(c.planned.plan));
  for (const std::string& fault : model.faults()) RC_LOG() << fault << "\n";
  RC_ASSERT(model.faults().empty());
  for (const std::string& path : all_paths()) {
    const FileKind kind = c.files.kind(path);
    const bool readable = c.decides(Operation::read, path);
    const bool writable = c.decides(Operation::write, path);
    RC_LOG() << path << " (" << name_of(kind) << ")\n";
    if (kind == FileKind::file) {
      // What exists is held by mounts alone.
      RC_ASSERT(!model.can_read(path) || readable);
      RC_ASSERT(!model.can_write(path) || writable);
      RC_ASSERT(model.can_read(path) || !readable);
      RC_ASSERT(model.can_write(path) || !writable);
    } else if (kind == FileKind::directory) {
      RC_ASSERT(!model.can_read(path) || readable ||
                c.is_owned_up(c.rules_against(Operation::read, path)));
      RC_ASSERT(model.can_read(path) || !readable || c.somebody_holds_less());
    } else {
      const bool makes = model.can_create_in(parent_of(path));
      RC_ASSERT(!makes || writable || c.is_owned_up(c.rules_against(Operation::write, path)));
      const bool parent_there = c.files.kind(parent_of(path)) == FileKind::directory;
      RC_ASSERT(makes || !writable || !parent_there || c.somebody_holds_less());
    }
    // Law 8: moving a directory is writing everything below it.
    if (!model.can_rename(path)) continue;
    for (const std::string& below : all_paths()) {
      if (!is_below(below, path) || c.files.kind(below) == FileKind::missing) continue;
      RC_ASSERT(c.decides(Operation::write, below) || c.files.kind(below) == FileKind::directory);
    }
  }
}

RC_GTEST_PROP(BwrapPlanLaws, WhatThePlanShowsIsWhatThePolicySaysOrAVerdictOwnsUp, ()) {
  const auto policy = *testing::random_policy();
  const auto files = *random_files();
  check(Case(policy, files, false));
}

RC_GTEST_PROP(BwrapPlanLaws, AStaticPlanHoldsTheSameByMountsAloneOrOwnsUp, ()) {
  const auto policy = *testing::random_policy();
  const auto files = *random_files();
  check(Case(policy, files, true));
}

RC_GTEST_PROP(BwrapPlanLaws, TheOrderOfRulesNeverChangesThePlan, ()) {
  auto policy = *testing::random_policy();
  const auto files = *random_files();
  const Case forwards(policy, files, false);
  std::ranges::reverse(policy.rules);
  const Case backwards(policy, files, false);
  RC_ASSERT(args_bytes(forwards.planned.plan) == args_bytes(backwards.planned.plan));
}

}  // namespace
}  // namespace sbxc::bwrap
