// Plans against a file system in memory: the steps as golden text, and in the same tests what the
// steps mean to somebody who reads them independently, compared with decide().
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "backends/bwrap/bwrap.h"
#include "backends/bwrap/mount_model.h"
#include "compiler/policy/decide.h"
#include "compiler/policy/terse_policy.h"

namespace sbxc {
namespace {

using namespace bwrap;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

struct World {
  MemoryFileSystem files;
  Policy policy;
  Planned planned;

  World(MemoryFileSystem have, std::initializer_list<std::string_view> rules,
        BwrapOptions options = {})
      : files(std::move(have)), policy(terse_policy(rules)) {
    options.files = &files;
    Sources sources;
    planned = plan_bwrap(policy, sources, options);
  }

  MountModel model() const { return MountModel(files, args_bytes(planned.plan)); }
  bool decides(const std::string& request) const {
    return decide(policy, Os::linux, terse_request(request)).verdict == Effect::allow;
  }
  std::vector<std::string> steps() const {
    std::vector<std::string> out;
    for (const Step& step : planned.plan.steps) {
      out.push_back(std::string(name_of(step.kind)) + " " + step.target);
    }
    return out;
  }
  const RuleVerdict& verdict(size_t rule) const { return planned.verdicts[rule]; }

  // What exists: the model and decide() must agree on it without any help.
  void expect_agreement_on(std::initializer_list<const char*> paths) const {
    const MountModel seen = model();
    EXPECT_THAT(seen.faults(), IsEmpty());
    for (const std::string path : paths) {
      EXPECT_EQ(seen.can_read(path), decides("read " + path)) << path;
      if (files.kind(path) == FileKind::file) {
        EXPECT_EQ(seen.can_write(path), decides("write " + path)) << path;
      }
    }
  }
};

MemoryFileSystem checkout() {
  MemoryFileSystem files;
  files.add("/w/src/a.cc")
      .add("/w/.git/hooks/pre-commit")
      .add("/w/.git/config")
      .add("/w/.git/HEAD");
  files.add("/usr/bin/cc").add("/etc/passwd").add("/etc/shadow").add("/home/u/.ssh/id_rsa");
  return files;
}

TEST(BwrapPlan, ReadOnlyBindsInsideAWritableOneAndPinsAbove) {
  const World world(checkout(), {"allow read /usr/**", "allow write /w/**",
                                 "deny write /w/.git/hooks/** /w/.git/config"});
  EXPECT_THAT(world.steps(),
              ElementsAre("ro_bind /usr", "bind /w", "bind /w/.git", "ro_bind /w/.git/config",
                          "ro_bind /w/.git/hooks", "permissions /", "read_only /"));
  world.expect_agreement_on({"/w", "/w/src/a.cc", "/w/.git/hooks/pre-commit", "/w/.git/config",
                             "/w/.git/HEAD", "/usr/bin/cc", "/etc/passwd", "/"});
  EXPECT_FALSE(world.model().can_rename("/w/.git"));
  EXPECT_FALSE(world.model().can_rename("/w/.git/hooks"));
  EXPECT_TRUE(world.model().can_rename("/w/src"));
}

TEST(BwrapPlan, HidesWhatIsDeniedBelowTheWholeSystemAndShowsAllowedChildrenAgain) {
  const World world(checkout(),
                    {"allow read /**", "deny read /home/u/.ssh/** except /home/u/.ssh/known",
                     "deny read /etc/shadow"});
  EXPECT_THAT(world.steps(), ElementsAre("ro_bind /", "mask_file /etc/shadow", "tmpfs /home/u/.ssh",
                                         "permissions /home/u/.ssh", "read_only /home/u/.ssh"));
  world.expect_agreement_on({"/etc/shadow", "/etc/passwd", "/home/u/.ssh", "/home/u/.ssh/id_rsa"});
}

TEST(BwrapPlan, TheProcessTableAndTheDevicesAreTheSandboxsOwnWhateverThePolicySaysOfThem) {
  MemoryFileSystem files;
  files.add("/proc/1/environ").add("/dev/sda", FileKind::device).add("/usr/bin/true");
  for (const char* rule : {"allow read /**", "allow write /**"}) {
    const World world(files, {rule});
    EXPECT_THAT(world.steps(), Contains("proc /proc")) << rule;
    EXPECT_THAT(world.steps(), Contains("dev /dev")) << rule;
  }
}

TEST(BwrapPlan, NamesThatCouldBeMadeNeedTheBroker) {
  const World world(checkout(), {"allow write /w/**", "deny write /w/.git/commondir",
                                 "deny write /w/**/.envrc", "allow read /etc/*.conf"});
  EXPECT_EQ(world.verdict(0).fidelity, Fidelity::exact);
  EXPECT_THAT(world.verdict(0).needs, IsEmpty());
  EXPECT_THAT(world.verdict(1).needs, ElementsAre(Need::broker));
  EXPECT_THAT(world.verdict(2).needs, ElementsAre(Need::broker));
  EXPECT_EQ(world.verdict(3).fidelity, Fidelity::narrowed);
  EXPECT_THAT(world.model().faults(), IsEmpty());
}

TEST(BwrapPlan, NamesThatCouldBeMadeInTheSandboxsOwnSharedMemoryNeedTheBroker) {
  const auto rules = {std::string_view("allow read /usr/**"),
                      std::string_view("allow write /dev/shm/**"),
                      std::string_view("deny write /**/NAME")};
  MemoryFileSystem files = checkout();
  files.add("/dev/shm/outside");
  const World world(files, rules, {.brokered = true});
  EXPECT_THAT(world.verdict(2).needs, ElementsAre(Need::broker));
  ASSERT_EQ(world.planned.plan.broker.size(), 1U);
  EXPECT_EQ(world.planned.plan.broker[0].example, "/dev/shm/NAME");
  EXPECT_FALSE(world.decides("write /dev/shm/NAME"));
  const World alone(files, rules, {.static_only = true});
  EXPECT_EQ(alone.verdict(2).fidelity, Fidelity::widened);
}

TEST(BwrapPlan, JoinsARowOfThePlanForEveryStepAndMapsItToItsRules) {
  MemoryFileSystem files = checkout();
  const Policy policy = terse_policy({"allow read /usr/**", "allow write /w/**",
                                      "deny write /w/.git/hooks/**", "allow connect a.com",
                                      "deny syscall ptrace", "allow mach com.example on macos"});
  Sources sources;
  const Lowered lowered = lower_bwrap(policy, sources, {.files = &files});
  ASSERT_EQ(lowered.artifacts.size(), 2U);
  EXPECT_EQ(lowered.artifacts[0].file, "plan.json");
  const auto json = nlohmann::json::parse(lowered.artifacts[0].bytes);
  ASSERT_EQ(lowered.verdicts.size(), policy.rules.size());
  bool maps_hooks = false;
  for (const MapEntry& entry : lowered.map) {
    ASSERT_LT(entry.where, json["steps"].size());
    const auto& step = json["steps"][entry.where];
    if (step["target"] == "/w/.git/hooks") {
      maps_hooks = true;
      EXPECT_EQ(step["do"], "ro_bind");
      EXPECT_THAT(entry.rules, ElementsAre(RuleId{2}));
    }
  }
  EXPECT_TRUE(maps_hooks);
  EXPECT_EQ(lowered.verdicts[3].fidelity, Fidelity::elsewhere);
  EXPECT_THAT(lowered.verdicts[3].needs, ElementsAre(Need::proxy));
  EXPECT_EQ(lowered.verdicts[4].fidelity, Fidelity::elsewhere);
  EXPECT_EQ(lowered.verdicts[5].fidelity, Fidelity::absent);
}

TEST(BwrapPlan, AlwaysLeavesTheNamespacesAndCapabilitiesOfTheMachine) {
  const World world(checkout(), {"allow read /**", "allow connect *:*"});
  for (const char* flag :
       {"--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts",
        "--die-with-parent", "--cap-drop ALL", "--new-session", "--clearenv", "--disable-userns"}) {
    EXPECT_THAT(world.model().flags(), Contains(flag));
  }
  const World kept(checkout(), {"allow read /**", "allow syscall unshare, unshare:newuser"},
                   {.keep_terminal = true});
  EXPECT_THAT(kept.model().flags(), Not(Contains("--new-session")));
  EXPECT_THAT(kept.model().flags(), Not(Contains("--disable-userns")));
}

TEST(BwrapPlan, MakesLinksOfThisMachineAnewInARootOfItsOwn) {
  MemoryFileSystem files = checkout();
  files.link("/bin", "usr/bin");
  const World world(files, {"allow read /bin/**"});
  EXPECT_THAT(world.steps(), ElementsAre("link /bin", "directory /usr", "ro_bind /usr/bin",
                                         "permissions /usr", "permissions /", "read_only /"));
  ASSERT_EQ(world.planned.plan.links.size(), 1U);
  EXPECT_EQ(world.planned.plan.links[0].target, "/usr/bin");
  EXPECT_EQ(world.verdict(0).fidelity, Fidelity::exact);
}

TEST(BwrapPlan, FollowsALinkForADenialWhereverItLeads) {
  MemoryFileSystem files = checkout();
  files.link("/home/u/.aws", "/data/keys").add("/data/keys/credentials").add("/data/other");
  const World world(files, {"allow read /**", "deny read /home/*/.aws/**"});
  EXPECT_FALSE(world.model().can_read("/data/keys/credentials"));
  EXPECT_TRUE(world.model().can_read("/data/other"));
}

TEST(BwrapPlan, DoesNotFollowALinkForAnAllowanceWhereTheCommandCouldMakeOne) {
  MemoryFileSystem files = checkout();
  files.link("/w/build", "/home/u");
  const World world(files, {"allow write /w/** /w/build/**"});
  EXPECT_FALSE(world.model().can_read("/home/u/.ssh/id_rsa"));
  ASSERT_EQ(world.planned.plan.links_refused.size(), 0U) << "/w/** settles it: nothing to follow";
  const World named(files, {"allow write /w/*", "allow write /w/src/** /w/build/**"});
  EXPECT_TRUE(named.model().can_read("/home/u/.ssh/id_rsa")) << "there /w itself is not writable";
}

TEST(BwrapPlan, CreatesAMissingWritableDirectoryAndRemovesItAgain) {
  const World world(checkout(), {"allow write /home/u/.cache/sbx/**"});
  ASSERT_EQ(world.planned.plan.before.size(), 2U);
  EXPECT_EQ(world.planned.plan.before[0].path, "/home/u/.cache");
  EXPECT_EQ(world.planned.plan.before[1].path, "/home/u/.cache/sbx");
  EXPECT_FALSE(world.planned.plan.before[1].stand_in);
  EXPECT_EQ(world.verdict(0).fidelity, Fidelity::exact);
}

TEST(BwrapPlan, StandsInForSpeltOutNamesOnlyAndNeverForThoseThatBreakGit) {
  const World world(checkout(),
                    {"allow write /w/**", "deny write /w/.claude/settings.json /w/.git/commondir",
                     "deny write /w/**/.envrc", "allow exec /w/**"},
                    {.static_only = true});
  std::vector<std::string> made;
  for (const Preparation& one : world.planned.plan.before) made.push_back(one.path);
  EXPECT_THAT(made, ElementsAre("/w/.claude", "/w/.claude/settings.json"));
  EXPECT_EQ(world.verdict(1).fidelity, Fidelity::widened);
  EXPECT_EQ(world.verdict(1).witness, "write /w/.git/commondir");
  EXPECT_EQ(world.verdict(2).fidelity, Fidelity::widened);
  EXPECT_EQ(world.verdict(2).witness, "write /w/.envrc");
  EXPECT_THAT(world.planned.plan.not_held, ::testing::SizeIs(2));
}

TEST(BwrapPlan, HidesSocketsThatNoRuleAllowsAndShowsThoseThatOneDoes) {
  MemoryFileSystem files = checkout();
  files.add("/w/app.sock", FileKind::socket).add("/w/other.sock", FileKind::socket);
  files.add("/run/agent.sock", FileKind::socket);
  const World some(files, {"allow write /w/**", "allow socket /w/app.sock /run/agent.sock"});
  EXPECT_TRUE(some.model().can_connect("/w/app.sock"));
  EXPECT_TRUE(some.model().can_connect("/run/agent.sock"));
  EXPECT_FALSE(some.model().can_connect("/w/other.sock"));
  EXPECT_THAT(some.verdict(1).needs, ElementsAre(Need::broker));
  const World none(files, {"allow write /w/**", "deny socket /w/**"});
  EXPECT_EQ(none.verdict(1).fidelity, Fidelity::exact) << "the filter refuses all of them";
  EXPECT_THAT(none.verdict(1).needs, IsEmpty());
}

TEST(BwrapPlan, ListsForLandlockWhatMayBeExecutedWhereThatIsLessThanReadable) {
  const World all(checkout(), {"allow read /usr/**", "allow exec /usr/**"});
  EXPECT_THAT(all.verdict(1).needs, IsEmpty());
  const World less(checkout(),
                   {"allow read /usr/** /w/**", "allow exec /usr/**", "deny exec /usr/bin/cc"});
  EXPECT_THAT(less.verdict(1).needs, ElementsAre(Need::landlock));
  EXPECT_THAT(less.planned.plan.exec_grants, IsEmpty());
  MemoryFileSystem more = checkout();
  more.add("/usr/bin/ld").add("/usr/lib/x");
  const World two(more, {"allow read /usr/**", "allow exec /usr/**", "deny exec /usr/bin/cc"});
  EXPECT_THAT(two.planned.plan.exec_grants, ElementsAre("/usr/bin/ld", "/usr/lib"));
}

TEST(BwrapPlan, HidesADirectoryThatIsMadeOnTheWayAndMayNotBeListed) {
  MemoryFileSystem files;
  files.add("/r/a");
  const World world(files, {"allow read /r/** except /r/p", "allow write /r/p/cache/**"});
  EXPECT_THAT(world.steps(), Contains("tmpfs /r/p"));
  EXPECT_THAT(world.steps(), Contains("bind /r/p/cache"));
  EXPECT_EQ(world.verdict(0).fidelity, Fidelity::narrowed) << "names that appear in it later";
  const World shown(files, {"allow read /r/**", "allow write /r/p/cache/**"});
  EXPECT_THAT(shown.steps(), Not(Contains("tmpfs /r/p")));
}

TEST(BwrapPlan, StopsAtTheWalkLimitAndSaysWhichPatternMetIt) {
  MemoryFileSystem files;
  for (int i = 0; i < 100; ++i) files.add("/w/d" + std::to_string(i) + "/f");
  const World world(files, {"allow read /w/**", "deny read /w/**/.env"}, {.walk_limit = 50});
  ASSERT_FALSE(world.planned.diagnostics.empty());
  EXPECT_EQ(world.planned.diagnostics[0].kind, Kind::walk_limit_met);
  EXPECT_THAT(world.planned.diagnostics[0].message, HasSubstr("`/w/**/.env`"));
  EXPECT_THAT(world.verdict(1).needs, ElementsAre(Need::broker));
}

// What std/persistence says of policies, where thousands of them lie about.
TEST(BwrapPlan, NamesTheDenialThatTakesThousandsOfMountsAndNeedsNoneBesideTheBroker) {
  MemoryFileSystem files;
  for (int i = 0; i < 7500; ++i) files.add("/tmp/old/" + std::to_string(i) + ".sbx");
  files.add("/w/agent.sbx");
  const std::initializer_list<std::string_view> rules = {"allow read /w/**", "allow write /tmp/**",
                                                         "deny write /**/*.sbx"};
  const World alone(files, rules);
  ASSERT_FALSE(alone.planned.diagnostics.empty());
  const Diagnostic& found = alone.planned.diagnostics[0];
  EXPECT_EQ(found.kind, Kind::too_many_arguments);
  EXPECT_THAT(found.notes, ElementsAre(HasSubstr("in `/tmp`"), HasSubstr("broker")));
  const World beside(files, rules, {.brokered = true});
  EXPECT_THAT(beside.planned.diagnostics, IsEmpty());
  EXPECT_LT(beside.planned.plan.steps.size(), 20U);
}

TEST(BwrapPlan, WarnsOfADirectoryThatIsAllowedAndNothingInIt) {
  const auto said = [](std::initializer_list<std::string_view> rules) {
    const World world(MemoryFileSystem().add("/w/a/b").add("/w/file"), rules);
    std::vector<std::string> out;
    for (const Diagnostic& found : world.planned.diagnostics) {
      if (found.kind == Kind::directory_alone) out.push_back(found.help);
    }
    return out;
  };
  EXPECT_THAT(said({"allow write /w"}),
              ElementsAre("for it and everything below it: `allow write /w/**`"));
  EXPECT_THAT(said({"allow read /w", "allow read /other/**"}), ::testing::SizeIs(1));
  // Somebody knows what is below it.
  EXPECT_THAT(said({"allow read /w", "allow read /w/a/**"}), IsEmpty());
  EXPECT_THAT(said({"allow read /w", "deny read /w/**"}), IsEmpty());
  EXPECT_THAT(said({"allow read /w", "allow write /w/**"}), IsEmpty());
  EXPECT_THAT(said({"allow read /w", "allow read /w/*/b"}), IsEmpty());
  // No directory, or everything in it.
  EXPECT_THAT(said({"allow read /w/**", "allow read /w/file", "allow read /none"}), IsEmpty());
}

TEST(BwrapPlan, WritesPathsThatAreNotTextAsTheirBytes) {
  MemoryFileSystem files;
  files.add("/w/\xff/f");
  Policy policy = terse_policy({"allow read /w/*"});
  Sources sources;
  const Lowered lowered = lower_bwrap(policy, sources, {.files = &files});
  EXPECT_THAT(lowered.artifacts[0].bytes, HasSubstr(R"({"hex":"2f772fff"})"));
  EXPECT_THAT(lowered.artifacts[1].bytes, HasSubstr("/w/\xff"));
}

TEST(BwrapPlan, GivesNoVariableOfOutsideUnlessItIsMadeForOneStart) {
  BwrapOptions options;
  const World later(checkout(), {"allow env A"});
  EXPECT_THAT(later.model().environment(), IsEmpty());
  EXPECT_THAT(later.verdict(0).needs, ElementsAre(Need::launcher));
  options.environment = {{"A", "1"}, {"B", "2"}};
  const World now(checkout(), {"allow env A"}, options);
  EXPECT_THAT(now.model().environment(), ElementsAre("A=1"));
  EXPECT_THAT(now.verdict(0).needs, IsEmpty());
}

}  // namespace
}  // namespace sbxc
