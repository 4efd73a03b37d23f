// For tests: two scenes, each a policy and a file tree, and plans of them to be tampered with. A
// change is made in plan.json and in plan.args alike unless it says otherwise.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "backends/bwrap/read/verified_plan_for_test.h"

namespace sbxc::bwrap_read {

class TamperedPlan {
 public:
  using Json = nlohmann::ordered_json;

  Policy policy;
  Json json;
  std::vector<std::string> args;
  std::vector<RuleVerdict> verdicts;

  explicit TamperedPlan(PlanBytes plan)
      : policy(std::move(plan.policy)),
        json(Json::parse(plan.json)),
        verdicts(std::move(plan.verdicts)) {
    for (size_t at = 0; at < plan.args.size();) {
      const size_t end = plan.args.find('\0', at);
      args.push_back(plan.args.substr(at, end - at));
      at = end + 1;
    }
  }

  std::string json_bytes() const { return json.dump(); }
  std::string args_bytes() const {
    std::string bytes;
    for (const std::string& word : args) bytes += word + '\0';
    return bytes;
  }
  Verification verify(const FileFacts& facts) const {
    return verify_bwrap(policy, {json_bytes(), args_bytes()}, verdicts, {.facts = &facts});
  }

  // The first step for `target`, or the first that does `what` there.
  void drop_step(const std::string& target, const std::string& what = {}) {
    steps().erase(index_of(target, what));
    rewrite_arguments();
  }
  void drop_json_step(const std::string& target) { steps().erase(index_of(target)); }
  void drop_arguments_of(const std::string& target) {
    const Json whole = json;
    drop_step(target);
    json = whole;
  }
  void move_step_to_end(const std::string& target) {
    const size_t index = index_of(target);
    Json step = steps()[index];
    steps().erase(index);
    steps().push_back(std::move(step));
    rewrite_arguments();
  }
  void swap_steps(const std::string& one, const std::string& other) {
    std::swap(steps()[index_of(one)], steps()[index_of(other)]);
    rewrite_arguments();
  }
  void replace_step(const std::string& target, const std::string& from, const std::string& to) {
    Json& step = steps()[index_of(target, from)];
    step["do"] = to;
    rewrite_arguments();
  }
  void add_step(const std::string& what, const std::string& target, const std::string& mode = {}) {
    // In front of what closes the sandbox's own directories: behind it nothing can be made.
    const auto closing = std::find_if(steps().begin(), steps().end(), [](const Json& step) {
      return step["do"] == "permissions" || step["do"] == "read_only";
    });
    steps().insert(closing, made(what, target, mode));
    rewrite_arguments();
  }
  void add_step_first(const std::string& what, const std::string& target) {
    steps().insert(steps().begin(), made(what, target, {}));
    rewrite_arguments();
  }
  void set_source(const std::string& target, const std::string& source) {
    steps()[index_of(target)]["source"] = source;
    rewrite_arguments();
  }
  void let_be_left(const std::string& target) {
    Json& step = steps()[index_of(target)];
    step["if_exists"] = true;
    step.erase("relies_on");
    rewrite_arguments();
  }
  void set_reliance(const std::string& target, const std::string& kind) {
    steps()[index_of(target)]["relies_on"] = kind;
  }
  void drop_flag(const std::string& flag, int words = 1) {
    const auto at = std::ranges::find(args, flag);
    args.erase(at, at + words);
  }
  void add_flag(const std::string& flag) { args.insert(args.begin(), flag); }
  void drop_held(const char* part, const std::string& operation) {
    std::erase_if(json[part].get_ref<Json::array_t&>(),
                  [&](const Json& entry) { return entry["operation"] == operation; });
  }
  void set_held(const char* part, const std::string& operation, const std::string& to) {
    for (Json& entry : json[part]) {
      if (entry["operation"] == operation) entry["operation"] = to;
    }
  }
  void set_variable(const std::string& name, const std::string& value) {
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
  void drop_links(const std::string& path) {
    std::erase_if(json["links"].get_ref<Json::array_t&>(),
                  [&](const Json& link) { return link["path"] == path; });
  }

 private:
  Json& steps() { return json["steps"]; }

  size_t index_of(const std::string& target, const std::string& what = {}) {
    for (size_t i = 0; i < steps().size(); ++i) {
      const bool fits = what.empty() || steps()[i]["do"] == what;
      if (steps()[i]["target"] == target && fits) return i;
    }
    throw std::invalid_argument("no step for " + target + ": " + json.dump(1));
  }

  static Json made(const std::string& what, const std::string& target, const std::string& mode) {
    Json step = {{"do", what}, {"target", target}, {"why", "tampered"}};
    if (what.ends_with("bind")) step["source"] = target;
    if (!mode.empty()) step["mode"] = mode;
    return step;
  }

  // From the steps, by docs/formats.md and bubblewrap's manual.
  void rewrite_arguments() {
    const auto first = std::ranges::find_if(args, [](const std::string& word) {
      return word.ends_with("bind") || word == "--symlink" || word == "--perms" ||
             word == "--dir" || word == "--tmpfs" || word == "--proc" || word == "--dev";
    });
    const std::vector<std::string> tail(std::ranges::find(args, "--chdir"), args.end());
    args.erase(first, args.end());
    for (const Json& step : steps()) {
      const std::string what = step["do"];
      const std::string target = step["target"];
      const std::string mode = step.value("mode", "");
      if (what == "mask_file") {
        args.insert(args.end(), {"--ro-bind", "/dev/null", target});
      } else if (what.ends_with("bind")) {
        std::string option = "--" + what + (step.contains("if_exists") ? "-try" : "");
        std::ranges::replace(option, '_', '-');
        args.insert(args.end(), {option, step["source"].get<std::string>(), target});
      } else if (what == "tmpfs" || what == "directory") {
        const std::string option = what == "tmpfs" ? "--tmpfs" : "--dir";
        args.insert(args.end(), {"--perms", mode, option, target});
      } else if (what == "link") {
        args.insert(args.end(), {"--symlink", step["source"].get<std::string>(), target});
      } else if (what == "permissions") {
        args.insert(args.end(), {"--chmod", mode, target});
      } else {
        args.insert(args.end(), {what == "read_only" ? "--remount-ro" : "--" + what, target});
      }
    }
    args.insert(args.end(), tail.begin(), tail.end());
  }
};

struct Scene {
  Policy policy;
  TwoViews views;

  TamperedPlan plan() const {
    return TamperedPlan(PlanBytes::of(policy, BwrapOptions{.files = &views.files}));
  }

  // Somebody's checkout with keys and hooks in it; little else is to be seen.
  static Scene workspace() {
    Scene scene;
    scene.policy =
        terse_policy({"allow read /bin/** /usr/** /etc/hosts /srv/later/**", "allow exec /usr/**",
                      "allow write /home/u/w/**", "deny write /home/u/w/**/.git/hooks/**",
                      "deny read /home/u/w/**/.env", "allow socket /run/app.sock",
                      "allow env TERM* PATH", "deny env TERM_SECRET"});
    scene.policy.environment.push_back({.name = "LANG", .value = "C.UTF-8", .os = {}, .span = {}});
    scene.policy.limits.push_back({LimitKind::processes, 100, {}, {}});
    scene.views.add("/usr/bin/ls").add("/etc/hosts").add("/etc/shadow").add("/home/u/.ssh/id");
    scene.views.add("/home/u/w/src/a.c").add("/home/u/w/.env").add("/home/u/w/sub/.env");
    scene.views.add("/home/u/w/.git/config").add("/home/u/w/.git/hooks/pre");
    scene.views.add("/run/app.sock", There::socket).add("/run/other.sock", There::socket);
    scene.views.link("/bin", "usr/bin");
    return scene;
  }
  // All is read but a few secrets, nothing is written.
  static Scene reader() {
    Scene scene;
    scene.policy = terse_policy({"allow read /**", "deny read /home/*/.ssh/** /etc/shadow",
                                 "deny read /home/**/*.key", "allow exec /**",
                                 "allow connect example.com", "allow listen 127.0.0.1:3000"});
    scene.views.add("/usr/bin/ls").add("/etc/hosts").add("/etc/shadow").add("/home/u/.ssh/id");
    scene.views.add("/home/u/notes").add("/home/u/a.key").add("/tmp/x");
    scene.views.add("/proc/meminfo").add("/dev/null", There::device);
    return scene;
  }
};

}  // namespace sbxc::bwrap_read
