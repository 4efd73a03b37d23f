#include "runtime/launch/keeper.h"

#include <dirent.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "runtime/descriptor/closing.h"
#include "runtime/descriptor/pipe.h"
#include "runtime/launch/preparing.h"
#include "runtime/protections/protections.h"

namespace sbxc::launch {
namespace {

using protections::is_on;
using protections::Protection;

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

struct Ends {
  pid_t supervisor = -1;
  int alive = -1;   // readable: the supervisor is gone
  int wanted = -1;  // a socket to it
};

// With this process's memory instead of a copy: it waits until bubblewrap has its own, and what is
// done until then changes nothing here.
pid_t start_bubblewrap(const Keeper::Parts& parts) {
  const pid_t keeper = getpid();
  const pid_t bubblewrap = vfork();
  if (bubblewrap != 0) return bubblewrap;
  if (is_on(Protection::dies_with_parent)) prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() == keeper) parts.become();
  _exit(125);
}

bool tell(int socket, const void* what, size_t size) {
  return send(socket, what, size, MSG_NOSIGNAL) == static_cast<ssize_t>(size);
}

[[noreturn]] void keep(const Keeper::Parts& parts, const Ends& ends) {
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

  const pid_t bubblewrap = start_bubblewrap(parts);
  int32_t error = bubblewrap < 0 ? errno : 0;
  if (error == 0 && !parts.keepers()) error = errno != 0 ? errno : EIO;
  // Whoever reads what the command writes would wait for this process's copies; nor may it hold
  // the sockets that others watch.
  std::vector<int> kept = {ends.alive, ends.wanted, signals};
  close_all_but(kept);
  Prepared prepared;
  Wanted wanted;
  // Nothing comes from a supervisor that has given up, or is gone.
  const bool goes =
      tell(ends.wanted, &error, sizeof(error)) && error == 0 && receive_wanted(ends.wanted, wanted);
  if (goes) {
    const Prepared::Told told = prepared.make(wanted);
    (void)tell(ends.wanted, &told, sizeof(told));
    close(ends.wanted);
    wait_for_an_end(bubblewrap, ends.alive, signals);
  }
  if (is_on(Protection::keeper)) end_children();
  prepared.remove();
  if (parts.when_killed && getppid() != ends.supervisor) parts.when_killed();
  _exit(0);
}

}  // namespace

Keeper::Keeper(Keeper&& other) noexcept
    : alive_(std::move(other.alive_)),
      wanted_(std::move(other.wanted_)),
      process_(std::exchange(other.process_, -1)) {}

Keeper& Keeper::operator=(Keeper&& other) noexcept {
  std::swap(alive_, other.alive_);
  std::swap(wanted_, other.wanted_);
  std::swap(process_, other.process_);
  return *this;
}

Result<Keeper> Keeper::start(const Parts& parts, int gate) {
  Pipe alive = open_pipe();
  if (!alive) return tl::unexpected(system_failure("no pipe", errno));
  int sockets[2];
  // Not a pipe: a keeper that is gone must not end this process by a signal.
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0) {
    return tl::unexpected(system_failure("no socket pair", errno));
  }
  Keeper keeper;
  keeper.alive_ = std::move(alive.write);
  keeper.wanted_.reset(sockets[0]);
  const Descriptor its_wanted(sockets[1]);
  const pid_t supervisor = getpid();
  keeper.process_ = fork();
  if (keeper.process_ < 0) return tl::unexpected(system_failure("no process", errno));
  if (keeper.process_ == 0) {
    close(keeper.alive_.get());
    close(keeper.wanted_.get());
    close(gate);
    keep(parts, {supervisor, alive.read.get(), its_wanted.get()});
  }
  return keeper;
}

Result<bool> Keeper::prepare(const Launch& order, const std::function<Result<bool>()>& meanwhile) {
  // A keeper that is gone has told why, or is missed below.
  (void)send_wanted(wanted_.get(), order);
  if (auto done = meanwhile(); !done) return done;
  int32_t error = 0;
  Prepared::Told told;
  if (read(wanted_.get(), &error, sizeof(error)) != sizeof(error)) error = ECHILD;
  if (error == 0 && read(wanted_.get(), &told, sizeof(told)) != sizeof(told)) error = ECHILD;
  if (error != 0) return tl::unexpected(system_failure("no process", error));
  if (told.error != 0 && order.on_note) {
    order.on_note("`" + order.before[told.index].path +
                  "` cannot be made: " + std::strerror(told.error));
  }
  wanted_.reset();
  return true;
}

Keeper::~Keeper() {
  if (process_ < 0) return;
  wanted_.reset();
  end_all();
  while (waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace sbxc::launch
