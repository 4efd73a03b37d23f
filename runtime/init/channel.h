// The socket to the supervisor: one message a datagram, perhaps with a descriptor.
#pragma once

#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "runtime/init/orders.h"

namespace sbxc::init {

inline void send_message(int socket, const Message& message, int descriptor = -1) {
  Message copy = message;
  iovec data{&copy, sizeof(copy)};
  msghdr header{};
  header.msg_iov = &data;
  header.msg_iovlen = 1;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  if (descriptor >= 0) {
    header.msg_control = control;
    header.msg_controllen = sizeof(control);
    cmsghdr* rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(rights), &descriptor, sizeof(int));
  }
  // Nobody there any more: then this process is about to be ended.
  while (sendmsg(socket, &header, MSG_NOSIGNAL) < 0 && errno == EINTR) {
  }
}

inline void send_failure(int socket, Stage stage, int error, const char* text = "") {
  Message message{.kind = Kind::failed, .value = static_cast<int32_t>(stage), .error = error};
  std::strncpy(message.text, text, sizeof(message.text) - 1);
  send_message(socket, message);
}

}  // namespace sbxc::init
