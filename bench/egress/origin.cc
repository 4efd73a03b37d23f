#include "bench/egress/origin.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <vector>

namespace sbxc::bench {

namespace {

const std::vector<char> kBytes(1 << 18, 'x');

void accept_one(int epoll, int listener) {
  const int made = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
  if (made < 0) return;
  const int yes = 1;
  setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = made;
  epoll_ctl(epoll, EPOLL_CTL_ADD, made, &event);
}

void pour(int peer) {
  while (send(peer, kBytes.data(), kBytes.size(), MSG_NOSIGNAL) > 0) {
  }
}

void serve_one(int epoll, int peer, uint32_t events) {
  char bytes[64];
  const ssize_t got = (events & EPOLLIN) != 0 ? recv(peer, bytes, sizeof bytes, 0) : -1;
  if (got == 0 || (events & (EPOLLERR | EPOLLHUP)) != 0) {
    close(peer);
    return;
  }
  if (got > 0 && bytes[0] == 'p') {
    send(peer, bytes, static_cast<size_t>(got), MSG_NOSIGNAL);
  } else if (got > 0 && bytes[0] == 'G') {
    send(peer, kBytes.data(), kAnswer, MSG_NOSIGNAL);
  } else if (got > 0 && bytes[0] == 'b') {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT;
    event.data.fd = peer;
    epoll_ctl(epoll, EPOLL_CTL_MOD, peer, &event);
  } else if ((events & EPOLLOUT) != 0) {
    pour(peer);
  }
}

}  // namespace

void serve_origin(int listener) {
  std::signal(SIGPIPE, SIG_IGN);
  const int epoll = epoll_create1(0);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = listener;
  epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
  for (;;) {
    std::array<epoll_event, 64> events;
    const int count = epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      const epoll_event& ready = events[static_cast<size_t>(i)];
      if (ready.data.fd == listener) {
        accept_one(epoll, listener);
      } else {
        serve_one(epoll, ready.data.fd, ready.events);
      }
    }
  }
}

}  // namespace sbxc::bench
