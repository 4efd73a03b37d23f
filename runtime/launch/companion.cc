#include "runtime/launch/companion.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <vector>

#include "runtime/descriptor/closing.h"
#include "runtime/descriptor/passing.h"

namespace sbxc::launch {

Companion::Companion(Companion&& other) noexcept
    : process_(std::exchange(other.process_, -1)),
      socket_(std::move(other.socket_)),
      reports_(std::move(other.reports_)),
      complaints_(std::move(other.complaints_)) {}

Result<Companion> Companion::start(const Main& main, std::span<const int> kept) {
  Companion made;
  int sockets[2];
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0) {
    return tl::unexpected(system_failure("no socket pair", errno));
  }
  made.socket_.reset(sockets[0]);
  const Descriptor its_socket(sockets[1]);
  if (pipe2(ends, O_CLOEXEC) != 0) return tl::unexpected(system_failure("no pipe", errno));
  made.reports_.reset(ends[0]);
  const Descriptor its_reports(ends[1]);
  int words[2];
  if (pipe2(words, O_CLOEXEC | O_NONBLOCK) != 0) {
    return tl::unexpected(system_failure("no pipe", errno));
  }
  made.complaints_.reset(words[0]);
  const Descriptor its_words(words[1]);
  const pid_t parent = getpid();
  made.process_ = fork();
  if (made.process_ < 0) return tl::unexpected(system_failure("no process", errno));
  if (made.process_ > 0) return made;

  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(125);
  // The terminal's signals are for the command; this process ends with its supervisor.
  for (const int signal : {SIGINT, SIGQUIT, SIGHUP, SIGTERM, SIGTSTP}) {
    std::signal(signal, SIG_IGN);
  }
  dup2(its_words.get(), STDERR_FILENO);
  // Whoever reads what the command writes would wait for this process's copies.
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO}) close(standard);
  std::vector<int> all(kept.begin(), kept.end());
  all.insert(all.end(), {its_socket.get(), its_reports.get()});
  close_all_but(all, STDERR_FILENO + 1);
  _exit(main(its_socket.get(), its_reports.get()));
}

void Companion::hand_over(Descriptor descriptor, pid_t process) {
  // One that is gone is noticed by its end.
  (void)send_with_descriptor(socket_.get(), &process, sizeof(process), descriptor.get());
}

void Companion::expect_last_words() {
  if (socket_) shutdown(socket_.get(), SHUT_WR);
}

void Companion::end() const {
  if (process_ > 0) kill(process_, SIGKILL);
}

int receive_handed_over(int socket, pid_t& process) {
  return receive_with_descriptor(socket, &process, sizeof(process));
}

std::string Companion::complaint() const {
  char bytes[512];
  const ssize_t got = read(complaints_.get(), bytes, sizeof(bytes));
  std::string line(bytes, got > 0 ? static_cast<size_t>(got) : 0);
  return line.substr(0, line.find('\n'));
}

Companion::~Companion() {
  if (process_ < 0) return;
  kill(process_, SIGKILL);
  while (waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace sbxc::launch
