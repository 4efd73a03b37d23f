#include "compiler/driver/start_directory_linux.h"

#include <fmt/core.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "compiler/diag/printable.h"
#include "compiler/policy/decide.h"
#include "runtime/launch/ended.h"

namespace sbxc::driver {
namespace {

bool is_ours(gid_t group) {
  std::vector<gid_t> groups(static_cast<size_t>(std::max(getgroups(0, nullptr), 0)));
  if (getgroups(static_cast<int>(groups.size()), groups.data()) < 0) return true;
  return group == getegid() || std::ranges::find(groups, group) != groups.end();
}

// By one who is not its owner: path_resolution(7), without CAP_DAC_OVERRIDE.
bool is_writable_by_mode(const struct stat& facts) {
  return (facts.st_mode & (is_ours(facts.st_gid) ? S_IWGRP : S_IWOTH)) != 0;
}

}  // namespace

// By its path: what is planned for one that only this process can still reach, by having been there
// before, would be made up.
std::optional<launch::Failure> cannot_be_entered(const std::string& directory) {
  if (access(directory.c_str(), X_OK) == 0 || errno != EACCES) return std::nullopt;
  return launch::cannot_start_in(directory, EACCES);
}

std::optional<std::string> cannot_be_written_by_root(const std::string& directory,
                                                     const Policy& policy) {
  struct stat facts {};
  if (geteuid() != 0 || stat(directory.c_str(), &facts) != 0) return std::nullopt;
  const bool has_list = getxattr(directory.c_str(), "system.posix_acl_access", nullptr, 0) > 0;
  if (has_list || facts.st_uid == 0 || is_writable_by_mode(facts)) return std::nullopt;
  const Request within{Operation::write, (directory == "/" ? "" : directory) + "/new"};
  if (decide(policy, Os::linux, within).verdict != Effect::allow) return std::nullopt;
  return fmt::format(
      "`{}` belongs to user {}, and root has no capabilities inside: what writes there fails; "
      "start sbxc as that user",
      printable(directory), facts.st_uid);
}

}  // namespace sbxc::driver
