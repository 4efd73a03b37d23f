// Which of the signals that end what a terminal started are ignored by whoever started us: nohup(1)
// does so with SIGHUP, a script with SIGINT and SIGQUIT for what it starts with `&` (POSIX.1-2017,
// XCU 2.11). That is meant for the command, so it ignores them too. Other signals that happen to be
// ignored are the launcher's own affair: a command that ignores SIGPIPE does not end when it
// should.
#pragma once

#include <csignal>
#include <cstdint>
#include <initializer_list>

namespace sbxc {

using SignalBits = uint32_t;  // the signal N is the bit 1 << N

// To be asked before this process changes them for itself.
inline SignalBits ignored_outside() {
  SignalBits bits = 0;
  for (const int signal : {SIGHUP, SIGINT, SIGQUIT}) {
    struct sigaction now {};
    if (sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN) bits |= 1U << signal;
  }
  return bits;
}

inline bool has_signal(SignalBits bits, int signal) {
  return signal < 32 && (bits & (1U << signal)) != 0;
}

}  // namespace sbxc
