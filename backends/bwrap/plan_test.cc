// Plans against a file system in memory: the steps as golden text, and in the same tests what the
// steps mean to somebody who reads them independently, compared with decide().
#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

}  // namespace
}  // namespace sbxc
