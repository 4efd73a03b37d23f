// The desk where questions lie. Workers take one after another: a single one at a terminal, for a
// person reads one question at a time; a few for a program, so that one slow answer does not keep
// the others waiting. Answers are collected and announced by a byte on a pipe.
//
// A question is the same as another when client, host and port are. Whoever asks what lies there
// already joins it; what was answered for the whole run is answered at once.
#include <fcntl.h>

#include <algorithm>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <tuple>

#include "runtime/ask/ask.h"
#include "runtime/ask/program.h"
#include "runtime/ask/terminal.h"
#include "runtime/descriptor/pipe.h"

namespace sbxc::ask {
namespace {

constexpr size_t kWorkersForPrograms = 4;
constexpr size_t kMaxTickets = 4096;       // of one question
constexpr size_t kMaxRemembered = 20'000;  // beyond these it is asked again
constexpr const char* kTooMany = "too many questions wait for an answer";

using Key = std::tuple<std::string, std::string, uint16_t>;
Key key_of(const Question& question) { return {question.client, question.host, question.port}; }

struct Lying {
  Question question;
  std::vector<Ticket> tickets;
  std::atomic<bool> withdrawn = false;
};

}  // namespace

class Asker::Desk {
 public:
  explicit Desk(Options options) : options_(std::move(options)), bell_(open_pipe()) {
    for (const Descriptor* end : {&bell_.write, &bell_.read}) {
      if (*end) fcntl(end->get(), F_SETFL, O_NONBLOCK);
    }
  }
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;
  ~Desk() {
    {
      const std::lock_guard lock(mutex_);
      closing_ = true;
      for (const auto& lying : lying_) lying->withdrawn = true;
    }
    work_.notify_all();
    for (std::thread& worker : workers_) worker.join();
  }

  int bell() const { return bell_.read.get(); }

  Ticket ask(Question question) {
    const std::lock_guard lock(mutex_);
    const auto ticket = static_cast<Ticket>(++last_ticket_);
    const Key key = key_of(question);
    const auto known = remembered_.find(key);
    const auto same = std::ranges::find_if(lying_, [&](const auto& lying) {
      return !lying->withdrawn && key_of(lying->question) == key;
    });
    if (options_.way == Way::nobody || !bell_.write) {
      answer({ticket, false, true, "nobody to ask"});
    } else if (known != remembered_.end()) {
      answer({ticket, known->second.first, false, known->second.second});
    } else if (same != lying_.end() && (*same)->tickets.size() < kMaxTickets) {
      (*same)->tickets.push_back(ticket);
    } else if (same != lying_.end() || lying_.size() >= options_.max_waiting) {
      answer({ticket, false, true, kTooMany});
    } else {
      lay(std::move(question), ticket);
    }
    return ticket;
  }

  void forget(Ticket ticket) {
    const std::lock_guard lock(mutex_);
    std::erase_if(answers_, [&](const Answer& answer) { return answer.ticket == ticket; });
    for (const auto& lying : lying_) {
      const bool waited = std::erase(lying->tickets, ticket) > 0;
      if (waited && lying->tickets.empty()) lying->withdrawn = true;
    }
    std::erase_if(untaken_, [&](const auto& lying) {
      if (lying->withdrawn) std::erase(lying_, lying);
      return lying->withdrawn.load();
    });
  }

  std::vector<Answer> answers() {
    const std::lock_guard lock(mutex_);
    char bytes[64];
    while (bell_.read && read(bell_.read.get(), bytes, sizeof(bytes)) > 0) {
    }
    return std::exchange(answers_, {});
  }

 private:
  // The mutex is held in all of them, but for parts of work().
  void answer(Answer answer) {
    answers_.push_back(std::move(answer));
    if (bell_.write) (void)!write(bell_.write.get(), "", 1);  // a full pipe rings already
  }

  void lay(Question question, Ticket ticket) {
    auto fresh = std::make_shared<Lying>();
    fresh->question = std::move(question);
    fresh->tickets.push_back(ticket);
    lying_.push_back(fresh);
    untaken_.push_back(std::move(fresh));
    start_worker();
    work_.notify_one();
  }

  void start_worker() {
    const size_t wanted = options_.way == Way::program ? kWorkersForPrograms : 1;
    if (workers_.size() >= std::min(wanted, lying_.size())) return;
    // Signals are for the thread that asks.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    workers_.emplace_back([this] { work(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  void work() {
    std::unique_lock lock(mutex_);
    for (;;) {
      work_.wait(lock, [&] { return closing_ || !untaken_.empty(); });
      if (closing_) return;
      const std::shared_ptr<Lying> lying = untaken_.front();
      untaken_.pop_front();
      lock.unlock();
      const Waiting waiting{lying->withdrawn, options_.patience};
      const Outcome outcome = options_.way == Way::program
                                  ? ask_program(options_, lying->question, waiting)
                                  : ask_terminal(options_, lying->question, waiting);
      lock.lock();
      finish(*lying, outcome);
      std::erase(lying_, lying);
    }
  }

  void finish(const Lying& lying, const Outcome& outcome) {
    const bool allowed = outcome.choice == Choice::once || outcome.choice == Choice::this_run;
    const bool lasts = outcome.choice == Choice::this_run || outcome.choice == Choice::no;
    if (lasts && remembered_.size() < kMaxRemembered) {
      remembered_.emplace(key_of(lying.question), std::pair(allowed, outcome.reason));
    }
    for (const Ticket ticket : lying.tickets) {
      answer({ticket, allowed, outcome.choice == Choice::none, outcome.reason});
    }
  }

  const Options options_;
  Pipe bell_;
  std::mutex mutex_;
  std::condition_variable work_;
  std::vector<std::shared_ptr<Lying>> lying_;   // not answered yet
  std::deque<std::shared_ptr<Lying>> untaken_;  // of these: no worker has them yet
  std::map<Key, std::pair<bool, std::string>> remembered_;
  std::vector<Answer> answers_;
  std::vector<std::thread> workers_;
  uint64_t last_ticket_ = 0;
  bool closing_ = false;
};

Asker::Asker(Options options) : desk_(std::make_unique<Desk>(std::move(options))) {}
Asker::~Asker() = default;
int Asker::descriptor() const { return desk_->bell(); }
Ticket Asker::ask(Question question) { return desk_->ask(std::move(question)); }
void Asker::forget(Ticket ticket) { desk_->forget(ticket); }
std::vector<Answer> Asker::answers() { return desk_->answers(); }

}  // namespace sbxc::ask
