#include "runtime/ask/terminal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <string>

#include "runtime/ask/foreground.h"
#include "runtime/ask/reader.h"
#include "runtime/ask/words.h"

namespace sbxc::ask {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kLeaveTakes = 500;  // milliseconds; a terminal that was stopped shows nothing

Outcome outcome_of(Word word) {
  switch (word) {
    case Word::once:
      return {Choice::once, "answered `once`"};
    case Word::this_run:
      return {Choice::this_run, "answered `this run`"};
    case Word::always:
      return {Choice::this_run, "answered `always`"};
    case Word::no:
      return {Choice::no, "answered `no`"};
    case Word::unclear:
      break;
  }
  return {Choice::none, "no answer was understood"};
}

void end(const Reader& reader) {
  kill(reader.process, SIGKILL);
  while (waitpid(reader.process, nullptr, 0) < 0 && errno == EINTR) {
  }
}

// The question stands on the screen: the person is told why it is answered already.
Outcome withdraw(const Reader& reader, std::string reason, bool tell) {
  const std::string text = "\nsbxc: denied: " + reason + "\n";
  if (tell && write(reader.words.get(), text.data(), text.size()) > 0) {
    pollfd ended{reader.answer.get(), POLLIN, 0};
    poll(&ended, 1, kLeaveTakes);
  }
  end(reader);
  return {Choice::none, std::move(reason)};
}

Outcome wait_for(const Reader& reader, int terminal, pid_t family, const Waiting& waiting) {
  const auto deadline = Clock::now() + waiting.patience;
  for (;;) {
    pollfd ready{reader.answer.get(), POLLIN, 0};
    if (poll(&ready, 1, static_cast<int>(kTick.count())) > 0) {
      Word word = Word::unclear;
      const bool said = read(reader.answer.get(), &word, 1) == 1;
      end(reader);
      return said ? outcome_of(word) : Outcome{Choice::none, "the terminal is gone"};
    }
    if (std::string why = not_ours(terminal, family); !why.empty()) {
      return withdraw(reader, std::move(why), false);
    }
    if (waiting.withdrawn) return withdraw(reader, "the connection was given up", true);
    if (Clock::now() >= deadline) {
      const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(waiting.patience);
      return withdraw(reader, fmt::format("no answer within {} s", seconds.count()), true);
    }
  }
}

}  // namespace

Outcome ask_terminal(const Options& options, const Question& question, const Waiting& waiting) {
  const Descriptor terminal(
      open(options.terminal.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK));
  if (!terminal) return {Choice::none, "nobody to ask: there is no terminal"};
  if (std::string why = not_ours(terminal.get(), options.family); !why.empty()) {
    return {Choice::none, "nobody to ask: " + why};
  }
  const std::string text = question_text(question);
  const std::string always = always_text(always_of(options, question));
  const Reader reader = start_reader(
      terminal.get(), {.question = text, .again = "once, run, always or no: ", .always = always});
  if (reader.process < 0) return {Choice::none, "nobody to ask: no process can be made"};
  return wait_for(reader, terminal.get(), options.family, waiting);
}

}  // namespace sbxc::ask
