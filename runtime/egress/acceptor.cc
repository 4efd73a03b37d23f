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

Acceptor::Taken Acceptor::take_some() {
  engine_.read_clock();
  for (int i = 0; i < kAtOnce && watch_.is_open(); ++i) {
    if (engine_.is_full()) {
      engine_.pause_accepting(0);
      return Taken::as_many_as_there_may_be;
    }
    const int socket = accept_socket(watch_.descriptor());
    if (socket < 0) {
      if (is_exhausted(errno)) {
        engine_.pause_accepting(errno);
        return Taken::as_many_as_there_may_be;
      }
      // A connection that is gone before it was accepted says nothing about the next one.
      if (errno == EAGAIN || errno == EWOULDBLOCK) return Taken::all;
      continue;
    }
    engine_.start_session()->begin(listener_, socket);
  }
  return Taken::some;
}

void Acceptor::ready(Watch&, Wait) {
  const Taken taken = take_some();
  if (watch_.is_open() && taken != Taken::as_many_as_there_may_be) resume();
}

void Acceptor::take_last() {
  while (watch_.is_open() && take_some() == Taken::some) {
  }
  close();
}

}  // namespace sbxc::egress
