// What a parent can ask of its child without rights.
#include <sys/resource.h>
#include <sys/wait.h>

#include <csignal>

#include "conformance/suite/victim_state.h"

namespace sbxc::conform {

std::map<std::string, std::string> state_of(pid_t pid, unsigned long /*address*/, size_t /*size*/) {
  siginfo_t info{};
  const int asked =
      waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WSTOPPED | WNOHANG | WNOWAIT);
  const bool changed = asked == 0 && info.si_pid == pid;
  const bool stopped = changed && info.si_code == CLD_STOPPED;
  std::map<std::string, std::string> state;
  state["state"] = stopped ? "stopped" : changed ? "gone" : "well";
  state["nice"] = std::to_string(getpriority(PRIO_PROCESS, static_cast<id_t>(pid)));
  return state;
}

}  // namespace sbxc::conform
