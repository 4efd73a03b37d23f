// The way the proxy comes into a sandbox: a process of outside enters the network namespace of one
// inside by way of the user namespace that owns it, makes every address local there, and listens.
// Then a connection to any address, made inside, arrives at the listener.
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
#include <cstring>

#include "runtime/doctor/linux/probes.h"

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

// Writes one byte when it is inside, connects after it has read one. Ends with 0 when connected.
int live_inside(int from, int to) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  char byte = 'n';
  if (unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0) byte = 'y';
  if (write(to, &byte, 1) != 1 || byte == 'n' || read(from, &byte, 1) != 1) return 1;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(kPort);
  inet_pton(AF_INET, kFarAway, &address.sin_addr);
  const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto* name = reinterpret_cast<const sockaddr*>(&address);
  return connect(connection, name, sizeof address) == 0 ? 0 : 1;
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

int visit(pid_t inside, int to_inside, int said) {
  if (!enter_network_of(inside)) return say_errno(said, "a child's network cannot be entered");
  if (!raise_loopback()) return say_errno(said, "its loopback cannot be raised");
  if (!make_everything_local()) return say_errno(said, "not every address can be made local");
  const int listener = listen_there();
  if (listener < 0) return say_errno(said, "port 443 cannot be listened on there");
  if (write(to_inside, "g", 1) != 1) return say(said, "the child has ended");
  if (!accepts_for(listener, kFarAway)) return say(said, "no connection arrives");
  return 0;
}

int probe(int said) {
  int there[2];
  int back[2];
  if (pipe2(there, O_CLOEXEC) != 0 || pipe2(back, O_CLOEXEC) != 0) return say(said, "no pipe");
  const pid_t inside = fork();
  if (inside == 0) _exit(live_inside(there[0], back[1]));
  close(back[1]);
  char byte = 'n';
  if (read(back[0], &byte, 1) != 1 || byte != 'y') {
    return say(said, "no network namespace of its own can be made");
  }
  const int result = visit(inside, there[1], said);
  kill(inside, SIGKILL);
  return result;
}

}  // namespace

Mechanism network() {
  Mechanism found{
      .id = "network",
      .seen = "a connection to another address was received in a child's network",
      .purpose = "`connect` and `listen` rules: every program's connections reach the proxy"};
  const Outcome outcome = in_child(probe);
  if (outcome.ok()) return found;
  found.state = State::missing;
  found.seen = outcome.said.empty() ? "no answer within five seconds" : outcome.said;
  found.help = namespace_advice(outcome.said);
  return found;
}

}  // namespace sbxc::doctor
