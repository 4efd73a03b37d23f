// The way the proxy comes into a sandbox: bubblewrap waits before it starts the command, a process
// of outside enters the network namespace by way of the user namespace that owns it, makes every
// address local there, and listens. Then a connection to any address arrives at the listener.
#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <linux/nsfs.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "runtime/doctor/linux/probes.h"
#include "runtime/doctor/linux/whole_machine.h"
#include "runtime/launch/programs.h"

namespace sbxc::doctor {
namespace {

constexpr uint16_t kPort = 443;
constexpr const char* kFarAway = "192.0.2.1";  // RFC 5737: nobody's

int say(int said, const std::string& text) {
  (void)!write(said, text.data(), text.size());
  return 1;
}

int say_errno(int said, const char* what) {
  return say(said, fmt::format("{}: {}", what, std::strerror(errno)));
}

struct Inside {
  pid_t bubblewrap = -1;
  pid_t process = -1;  // of the sandbox; it waits for as long as `gate` is open
  int gate = -1;
};

// bubblewrap up to where it would start the command: its namespaces are made and nobody lives
// there.
Inside waiting_sandbox(const std::string& program, int said) {
  Inside inside;
  int info[2];
  int gate[2];
  if (pipe2(info, O_CLOEXEC) != 0 || pipe2(gate, O_CLOEXEC) != 0) return inside;
  std::vector<std::string> argv = {program};
  for (std::string& word : bwrap::bwrap_arguments(plan_of_whole_machine())) {
    argv.push_back(std::move(word));
  }
  for (const std::string& word :
       {std::string("--info-fd"), std::to_string(info[1]), std::string("--block-fd"),
        std::to_string(gate[0]), std::string("--"), program, std::string("--version")}) {
    argv.push_back(word);
  }
  inside.gate = gate[1];
  inside.bubblewrap = fork();
  if (inside.bubblewrap == 0) {
    fcntl(info[1], F_SETFD, 0);
    fcntl(gate[0], F_SETFD, 0);
    _exit(become(argv, said));
  }
  close(info[1]);
  close(gate[0]);
  std::string text;
  char bytes[256];
  for (ssize_t count = 0; (count = read(info[0], bytes, sizeof bytes)) > 0;) {
    text.append(bytes, static_cast<size_t>(count));
  }
  close(info[0]);
  const size_t at = text.find("child-pid\":");
  if (at != std::string::npos) inside.process = std::atoi(text.c_str() + at + 11);
  return inside;
}

bool enter_network_of(pid_t process) {
  const std::string path = fmt::format("/proc/{}/ns/net", process);
  const int network = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (network < 0) return false;
  const int owner = ioctl(network, NS_GET_USERNS);
  return owner >= 0 && setns(owner, CLONE_NEWUSER) == 0 && setns(network, CLONE_NEWNET) == 0;
}

bool raise_loopback() {
  const int handle = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifreq request{};
  std::memcpy(request.ifr_name, "lo", 3);
  if (ioctl(handle, SIOCGIFFLAGS, &request) != 0) return false;
  request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP);
  return ioctl(handle, SIOCSIFFLAGS, &request) == 0;
}

// `ip route add local 0.0.0.0/0 dev lo`
bool make_everything_local() {
  struct {
    nlmsghdr header;
    rtmsg route;
    rtattr attribute;
    uint32_t device;
  } request{};
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = RTM_NEWROUTE;
  request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_ACK;
  request.route.rtm_family = AF_INET;
  request.route.rtm_table = RT_TABLE_LOCAL;
  request.route.rtm_protocol = RTPROT_BOOT;
  request.route.rtm_scope = RT_SCOPE_HOST;
  request.route.rtm_type = RTN_LOCAL;
  request.attribute.rta_len = RTA_LENGTH(sizeof(uint32_t));
  request.attribute.rta_type = RTA_OIF;
  request.device = if_nametoindex("lo");
  const int kernel = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (kernel < 0 || send(kernel, &request, sizeof request, 0) < 0) return false;
  struct {
    nlmsghdr header;
    nlmsgerr error;
    char rest[256];
  } reply{};
  if (recv(kernel, &reply, sizeof reply, 0) < static_cast<ssize_t>(sizeof(nlmsghdr))) return false;
  errno = -reply.error.error;
  return reply.header.nlmsg_type == NLMSG_ERROR && reply.error.error == 0;
}

int listen_there() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(kPort);
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool bound =
      bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  return bound && listen(listener, 1) == 0 ? listener : -1;
}

// Where an accepted connection was meant to go.
bool accepts_for(int listener, const char* wanted) {
  pollfd waiting{listener, POLLIN, 0};
  if (poll(&waiting, 1, 2000) != 1) return false;
  const int connection = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
  sockaddr_in meant{};
  socklen_t size = sizeof meant;
  if (getsockname(connection, reinterpret_cast<sockaddr*>(&meant), &size) != 0) return false;
  char text[INET_ADDRSTRLEN] = {};
  inet_ntop(AF_INET, &meant.sin_addr, text, sizeof text);
  return std::strcmp(text, wanted) == 0;
}

bool connects_to(const char* address) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(kPort);
  inet_pton(AF_INET, address, &name.sin_addr);
  const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  return connect(connection, reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0;
}

int visit(pid_t inside, int said) {
  if (!enter_network_of(inside)) return say_errno(said, "a sandbox's network cannot be entered");
  if (!raise_loopback()) return say_errno(said, "its loopback cannot be raised");
  if (!make_everything_local()) return say_errno(said, "not every address can be made local");
  const int listener = listen_there();
  if (listener < 0) return say_errno(said, "port 443 cannot be listened on there");
  if (!connects_to(kFarAway)) return say_errno(said, "another address cannot be reached there");
  return accepts_for(listener, kFarAway) ? 0 : say(said, "no connection arrives");
}

int probe(const std::string& program, int said) {
  const Inside inside = waiting_sandbox(program, said);
  if (inside.process <= 0) return 1;  // bubblewrap has said why
  const int result = visit(inside.process, said);
  // The one inside does not end with bubblewrap yet.
  kill(inside.process, SIGKILL);
  kill(inside.bubblewrap, SIGKILL);
  waitpid(inside.bubblewrap, nullptr, 0);
  return result;
}

}  // namespace

Mechanism network() {
  Mechanism found{
      .id = "network",
      .seen = "a connection to another address was received in a sandbox's network",
      .purpose = "`connect` and `listen` rules: every program's connections reach the proxy"};
  const auto program = launch::find_bubblewrap();
  if (!program) {
    found.state = State::missing;
    found.seen = "not tried: there is no bubblewrap to try it with";
    found.help = {"see `bubblewrap`"};
    return found;
  }
  const Outcome outcome = in_child([&](int said) { return probe(program->path, said); });
  if (outcome.ok()) return found;
  found.state = State::missing;
  found.seen = outcome.said.empty() ? "no answer within five seconds"
                                    : outcome.said.substr(0, outcome.said.find('\n'));
  found.help = namespace_advice(outcome.said);
  return found;
}

}  // namespace sbxc::doctor
