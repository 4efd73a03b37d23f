#include "runtime/plain_launch/own_terminal.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>

namespace sbxc::plain {
namespace {

constexpr size_t kAtOnce = 4096;

// tcsetattr from a process that is not in the foreground would stop it.
bool set(int terminal, const termios& how) {
  sigset_t stops;
  sigset_t before;
  sigemptyset(&stops);
  sigaddset(&stops, SIGTTOU);
  sigprocmask(SIG_BLOCK, &stops, &before);
  const bool done = tcsetattr(terminal, TCSADRAIN, &how) == 0;
  sigprocmask(SIG_SETMASK, &before, nullptr);
  return done;
}

}  // namespace

launch::Result<OwnTerminal> OwnTerminal::open() {
  OwnTerminal own;
  int person = -1;
  for (int number = 2; number >= 0; --number) {
    own.terminals_[static_cast<size_t>(number)] = isatty(number) == 1;
    if (isatty(number) == 1) person = number;
  }
  if (person < 0) return own;
  own.output_number_ = own.terminals_[1] ? 1 : own.terminals_[2] ? 2 : 0;
  own.person_.reset(fcntl(person, F_DUPFD_CLOEXEC, 10));
  own.master_.reset(posix_openpt(O_RDWR | O_NOCTTY));
  const bool opened = own.person_ && own.master_ && grantpt(own.master_.get()) == 0 &&
                      unlockpt(own.master_.get()) == 0;
  const char* name = opened ? ptsname(own.master_.get()) : nullptr;
  if (name != nullptr) own.slave_.reset(::open(name, O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!own.slave_) return tl::unexpected(launch::system_failure("no terminal of its own", errno));
  fcntl(own.master_.get(), F_SETFD, FD_CLOEXEC);
  fcntl(own.master_.get(), F_SETFL, O_NONBLOCK);
  if (tcgetattr(own.person_.get(), &own.as_it_was_) == 0) set(own.slave_.get(), own.as_it_was_);
  own.take_size();
  own.output_open_ = true;
  return own;
}

bool OwnTerminal::take_control() const { return ioctl(slave_.get(), TIOCSCTTY, 0) == 0; }

void OwnTerminal::pass_keys() {
  // In the background neither is this process's to have.
  if (!terminals_[0] || tcgetpgrp(person_.get()) != getpgrp()) return;
  keys_open_ = true;
  termios raw = as_it_was_;
  cfmakeraw(&raw);
  raw_ = set(person_.get(), raw);
}

void OwnTerminal::restore() {
  if (raw_) set(person_.get(), as_it_was_);
  raw_ = false;
}

void OwnTerminal::take_size() {
  winsize size{};
  if (ioctl(person_.get(), TIOCGWINSZ, &size) == 0) ioctl(master_.get(), TIOCSWINSZ, &size);
}

void OwnTerminal::take_keys() {
  char bytes[kAtOnce];
  const ssize_t got = read(person_.get(), bytes, sizeof(bytes));
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (got <= 0) {
    keys_open_ = false;
    return;
  }
  pending_.append(bytes, static_cast<size_t>(got));
  put_keys();
}

void OwnTerminal::put_keys() {
  const ssize_t put = write(master_.get(), pending_.data(), pending_.size());
  if (put > 0) pending_.erase(0, static_cast<size_t>(put));
  if (put < 0 && errno != EAGAIN && errno != EINTR) pending_.clear();
}

void OwnTerminal::take_output() {
  char bytes[kAtOnce];
  const ssize_t got = read(master_.get(), bytes, sizeof(bytes));
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (got <= 0) {
    output_open_ = false;  // nobody has the other end any more
    return;
  }
  std::string_view left(bytes, static_cast<size_t>(got));
  while (!left.empty()) {
    const ssize_t put = write(output_number_, left.data(), left.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return;
    left.remove_prefix(static_cast<size_t>(put));
  }
}

}  // namespace sbxc::plain
