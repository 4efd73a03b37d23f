// The child has one thread and nothing of its parent but a socket. In the sandbox's namespace it
// has every capability over it; they are gone before it stays for requests. It cannot be seen from
// the inside, which has a process table of its own, and ends with its parent in two ways: by a
// signal, and by the end of the socket.
#include "runtime/netns/child.h"

#include <linux/capability.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <ctime>

#include "runtime/descriptor/closing.h"
#include "runtime/descriptor/passing.h"
#include "runtime/netns/addresses.h"
#include "runtime/netns/enter.h"
#include "runtime/netns/failure.h"
#include "runtime/netns/listeners.h"
#include "runtime/netns/listening.h"

namespace sbxc::netns {

namespace {

// What interrupts a program at its terminal is its own affair.
void ignore_signals() {
  for (const int signal :
       {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGTTIN, SIGTTOU, SIGUSR1, SIGUSR2, SIGPIPE}) {
    std::signal(signal, SIG_IGN);
  }
  for (const int signal : {SIGCHLD, SIGALRM}) std::signal(signal, SIG_DFL);
}

void end_with(pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
}

Result<std::vector<Listener>> set_up(const Order& order, pid_t parent, bool* v6) {
  if (const auto entered = enter(order.process, order.process_descriptor); !entered) {
    return tl::unexpected(entered.error());
  }
  end_with(parent);  // other credentials forget it
  const auto made = make_every_address_local(order.loopback, order.wait_milliseconds);
  if (!made) return tl::unexpected(made.error());
  *v6 = made->v6;
  return open_listeners(order, made->v6);
}

// Descriptors that nobody has taken yet are counted for the user; others of his may take theirs.
bool send(int channel, const Report& report, int descriptor) {
  for (int attempt = 0; attempt < 1000; ++attempt) {
    if (send_with_descriptor(channel, &report, sizeof report, descriptor)) return true;
    if (errno != ETOOMANYREFS) return false;
    const timespec pause{0, 1'000'000};
    nanosleep(&pause, nullptr);
  }
  return false;
}

void tell_failure(int channel, const Failure& failed) {
  Report report{
      .type = ReportType::failed, .unsupported = failed.unsupported, .error = failed.error};
  const size_t size = std::min(failed.message.size(), sizeof report.text - 1);
  std::copy_n(failed.message.begin(), size, report.text);
  send(channel, report, -1);
}

bool drop_capabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct none[2] = {};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && syscall(SYS_capset, &header, none) == 0;
}

bool give_socket(int channel, bool v6) {
  const Descriptor made(
      socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const Report report{.type = ReportType::socket, .v6 = v6, .error = made ? 0 : errno};
  return send(channel, report, made.get());
}

bool tell_listening(int channel, const Ports& ports) {
  ListeningReport report;
  for (const uint16_t port : listening_ports(ports)) {
    if (report.count < report.ports.size()) report.ports[report.count++] = port;
  }
  return send_with_descriptor(channel, &report, sizeof report, -1);
}

void serve(int channel, const Ports& forward_ports) {
  for (;;) {
    Request request{};
    const ssize_t got = recv(channel, &request, sizeof request, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got != sizeof request) return;
    const bool done = request == Request::listening
                          ? tell_listening(channel, forward_ports)
                          : give_socket(channel, request == Request::socket_v6);
    if (!done) return;
  }
}

}  // namespace

void run_child(const Order& order, int channel, pid_t parent) {
  ignore_signals();
  end_with(parent);
  int kept[] = {channel, order.process_descriptor};
  close_all_but(kept);
  bool v6 = false;
  Ports forward_ports = order.forward_ports;
  {
    auto listeners = set_up(order, parent, &v6);
    if (!listeners) {
      tell_failure(channel, listeners.error());
      _exit(1);
    }
    for (const Listener& listener : *listeners) {
      const Report report{.type = ReportType::listener,
                          .kind = listener.kind,
                          .v6 = listener.v6,
                          .port = listener.port};
      if (!send(channel, report, listener.socket.get())) {
        tell_failure(channel, failure("a listener cannot be handed out", errno));
        _exit(1);
      }
      if (listener.kind != ListenerKind::dns_udp) {
        forward_ports = without(forward_ports, listener.port);
      }
    }
  }
  if (order.sockets_on_demand && !drop_capabilities()) {
    tell_failure(channel, failure("capabilities cannot be given up", errno));
    _exit(1);
  }
  if (!send(channel, {.type = ReportType::ready, .v6 = v6}, -1)) _exit(1);
  if (order.sockets_on_demand) serve(channel, forward_ports);
  _exit(0);
}

}  // namespace sbxc::netns
