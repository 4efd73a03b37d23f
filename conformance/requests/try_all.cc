// Each part of the list is tried twice, outside and in the sandbox, each time on a tree made anew,
// so that nothing is left of what came before. The sandbox begins with a list of everything and is
// started once for it.
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>

#include "conformance/requests/trial_tree.h"
#include "conformance/suite/launch.h"
#include "conformance/suite/processes.h"
#include "conformance/suite/starting.h"

namespace sbxc::conform {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kLongestSilence{20};
constexpr size_t kKeptOfErrors = 4096;

// One run of the probe program over one tree.
class TrialRun {
 public:
  TrialRun(TrialTree& tree, const Part& part, const std::vector<Trial>& trials,
           const Ground& ground)
      : tree_(tree), part_(part), trials_(trials), ground_(ground), answers_(part.size()) {}

  // What went wrong with all of it, if anything did.
  std::string run(const std::vector<std::string>& command);

  Sight sight(size_t i) const {
    const TrialAnswer& answer = answers_.all()[i];
    return {tree_.seen(i, answer), answer.reached, answer.refused};
  }
  const std::string& error() const { return error_; }

 private:
  void follow(Started& started);
  bool hear(int& from, std::string* into);
  void reach_who_listens();

  TrialTree& tree_;
  const Part& part_;
  const std::vector<Trial>& trials_;
  const Ground& ground_;
  TrialAnswers answers_;
  std::string error_;
  std::string fault_;
  std::optional<size_t> reached_;  // the last one that listened and was reached
};

int file_of(const std::string& bytes) {
  std::string name = "/tmp/sbxc-list-XXXXXX";
  const int fd = mkstemp(name.data());
  if (fd < 0) return -1;
  unlink(name.c_str());
  for (size_t at = 0; at < bytes.size();) {
    const ssize_t n = write(fd, bytes.data() + at, bytes.size() - at);
    if (n <= 0) break;
    at += static_cast<size_t>(n);
  }
  lseek(fd, 0, SEEK_SET);
  return fd;
}

bool TrialRun::hear(int& from, std::string* into) {
  std::array<char, 65'536> bytes{};
  bool heard = false;
  while (from >= 0) {
    const ssize_t n = read(from, bytes.data(), bytes.size());
    if (n < 0) return heard;
    if (n == 0) {
      close(std::exchange(from, -1));
      return heard;
    }
    heard = true;
    const std::string_view part(bytes.data(), static_cast<size_t>(n));
    if (into == nullptr) {
      answers_.take(part);
    } else if (into->size() < kKeptOfErrors) {
      *into += part.substr(0, kKeptOfErrors - into->size());
    }
  }
  return heard;
}

void TrialRun::reach_who_listens() {
  const auto now = answers_.current();
  if (!now || now == reached_ || trials_[part_[*now]].form != Form::listen) return;
  if (answers_.all()[*now].got.find("listening") == std::string::npos) return;
  if (tree_.reach(*now)) reached_ = now;
}

void TrialRun::follow(Started& started) {
  const int end = end_of(started.pid);
  Clock::time_point heard_last = Clock::now();
  for (;;) {
    std::vector<pollfd> fds;
    for (const int fd : {started.output, started.error, end}) {
      if (fd >= 0) fds.push_back({fd, POLLIN, 0});
    }
    const size_t own = fds.size();
    for (const int fd : tree_.listening()) fds.push_back({fd, POLLIN, 0});
    poll(fds.data(), static_cast<nfds_t>(fds.size()), 20);
    for (size_t i = own; i < fds.size(); ++i) {
      if (fds[i].revents != 0) tree_.accept_from(fds[i].fd);
    }
    if (hear(started.output, nullptr) || hear(started.error, &error_)) heard_last = Clock::now();
    reach_who_listens();
    if (waitpid(started.pid, nullptr, WNOHANG) == started.pid) break;
    if (interrupted() || Clock::now() - heard_last > kLongestSilence) {
      fault_ = interrupted() ? "interrupted" : "nothing was heard for too long";
      break;
    }
  }
  hear(started.output, nullptr);
  hear(started.error, &error_);
  if (end >= 0) close(end);
}

std::string TrialRun::run(const std::vector<std::string>& command) {
  const int list = file_of(tree_.list());
  if (list < 0) return "the list of requests cannot be written";
  Start start;
  start.argv = command;
  start.environment = tree_.environment();
  start.directory = ground_.directory;
  start.descriptors = {{0, list}};
  auto started = start_command(start);
  close(list);
  if (!started) return started.error().message;
  follow(*started);
  end_descendants();
  for (const int fd : {started->input, started->output, started->error}) {
    if (fd >= 0) close(fd);
  }
  // A last one may have connected right before the end.
  for (const int fd : tree_.listening()) tree_.accept_from(fd);
  if (fault_.empty() && !answers_.ended()) fault_ = "the probe program did not come to its end";
  return fault_;
}

}  // namespace

std::vector<std::string> command_of(const Ground& ground) {
  return {ground.program, "REQUESTS", "nonce=" + ground.nonce};
}

Trials try_all(const std::vector<Trial>& trials, const Ground& ground, std::string_view probe) {
  Trials out;
  out.tried.resize(trials.size());
  adopt_orphans();
  for (const Part& part : parts_of(trials)) {
    for (const bool inside : {false, true}) {
      TrialTree tree(trials, part, ground, probe);
      out.fault = tree.fault();
      if (!out.fault.empty()) return out;
      if (inside && ground.stands) ground.stands(part);
      TrialRun run(tree, part, trials, ground);
      out.fault = run.run(inside ? ground.inside : command_of(ground));
      if (inside) ++out.starts;
      if (out.error.empty()) out.error = run.error();
      if (!out.fault.empty()) return out;
      for (size_t i = 0; i < part.size(); ++i) {
        Tried& tried = out.tried[part[i]];
        tried.untried = tree.untried(i);
        (inside ? tried.inside : tried.outside) = run.sight(i);
      }
    }
  }
  return out;
}

}  // namespace sbxc::conform
