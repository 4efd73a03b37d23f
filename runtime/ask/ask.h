// Asks a person, or a program in a person's place, whether a connection may be made that an `ask`
// rule matches. Whoever asks never waits: a question gets a ticket, and its answer comes later,
// announced on a descriptor. Every doubt is a no: nobody to ask, no answer in time, an answer that
// is not understood, too many questions.
//
// Connections to one host and port share one question. "This run" and "no" of a person, and a
// program's "this run", are remembered, by client, host and port. No verdict of a rule is looked
// at here; who asks has done so.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace sbxc::ask {

// What is asked, with the rule that asks.
struct Question {
  std::string client{};  // who wants it, if there are several
  std::string host;      // a canonical name, or an address
  uint16_t port = 0;
  std::string statement{};  // of the rule, as written
  std::string place{};      // `agent.sbx:12:1`
  std::string because{};    // may be empty
};

enum class Ticket : uint64_t {};

struct Answer {
  Ticket ticket{};
  bool allowed = false;
  bool unavailable = false;  // nobody could be asked, or nobody answered
  std::string reason;        // one clause: `answered "this run"`, `nobody to ask`

  bool operator==(const Answer&) const = default;
};

enum class Way : uint8_t { nobody, terminal, program };

// A program's exit status that allows; every other status, and a signal, denies.
inline constexpr int kAllowsOnce = 0;
inline constexpr int kAllowsThisRun = 10;

struct Options {
  Way way = Way::nobody;
  std::string program{};                       // of Way::program: its absolute path
  std::string terminal = "/dev/tty";           // of Way::terminal
  std::chrono::milliseconds patience{60'000};  // for each question, from when it is asked
  // At the front of the terminal may be this process's own group, that of this process, and those
  // of its descendants: the sandbox's. 0: none but its own.
  pid_t family = 0;
  size_t max_waiting = 64;  // questions; one more is denied at once
  // The lines that a policy needs to allow it without asking. Unset: an exception of the rule that
  // asks, and an `allow`. Called by other threads.
  std::function<std::vector<std::string>(const Question&)> always{};
};

class Asker {
 public:
  // Starts no thread and opens no terminal before the first question.
  explicit Asker(Options options);
  // Nobody gets an answer any more; a program that runs is killed with its process group.
  ~Asker();
  Asker(const Asker&) = delete;
  Asker& operator=(const Asker&) = delete;

  // Readable while there are answers to take. Negative: no more descriptors; ask() denies, and
  // answers() has to be looked at after it.
  int descriptor() const;

  // Never waits. The answer is among answers() later, and perhaps at once.
  Ticket ask(Question question);
  // Nobody waits for it any more. A question without anybody waiting is withdrawn.
  void forget(Ticket ticket);
  // Those that came since the last time.
  std::vector<Answer> answers();

 private:
  class Desk;
  std::unique_ptr<Desk> desk_;
};

}  // namespace sbxc::ask
