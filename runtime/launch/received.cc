#include "runtime/launch/received.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace sbxc::launch {
namespace {

void take(const cmsghdr& part, Received& received) {
  if (part.cmsg_level != SOL_SOCKET) return;
  if (part.cmsg_type == SCM_RIGHTS) {
    int descriptor = -1;
    std::memcpy(&descriptor, CMSG_DATA(&part), sizeof(descriptor));
    received.descriptor.reset(descriptor);
  } else if (part.cmsg_type == SCM_CREDENTIALS) {
    ucred sender{};
    std::memcpy(&sender, CMSG_DATA(&part), sizeof(sender));
    received.sender = sender.pid;
  }
}

}  // namespace

std::optional<Received> receive(int socket, bool& end) {
  std::optional<Received> one(std::in_place);
  iovec data{&one->message, sizeof(init::Message)};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(ucred))] = {};
  msghdr header{};
  header.msg_iov = &data;
  header.msg_iovlen = 1;
  header.msg_control = control;
  header.msg_controllen = sizeof(control);
  const ssize_t got = recvmsg(socket, &header, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  end = got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR);
  // A call that fails leaves the length as it was: nothing came.
  if (got < 0) return std::nullopt;
  for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr; part = CMSG_NXTHDR(&header, part)) {
    take(*part, *one);
  }
  if (got != sizeof(init::Message)) return std::nullopt;
  one->message.text[sizeof(init::Message::text) - 1] = '\0';
  return one;
}

}  // namespace sbxc::launch
