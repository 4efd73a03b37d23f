// plan.json by docs/formats.md, key by key. Nothing in it is optional but what is said to be there,
// and a key that the page does not have is not skipped: it could change what the others mean.
#include <fmt/core.h>

#include <set>

#include "backends/bwrap/read/canonical.h"
#include "backends/bwrap/read/plan_json_steps.h"
#include "compiler/diag/printable.h"

namespace sbxc::bwrap_read {
namespace {

class PlanJson {
 public:
  PlanJson(size_t rules, Complaint& complaint) : rules_(rules), complaint_(complaint) {}

  PlanFile read(const Json& json) {
    StrictObject top(json, "the plan", complaint_);
    if (top.number("sbxc_plan") != 1) top.complain("is of a version that is not known");
    top.bytes("policy");
    read_held_by(top);
    read_namespaces(top.object("namespaces"));
    plan_.directory = path(top, "directory");
    if (top.has("command")) {
      for (const Json& word : top.list("command")) text_bytes(word, "a word of it", complaint_);
    }
    read_made(top);
    const std::vector<Json> steps = top.list("steps");
    for (size_t i = 0; i < steps.size(); ++i) {
      plan_.steps.push_back(step_of(steps[i], i, rules_, complaint_));
    }
    read_environment(top.object("environment"));
    read_network(top.object("network"));
    StrictObject seccomp = top.object("seccomp");
    if (!seccomp.boolean("required")) seccomp.complain("is not `required`");
    plan_.unix_sockets = seccomp.boolean("unix_sockets");
    seccomp.close();
    read_limits(top);
    plan_.broker = held(top, "broker");
    read_landlock(top.object("landlock"));
    plan_.not_held = held(top, "not_held");
    plan_.links = links(top, "links");
    plan_.links_not_followed = links(top, "links_not_followed");
    top.close();
    return std::move(plan_);
  }

 private:
  std::string path(StrictObject& object, const char* key) {
    std::string text = object.bytes(key);
    if (!is_canonical(text)) {
      object.complain(fmt::format("has a `{}` that is no canonical path", key));
    }
    return text;
  }

  void read_held_by(StrictObject& top) {
    const std::string by = top.word("held_by");
    plan_.mounts_alone = by == "mounts alone";
    if (!plan_.mounts_alone && by != "mounts and the runtime") {
      top.complain(fmt::format("is held by `{}`", printable(by)));
    }
  }

  void read_namespaces(StrictObject spaces) {
    std::set<std::string> fresh;
    for (const Json& name : spaces.list("new")) {
      if (name.is_string()) fresh.insert(name.get<std::string>());
    }
    const std::set<std::string> all = {
        "user", "mount", "pid", "ipc", "uts", "net", "cgroup if possible"};
    if (fresh != all) spaces.complain("has a list of new namespaces that is not known");
    plan_.user_namespaces_inside = spaces.boolean("more_user_namespaces");
    plan_.hostname = spaces.bytes("hostname");
    if (spaces.word("user") != "the same ids, no capability") {
      spaces.complain("has a `user` that is not known");
    }
    plan_.new_session = spaces.boolean("new_session");
    if (!spaces.boolean("dies_with_parent")) spaces.complain("does not die with its parent");
    spaces.close();
  }

  void read_made(StrictObject& top) {
    for (const Json& json : top.list("before")) {
      StrictObject made(json, "an entry of `before`", complaint_);
      const std::string what = made.word("make");
      if (what != "directory" && what != "file") made.complain("makes something not known");
      plan_.before.push_back({path(made, "path"), what == "directory", made.boolean("stand_in")});
      made.list("rules");
      made.close();
    }
    for (const Json& json : top.list("after")) {
      StrictObject removed(json, "an entry of `after`", complaint_);
      plan_.after.push_back(path(removed, "remove_if_made_and_empty"));
      removed.close();
    }
  }

  std::vector<NameGlob> globs(StrictObject& rule, const char* key) {
    std::vector<NameGlob> all;
    for (const Json& json : rule.list(key)) {
      const std::string text = text_bytes(json, rule.where(), complaint_);
      const auto pattern = parse_env_pattern(PatternText::plain(text));
      if (!pattern) {
        rule.complain(fmt::format("has a pattern that cannot be read: `{}`", printable(text)));
        return all;
      }
      all.insert(all.end(), pattern->globs.begin(), pattern->globs.end());
    }
    return all;
  }

  void read_environment(StrictObject environment) {
    if (!environment.boolean("cleared")) environment.complain("is not cleared");
    plan_.variables_resolved = environment.boolean("resolved");
    for (const Json& json : environment.list("set")) {
      StrictObject variable(json, "a variable", complaint_);
      plan_.variables.push_back({variable.bytes("name"), variable.bytes("value")});
      variable.close();
    }
    for (const Json& json : environment.list("rules")) {
      StrictObject rule(json, "a rule about variables", complaint_);
      PassedNames& passed = plan_.passed.emplace_back();
      passed.rule = rule_of(rule.number("rule"), rules_, rule);
      const std::string effect = rule.word("effect");
      if (effect != "allow" && effect != "deny") rule.complain("has an effect not known");
      passed.effect = effect == "allow" ? Effect::allow : Effect::deny;
      passed.names = globs(rule, "names");
      passed.except = globs(rule, "except");
      rule.close();
    }
    environment.close();
  }

  void read_network(StrictObject network) {
    plan_.network = network.boolean("allowed");
    for (const Json& json : network.list("forwards")) {
      StrictObject forward(json, "a forward", complaint_);
      std::string listen = forward.word("listen");
      plan_.forwards.emplace_back(std::move(listen),
                                  rule_of(forward.number("rule"), rules_, forward));
      forward.close();
    }
    network.close();
  }

  void read_limits(StrictObject& top) {
    for (const Json& json : top.list("limits")) {
      StrictObject limit(json, "a limit", complaint_);
      std::string name = limit.word("limit");
      plan_.limits.emplace_back(std::move(name), limit.number("value"));
      limit.close();
    }
  }

  std::vector<HeldPart> held(StrictObject& object, const char* key) {
    std::vector<HeldPart> all;
    for (const Json& json : object.list(key)) {
      StrictObject entry(json, fmt::format("an entry of `{}`", key), complaint_);
      HeldPart& part = all.emplace_back();
      part.rule = rule_of(entry.number("rule"), rules_, entry);
      const std::string operation = entry.word("operation");
      const auto known = operation_named(operation);
      if (!known) entry.complain(fmt::format("is about `{}`", printable(operation)));
      part.operation = known.value_or(Operation::read);
      part.why = entry.word("why");
      if (entry.has("at")) entry.bytes("at");
      if (entry.has("example")) entry.bytes("example");
      entry.close();
    }
    return all;
  }

  void read_landlock(StrictObject landlock) {
    plan_.landlock = held(landlock, "rules");
    for (const Json& json : landlock.list("execute")) {
      plan_.execute.push_back(text_bytes(json, "a path of `execute`", complaint_));
      if (!is_canonical(plan_.execute.back())) {
        landlock.complain("lets something be executed that is no canonical path");
      }
    }
    plan_.execution_limited = landlock.boolean("limits_execution");
    landlock.close();
  }

  std::vector<FollowedLink> links(StrictObject& top, const char* key) {
    std::vector<FollowedLink> all;
    for (const Json& json : top.list(key)) {
      StrictObject link(json, fmt::format("an entry of `{}`", key), complaint_);
      FollowedLink& one = all.emplace_back();
      one.path = path(link, "path");
      one.target = path(link, "target");
      one.rule = rule_of(link.number("rule"), rules_, link);
      link.close();
    }
    return all;
  }

  size_t rules_;
  Complaint& complaint_;
  PlanFile plan_;
};

}  // namespace

bool Step::does_the_same(const Step& other) const {
  return what == other.what && source == other.source && target == other.target &&
         mode == other.mode && writable == other.writable && may_be_left == other.may_be_left;
}

Reading<PlanFile> read_plan_json(std::string_view bytes, size_t rules) {
  if (bytes.size() > kMaxPlanBytes) return tl::unexpected(std::string("it is too large"));
  Complaint complaint;
  const std::optional<Json> json = parse_strictly(bytes, complaint);
  PlanFile plan;
  if (json) plan = PlanJson(rules, complaint).read(*json);
  if (!complaint.first().empty()) return tl::unexpected(complaint.first());
  return plan;
}

}  // namespace sbxc::bwrap_read
