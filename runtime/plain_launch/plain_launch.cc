#include "runtime/plain_launch/plain_launch.h"

#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "runtime/plain_launch/supervising.h"

namespace sbxc::plain {

Result<int> launch(const Order& order) {
  // Those that ask to end, those of users, of children, and of a terminal's new size.
  SignalPipe signals({SIGCHLD, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGWINCH});
  if (!signals) {
    return tl::unexpected(sbxc::launch::system_failure("signals cannot be waited for", errno));
  }
  Watcher watcher = Watcher::start(order);
  auto terminal = OwnTerminal::open();
  if (!terminal) return tl::unexpected(std::move(terminal.error()));
  terminal->pass_keys();
  auto ending = Ending::start(order, watcher.process(), *terminal);
  auto stdio = sbxc::launch::stdio_for_command();
  Pipe failure = open_pipe();
  const auto give_up = [&](Failure why) {
    terminal->restore();
    return tl::unexpected(std::move(why));
  };
  if (!ending) return give_up(std::move(ending.error()));
  if (!stdio) return give_up(std::move(stdio.error()));
  if (!failure) return give_up(sbxc::launch::system_failure("no pipe", errno));
  const pid_t command = fork();
  if (command < 0) return give_up(sbxc::launch::system_failure("no process", errno));
  if (command == 0) become_command(order, *stdio, *terminal, failure.write.get());
  failure.write.reset();
  for (Descriptor& end : stdio->of_command) end.reset();
  return Supervising(order, {signals, watcher, *terminal, *ending}, command,
                     std::move(failure.read), std::move(stdio->pumps))
      .wait();
}

}  // namespace sbxc::plain
