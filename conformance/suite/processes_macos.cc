// macOS has no way to adopt orphans: what an attempt leaves behind can be found by its words, but
// nothing here ends it, and it is launchd's to reap. Of a process's status it shows nothing that a
// probe here asks for.
#include <libproc.h>
#include <signal.h>
#include <sys/sysctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "conformance/suite/processes.h"

namespace sbxc::conform {

// Its words (KERN_PROCARGS2: a count, the program, padding).
std::string words_of(pid_t pid) {
  int name[3] = {CTL_KERN, KERN_PROCARGS2, pid};
  size_t size = 0;
  if (sysctl(name, 3, nullptr, &size, nullptr, 0) != 0) return {};
  std::string all(size, '\0');
  if (sysctl(name, 3, all.data(), &size, nullptr, 0) != 0) return {};
  all.resize(size);
  size_t at = all.find('\0', sizeof(int));
  while (at < all.size() && all[at] == '\0') ++at;
  return at < all.size() ? all.substr(at) : std::string();
}

void adopt_orphans() {}
void end_with_parent() {}

std::vector<pid_t> all_processes() {
  std::vector<pid_t> all(16'384);
  const int bytes = proc_listallpids(all.data(), static_cast<int>(all.size() * sizeof(pid_t)));
  all.resize(bytes > 0 ? static_cast<size_t>(bytes) : 0);
  return all;
}

SeenProcess look_at(pid_t pid) {
  SeenProcess seen;
  seen.pid = pid;
  return seen;
}

void end_descendants() {
  for (int round = 0; round < 100; ++round) {
    const pid_t gone = waitpid(-1, nullptr, WNOHANG);
    if (gone < 0 && errno != EINTR) return;
    if (gone == 0) usleep(1000);
  }
}

int end_of(pid_t /*child*/) { return -1; }

}  // namespace sbxc::conform
