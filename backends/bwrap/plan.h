// The plan: what has to happen, in order, so that a command runs under the policy. A value, made
// from the policy and what the file system looked like; written as plan.json, as the bytes that
// bubblewrap takes, and as a shell script. See docs/formats.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "backends/bwrap/access_tree.h"
#include "backends/target/target.h"

namespace sbxc::bwrap {

enum class StepKind : uint8_t {
  bind,         // source at target, writable
  ro_bind,      // source at target, read-only
  dev_bind,     // source at target, devices work
  tmpfs,        // an empty directory of the sandbox's own
  directory,    // a directory above something that is there
  mask_file,    // a file that cannot be opened
  link,         // a symbolic link; source is what it says
  proc,         // the sandbox's own process table
  dev,          // the sandbox's own devices: null, zero, full, random, urandom, tty, pts, shm
  permissions,  // mode of target
  read_only,    // the mount at target
};
std::string_view name_of(StepKind kind);

struct Step {
  StepKind kind{};
  std::string source{};  // a host path; of a link, its text
  std::string target{};  // a path inside
  uint32_t mode = 0;     // of tmpfs, directory, permissions
  bool if_exists = false;
  std::string why{};
  std::vector<RuleId> rules{};
  // What is at `target` on this machine; the step is for that, and not for what replaced it.
  std::optional<FileKind> relies_on{};
};

// Made on this machine before the start, removed afterwards if the plan made it (and, a directory,
// if it is empty).
struct Preparation {
  std::string path;
  bool directory = true;
  bool stand_in = false;  // only there to be mounted upon
  std::vector<RuleId> rules;
};

struct Forward {
  std::string listen;  // as the rule says it
  RuleId rule{};
  IpNetwork network{};  // of its address
  PortSet ports{};
};

// What the policy says and mounts cannot hold by themselves.
struct Held {
  RuleId rule{};
  Operation operation{};
  std::string why;      // `a name that appears later`
  std::string example;  // a request, empty when there is none to show
};

struct LimitStep {
  LimitKind kind{};
  uint64_t value = 0;
};

// One rule about variables: name globs less name globs.
struct EnvironmentRule {
  RuleId rule{};
  Effect effect{};
  std::vector<NameGlob> names;
  std::vector<NameGlob> except;
};

struct EnvironmentPart {
  std::vector<std::pair<std::string, std::string>> set;  // by name; the policy's own values last
  std::vector<std::string> policy_values;                // names whose value the policy gives
  bool resolved = false;                                 // passed variables are in `set`
  std::vector<EnvironmentRule> rules;                    // which variables of outside pass
};

struct BwrapPlan {
  std::string policy;
  bool static_only = false;
  bool keep_terminal = false;
  bool disable_user_namespaces = true;
  std::string hostname;
  std::string directory;  // where the command starts
  std::vector<std::string> command;
  std::vector<Preparation> before;
  std::vector<Step> steps;
  EnvironmentPart environment;
  bool network = false;  // the policy lets the command connect or listen somewhere
  std::vector<Forward> forwards;
  bool unix_sockets = false;  // AF_UNIX is of use: some socket is allowed
  std::vector<Held> broker;
  std::vector<Held> landlock;
  bool limits_execution = false;         // Landlock: nothing is executed but what is granted
  std::vector<std::string> exec_grants;  // Landlock: files, and directories with all below
  std::vector<Held> not_held;            // static_only: nobody holds these
  std::vector<LimitStep> limits;
  std::vector<LinkFollowed> links;
  std::vector<LinkFollowed> links_refused;
};

// A writable file that is a mount point: it can be changed, not replaced.
struct FixedFile {
  std::string path;
  std::vector<RuleId> rules;
};

struct MountSteps {
  std::vector<Preparation> before;
  std::vector<Step> steps;
  std::vector<FixedFile> fixed_files;
  std::vector<FixedFile> settings;  // of the kernel: readable, whatever the policy lets be written
};

// Puts the tree into mounts: parents before children, a pin before what it pins, masks after what
// they mask, allowed places after the masks above them.
MountSteps mount_steps(const AccessTree& tree, const FileSystemView& files, bool sockets_matter);

// The NUL-separated arguments for `bwrap --args FD`, without the command.
std::vector<std::string> bwrap_arguments(const BwrapPlan& plan);
std::string args_bytes(const BwrapPlan& plan);
// plan.json
std::string plan_json(const BwrapPlan& plan, const Policy& policy, const Sources& sources);

}  // namespace sbxc::bwrap
