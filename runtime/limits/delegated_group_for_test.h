// A control group as an administrator delegates one to an ordinary user, made by the test itself:
// below the version 2 hierarchy of this machine, or one that is mounted in a mount namespace of the
// test's own. Needs root; where it cannot be had `why_not` says why.
#pragma once

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <sstream>
#include <string>

#include "runtime/limits/group_file.h"

namespace sbxc::limits {

inline std::string text_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

inline std::set<std::string> words_of(const std::string& file) {
  std::istringstream in(text_of(file));
  return {std::istream_iterator<std::string>(in), {}};
}

class DelegatedGroup {
 public:
  static constexpr uid_t kUser = 1000;

  DelegatedGroup() {
    const std::string hierarchy = writable_hierarchy();
    if (hierarchy.empty()) return;
    for (const char* name : {"pids", "memory"}) {
      if (!words_of(hierarchy + "/cgroup.controllers").contains(name)) continue;
      if (words_of(hierarchy + "/cgroup.subtree_control").contains(name)) continue;
      write_to(hierarchy + "/cgroup.subtree_control", std::string("+") + name);
    }
    path_ = hierarchy + "/test-of-sbxc-" + std::to_string(getpid());
    if (mkdir(path_.c_str(), 0755) != 0) {
      why_not_ = "cannot make " + path_ + ": " + std::strerror(errno);
      path_.clear();
      return;
    }
    for (const char* file : {"", "/cgroup.procs", "/cgroup.subtree_control"}) {
      if (chown((path_ + file).c_str(), kUser, kUser) != 0) why_not_ = "chown failed";
    }
  }
  ~DelegatedGroup() {
    if (path_.empty()) return;
    write_to(path_ + "/cgroup.kill", "1");
    for (int i = 0; i < 200 && rmdir(path_.c_str()) != 0; ++i) {
      for (const std::string& left : below()) rmdir(left.c_str());
      usleep(5000);
    }
  }
  DelegatedGroup(const DelegatedGroup&) = delete;
  DelegatedGroup& operator=(const DelegatedGroup&) = delete;

  bool is_there() const { return !path_.empty() && why_not_.empty(); }
  const std::string& why_not() const { return why_not_; }
  const std::string& path() const { return path_; }
  bool has(const char* controller) const {
    return words_of(path_ + "/cgroup.controllers").contains(controller);
  }
  std::set<std::string> below() const {
    std::set<std::string> groups;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(path_, error)) {
      if (entry.is_directory(error)) groups.insert(entry.path());
    }
    return groups;
  }

  // A process of the ordinary user, alone in the group; `work` gives its status. 99: it could not
  // be put there.
  pid_t start_in(const std::function<int()>& work) const {
    const pid_t child = fork();
    if (child != 0) return child;
    if (!write_to(path_ + "/cgroup.procs", "0")) _exit(99);
    if (setresgid(kUser, kUser, kUser) != 0 || setresuid(kUser, kUser, kUser) != 0) _exit(98);
    _exit(work());
  }
  int run_in(const std::function<int()>& work) const {
    int status = 0;
    waitpid(start_in(work), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

 private:
  std::string writable_hierarchy() {
    if (geteuid() != 0) {
      why_not_ = "only root can delegate a control group";
      return {};
    }
    for (const std::string place : {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"}) {
      if (access((place + "/cgroup.controllers").c_str(), F_OK) == 0 &&
          access((place + "/cgroup.procs").c_str(), W_OK) == 0) {
        return place;
      }
    }
    // For this process from now on; nobody else sees it.
    if (unshare(CLONE_NEWNS) == 0 &&
        mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
        mount("cgroup2", "/sys/fs/cgroup", "cgroup2", 0, nullptr) == 0) {
      return "/sys/fs/cgroup";
    }
    why_not_ =
        std::string("control groups of version 2 cannot be mounted: ") + std::strerror(errno);
    return {};
  }

  std::string path_;
  std::string why_not_;
};

}  // namespace sbxc::limits
