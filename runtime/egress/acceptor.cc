#include "runtime/egress/acceptor.h"

#include <unistd.h>

#include <cerrno>

#include "runtime/egress/engine.h"
#include "runtime/egress/session.h"
#include "runtime/egress/sockets.h"

namespace sbxc::egress {

namespace {

constexpr int kAtOnce = 64;  // then others have their turn

bool is_exhausted(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

Acceptor::Acceptor(Engine& engine, const Listener& listener)
    : engine_(engine),
      listener_(listener),
      place_(local_place(listener.descriptor).value_or(Place{})) {}

bool Acceptor::open(Loop& loop) {
  if (!make_nonblocking(listener_.descriptor)) return false;
  if (!watch_.open(loop, listener_.descriptor, *this)) return false;
  resume();
  return true;
}

void Acceptor::ready(Watch&, Wait) {
  engine_.read_clock();
  for (int i = 0; i < kAtOnce; ++i) {
    if (engine_.is_full()) return engine_.pause_accepting(0);
    const int socket = accept_socket(watch_.descriptor());
    if (socket < 0) {
      if (is_exhausted(errno)) return engine_.pause_accepting(errno);
      // A connection that is gone before it was accepted says nothing about the next one.
      if (errno == EAGAIN || errno == EWOULDBLOCK) break;
      continue;
    }
    engine_.start_session()->begin(listener_, socket);
    if (!watch_.is_open()) return;
  }
  resume();
}

}  // namespace sbxc::egress
