// A packet socket on `lo`, where every packet comes by twice: on its way out, and in again.
// Reference: packet(7).
#ifdef __linux__

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "conformance/suite/network/address.h"
#include "conformance/suite/network/packet.h"
#include "conformance/suite/network/wire.h"

namespace sbxc::conform {

Wire::Wire(Loop* loop, EventLog* log, std::string resolver)
    : loop_(loop), log_(log), resolver_(std::move(resolver)) {
  packets_ = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (packets_ < 0) return;
  const int size = 4 * 1024 * 1024;
  setsockopt(packets_, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  sockaddr_ll name{};
  name.sll_family = AF_PACKET;
  name.sll_protocol = htons(ETH_P_ALL);
  name.sll_ifindex = static_cast<int>(if_nametoindex("lo"));
  if (bind(packets_, reinterpret_cast<sockaddr*>(&name), sizeof name) != 0) {
    ::close(packets_);
    packets_ = -1;
    return;
  }
  loop_->watch(packets_, [this] { take(); });
}

void Wire::take() {
  static char bytes[70'000];
  for (;;) {
    sockaddr_ll from{};
    socklen_t size = sizeof from;
    const ssize_t n =
        recvfrom(packets_, bytes, sizeof bytes, 0, reinterpret_cast<sockaddr*>(&from), &size);
    if (n < 0) return;
    if (from.sll_pkttype != PACKET_OUTGOING) continue;
    const std::string_view packet(bytes, static_cast<size_t>(n));
    const unsigned mark = mark_number(packet);
    if (mark != 0) {
      seen_ = mark;
    } else {
      tell_packet(packet, resolver_, log_);
    }
  }
}

// The kernel drops what comes while its buffer is full, and counts it.
bool Wire::has_lost() {
  tpacket_stats counts{};
  socklen_t size = sizeof counts;
  if (getsockopt(packets_, SOL_PACKET, PACKET_STATISTICS, &counts, &size) != 0) return true;
  lost_ += counts.tp_drops;  // since it was asked last
  return lost_ > 0;
}

bool Wire::catch_up() {
  const std::string mark = std::string(kMark) + std::to_string(++mark_);
  const int sender = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_storage name{};
  const socklen_t size = fill({*parse_address("127.0.0.1"), kMarkPort}, &name);
  sendto(sender, mark.data(), mark.size(), 0, reinterpret_cast<sockaddr*>(&name), size);
  ::close(sender);
  constexpr int kPatience = 1000;
  for (int waited = 0; seen_ != mark_ && waited < kPatience; ++waited) {
    pollfd ready{packets_, POLLIN, 0};
    poll(&ready, 1, 1);
    take();
  }
  return seen_ == mark_ && !has_lost();
}

}  // namespace sbxc::conform

#endif  // __linux__
