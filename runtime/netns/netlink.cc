#include "runtime/netns/netlink.h"

#include <arpa/inet.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "runtime/netns/failure.h"

namespace sbxc::netns {

namespace {

// A dump comes in pieces of at most 32 KiB (netlink_dump in net/netlink/af_netlink.c).
constexpr size_t kBufferBytes = 32768;

Failure confused() { return failure("the kernel's answer over netlink makes no sense", EPROTO); }

}  // namespace

void Requests::begin(uint16_t type, uint16_t flags, std::string_view header) {
  close();
  start_ = bytes_.size();
  nlmsghdr head{};
  head.nlmsg_type = type;
  head.nlmsg_flags = static_cast<uint16_t>(NLM_F_REQUEST | flags);
  head.nlmsg_seq = ++count_;
  bytes_ += bytes_of(head);
  bytes_ += header;
  bytes_.resize(NLMSG_ALIGN(bytes_.size()));
}

void Requests::attribute(uint16_t type, std::string_view bytes) {
  const nlattr head{static_cast<uint16_t>(NLA_HDRLEN + bytes.size()), type};
  bytes_ += bytes_of(head);
  bytes_ += bytes;
  bytes_.resize(NLA_ALIGN(bytes_.size()));
}

void Requests::number(uint16_t type, uint32_t value) {
  const uint32_t network_order = htonl(value);
  attribute(type, bytes_of(network_order));
}

void Requests::nest(uint16_t type) {
  nests_.push_back(bytes_.size());
  attribute(static_cast<uint16_t>(type | NLA_F_NESTED), {});
}

void Requests::end_nest() {
  const auto length = static_cast<uint16_t>(bytes_.size() - nests_.back());
  std::memcpy(bytes_.data() + nests_.back() + offsetof(nlattr, nla_len), &length, sizeof length);
  nests_.pop_back();
}

void Requests::close() {
  if (count_ == 0) return;
  const auto length = static_cast<uint32_t>(bytes_.size() - start_);
  std::memcpy(bytes_.data() + start_ + offsetof(nlmsghdr, nlmsg_len), &length, sizeof length);
}

const std::string& Requests::bytes() {
  close();
  return bytes_;
}

Result<Netlink> Netlink::open(int protocol, uint32_t groups) {
  Netlink netlink;
  netlink.socket_.reset(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol));
  if (!netlink.socket_) {
    Failure failed = failure("no netlink socket", errno);
    failed.unsupported = errno == EPROTONOSUPPORT || errno == EAFNOSUPPORT;
    return tl::unexpected(std::move(failed));
  }
  const int on = 1;  // an acknowledgement without the request that it acknowledges
  setsockopt(netlink.socket_.get(), SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof on);
  sockaddr_nl own{};
  own.nl_family = AF_NETLINK;
  own.nl_groups = groups;
  if (bind(netlink.socket_.get(), reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0) {
    return tl::unexpected(failure("no netlink socket", errno));
  }
  netlink.buffer_.resize(kBufferBytes);
  return netlink;
}

Result<bool> Netlink::send(const std::string& bytes) const {
  sockaddr_nl kernel{};
  kernel.nl_family = AF_NETLINK;
  const ssize_t sent = sendto(socket_.get(), bytes.data(), bytes.size(), 0,
                              reinterpret_cast<const sockaddr*>(&kernel), sizeof kernel);
  if (sent != static_cast<ssize_t>(bytes.size())) {
    return tl::unexpected(failure("a request over netlink was not taken", errno));
  }
  return true;
}

// One datagram of the kernel's own; a process may send to this socket, too.
Result<std::string_view> Netlink::receive(int flags) {
  for (;;) {
    sockaddr_nl from{};
    iovec data{buffer_.data(), buffer_.size()};
    msghdr message{};
    message.msg_name = &from;
    message.msg_namelen = sizeof from;
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    const ssize_t got = recvmsg(socket_.get(), &message, flags);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return tl::unexpected(failure("no answer over netlink", errno));
    if (message.msg_namelen != sizeof from || from.nl_pid != 0) continue;
    if ((message.msg_flags & MSG_TRUNC) != 0) return tl::unexpected(confused());
    return std::string_view(buffer_.data(), static_cast<size_t>(got));
  }
}

bool each_message(std::string_view datagram,
                  const std::function<bool(const nlmsghdr&, std::string_view body)>& visit) {
  while (!datagram.empty()) {
    nlmsghdr head{};
    if (datagram.size() < sizeof head) return false;
    std::memcpy(&head, datagram.data(), sizeof head);
    if (head.nlmsg_len < sizeof head || head.nlmsg_len > datagram.size()) return false;
    const std::string_view body = datagram.substr(sizeof head, head.nlmsg_len - sizeof head);
    if (!visit(head, body)) return true;
    const size_t step = NLMSG_ALIGN(size_t{head.nlmsg_len});
    datagram.remove_prefix(step < datagram.size() ? step : datagram.size());
  }
  return true;
}

namespace {

// The number in an acknowledgement: 0 or an errno; -1 when it is none.
int acknowledged(std::string_view body) {
  int32_t error = 0;
  if (body.size() < sizeof(nlmsgerr)) return -1;
  std::memcpy(&error, body.data(), sizeof error);
  return error <= 0 && error > -4096 ? -error : -1;
}

}  // namespace

Result<std::vector<int>> Netlink::perform(Requests& requests, Until until) {
  if (auto sent = send(requests.bytes()); !sent) return tl::unexpected(std::move(sent.error()));
  std::vector<int> errors(requests.count(), -1);
  const auto asks = [&](const nlmsghdr& head) {
    errors[head.nlmsg_seq - 1] = (head.nlmsg_flags & NLM_F_ACK) != 0 ? -1 : 0;
    return true;
  };
  each_message(requests.bytes(),
               [&](const nlmsghdr& head, std::string_view) { return asks(head); });
  const auto open = [&] {
    for (const int error : errors) {
      if (error > 0 && until == Until::first_error) return false;
    }
    for (const int error : errors) {
      if (error < 0) return true;
    }
    return false;
  };
  while (open()) {
    // The kernel performs requests while they are sent: the answers are there.
    auto datagram = receive(MSG_DONTWAIT);
    if (!datagram) return tl::unexpected(std::move(datagram.error()));
    bool sense = true;
    sense &= each_message(*datagram, [&](const nlmsghdr& head, std::string_view body) {
      const int error = acknowledged(body);
      sense &= head.nlmsg_type == NLMSG_ERROR && error >= 0 && head.nlmsg_seq >= 1 &&
               head.nlmsg_seq <= errors.size();
      if (sense) errors[head.nlmsg_seq - 1] = error;
      return sense;
    });
    if (!sense) return tl::unexpected(confused());
  }
  for (int& error : errors) error = error < 0 ? 0 : error;
  return errors;
}

Result<bool> Netlink::dump(Requests& requests, const std::function<void(const Message&)>& visit) {
  if (auto sent = send(requests.bytes()); !sent) return tl::unexpected(std::move(sent.error()));
  for (bool done = false; !done;) {
    auto datagram = receive(MSG_DONTWAIT);
    if (!datagram) return tl::unexpected(std::move(datagram.error()));
    int error = 0;
    bool sense = true;
    sense &= each_message(*datagram, [&](const nlmsghdr& head, std::string_view body) {
      sense &= head.nlmsg_seq == requests.count() && (head.nlmsg_flags & NLM_F_DUMP_INTR) == 0;
      if (head.nlmsg_type == NLMSG_ERROR) error = acknowledged(body);
      done = head.nlmsg_type == NLMSG_DONE;
      if (!sense || done || error != 0) return false;
      visit({head.nlmsg_type, body});
      return true;
    });
    if (!sense || error < 0) return tl::unexpected(confused());
    if (error > 0) return tl::unexpected(failure("a list of the kernel cannot be had", error));
  }
  return true;
}

Result<bool> Netlink::listen(int milliseconds, const std::function<void(const Message&)>& visit) {
  pollfd waiting{socket_.get(), POLLIN, 0};
  const int ready = poll(&waiting, 1, milliseconds);
  if (ready < 0 && errno != EINTR) {
    return tl::unexpected(failure("netlink cannot be waited for", errno));
  }
  if (ready <= 0) return false;
  auto datagram = receive(MSG_DONTWAIT);
  if (!datagram) return tl::unexpected(std::move(datagram.error()));
  const bool sense = each_message(*datagram, [&](const nlmsghdr& head, std::string_view body) {
    visit({head.nlmsg_type, body});
    return true;
  });
  if (!sense) return tl::unexpected(confused());
  return true;
}

bool read_link(const Message& message, Link& link) {
  ifinfomsg facts{};
  if (message.type != RTM_NEWLINK || message.bytes.size() < sizeof facts) return false;
  std::memcpy(&facts, message.bytes.data(), sizeof facts);
  link = {facts.ifi_index, facts.ifi_flags};
  return true;
}

}  // namespace sbxc::netns
