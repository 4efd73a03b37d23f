// Requests to the kernel over netlink, and its answers, read strictly: whatever is not an answer of
// the kernel to this very request, cut short or out of order, is an error. Inside this room only.
// Reference: netlink(7), RFC 3549.
#pragma once

#include <linux/netlink.h>

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/netns/netns.h"

namespace sbxc::netns {

// One or more requests that are sent as one datagram. Each has the next number, from 1.
class Requests {
 public:
  void begin(uint16_t type, uint16_t flags, std::string_view header);
  void attribute(uint16_t type, std::string_view bytes);
  void text(uint16_t type, std::string_view text) { attribute(type, std::string(text) + '\0'); }
  // Numbers of attributes of nftables are in network order.
  void number(uint16_t type, uint32_t value);
  void nest(uint16_t type);
  void end_nest();

  const std::string& bytes();
  uint32_t count() const { return count_; }

 private:
  void close();
  std::string bytes_;
  size_t start_ = 0;  // of the request that is being written
  std::vector<size_t> nests_;
  uint32_t count_ = 0;
};

// The bytes of a struct, as part of a message.
template <typename T>
std::string_view bytes_of(const T& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

struct Message {
  uint16_t type = 0;
  std::string_view bytes;  // behind the header
};

class Netlink {
 public:
  // `groups`: a mask of those to listen to.
  static Result<Netlink> open(int protocol, uint32_t groups = 0);

  // Sends all; 0 or an errno for each request that asked for an acknowledgement, by its number less
  // one. `until_error`: what follows the first error is not waited for, and 0.
  enum class Until : uint8_t { all, first_error };
  Result<std::vector<int>> perform(Requests& requests, Until until = Until::all);
  // Sends one dump; `visit` gets every message of the answer.
  Result<bool> dump(Requests& requests, const std::function<void(const Message&)>& visit);
  // What came for the groups; waits up to `milliseconds`. False: nothing came.
  Result<bool> listen(int milliseconds, const std::function<void(const Message&)>& visit);

 private:
  Result<bool> send(const std::string& bytes) const;
  Result<std::string_view> receive(int flags);

  Descriptor socket_;
  std::string buffer_;
};

// Cuts one datagram into messages; false when its lengths do not fit. Stops when `visit` says so.
bool each_message(std::string_view datagram,
                  const std::function<bool(const nlmsghdr&, std::string_view body)>& visit);

// Of a link, as RTM_NEWLINK tells.
struct Link {
  int index = 0;
  uint32_t flags = 0;  // IFF_…
};
bool read_link(const Message& message, Link& link);

}  // namespace sbxc::netns
