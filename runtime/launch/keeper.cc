#include "runtime/launch/keeper.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "runtime/descriptor/closing.h"
#include "runtime/launch/shared_directory.h"
#include "runtime/protections/protections.h"

namespace sbxc::launch {
namespace {

using protections::is_on;
using protections::Protection;

struct Told {
  int32_t error = 0;     // of the fork
  int32_t not_made = 0;  // of the first preparation that failed
  uint32_t index = 0;    // which one
};

bool make_file(const Preparation& wanted) {
  const int file = open(wanted.path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
  if (file >= 0) close(file);
  return file >= 0;
}

void remove_file(const Preparation& made) {
  struct stat facts {};
  if (lstat(made.path.c_str(), &facts) == 0 && S_ISREG(facts.st_mode) && facts.st_size == 0) {
    unlink(made.path.c_str());
  }
}

// Of /proc/PID/stat; the name before it may hold anything, parentheses too.
pid_t parent_of(const char* process) {
  const std::string path = std::string("/proc/") + process + "/stat";
  std::FILE* file = std::fopen(path.c_str(), "re");
  if (file == nullptr) return -1;
  char text[512] = {};
  const size_t got = std::fread(text, 1, sizeof(text) - 1, file);
  std::fclose(file);
  const char* behind = got > 0 ? std::strrchr(text, ')') : nullptr;
  int parent = -1;
  if (behind == nullptr || std::sscanf(behind, ") %*c %d", &parent) != 1) return -1;
  return parent;
}

void kill_children() {
  DIR* processes = opendir("/proc");
  if (processes == nullptr) return;
  while (const dirent* entry = readdir(processes)) {
    if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
    if (parent_of(entry->d_name) == getpid()) kill(std::atoi(entry->d_name), SIGKILL);
  }
  closedir(processes);
}

// Killing a parent brings its children here, so it takes as many rounds as they are deep.
void end_children() {
  while (true) {
    const pid_t ended = waitpid(-1, nullptr, WNOHANG);
    if (ended > 0 || (ended < 0 && errno == EINTR)) continue;
    if (ended < 0) return;  // none is left
    kill_children();
    usleep(500);
  }
}

void wait_for_an_end(pid_t bubblewrap, int alive, int signals) {
  while (true) {
    pollfd watched[] = {{alive, POLLIN, 0}, {signals, POLLIN, 0}};
    if (poll(watched, 2, -1) < 0) continue;
    if (watched[0].revents != 0) return;
    signalfd_siginfo drained;
    (void)!read(signals, &drained, sizeof(drained));
    for (pid_t ended = 0; (ended = waitpid(-1, nullptr, WNOHANG)) > 0;) {
      if (ended == bubblewrap) return;
    }
  }
}

struct KeepersEnds {
  pid_t supervisor = -1;
  int alive = -1;
  int told = -1;
  int prepared = -1;
};

[[noreturn]] void keep(const Launch& order, const Keeper::Parts& parts, const KeepersEnds& ends) {
  const auto [supervisor, alive, told, prepared] = ends;
  // What ends the process group of the command does not end this.
  for (const int signal :
       {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGPIPE, SIGTSTP, SIGTTIN, SIGTTOU}) {
    std::signal(signal, SIG_IGN);
  }
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  sigset_t children;
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  sigprocmask(SIG_BLOCK, &children, nullptr);
  const int signals = signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);

  std::vector<const Preparation*> files;
  std::vector<SharedDirectory> directories;
  Told result;
  for (uint32_t i = 0; i < order.before.size(); ++i) {
    int error = 0;
    if (order.before[i].directory) {
      error = directories.emplace_back(order.before[i].path).error();
    } else if (make_file(order.before[i])) {
      files.push_back(&order.before[i]);
    } else if (errno != EEXIST) {
      error = errno;
    }
    if (error != 0 && result.not_made == 0) result = {0, error, i};
  }
  for (const std::string& path : order.shared) share(path, directories);
  const pid_t keeper = getpid();
  const bool done = parts.keepers();
  if (!done) result.error = errno != 0 ? errno : EIO;
  char byte = 0;
  const bool wanted = done && read(prepared, &byte, 1) == 1;
  // With this process's memory instead of a copy: it waits until bubblewrap has its own, and what
  // is done until then changes nothing here.
  const pid_t bubblewrap = wanted ? vfork() : -1;
  if (bubblewrap == 0) {
    if (is_on(Protection::dies_with_parent)) prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() == keeper) parts.become();
    _exit(125);
  }
  if (wanted && bubblewrap < 0) result.error = errno;
  (void)!write(told, &result, sizeof(result));
  // Whoever reads what the command writes would wait for this process's copies; nor may it hold
  // the sockets that others watch.
  std::vector<int> kept = {alive, signals};
  for (const SharedDirectory& directory : directories) kept.push_back(directory.number());
  close_all_but(kept);
  if (bubblewrap > 0) wait_for_an_end(bubblewrap, alive, signals);
  if (is_on(Protection::keeper)) end_children();
  for (const Preparation* file : files) remove_file(*file);
  for (size_t i = directories.size(); i > 0; --i) directories[i - 1].remove();
  if (order.when_killed && getppid() != supervisor) order.when_killed();
  _exit(0);
}

}  // namespace

Keeper::Keeper(Keeper&& other) noexcept
    : alive_(std::move(other.alive_)), process_(std::exchange(other.process_, -1)) {}

Result<Keeper> Keeper::start(const Launch& order, const Parts& parts) {
  int alive[2];
  int told[2];
  int prepared[2];
  if (pipe2(alive, O_CLOEXEC) != 0) return tl::unexpected(system_failure("no pipe", errno));
  Keeper keeper;
  const Descriptor alive_read(alive[0]);
  keeper.alive_.reset(alive[1]);
  if (pipe2(told, O_CLOEXEC) != 0) return tl::unexpected(system_failure("no pipe", errno));
  const Descriptor told_read(told[0]);
  Descriptor told_write(told[1]);
  // Not a pipe: a keeper that is gone must not end this process by a signal.
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, prepared) != 0) {
    return tl::unexpected(system_failure("no socket pair", errno));
  }
  Descriptor prepared_read(prepared[0]);
  const Descriptor prepared_write(prepared[1]);
  const pid_t supervisor = getpid();
  keeper.process_ = fork();
  if (keeper.process_ < 0) return tl::unexpected(system_failure("no process", errno));
  if (keeper.process_ == 0) {
    close(alive[1]);
    close(prepared[1]);
    keep(order, parts, {supervisor, alive[0], told[1], prepared[0]});
  }
  told_write.reset();
  prepared_read.reset();
  if (auto ready = parts.supervisors(); !ready) return tl::unexpected(std::move(ready.error()));
  // A keeper that is gone has told why, or is missed below.
  (void)!send(prepared_write.get(), "", 1, MSG_NOSIGNAL);
  Told result;
  if (read(told_read.get(), &result, sizeof(result)) != sizeof(result)) result.error = ECHILD;
  if (result.error != 0) return tl::unexpected(system_failure("no process", result.error));
  if (result.not_made != 0 && order.on_note) {
    order.on_note("`" + order.before[result.index].path +
                  "` cannot be made: " + std::strerror(result.not_made));
  }
  return keeper;
}

Keeper::~Keeper() {
  if (process_ < 0) return;
  end_all();
  while (waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace sbxc::launch
