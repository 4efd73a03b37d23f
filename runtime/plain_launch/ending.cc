#include "runtime/plain_launch/ending.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <utility>

#include "runtime/descriptor/pipe.h"

namespace sbxc::plain {
namespace {

constexpr char kByItself = 'e';  // the supervisor is there, and does the rest
constexpr int kRounds = 2000;    // of 5 ms

// A process may start another before it is killed, so it takes rounds. What is new is a child of
// what was there: with every round fewer are left that could start more.
bool end_processes(const Order& order) {
  for (int round = 0; round < kRounds; ++round) {
    const std::vector<pid_t> left = order.processes();
    if (left.empty()) return true;
    for (const pid_t process : left) kill(process, SIGSTOP);
    for (const pid_t process : left) kill(process, SIGKILL);
    usleep(5000);
  }
  return false;
}

void put_back(int terminal, const termios& as_it_was) {
  sigset_t stops;
  sigemptyset(&stops);
  sigaddset(&stops, SIGTTOU);
  sigprocmask(SIG_BLOCK, &stops, nullptr);
  tcsetattr(terminal, TCSADRAIN, &as_it_was);
}

struct Kept {
  int alive;
  int terminal;
  termios as_it_was;
  pid_t watcher;
};

[[noreturn]] void keep(const Order& order, const Kept& kept) {
  // What ends the process group of sbxc does not end this.
  for (const int signal :
       {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGPIPE, SIGTSTP, SIGTTIN, SIGTTOU}) {
    std::signal(signal, SIG_IGN);
  }
  const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int number = 0; number < 3; ++number) dup2(nothing, number);
  for (int number = 3; number < 1024; ++number) {
    if (number != kept.alive && number != kept.terminal) close(number);
  }
  char byte = 0;
  while (read(kept.alive, &byte, 1) != 0) {  // EINTR, or the byte
  }
  const bool all_ended = end_processes(order);
  if (byte != kByItself) {
    if (kept.watcher > 0) kill(kept.watcher, SIGKILL);
    if (kept.terminal >= 0) put_back(kept.terminal, kept.as_it_was);
  }
  _exit(all_ended ? 0 : 1);
}

}  // namespace

Ending::Ending(Ending&& other) noexcept
    : alive_(std::move(other.alive_)), process_(std::exchange(other.process_, -1)) {}

Result<Ending> Ending::start(const Order& order, pid_t watcher, OwnTerminal& terminal) {
  Pipe pipe = open_pipe();
  if (!pipe) return tl::unexpected(launch::system_failure("no pipe", errno));
  Ending ending;
  ending.process_ = fork();
  if (ending.process_ < 0) return tl::unexpected(launch::system_failure("no process", errno));
  if (ending.process_ == 0) {
    keep(order, {pipe.read.get(), terminal.person(), terminal.as_it_was(), watcher});
  }
  ending.alive_ = std::move(pipe.write);
  return ending;
}

bool Ending::end_all() {
  if (process_ < 0) return true;
  (void)!write(alive_.get(), &kByItself, 1);
  alive_.reset();
  int status = 0;
  while (waitpid(process_, &status, 0) < 0 && errno == EINTR) {
  }
  process_ = -1;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

Ending::~Ending() { end_all(); }

}  // namespace sbxc::plain
