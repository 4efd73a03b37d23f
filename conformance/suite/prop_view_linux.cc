// `view`: a closer look at the attempt's processes, and at those that they started, while they
// wait. Evidence:
//
//   namespace:NAME        they are in more than one namespace of this kind (`user`, `net`, …)
//   shared:NAME           one of them is in the namespace of this kind that the suite is in
//   mounted               something is mounted at a place of the attempt's (attempts/nested.h)
//   session               they are in the session of whoever started the sandbox
//   opened                they have a descriptor beyond standard input, output and error
//   opened:PATTERN        one that leads to such a path (fnmatch(3)), and to what is meant by it,
//                         not to something that was laid over it
//   gained:user           one that they started has another effective user than they have
//   gained:capabilities   … or has capabilities, and they have none
//
// By /proc, as the user who started it all may see it (proc(5), namespaces(7)).
#include <dirent.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <fnmatch.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstring>
#include <fstream>
#include <set>
#include <sstream>

#include "conformance/suite/prop_list.h"

namespace sbxc::conform {

namespace {

std::string whole(pid_t pid, const char* name) {
  std::ifstream file(fmt::format("/proc/{}/{}", pid, name));
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string link_of(const std::string& path) {
  std::array<char, PATH_MAX> target{};
  const ssize_t n = readlink(path.c_str(), target.data(), target.size());
  return std::string(target.data(), n > 0 ? static_cast<size_t>(n) : 0);
}

std::vector<pid_t> children_of(pid_t pid) {
  std::istringstream list(whole(pid, fmt::format("task/{}/children", pid).c_str()));
  std::vector<pid_t> children;
  for (pid_t child = 0; list >> child;) children.push_back(child);
  return children;
}

// What lies over a file or directory to hide it: the null device, or an empty file system.
bool is_cover(const std::string& descriptor, const std::string& path) {
  struct stat status {};
  struct statfs system {};
  if (stat(descriptor.c_str(), &status) != 0 || statfs(descriptor.c_str(), &system) != 0) {
    return true;
  }
  if (S_ISCHR(status.st_mode)) {
    struct stat meant {};
    return stat(path.c_str(), &meant) != 0 || meant.st_rdev != status.st_rdev ||
           !S_ISCHR(meant.st_mode);
  }
  const bool in_memory = system.f_type == TMPFS_MAGIC;
  return in_memory && (path.starts_with("/proc/") || path.starts_with("/sys/"));
}

std::string field(const std::string& status, const std::string& name) {
  const size_t at = status.find("\n" + name + ":");
  if (at == std::string::npos) return {};
  const size_t begin = status.find_first_not_of(" \t", at + name.size() + 2);
  return status.substr(begin, status.find('\n', begin) - begin);
}

// `Uid: real effective saved fs`
std::string effective_user(const std::string& status) {
  std::istringstream ids(field(status, "Uid"));
  std::string real;
  std::string effective;
  ids >> real >> effective;
  return effective;
}

class View : public Prop {
 public:
  Result<bool> set_up(Stage& stage) override {
    nonce_ = stage.nonce();
    return true;
  }

  void asked(std::string_view /*word*/, const Running& running) override {
    std::vector<pid_t> all = running.attempt;
    for (size_t i = 0; i < all.size(); ++i) {
      for (const pid_t child : children_of(all[i])) {
        if (std::find(all.begin(), all.end(), child) == all.end()) all.push_back(child);
      }
    }
    for (const pid_t pid : all) look_at_one(pid, running);
    look_for_gains(running.attempt, all);
  }

  std::optional<std::string> seen(const Evidence& evidence) override {
    if (evidence.kind == "namespace") {
      const auto found = namespaces_.find(evidence.what);
      if (found == namespaces_.end() || found->second.size() < 2) return std::nullopt;
      return fmt::format("the attempt is in another {} namespace than it began in", evidence.what);
    }
    if (evidence.kind == "shared") {
      const std::string ours = link_of("/proc/self/ns/" + evidence.what);
      const auto found = namespaces_.find(evidence.what);
      if (found == namespaces_.end() || !found->second.contains(ours)) return std::nullopt;
      return fmt::format("the command is in this machine's {} namespace", evidence.what);
    }
    if (evidence.kind == "opened") {
      for (const std::string& path : opened_) {
        if (evidence.what.empty() || fnmatch(evidence.what.c_str(), path.c_str(), 0) == 0) {
          return fmt::format("the command has {} open", path);
        }
      }
      return std::nullopt;
    }
    const auto found = sights_.find(evidence.text);
    return found == sights_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  void look_at_one(pid_t pid, const Running& running) {
    for (const char* name : {"user", "mnt", "net", "pid", "uts", "ipc", "cgroup", "time"}) {
      const std::string link = link_of(fmt::format("/proc/{}/ns/{}", pid, name));
      if (!link.empty()) namespaces_[name].insert(link);
    }
    if (running.launcher > 0 && getsid(pid) == getsid(running.launcher)) {
      sights_["session"] = "the command is in the session of whoever started it";
    }
    look_at_mounts(pid);
    look_at_descriptors(pid);
  }

  // Field 5 of a line is where it is mounted (proc_pid_mountinfo(5)).
  void look_at_mounts(pid_t pid) {
    std::istringstream lines(whole(pid, "mountinfo"));
    for (std::string line; std::getline(lines, line);) {
      std::istringstream fields(line);
      std::string point;
      for (int i = 0; i < 5; ++i) fields >> point;
      for (const char* name : {"mount-", "old-", "moved-"}) {
        if (point.find(name + nonce_) == std::string::npos) continue;
        sights_["mounted"] = fmt::format("{} is a mount", point);
      }
    }
  }

  void look_at_descriptors(pid_t pid) {
    const std::string directory = fmt::format("/proc/{}/fd", pid);
    DIR* entries = opendir(directory.c_str());
    if (entries == nullptr) return;
    while (const dirent* entry = readdir(entries)) {
      if (entry->d_name[0] == '.' || std::strtol(entry->d_name, nullptr, 10) < 3) continue;
      const std::string name = directory + "/" + entry->d_name;
      const std::string path = link_of(name);
      if (!path.starts_with('/') || !is_cover(name, path)) opened_.insert(path);
    }
    closedir(entries);
  }

  void look_for_gains(const std::vector<pid_t>& attempt, const std::vector<pid_t>& all) {
    if (attempt.empty()) return;
    const std::string before = whole(attempt.front(), "status");
    for (const pid_t pid : all) {
      const std::string status = whole(pid, "status");
      if (status.empty()) continue;
      if (effective_user(status) != effective_user(before)) {
        sights_["gained:user"] =
            fmt::format("{} runs as user {}", field(status, "Name"), effective_user(status));
      }
      const std::string none(16, '0');
      if (field(before, "CapEff") == none && field(status, "CapPrm") != none) {
        sights_["gained:capabilities"] =
            fmt::format("a program has the capabilities {}", field(status, "CapPrm"));
      }
    }
  }

  std::string nonce_;
  std::map<std::string, std::set<std::string>> namespaces_;
  std::map<std::string, std::string> sights_;
  std::set<std::string> opened_;
};

}  // namespace

std::unique_ptr<Prop> make_view() { return std::make_unique<View>(); }

}  // namespace sbxc::conform
