// What it takes to tamper with a plan, and that nothing happens to one that nobody touched.
#include <gtest/gtest.h>

#include <algorithm>

#include "backends/bwrap/read/scenes_for_test.h"
#include "backends/bwrap/read/tampered_plan_for_test.h"

namespace sbxc::bwrap_read {
namespace {

using Json = TamperedPlan::Json;

Json made(const std::string& what, const std::string& target, const std::string& mode) {
  Json step = {{"do", what}, {"target", target}, {"why", "tampered"}};
  if (what.ends_with("bind")) step["source"] = target;
  if (!mode.empty()) step["mode"] = mode;
  return step;
}

std::vector<std::string> arguments_of(const Json& step) {
  const std::string what = step["do"];
  const std::string target = step["target"];
  const std::string mode = step.value("mode", "");
  const auto source = [&] { return step["source"].get<std::string>(); };
  if (what == "mask_file") return {"--ro-bind", "/dev/null", target};
  if (what.ends_with("bind")) {
    std::string option = "--" + what + (step.contains("if_exists") ? "-try" : "");
    std::ranges::replace(option, '_', '-');
    return {option, source(), target};
  }
  if (what == "tmpfs") return {"--perms", mode, "--tmpfs", target};
  if (what == "directory") return {"--perms", mode, "--dir", target};
  if (what == "link") return {"--symlink", source(), target};
  if (what == "permissions") return {"--chmod", mode, target};
  return {what == "read_only" ? "--remount-ro" : "--" + what, target};
}

bool begins_step(const std::string& word) {
  return word.ends_with("bind") || word.ends_with("bind-try") || word == "--symlink" ||
         word == "--perms" || word == "--dir" || word == "--tmpfs" || word == "--proc" ||
         word == "--dev" || word == "--chmod" || word == "--remount-ro";
}

}  // namespace

TamperedPlan::TamperedPlan(PlanBytes plan)
    : policy(std::move(plan.policy)),
      json(Json::parse(plan.json)),
      verdicts(std::move(plan.verdicts)) {
  for (size_t at = 0; at < plan.args.size();) {
    const size_t end = plan.args.find('\0', at);
    args.push_back(plan.args.substr(at, end - at));
    at = end + 1;
  }
}

std::string TamperedPlan::args_bytes() const {
  std::string bytes;
  for (const std::string& word : args) bytes += word + '\0';
  return bytes;
}

Verification TamperedPlan::verify(const FileFacts& facts) const {
  return verify_bwrap(policy, {json_bytes(), args_bytes()}, verdicts, {.facts = &facts});
}

void TamperedPlan::drop_step(const std::string& target, const std::string& what) {
  drop_step_at(index_of(target, what));
}

void TamperedPlan::drop_json_step(const std::string& target) { steps().erase(index_of(target)); }

void TamperedPlan::drop_arguments_of(const std::string& target) {
  const Json whole = json;
  drop_step(target);
  json = whole;
}

void TamperedPlan::move_step_to_end(const std::string& target) {
  const size_t index = index_of(target);
  Json step = steps()[index];
  steps().erase(index);
  steps().push_back(std::move(step));
  rewrite_arguments();
}

void TamperedPlan::swap_steps(const std::string& one, const std::string& other) {
  std::swap(steps()[index_of(one)], steps()[index_of(other)]);
  rewrite_arguments();
}

void TamperedPlan::replace_step(const std::string& target, const std::string& from,
                                const std::string& to) {
  steps()[index_of(target, from)]["do"] = to;
  rewrite_arguments();
}

void TamperedPlan::add_step(const std::string& what, const std::string& target,
                            const std::string& mode) {
  const auto closing = std::find_if(steps().begin(), steps().end(), [](const Json& step) {
    return step["do"] == "permissions" || step["do"] == "read_only";
  });
  steps().insert(closing, made(what, target, mode));
  rewrite_arguments();
}

void TamperedPlan::add_step_first(const std::string& what, const std::string& target) {
  steps().insert(steps().begin(), made(what, target, {}));
  rewrite_arguments();
}

void TamperedPlan::set_source(const std::string& target, const std::string& source) {
  steps()[index_of(target)]["source"] = source;
  rewrite_arguments();
}

void TamperedPlan::let_be_left(const std::string& target) {
  Json& step = steps()[index_of(target)];
  step["if_exists"] = true;
  step.erase("relies_on");
  rewrite_arguments();
}

void TamperedPlan::set_reliance(const std::string& target, const std::string& kind) {
  steps()[index_of(target)]["relies_on"] = kind;
}

void TamperedPlan::drop_step_at(size_t index) {
  steps().erase(index);
  rewrite_arguments();
}

void TamperedPlan::swap_step_with_next(size_t index) {
  std::swap(steps()[index], steps()[index + 1]);
  rewrite_arguments();
}

bool TamperedPlan::turn_bind(size_t index) {
  Json& what = steps()[index]["do"];
  if (what != "bind" && what != "ro_bind") return false;
  what = what == "bind" ? "ro_bind" : "bind";
  rewrite_arguments();
  return true;
}

void TamperedPlan::drop_flag(const std::string& flag, int words) {
  const auto at = std::ranges::find(args, flag);
  args.erase(at, at + words);
}

void TamperedPlan::drop_held(const char* part, const std::string& operation) {
  std::erase_if(json[part].get_ref<Json::array_t&>(),
                [&](const Json& entry) { return entry["operation"] == operation; });
}

void TamperedPlan::set_held(const char* part, const std::string& operation, const std::string& to) {
  for (Json& entry : json[part]) {
    if (entry["operation"] == operation) entry["operation"] = to;
  }
}

void TamperedPlan::set_variable(const std::string& name, const std::string& value) {
  auto& set = json["environment"]["set"].get_ref<Json::array_t&>();
  std::erase_if(set, [&](const Json& one) { return one["name"] == name; });
  set.push_back({{"name", name}, {"value", value}});
  for (size_t i = 0; i + 2 < args.size(); ++i) {
    if (args[i] != "--setenv" || args[i + 1] != name) continue;
    args.erase(args.begin() + static_cast<std::ptrdiff_t>(i),
               args.begin() + static_cast<std::ptrdiff_t>(i) + 3);
  }
  const auto at = std::ranges::find(args, "--chdir");
  args.insert(at, {"--setenv", name, value});
}

void TamperedPlan::drop_links(const std::string& path) {
  std::erase_if(json["links"].get_ref<Json::array_t&>(),
                [&](const Json& link) { return link["path"] == path; });
}

size_t TamperedPlan::index_of(const std::string& target, const std::string& what) {
  for (size_t i = 0; i < steps().size(); ++i) {
    const bool fits = what.empty() || steps()[i]["do"] == what;
    if (steps()[i]["target"] == target && fits) return i;
  }
  throw std::invalid_argument("no step for " + target + ": " + json.dump(1));
}

void TamperedPlan::rewrite_arguments() {
  const auto first = std::ranges::find_if(args, begins_step);
  const std::vector<std::string> tail(std::ranges::find(args, "--chdir"), args.end());
  args.erase(first, args.end());
  for (const Json& step : steps()) {
    const std::vector<std::string> words = arguments_of(step);
    args.insert(args.end(), words.begin(), words.end());
  }
  args.insert(args.end(), tail.begin(), tail.end());
}

namespace {

TEST(TamperedPlan, WithNothingChangedIsTheSamePlan) {
  for (const Scene& scene : {Scene::workspace(), Scene::reader()}) {
    const PlanBytes plan = PlanBytes::of(scene.policy, BwrapOptions{.files = &scene.views.files});
    TamperedPlan same = scene.plan();
    EXPECT_EQ(same.args_bytes(), plan.args);
    same.swap_steps("/", "/");  // writes the arguments anew
    EXPECT_EQ(same.args_bytes(), plan.args);
    EXPECT_EQ(same.json, TamperedPlan::Json::parse(plan.json));
    const Verification verification = same.verify(scene.views.facts);
    EXPECT_TRUE(verification.holds()) << in_words(verification);
  }
}

}  // namespace
}  // namespace sbxc::bwrap_read
