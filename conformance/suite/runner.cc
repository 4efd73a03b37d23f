// So many processes at a time, each for one probe, and one for what the caller does beside them: it
// makes its stages below the run's directory, writes its outcome to a pipe, and ends. A signal to
// this one ends them (SIGTERM: they clean up); what even so is left of them is adopted and ended
// here, and the directory removed.
#include "conformance/suite/runner.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <memory>

#include "conformance/suite/launch.h"
#include "conformance/suite/machine.h"
#include "conformance/suite/outcome_bytes.h"
#include "conformance/suite/probe_run.h"
#include "conformance/suite/processes.h"
#include "conformance/suite/prop.h"
#include "conformance/suite/tree_removal.h"

namespace sbxc::conform {

namespace {

using Clock = std::chrono::steady_clock;

// The run's own directory, gone at its end.
class RunDirectory {
 public:
  static Result<RunDirectory> make(const std::string& base) {
    std::array<char, PATH_MAX> canonical{};
    if (realpath(base.c_str(), canonical.data()) == nullptr) {
      return tl::unexpected(system_fault(fmt::format("`{}` is no directory", base), errno));
    }
    RunDirectory directory;
    directory.path_ = std::string(canonical.data()) + "/sbxc-conform-XXXXXX";
    if (mkdtemp(directory.path_.data()) == nullptr) {
      const int error = errno;
      directory.path_.clear();
      return tl::unexpected(system_fault(fmt::format("no stage can be made in `{}`", base), error));
    }
    return directory;
  }
  RunDirectory(RunDirectory&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  RunDirectory& operator=(RunDirectory&&) = delete;
  ~RunDirectory() {
    if (!path_.empty()) remove_tree(path_);
  }
  const std::string& path() const { return path_; }

 private:
  RunDirectory() = default;
  std::string path_;
};

struct Worker {
  pid_t pid = -1;
  int from = -1;                // what stands of its grounds, and its outcome
  std::optional<size_t> index;  // of its probe; none: it does what is done beside
  std::string bytes;
  std::unique_ptr<Grounds> grounds;
};

// Of the grounds: `1` stands, `0` does not.
std::string standing(const Grounds& grounds) {
  return std::string(grounds.outside.stands() ? "1" : "0") + (grounds.inside.stands() ? "1" : "0");
}
constexpr size_t kStanding = 2;

class Crew {
 public:
  Crew(const std::vector<const ManifestEntry*>& probes, const Settings& settings,
       const std::string& directory)
      : probes_(probes),
        settings_(settings),
        directory_(directory),
        making_{settings.plan, settings.probe_program, {}, settings.place},
        outcomes_(probes.size()) {}

  // In the order of the probes; an outcome is missing when the run was interrupted before.
  std::vector<std::optional<ProbeOutcome>> work();

 private:
  // For the probe of this index, or for what is done beside. False when no process can be made.
  bool start(std::optional<size_t> index);
  std::unique_ptr<Grounds> some_grounds();
  [[noreturn]] void be_worker(const Worker& worker, int to);
  std::string make_attempt(const ManifestEntry& entry, Grounds& grounds) const;
  size_t attempts() const;  // that are being made
  void wait_a_moment();
  bool listen_to(Worker& worker);  // false at its end
  void finish(Worker& worker);
  void take_outcome(Worker& worker, int status);
  void stop_all();

  const std::vector<const ManifestEntry*>& probes_;
  const Settings& settings_;
  const std::string& directory_;
  const Stage::Making making_;
  std::vector<std::optional<ProbeOutcome>> outcomes_;
  std::vector<Worker> workers_;
  std::vector<std::unique_ptr<Grounds>> free_;  // as many as there were workers at a time
  unsigned grounds_made_ = 0;
  size_t next_ = 0;
  size_t done_ = 0;
};

std::unique_ptr<Grounds> Crew::some_grounds() {
  if (free_.empty()) {
    const std::string name = fmt::format("{}/{}", directory_, ++grounds_made_);
    return std::make_unique<Grounds>(
        Grounds{LastingStage(name + "c", making_), LastingStage(name + "i", making_)});
  }
  auto grounds = std::move(free_.back());
  free_.pop_back();
  return grounds;
}

// What stands of the grounds, and the outcome; nothing when it was interrupted.
std::string Crew::make_attempt(const ManifestEntry& entry, Grounds& grounds) const {
  const std::string place = fmt::format("{}/own-{}", directory_, getpid());
  mkdir(place.c_str(), 0700);
  const auto outcome = run_probe(entry, settings_, place, grounds);
  end_descendants();
  remove_tree(place);
  return outcome ? standing(grounds) + outcome_bytes(*outcome) : std::string();
}

void Crew::be_worker(const Worker& worker, int to) {
  end_with_parent();
  adopt_orphans();
  end_on_signals();
  // A terminal's Ctrl-C comes to every process: this one's parent decides what becomes of it.
  std::signal(SIGINT, SIG_IGN);
  std::signal(SIGQUIT, SIG_IGN);
  // Who reads from a socket or a pipe of a prop may be gone.
  std::signal(SIGPIPE, SIG_IGN);
  const std::string bytes =
      worker.index ? make_attempt(*probes_[*worker.index], *worker.grounds) : settings_.beside();
  end_descendants();
  for (size_t at = 0; at < bytes.size();) {
    const ssize_t n = write(to, bytes.data() + at, bytes.size() - at);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    at += static_cast<size_t>(n);
  }
  // Neither buffers nor destructors of what was forked from.
  _exit(0);
}

bool Crew::start(std::optional<size_t> index) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) return false;
  for (const int end : ends) fcntl(end, F_SETFD, FD_CLOEXEC);
  Worker worker{-1, ends[0], index, {}, index ? some_grounds() : nullptr};
  worker.pid = fork();
  if (worker.pid == 0) {
    close(ends[0]);
    be_worker(worker, ends[1]);
  }
  close(ends[1]);
  if (worker.pid < 0) {
    close(ends[0]);
    if (worker.grounds) free_.push_back(std::move(worker.grounds));
    return false;
  }
  workers_.push_back(std::move(worker));
  return true;
}

size_t Crew::attempts() const {
  return static_cast<size_t>(std::count_if(workers_.begin(), workers_.end(),
                                           [](const Worker& each) { return !!each.index; }));
}

bool Crew::listen_to(Worker& worker) {
  std::array<char, 16'384> bytes{};
  const ssize_t n = read(worker.from, bytes.data(), bytes.size());
  if (n < 0 && errno == EINTR) return true;
  if (n <= 0) return false;
  worker.bytes.append(bytes.data(), static_cast<size_t>(n));
  return true;
}

void Crew::finish(Worker& worker) {
  close(worker.from);
  int status = 0;
  while (waitpid(worker.pid, &status, 0) < 0 && errno == EINTR) continue;
  if (interrupted()) return;
  if (worker.index) return take_outcome(worker, status);
  const bool whole = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  settings_.beside_done(whole ? std::optional(std::move(worker.bytes)) : std::nullopt);
}

void Crew::take_outcome(Worker& worker, int status) {
  const std::string stands = worker.bytes.substr(0, kStanding);
  worker.grounds->outside.go_on(stands.starts_with('1'));
  worker.grounds->inside.go_on(stands.ends_with("1") && stands.size() == kStanding);
  free_.push_back(std::move(worker.grounds));
  const ManifestEntry& entry = *probes_[*worker.index];
  auto outcome = outcome_of_bytes(worker.bytes.substr(stands.size()));
  if (!outcome) {
    outcome = ProbeOutcome{};
    outcome->verdict =
        Hollow{fmt::format("the suite's own process ended by itself: status {}",
                           WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status))};
  }
  outcome->probe = entry.probe;
  for (const ExpectedEntry& expected : settings_.expected) {
    if (applies(expected, entry.probe.id, settings_.sandbox.name)) {
      outcome->expected_failure = expected.failure;
    }
  }
  ++done_;
  if (settings_.progress) settings_.progress(*outcome, done_, probes_.size());
  outcomes_[*worker.index] = std::move(*outcome);
}

void Crew::wait_a_moment() {
  std::vector<pollfd> fds;
  for (const Worker& worker : workers_) fds.push_back({worker.from, POLLIN, 0});
  if (poll(fds.data(), static_cast<nfds_t>(fds.size()), 200) <= 0) return;
  std::vector<Worker> still;
  for (size_t i = 0; i < workers_.size(); ++i) {
    if (fds[i].revents == 0 || listen_to(workers_[i])) {
      still.push_back(std::move(workers_[i]));
    } else {
      finish(workers_[i]);
    }
  }
  workers_ = std::move(still);
}

void Crew::stop_all() {
  for (const Worker& worker : workers_) kill(worker.pid, SIGTERM);
  // A worker that does not clean up within this is ended; what it leaves is adopted.
  const Clock::time_point until = Clock::now() + std::chrono::seconds(5);
  while (!workers_.empty() && Clock::now() < until) wait_a_moment();
  for (Worker& worker : workers_) {
    kill(worker.pid, SIGKILL);
    finish(worker);
  }
  workers_.clear();
}

std::vector<std::optional<ProbeOutcome>> Crew::work() {
  if (settings_.beside && !start(std::nullopt)) settings_.beside_done(std::nullopt);
  while (!interrupted() && (next_ < probes_.size() || !workers_.empty())) {
    while (next_ < probes_.size() && attempts() < std::max(1U, settings_.jobs) && start(next_)) {
      ++next_;
    }
    if (workers_.empty()) break;  // no process can be made
    wait_a_moment();
  }
  stop_all();
  return std::move(outcomes_);
}

std::string now_in_words() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

}  // namespace

std::vector<const ManifestEntry*> chosen(const std::vector<ManifestEntry>& entries,
                                         const Settings& settings) {
  std::vector<const ManifestEntry*> all;
  uint32_t number = 0;
  for (const ManifestEntry& entry : entries) {
    const Probe& probe = entry.probe;
    const bool named =
        settings.only.empty() ||
        std::any_of(settings.only.begin(), settings.only.end(),
                    [&](const std::string& glob) { return id_matches(glob, probe.id); });
    const bool always = probe.must_work && probe.priority == 0;
    const bool mine = named && number++ % settings.shard.count == settings.shard.index - 1;
    if (mine || always) all.push_back(&entry);
  }
  return all;
}

// What each probe needs of the machine is found out once, before there is a process for each.
void look_at_the_machine(const std::vector<const ManifestEntry*>& probes) {
  for (const PropRow& row : prop_rows()) {
    const bool wanted =
        row.missing != nullptr && std::any_of(probes.begin(), probes.end(), [&](const auto* probe) {
          const auto& props = probe->props;
          return std::find(props.begin(), props.end(), row.name) != props.end();
        });
    if (wanted) (void)row.missing();
  }
}

Result<Run> run_probes(const std::vector<ManifestEntry>& entries, const Settings& settings) {
  const Clock::time_point begin = Clock::now();
  Run run;
  run.started = now_in_words();
  run.system = this_system();
  run.kernel = this_kernel();
  run.account = this_account();
  run.features = features_here();
  run.sandbox = {settings.sandbox.name, version_of(settings.sandbox), settings.sandbox.as_given};
  run.shard = settings.shard;
  run.only = settings.only;
  auto directory = RunDirectory::make(settings.base);
  if (!directory) return tl::unexpected(directory.error());
  adopt_orphans();
  end_on_signals();
  const auto probes = chosen(entries, settings);
  look_at_the_machine(probes);
  for (auto& outcome : Crew(probes, settings, directory->path()).work()) {
    if (outcome) run.outcomes.push_back(std::move(*outcome));
  }
  end_descendants();
  run.interrupted = interrupted() || run.outcomes.size() < probes.size();
  run.took = std::chrono::duration_cast<Milliseconds>(Clock::now() - begin);
  return run;
}

}  // namespace sbxc::conform
