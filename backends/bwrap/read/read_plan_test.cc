// What the reader refuses, with what it says: never a guess.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/bwrap/read/holder.h"
#include "backends/bwrap/read/scenes_for_test.h"

namespace sbxc::bwrap_read {
namespace {

using ::testing::HasSubstr;

std::string refusal(const TamperedPlan& plan, const std::string& json, const std::string& args) {
  const RecordedFiles none;
  const Verification verification =
      verify_bwrap(plan.policy, {json, args}, plan.verdicts, {.facts = &none});
  return verification.unreadable ? verification.unreadable->message : "understood";
}

std::string json_refusal(const std::function<void(nlohmann::ordered_json&)>& change) {
  TamperedPlan plan = Scene::workspace().plan();
  change(plan.json);
  return refusal(plan, plan.json_bytes(), plan.args_bytes());
}

std::string args_refusal(const std::string& more) {
  const TamperedPlan plan = Scene::workspace().plan();
  return refusal(plan, plan.json_bytes(), plan.args_bytes() + more);
}

TEST(ReadPlan, RefusesWhatItDoesNotUnderstandInPlanJson) {
  EXPECT_EQ(json_refusal([](auto& json) { json["sbxc_plan"] = 2; }),
            "plan.json cannot be read back: the plan is of a version that is not known");
  EXPECT_THAT(json_refusal([](auto& json) { json["steps"][0]["do"] = "overlay"; }),
              HasSubstr("step 0 does something that is not known: `overlay`"));
  EXPECT_THAT(json_refusal([](auto& json) { json["steps"][0]["options"] = "exec"; }),
              HasSubstr("step 0 has a key that is not known: `options`"));
  EXPECT_THAT(json_refusal([](auto& json) { json["extra"] = 1; }),
              HasSubstr("the plan has a key that is not known: `extra`"));
  EXPECT_THAT(json_refusal([](auto& json) { json.erase("broker"); }),
              HasSubstr("the plan has no `broker`"));
  EXPECT_THAT(json_refusal([](auto& json) { json["steps"][0]["target"] = "/a/../b"; }),
              HasSubstr("step 0 has a `target` that is no canonical path"));
  EXPECT_THAT(json_refusal([](auto& json) { json["steps"][0]["target"] = 7; }),
              HasSubstr("is no text"));
  EXPECT_THAT(json_refusal([](auto& json) { json["steps"][0]["rules"] = {4000}; }),
              HasSubstr("step 0 names rule 4000"));
  EXPECT_THAT(json_refusal([](auto& json) { json["seccomp"]["required"] = false; }),
              HasSubstr("`seccomp` is not `required`"));
  EXPECT_THAT(json_refusal([](auto& json) { json["environment"]["cleared"] = false; }),
              HasSubstr("`environment` is not cleared"));
}

TEST(ReadPlan, RefusesDamagedJson) {
  const TamperedPlan plan = Scene::workspace().plan();
  const std::string whole = plan.json_bytes();
  EXPECT_THAT(refusal(plan, whole.substr(0, whole.size() / 2), plan.args_bytes()),
              HasSubstr("it is no JSON"));
  EXPECT_THAT(refusal(plan, "", plan.args_bytes()), HasSubstr("it is no JSON"));
  EXPECT_THAT(refusal(plan, "{\"policy\":1,\"policy\":2}", plan.args_bytes()),
              HasSubstr("the key `policy` stands twice"));
  EXPECT_THAT(refusal(plan, "[]", plan.args_bytes()), HasSubstr("the plan is no object"));
}

TEST(ReadPlan, RefusesWhatItDoesNotUnderstandInPlanArgs) {
  using namespace std::string_literals;
  EXPECT_EQ(args_refusal("--overlay\0/a\0"s),
            "plan.args cannot be read back: it has an argument that is not known: `--overlay`");
  EXPECT_THAT(args_refusal("--tmpfs"), HasSubstr("its last argument has no end"));
  EXPECT_THAT(args_refusal("--ro-bind\0/a\0"s), HasSubstr("`--ro-bind` has no value"));
  EXPECT_THAT(args_refusal("--ro-bind\0/a\0/b/\0"s), HasSubstr("not canonical: `/b/`"));
  EXPECT_THAT(args_refusal("--perms\0"
                           "0999\0--tmpfs\0/a\0"s),
              HasSubstr("no octal mode"));
  EXPECT_THAT(args_refusal("--perms\0"
                           "0700\0--proc\0/a\0"s),
              HasSubstr("`--perms` stands before"));
}

TEST(Holder, NamesTheStepTheBrokerOrLandlock) {
  const Scene scene = Scene::workspace();
  const TamperedPlan plan = scene.plan();
  const std::string json = plan.json_bytes();
  const std::string args = plan.args_bytes();
  const auto clause = [&](std::string_view request) {
    const auto holder = bwrap_holder(scene.policy, {json, args}, terse_request(request),
                                     {.facts = &scene.views.facts});
    return holder ? holder->clause : holder.error();
  };
  EXPECT_THAT(clause("read /usr/bin/ls"), HasSubstr("read-only by step"));
  EXPECT_THAT(clause("read /usr/bin/ls"), HasSubstr("`ro_bind /usr`"));
  EXPECT_THAT(clause("read /home/u/w/.env"), HasSubstr("masked by step"));
  EXPECT_THAT(clause("read /home/u/w/new/.env"), HasSubstr("the broker refuses it: a name that"));
  EXPECT_THAT(clause("exec /usr/bin/ls"), HasSubstr("Landlock lets `/usr` be executed"));
  EXPECT_THAT(clause("exec /home/u/w/a.out"), HasSubstr("Landlock lets it not be executed"));
  EXPECT_THAT(clause("read /etc/shadow"), HasSubstr("nothing is mounted there"));
}

}  // namespace
}  // namespace sbxc::bwrap_read
