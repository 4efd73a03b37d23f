// A group may be used if this user may make directories in it, move processes into it and hand its
// controllers on: what systemd gives to a unit with `Delegate=yes`, and root has everywhere. One
// rule of the kernel is in the way: a group that hands controllers on has no processes itself. So
// ours must have none but this one, which moves aside then. The root of all groups is exempt.
//
// Version 1 of control groups is not used. On a machine where it holds the controllers there is
// none.
//
// Reference: the kernel's Documentation/admin-guide/cgroup-v2.rst, "Delegation", "No Internal
// Process Constraint".
#include "runtime/limits/delegation.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace sbxc::limits {
namespace {

std::string whole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> words(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> all;
  for (std::string word; in >> word;) all.push_back(word);
  return all;
}

bool contains(const std::vector<std::string>& all, std::string_view word) {
  return std::ranges::find(all, word) != all.end();
}

struct Hierarchy {
  std::string root;   // what of the hierarchy is mounted
  std::string mount;  // where
};

// `36 35 98:0 /root /mount options … - cgroup2 …`
std::optional<Hierarchy> hierarchy(const std::string& mountinfo) {
  std::istringstream lines(whole(mountinfo));
  for (std::string line; std::getline(lines, line);) {
    const std::vector<std::string> fields = words(line);
    const auto dash = std::ranges::find(fields, "-");
    if (fields.size() < 6 || fields.end() - dash < 2 || dash[1] != "cgroup2") continue;
    return Hierarchy{fields[3], fields[4]};
  }
  return std::nullopt;
}

// The line `0::/path`.
std::optional<std::string> own_group(const std::string& proc_cgroup) {
  std::istringstream lines(whole(proc_cgroup));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("0::/")) return line.substr(3);
  }
  return std::nullopt;
}

std::string directory_of(const Hierarchy& mounted, std::string group) {
  if (mounted.root != "/" && group.starts_with(mounted.root)) group.erase(0, mounted.root.size());
  if (group == "/") group.clear();
  return mounted.mount + group;
}

bool may_write(const std::string& path) { return access(path.c_str(), W_OK) == 0; }

Found none(std::string why) { return {std::nullopt, {std::move(why)}}; }

}  // namespace

Found find_delegation(const std::string& proc_cgroup, const std::string& mountinfo) {
  const auto mounted = hierarchy(mountinfo);
  if (!mounted) return none("control groups of version 2 are not mounted");
  const auto group = own_group(proc_cgroup);
  if (!group) return none("this process is in no control group of version 2");
  // Seen from a namespace of its own: what is mounted lies above whatever this process may know.
  if (mounted->root.starts_with("/..")) {
    return none("the control groups that are mounted are those of outside");
  }
  Delegation found;
  found.directory = directory_of(*mounted, *group);
  const auto controllers = words(whole(found.directory + "/cgroup.controllers"));
  found.memory = contains(controllers, "memory");
  found.pids = contains(controllers, "pids");
  if (!found.memory && !found.pids) {
    return none(
        fmt::format("the group `{}` has neither the memory nor the pids controller", *group));
  }
  for (const char* file : {"", "/cgroup.procs", "/cgroup.subtree_control"}) {
    if (!may_write(found.directory + file)) {
      return none(fmt::format("the group `{}` is not delegated to this user", *group));
    }
  }
  // The root of all groups has no such file, and takes processes and controllers together.
  const bool top = access((found.directory + "/cgroup.type").c_str(), F_OK) != 0;
  const auto processes = words(whole(found.directory + "/cgroup.procs"));
  found.has_own_processes = !top && !processes.empty();
  const auto own = std::to_string(getpid());
  const bool alone = std::ranges::all_of(processes, [&](const auto& one) { return one == own; });
  if (found.has_own_processes && !alone) {
    return none(fmt::format("other processes are in the group `{}` as well", *group));
  }
  return {found, {}};
}

}  // namespace sbxc::limits
