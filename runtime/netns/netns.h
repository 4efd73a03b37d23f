// A sandbox's network, made from outside: a forked child enters the network namespace of a process
// in the sandbox, makes every address local there, opens the listeners that catch whatever a
// program connects to, and hands them out. Nothing runs inside for it, and nothing that runs inside
// can undo it: that takes a capability over the namespace, which no process of the sandbox has.
//
// Any failure leaves a namespace without a way out: what has no listener is refused there.
// Linux only. Knows no policies and no proxies: which ports to catch is given.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "runtime/descriptor/descriptor.h"

namespace sbxc::netns {

struct Failure {
  std::string message;       // lower case, the situation first; errno in words behind it
  int error = 0;             // errno, or 0
  bool unsupported = false;  // this kernel cannot do it at all
};
template <typename T>
using Result = tl::expected<T, Failure>;

enum class ListenerKind : uint8_t {
  captured,    // getsockname() of a connection tells where it was meant to go
  redirected,  // original_destination() tells it
  proxy,       // 127.0.0.1 and ::1 inside
  dns_udp,     // datagram.h: which address was asked, and answering from it
  dns_tcp,
};

struct Listener {
  ListenerKind kind{};
  bool v6 = false;    // the socket's family; a captured one of v6 takes IPv4 too (mapped addresses)
  uint16_t port = 0;  // captured: the port; redirected: its own, no destination's
  Descriptor socket;  // listening (dns_udp: bound), non-blocking, close-on-exec
};

struct PortRange {  // 1 <= low <= high
  uint16_t low = 0;
  uint16_t high = 0;
  bool operator==(const PortRange&) const = default;
};
using Ports = std::vector<PortRange>;  // sorted, disjoint

enum class Method : uint8_t {
  // A listener for each port, one redirect when there are more than kFewListeners, which is faster
  // then; without nftables as many listeners as kMostListeners.
  automatic,
  listeners,
  redirect,  // programs inside can listen on captured ports; a rule of nftables in the namespace
};
inline constexpr size_t kFewListeners = 24;
inline constexpr size_t kMostListeners = 256;
inline constexpr size_t kMostRanges = 1024;  // of a redirect
inline constexpr size_t kMostListening = 1000;

enum class Loopback : uint8_t {
  await,  // someone else is about to bring `lo` up: bubblewrap dies when it finds it up before
  raise,
};

struct Order {
  pid_t process = -1;           // in the sandbox, as this process's table numbers it
  int process_descriptor = -1;  // a pidfd of it, if there is one: then no other can be taken for it
  Ports ports;                  // TCP; 53 is left to `dns`
  // Of `ports`: those to catch on 127.0.0.0/8 and ::1, too. Without a redirect that is all of them.
  Ports loopback_ports;
  uint16_t proxy_port = 0;  // 0: no listener for a proxy; none of `ports`, unless redirected
  bool dns = true;
  Method method = Method::automatic;
  Loopback loopback = Loopback::await;
  // The child stays, for socket_inside() and listening_inside().
  bool sockets_on_demand = false;
  Ports forward_ports;           // what listening_inside() looks for
  int wait_milliseconds = 5000;  // for all of it
};

struct Inside {
  std::vector<Listener> listeners;
  bool v6 = false;  // IPv6 works inside
};

enum class Request : uint8_t;

// The child and the way to it. It ends with this object, and with the process that made it.
class Capture {
 public:
  // Forks. Call it from a process with one thread, from the thread that stays: the child ends with
  // it. Returns at once, so that what builds the sandbox can go on meanwhile.
  static Result<Capture> start(const Order& order);
  Capture(Capture&&) = default;
  Capture& operator=(Capture&&) = delete;
  ~Capture();

  // Waits for everything, once. After a failure the child is gone.
  Result<Inside> finish();

  // A TCP socket inside, non-blocking, close-on-exec; -1 with errno. Only with sockets_on_demand.
  int socket_inside(bool v6) const;
  // Of `forward_ports`: those on which programs inside listen for TCP at the loopback, ascending,
  // at most kMostListening; empty when it cannot be told. Only with sockets_on_demand.
  std::vector<uint16_t> listening_inside() const;

  pid_t process() const { return process_; }  // the child; it may have ended

 private:
  Capture() = default;
  void reap();
  bool ask(Request request) const;

  Descriptor channel_;
  Descriptor child_;  // a pidfd: whoever waits for any child may have waited for this one
  pid_t process_ = -1;
  int wait_milliseconds_ = 0;
};

}  // namespace sbxc::netns
