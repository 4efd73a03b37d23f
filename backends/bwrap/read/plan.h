// A plan as its reader understands it: plan.json and plan.args each as a list of the same steps,
// and what the launcher is told beside them. Read from the bytes by docs/formats.md and
// bubblewrap's manual alone; whatever is not described there is not understood, and the reading
// fails.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "backends/bwrap/read/file_facts.h"
#include "compiler/policy/policy.h"

namespace sbxc::bwrap_read {

enum class Do : uint8_t { bind, dev_bind, tmpfs, directory, link, proc, dev, chmod, read_only };

struct Step {
  Do what{};
  std::string source{};  // a path of this machine; of a link, what it says
  std::string target{};
  uint32_t mode = 0;         // of tmpfs, directory, chmod
  bool writable = false;     // of bind
  bool may_be_left = false;  // left out when the source is missing
  std::optional<There> relies_on{};
  std::vector<RuleId> rules{};
  std::string text{};  // as it was written, for people

  // The same to bubblewrap.
  bool does_the_same(const Step& other) const;
};

struct Made {
  std::string path;
  bool directory = true;
  bool stand_in = false;
};

// A part of a rule that somebody has to hold as the command runs.
struct HeldPart {
  RuleId rule{};
  Operation operation{};
  std::string why;
};

struct PassedNames {  // one rule about variables
  RuleId rule{};
  Effect effect{};
  std::vector<NameGlob> names;
  std::vector<NameGlob> except;
};

struct Variable {
  std::string name;
  std::string value;
  bool operator==(const Variable&) const = default;
};

struct FollowedLink {
  std::string path;
  std::string target;
  RuleId rule{};
};

struct PlanFile {  // plan.json
  bool mounts_alone = false;
  bool user_namespaces_inside = false;
  bool new_session = false;
  std::string hostname;
  std::string directory;
  std::vector<Made> before;
  std::vector<std::string> after;
  std::vector<Step> steps;
  bool variables_resolved = false;
  std::vector<Variable> variables;
  std::vector<PassedNames> passed;
  bool network = false;
  std::vector<std::pair<std::string, RuleId>> forwards;
  bool unix_sockets = false;
  std::vector<std::pair<std::string, uint64_t>> limits;
  std::vector<HeldPart> broker;
  std::vector<HeldPart> landlock;
  bool execution_limited = false;
  std::vector<std::string> execute;
  std::vector<HeldPart> not_held;
  std::vector<FollowedLink> links;
  std::vector<FollowedLink> links_not_followed;
};

struct ArgumentsFile {             // plan.args
  std::vector<std::string> flags;  // sorted; `--cap-drop ALL` is one
  std::string hostname;
  std::string directory;
  std::vector<Variable> variables;
  std::vector<Step> steps;
};

// What was not understood, in one clause.
template <typename T>
using Reading = tl::expected<T, std::string>;

inline constexpr size_t kMaxPlanBytes = size_t{64} << 20;
Reading<PlanFile> read_plan_json(std::string_view bytes, size_t rules);  // of the policy
Reading<ArgumentsFile> read_plan_args(std::string_view bytes);

}  // namespace sbxc::bwrap_read
