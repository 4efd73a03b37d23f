// `sbxc diff` on what is no policy: which kind of file it is, and what two files of one kind say.
// The readers are in backends/*; a policy on the other side is compiled first. What decides in an
// artifact is told by its own lines.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "compiler/driver/load.h"
#include "compiler/report/difference.h"

namespace sbxc::driver {

// Of `sbxc compile`, and what others write in the same formats.
enum class FileKind : uint8_t { profile, plan, filter_x86_64, filter_aarch64, hosts };
std::string_view describe(FileKind kind);    // `Seatbelt profile`
std::string_view usual_name(FileKind kind);  // `profile.sb`

// By their kind; a policy has none before it is compiled.
using Files = std::map<FileKind, std::string>;

// What the argument of a command is. A directory has the files of a compilation.
struct Given {
  std::string name;                // as the user named it
  std::optional<std::string> sbx;  // the path of a policy
  bool is_directory = false;
  Files files;
};
Result<Given> look_at(const std::string& path);

// The other side's kinds, made from the policy.
Result<Files> compile_kinds(const Loaded& policy, const Files& like);

// One side while it is compared: the lines that were pointed at.
class PointedAt {
 public:
  RuleId add(report::DecidingRule rule);
  const report::DecidingRule& rule(RuleId id) const { return rules_[static_cast<size_t>(id)]; }

 private:
  std::vector<report::DecidingRule> rules_;
  std::map<std::pair<std::string, std::string>, RuleId> known_;  // by place and statement
};

struct ComparedBytes {
  std::string_view before;
  std::string_view after;
  std::string file_before;  // for places
  std::string file_after;
  std::vector<std::string> import_dirs{};  // for what a profile imports
};
struct Comparing {
  report::Difference difference;
  PointedAt before;
  PointedAt after;
};

// Each adds what changed, and what could not be compared; an error when one of the two cannot be
// read.
Result<bool> compare_profiles(const ComparedBytes& bytes, Comparing& out);
Result<bool> compare_plans(const ComparedBytes& bytes, Comparing& out);
Result<bool> compare_filters(FileKind kind, const ComparedBytes& bytes, Comparing& out);
Result<bool> compare_hosts(const ComparedBytes& bytes, Comparing& out);

}  // namespace sbxc::driver
