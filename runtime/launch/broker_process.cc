#include "runtime/launch/broker_process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>

#include "runtime/descriptor/passing.h"

namespace sbxc::launch {
namespace {

// Without a listener when there will be none: the sandbox was not made.
Asked receive_listener(int socket) {
  Asked asked;
  asked.listener = receive_with_descriptor(socket, &asked.process, sizeof(asked.process));
  return asked;
}

}  // namespace

BrokerProcess::BrokerProcess(BrokerProcess&& other) noexcept
    : process_(std::exchange(other.process_, -1)),
      socket_(std::move(other.socket_)),
      reports_(std::move(other.reports_)),
      complaints_(std::move(other.complaints_)) {}

Result<BrokerProcess> BrokerProcess::start(const Launch& order) {
  BrokerProcess broker;
  if (!order.broker) return broker;
  int sockets[2];
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0) {
    return tl::unexpected(system_failure("no socket pair", errno));
  }
  broker.socket_.reset(sockets[0]);
  Descriptor of_broker(sockets[1]);
  if (pipe2(ends, O_CLOEXEC) != 0) return tl::unexpected(system_failure("no pipe", errno));
  broker.reports_.reset(ends[0]);
  Descriptor reports_in(ends[1]);
  int words[2];
  if (pipe2(words, O_CLOEXEC | O_NONBLOCK) != 0) {
    return tl::unexpected(system_failure("no pipe", errno));
  }
  broker.complaints_.reset(words[0]);
  Descriptor words_in(words[1]);
  const pid_t parent = getpid();
  broker.process_ = fork();
  if (broker.process_ < 0) return tl::unexpected(system_failure("no process", errno));
  if (broker.process_ > 0) return broker;

  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(125);
  // The terminal's signals are for the command; this process ends with its supervisor.
  for (const int signal : {SIGINT, SIGQUIT, SIGHUP, SIGTERM, SIGTSTP}) {
    std::signal(signal, SIG_IGN);
  }
  broker.socket_.reset();
  broker.reports_.reset();
  broker.complaints_.reset();
  dup2(words_in.get(), STDERR_FILENO);
  // Whoever reads what the command writes would wait for this process's copies.
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO}) close(standard);
  const int socket = of_broker.get();
  _exit(order.broker([socket] { return receive_listener(socket); }, reports_in.get()));
}

void BrokerProcess::hand_over(Descriptor listener, pid_t process) {
  // A broker that is gone is noticed by its end.
  (void)send_with_descriptor(socket_.get(), &process, sizeof(process), listener.get());
  expect_nothing();
}

std::string BrokerProcess::complaint() const {
  char bytes[512];
  const ssize_t got = read(complaints_.get(), bytes, sizeof(bytes));
  std::string line(bytes, got > 0 ? static_cast<size_t>(got) : 0);
  return line.substr(0, line.find('\n'));
}

BrokerProcess::~BrokerProcess() {
  if (process_ < 0) return;
  kill(process_, SIGKILL);
  while (waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace sbxc::launch
