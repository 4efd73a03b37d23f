// The socket to the supervisor: one message a datagram, perhaps with a descriptor.
#pragma once

#include <cstring>

#include "runtime/descriptor/passing.h"
#include "runtime/init/orders.h"

namespace sbxc::init {

// Nobody there any more: then this process is about to be ended.
inline void send_message(int socket, const Message& message, int descriptor = -1) {
  (void)send_with_descriptor(socket, &message, sizeof(message), descriptor);
}

inline void send_failure(int socket, Stage stage, int error, const char* text = "") {
  Message message{.kind = Kind::failed, .value = static_cast<int32_t>(stage), .error = error};
  std::strncpy(message.text, text, sizeof(message.text) - 1);
  send_message(socket, message);
}

}  // namespace sbxc::init
