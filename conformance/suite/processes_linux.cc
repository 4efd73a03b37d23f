// By /proc, and by being a child subreaper (prctl(2)): every process below this one has a chain of
// parents that ends here, so no child left means no descendant left.
#include <dirent.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <climits>
#include <csignal>
#include <map>

#include "conformance/suite/processes.h"

namespace sbxc::conform {

namespace {

std::string read_some(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return {};
  std::string all;
  std::array<char, 16'384> part{};
  for (ssize_t n = 0; all.size() < 1'000'000 && (n = read(file, part.data(), part.size())) > 0;) {
    all.append(part.data(), static_cast<size_t>(n));
  }
  close(file);
  return all;
}

pid_t parent_of(pid_t pid) {
  const std::string stat = read_some(fmt::format("/proc/{}/stat", pid));
  const size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos || name_end + 4 >= stat.size()) return -1;
  pid_t parent = -1;
  std::from_chars(stat.data() + name_end + 4, stat.data() + stat.size(), parent);
  return parent;
}

std::vector<pid_t> descendants() {
  std::map<pid_t, std::vector<pid_t>> children;
  for (const pid_t pid : all_processes()) children[parent_of(pid)].push_back(pid);
  std::vector<pid_t> found = children[getpid()];
  for (size_t i = 0; i < found.size(); ++i) {
    const std::vector<pid_t> more = children[found[i]];
    found.insert(found.end(), more.begin(), more.end());
  }
  return found;
}

// Reaps what has ended. False when there is no child any more.
bool reap() {
  for (;;) {
    const pid_t gone = waitpid(-1, nullptr, WNOHANG);
    if (gone == 0) return true;
    if (gone < 0 && errno != EINTR) return false;
  }
}

}  // namespace

std::vector<pid_t> all_processes() {
  std::vector<pid_t> all;
  DIR* directory = opendir("/proc");
  if (directory == nullptr) return all;
  while (const dirent* entry = readdir(directory)) {
    const std::string_view name = entry->d_name;
    pid_t pid = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (error == std::errc() && end == name.data() + name.size()) all.push_back(pid);
  }
  closedir(directory);
  return all;
}

std::string words_of(pid_t pid) { return read_some(fmt::format("/proc/{}/cmdline", pid)); }

void adopt_orphans() { prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

void end_with_parent() { prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0); }

SeenProcess look_at(pid_t pid) {
  SeenProcess seen;
  seen.pid = pid;
  const std::string status = read_some(fmt::format("/proc/{}/status", pid));
  for (size_t at = 0; at < status.size();) {
    const size_t end = std::min(status.find('\n', at), status.size());
    const std::string line = status.substr(at, end - at);
    at = end + 1;
    const size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    const size_t value = line.find_first_not_of(" \t", colon + 1);
    seen.status[line.substr(0, colon)] = value == std::string::npos ? "" : line.substr(value);
  }
  const std::string directory = fmt::format("/proc/{}/fd", pid);
  DIR* descriptors = opendir(directory.c_str());
  seen.closed = descriptors == nullptr;
  if (seen.closed) return seen;
  while (const dirent* entry = readdir(descriptors)) {
    std::array<char, PATH_MAX> target{};
    const std::string name = directory + "/" + entry->d_name;
    const ssize_t n = readlink(name.c_str(), target.data(), target.size());
    if (n > 0) {
      seen.descriptors.push_back(fmt::format(
          "{} {}", entry->d_name, std::string_view(target.data(), static_cast<size_t>(n))));
    }
  }
  closedir(descriptors);
  return seen;
}

void end_descendants() {
  for (int round = 0; round < 2000 && reap(); ++round) {
    for (const pid_t pid : descendants()) kill(pid, SIGKILL);
    if (round > 0) usleep(1000);
  }
}

int end_of(pid_t child) {
  return static_cast<int>(syscall(SYS_pidfd_open, child, 0));  // close-on-exec by itself
}

}  // namespace sbxc::conform
