// By /proc/PID (proc(5)); what it has no file for, by the calls that a parent may make.
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <sstream>

#include "conformance/suite/victim_state.h"

namespace sbxc::conform {

namespace {

// PF_EXITING and PF_SIGNALED of the kernel's <linux/sched.h>.
constexpr unsigned long kEnding = 0x4 | 0x400;

std::string whole(pid_t pid, const char* name) {
  std::string all;
  std::array<char, 4096> part{};
  const int file = open(fmt::format("/proc/{}/{}", pid, name).c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return all;
  for (ssize_t n = 0; (n = read(file, part.data(), part.size())) > 0;) {
    all.append(part.data(), static_cast<size_t>(n));
  }
  close(file);
  return all;
}

// Fields of /proc/PID/stat, counted from the state, which is field 3 of proc(5).
void add_stat(pid_t pid, std::map<std::string, std::string>& state) {
  const std::string stat = whole(pid, "stat");
  const size_t name_end = stat.rfind(')');
  state["state"] = "gone";
  if (name_end == std::string::npos) return;
  std::istringstream fields(stat.substr(name_end + 1));
  std::string field;
  for (int number = 3; number <= 41 && fields >> field; ++number) {
    if (number == 3) {
      const bool gone = field == "Z" || field == "X";
      state["state"] = gone ? "gone" : field == "T" || field == "t" ? "stopped" : "well";
    }
    if (number == 5) state["process group"] = field;
    if (number == 9 && (std::strtoul(field.c_str(), nullptr, 10) & kEnding) != 0) {
      state["state"] = "gone";
    }
    if (number == 19) state["nice"] = field;
    if (number == 41) state["scheduling policy"] = field;
  }
}

void add_status(pid_t pid, std::map<std::string, std::string>& state) {
  std::istringstream lines(whole(pid, "status"));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("Cpus_allowed_list:")) state["the processors it may use"] = line;
    // What was sent and it had no time yet to do: on a busy machine it may be a while.
    if (line.starts_with("SigPnd:") || line.starts_with("ShdPnd:"))
      state["queue of signals"] += line;
  }
}

std::string memory_of(pid_t pid, unsigned long address, size_t size) {
  std::string bytes(size, '\0');
  const iovec here = {bytes.data(), size};
  const iovec there = {reinterpret_cast<void*>(address), size};
  return process_vm_readv(pid, &here, 1, &there, 1, 0) < 0 ? "" : bytes;
}

}  // namespace

std::map<std::string, std::string> state_of(pid_t pid, unsigned long address, size_t size) {
  std::map<std::string, std::string> state;
  add_stat(pid, state);
  if (state["state"] == "gone") return state;
  add_status(pid, state);
  state["limits"] = whole(pid, "limits");
  state["the score for when memory is short"] = whole(pid, "oom_score_adj");
  state["what a core dump holds"] = whole(pid, "coredump_filter");
  constexpr int kOfProcess = 1;
  state["disk priority"] = std::to_string(syscall(SYS_ioprio_get, kOfProcess, pid));
  state["memory"] = memory_of(pid, address, size);
  return state;
}

}  // namespace sbxc::conform
