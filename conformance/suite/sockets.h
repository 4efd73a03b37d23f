// What the props that listen share: a socket that is taken from, and what came out of it.
#pragma once

#include <sys/socket.h>

#include <string>
#include <vector>

#include "conformance/suite/fault.h"

namespace sbxc::conform {

// One listening or receiving socket. What arrives is kept; whatever connects gets `greeting`, for
// an attempt may wait for an answer.
class Socket {
 public:
  Socket() = default;
  Socket(Socket&& other) noexcept;
  Socket& operator=(Socket&& other) noexcept;
  ~Socket();

  // Binds, and listens where the type does.
  static Result<Socket> bound(int family, int type, const sockaddr* address, socklen_t size);

  int descriptor() const { return fd_; }
  int port() const;  // of internet sockets
  // Takes what is there, without waiting.
  void take(const std::string& greeting = {});
  size_t contacts() const { return contacts_; }
  const std::string& received() const { return received_; }
  std::vector<int>& connections() { return connections_; }

 private:
  void take_datagrams();
  void take_connections(const std::string& greeting);

  int fd_ = -1;
  bool listens_ = false;
  size_t contacts_ = 0;
  std::vector<int> connections_;
  std::string received_;
};

}  // namespace sbxc::conform
