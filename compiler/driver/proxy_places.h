// Where a proxy listens: addresses with ports, and unix sockets.
#pragma once

#include <sys/types.h>

#include <string>

#include "compiler/pattern/ip_address.h"
#include "runtime/descriptor/descriptor.h"
#include "runtime/launch/failure.h"

namespace sbxc::driver {

// A listening socket. A unix socket's name is removed with it, unless it is another's by then.
class Listening {
 public:
  Listening() = default;
  Listening(Listening&& other) noexcept;
  Listening& operator=(Listening&& other) = delete;
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;
  ~Listening();

  Descriptor socket{};
  std::string text{};      // `127.0.0.1:34567`, with the port that was bound; a path
  uint16_t port = 0;       // 0: a unix socket
  bool reachable = false;  // from other machines

 private:
  friend launch::Result<Listening> listen_at_path(const std::string& path);
  std::string path_{};
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

// `127.0.0.1:0`, `[::1]:3128`. No names: where they lead is not for this program to say.
launch::Result<Listening> listen_at_address(const std::string& place);
// Only its owner may connect. What a dead process left there is replaced.
launch::Result<Listening> listen_at_path(const std::string& path);

}  // namespace sbxc::driver
