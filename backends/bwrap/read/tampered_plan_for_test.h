// For tests: a plan to be tampered with. A change is made in plan.json and in plan.args alike
// unless it says otherwise; tampered_plan_test.cc has the rest.
#pragma once

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

  explicit TamperedPlan(PlanBytes plan);

  std::string json_bytes() const { return json.dump(); }
  std::string args_bytes() const;
  Verification verify(const FileFacts& facts) const;

  // The first step for `target`, or the first that does `what` there.
  void drop_step(const std::string& target, const std::string& what = {});
  void drop_json_step(const std::string& target);
  void drop_arguments_of(const std::string& target);
  void move_step_to_end(const std::string& target);
  void swap_steps(const std::string& one, const std::string& other);
  void replace_step(const std::string& target, const std::string& from, const std::string& to);
  // In front of what closes the sandbox's own directories: behind it nothing can be made.
  void add_step(const std::string& what, const std::string& target, const std::string& mode = {});
  void add_step_first(const std::string& what, const std::string& target);
  void set_source(const std::string& target, const std::string& source);
  void let_be_left(const std::string& target);
  void set_reliance(const std::string& target, const std::string& kind);
  // By number: the step at `index` alone.
  size_t step_count() const { return json["steps"].size(); }
  void drop_step_at(size_t index);
  void swap_step_with_next(size_t index);
  // Writable for read-only and the other way round; false where the step is no bind.
  bool turn_bind(size_t index);

  void drop_flag(const std::string& flag, int words = 1);
  void add_flag(const std::string& flag) { args.insert(args.begin(), flag); }
  void drop_held(const char* part, const std::string& operation);
  void set_held(const char* part, const std::string& operation, const std::string& to);
  void set_variable(const std::string& name, const std::string& value);
  void drop_links(const std::string& path);

 private:
  Json& steps() { return json["steps"]; }
  size_t index_of(const std::string& target, const std::string& what = {});
  // From the steps, by docs/formats.md and bubblewrap's manual.
  void rewrite_arguments();
};

}  // namespace sbxc::bwrap_read
