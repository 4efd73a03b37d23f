// Forked from a process with threads: until its end it calls what signal-safety(7) lists, nothing
// else. That a process of another session may read a terminal follows from how job control is
// defined: it concerns the processes whose controlling terminal it is (POSIX.1-2017, 11.1.4).
#include "runtime/ask/reader.h"

#include <poll.h>
#include <termios.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include <cerrno>
#include <csignal>
#include <optional>

#include "runtime/ask/words.h"
#include "runtime/descriptor/closing.h"
#include "runtime/descriptor/pipe.h"

namespace sbxc::ask {
namespace {

constexpr int kAttempts = 3;

void show(int terminal, std::string_view text) {
  while (!text.empty()) {
    const ssize_t put = write(terminal, text.data(), text.size());
    if (put > 0) {
      text.remove_prefix(static_cast<size_t>(put));
      continue;
    }
    if (put < 0 && errno == EINTR) continue;
    pollfd ready{terminal, POLLOUT, 0};
    if (put < 0 && errno == EAGAIN && poll(&ready, 1, -1) >= 0 && (ready.revents & POLLOUT) != 0) {
      continue;
    }
    return;
  }
}

bool line_by_line(int terminal) {
  termios modes{};
  constexpr tcflag_t kWanted = ICANON | ECHO;
  return tcgetattr(terminal, &modes) == 0 && (modes.c_lflag & kWanted) == kWanted;
}

// Shows what the starter has to say last, if it says something.
[[noreturn]] void take_leave(int terminal, int words) {
  char text[512];
  const ssize_t got = read(words, text, sizeof(text));
  if (got > 0) show(terminal, {text, static_cast<size_t>(got)});
  _exit(0);
}

// A line with its end. Nothing: the terminal is gone or not to be read. Does not return when the
// starter ends it.
std::optional<std::string_view> line_from(int terminal, int words, char* bytes, size_t size) {
  for (;;) {
    pollfd watched[] = {{terminal, POLLIN, 0}, {words, POLLIN, 0}};
    if (poll(watched, 2, -1) < 0 && errno != EINTR) return std::nullopt;
    if (watched[1].revents != 0) take_leave(terminal, words);
    if (watched[0].revents == 0) continue;
    if (!line_by_line(terminal)) return std::nullopt;
    const ssize_t got = read(terminal, bytes, size);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;  // another had it first
    if (got < 0) return std::nullopt;
    return std::string_view(bytes, static_cast<size_t>(got));
  }
}

void answer(int to, Word word) { (void)!write(to, &word, 1); }

struct Ends {
  int terminal;
  int answer;
  int words;
};

void talk(const Ends& ends, const Script& script) {
  // What was typed before the question was there is no answer to it.
  tcflush(ends.terminal, TCIFLUSH);
  show(ends.terminal, script.question);
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    char bytes[256];
    const auto line = line_from(ends.terminal, ends.words, bytes, sizeof(bytes));
    if (!line) return;
    const Word word = line->empty() ? Word::no : word_of(*line);  // empty: Ctrl-D
    if (word == Word::always) show(ends.terminal, script.always);
    if (word != Word::unclear) return answer(ends.answer, word);
    if (attempt + 1 < kAttempts) show(ends.terminal, script.again);
  }
  answer(ends.answer, Word::unclear);
}

[[noreturn]] void run(const Ends& ends, const Script& script, pid_t parent) {
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
  if (getppid() != parent) _exit(0);
  setsid();
  talk(ends, script);
  _exit(0);
}

}  // namespace

Reader start_reader(int terminal, const Script& script) {
  Reader reader;
  Pipe answers = open_pipe();
  Pipe words = open_pipe();
  if (!answers.write || !words.write) return reader;
  const pid_t parent = getpid();
  reader.process = fork();
  if (reader.process == 0) {
    const Ends ends{terminal, answers.write.get(), words.read.get()};
    // A copy of a connection would hold it open; one of the pipes' other ends, the starter's leave.
    int kept[] = {ends.terminal, ends.answer, ends.words};
    close_all_but(kept);
    run(ends, script, parent);
  }
  reader.answer = std::move(answers.read);
  reader.words = std::move(words.write);
  return reader;
}

}  // namespace sbxc::ask
