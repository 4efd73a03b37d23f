// The terminal's process group at the front is this process's own, or one of the sandbox's: some
// shell in it has put a job there. Any other group is the person's shell or another job of theirs,
// and what is typed then is not for us. Which groups are the sandbox's is found in the process
// table: they have a member that descends from `family` (proc(5), /proc/PID/stat).
#include "runtime/ask/foreground.h"

#include <dirent.h>
#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string_view>

#include "runtime/descriptor/descriptor.h"

namespace sbxc::ask {
namespace {

struct Process {
  pid_t parent = 0;
  pid_t group = 0;
};

// Zeros when there is no such process.
Process process_facts(pid_t pid) {
  const std::string path = "/proc/" + std::to_string(pid) + "/stat";
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  char bytes[512] = {};
  if (!file || read(file.get(), bytes, sizeof(bytes) - 1) <= 0) return {};
  // `pid (name) state parent group …`; the name may hold anything, also `)`.
  const char* at = std::strrchr(bytes, ')');
  if (at == nullptr || std::strlen(at) < 5) return {};
  char* end = nullptr;
  Process facts;
  facts.parent = static_cast<pid_t>(std::strtol(at + 4, &end, 10));
  facts.group = static_cast<pid_t>(std::strtol(end, nullptr, 10));
  return facts;
}

bool descends(pid_t pid, pid_t ancestor) {
  constexpr int kGenerations = 64;
  for (int i = 0; i < kGenerations && pid > 1; ++i) {
    if (pid == ancestor) return true;
    pid = process_facts(pid).parent;
  }
  return false;
}

// A group may have lost the process that it is named after.
bool has_descendant(pid_t group, pid_t ancestor) {
  if (process_facts(group).group == group) return descends(group, ancestor);
  DIR* processes = opendir("/proc");
  if (processes == nullptr) return false;
  bool found = false;
  while (const dirent* entry = found ? nullptr : readdir(processes)) {
    const auto pid = static_cast<pid_t>(std::strtol(entry->d_name, nullptr, 10));
    found = pid > 1 && process_facts(pid).group == group && descends(pid, ancestor);
  }
  closedir(processes);
  return found;
}

}  // namespace

std::string not_ours(int terminal, pid_t family) {
  const pid_t front = tcgetpgrp(terminal);
  const bool ours = front > 0 && (front == getpgrp() || (family > 0 && front == getpgid(family)) ||
                                  (family > 0 && has_descendant(front, family)));
  if (!ours) return "the terminal is with another job";
  termios modes{};
  if (tcgetattr(terminal, &modes) != 0) return "the terminal is gone";
  if ((modes.c_lflag & ICANON) == 0) return "the command reads keys from the terminal";
  if ((modes.c_lflag & ECHO) == 0) return "the command hides what is typed at the terminal";
  return {};
}

}  // namespace sbxc::ask
