#include "compiler/driver/proxy_server.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <nlohmann/json.hpp>

#include "compiler/diag/printable.h"
#include "compiler/driver/proxy_secrets.h"
#include "compiler/driver/run.h"
#include "runtime/descriptor/signal_pipe.h"

namespace sbxc::driver {
namespace {

constexpr std::chrono::milliseconds kLookAtFiles{500};
constexpr std::chrono::milliseconds kDrainTick{100};

// For serve(), which closes what it waits for.
int copy_of(const Descriptor& descriptor) { return fcntl(descriptor.get(), F_DUPFD_CLOEXEC, 3); }

bool open_ends(Descriptor& out, Descriptor& in) {
  Pipe made = open_pipe();
  out = std::move(made.read);
  in = std::move(made.write);
  return out.is_open();
}

}  // namespace

ProxyServer::ProxyServer(const ProxyOptions& options, ProxySetup& setup, TableSource& source,
                         Console& console)
    : options_(options),
      setup_(setup),
      source_(source),
      console_(console),
      denials_(judge_by_table([this] {
        const std::lock_guard lock(table_mutex_);
        return in_force_.get();
      })),
      in_force_(setup.table) {
  counts_.use(in_force_);
  if (setup_.metrics) {
    metrics_.emplace(setup_.metrics->socket.get(), [this] { return counts_.text(); });
  }
}

ProxyServer::~ProxyServer() {
  stop_in_.reset();
  if (engine_.joinable()) engine_.join();
}

bool ProxyServer::open_pipes() {
  const bool opened = open_ends(reports_, reports_in_) && open_ends(reload_out_, reload_in_) &&
                      open_ends(stop_out_, stop_in_) && open_ends(drain_out_, drain_in_);
  if (opened) fcntl(reports_.get(), F_SETFL, O_NONBLOCK);
  return opened;
}

void ProxyServer::start_engine() {
  egress::Options engine = setup_.engine;
  engine.table = std::move(setup_.table);
  for (Listening& place : setup_.places) {
    // The name of a unix socket stays with `place`.
    engine.listeners.push_back({egress::ListenerKind::proxy, copy_of(place.socket), place.port});
    place.socket.reset();
  }
  engine.stop = copy_of(stop_out_);
  engine.drain = copy_of(drain_out_);
  engine.reload = copy_of(reload_out_);
  engine.reports = reports_in_.get();
  engine.metrics = &counts_.metrics;
  engine.outcome = [this](egress::Reason reason, uint32_t rule) { counts_.count(reason, rule); };
  engine.next_table = [this]() -> egress::Table {
    const std::lock_guard lock(table_mutex_);
    if (!next_) return nullptr;
    in_force_ = std::move(*next_);
    next_.reset();
    counts_.use(in_force_);
    return in_force_;
  };
  engine.next_clients = [this] {
    const std::lock_guard lock(table_mutex_);
    return std::exchange(next_clients_, std::nullopt);
  };
  engine.say = [this](std::string_view line) { note(line); };
  Descriptor ended_in;
  open_ends(ended_, ended_in);
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  engine_ = std::thread([this, given = std::move(engine), end = std::move(ended_in)]() mutable {
    engine_status_ = egress::serve(std::move(given));
    end.reset();
  });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void ProxyServer::note(std::string_view line) {
  if (!options_.quiet) console_.err(fmt::format("note: {}\n", printable(line)));
}

void ProxyServer::fail(const std::string& message) {
  if (failure_.empty()) failure_ = message;
  stop_in_.reset();
  stopped_ = true;
}

bool ProxyServer::record(const nlohmann::ordered_json& json) {
  if (setup_.audit == nullptr || setup_.audit->write(audit_line(json))) return true;
  fail(setup_.audit->failure());
  return false;
}

void ProxyServer::refuse_reload(const std::string& why, std::string_view stays) {
  counts_.refused_table();
  console_.err(fmt::format("warning: {}; {} in force\n", printable(why), stays));
  record({{"event", "reload_refused"}, {"time", audit_time()}, {"why", why}});
}

void ProxyServer::reload(std::string_view why) {
  std::string report;
  auto table = source_.load(report);
  console_.err(report);
  if (!table) return refuse_reload(table.error().message, "the old table stays");
  auto clients = read_clients(options_.token_files);
  if (!clients) {
    return refuse_reload(clients.error().message, "the old tokens and the old table stay");
  }
  {
    const std::lock_guard lock(table_mutex_);
    next_ = std::move(*table);
    next_clients_ = std::move(*clients);
  }
  (void)!write(reload_in_.get(), "", 1);
  note(fmt::format("a new table is in force: {}, {}", source_.name(), why));
  record({{"event", "reload"}, {"time", audit_time()}, {"table", source_.name()}});
}

void ProxyServer::begin_to_end() {
  if (ending_ || options_.drain == 0) {
    stop_in_.reset();
    stopped_ = true;
    return;
  }
  ending_ = true;
  deadline_ = Clock::now() + std::chrono::seconds(options_.drain);
  drain_in_.reset();
}

void ProxyServer::take_reports() {
  char bytes[16384];
  for (ssize_t got = 0; (got = read(reports_.get(), bytes, sizeof(bytes))) > 0;) {
    const std::string lines = denials_.take({bytes, static_cast<size_t>(got)}, audit_time());
    if (setup_.audit != nullptr && !setup_.audit->write(lines)) fail(setup_.audit->failure());
    if (denials_.damaged()) fail("the proxy's reports are damaged");
    if (stopped_) return;
  }
}

int ProxyServer::milliseconds_left() const {
  auto first = std::min(next_look_, deadline_);
  if (ending_) first = std::min(first, Clock::now() + kDrainTick);
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(first - Clock::now()).count();
  const int own = static_cast<int>(std::clamp<long>(left, 0, 1000));
  const int readers = metrics_ ? metrics_->milliseconds_left() : -1;
  return readers < 0 ? own : std::min(own, readers);
}

void ProxyServer::wait() {
  const SignalPipe signals({SIGTERM, SIGINT, SIGHUP});
  for (;;) {
    std::vector<pollfd> watched = {
        {signals.descriptor(), POLLIN, 0}, {reports_.get(), POLLIN, 0}, {ended_.get(), POLLIN, 0}};
    if (metrics_) metrics_->add_to(watched);
    poll(watched.data(), static_cast<nfds_t>(watched.size()), milliseconds_left());
    for (const int signal : signals.take()) {
      if (signal == SIGHUP) {
        reload("after SIGHUP");
      } else {
        begin_to_end();
      }
    }
    take_reports();
    if (watched[2].revents != 0) return;
    if (metrics_) metrics_->step();
    if (Clock::now() >= deadline_) begin_to_end();
    if (Clock::now() >= next_look_) {
      next_look_ = Clock::now() + kLookAtFiles;
      if (!ending_ && source_.changed()) reload("for it has changed");
    }
  }
}

Exit ProxyServer::run() {
  if (!open_pipes()) {
    console_.err(in_words(launch::system_failure("no pipe", errno)));
    return Exit::own_failure;
  }
  if (!record({{"sbxc_audit", 1},
               {"event", "start"},
               {"time", audit_time()},
               {"table", source_.name()}})) {
    console_.err(in_words({.message = failure_}));
    return Exit::own_failure;
  }
  std::string ready;
  for (const Listening& place : setup_.places) ready += fmt::format("ready {}\n", place.text);
  if (setup_.metrics) ready += fmt::format("metrics {}\n", setup_.metrics->text);
  start_engine();
  console_.out(ready);
  if (!console_.finish()) fail("standard output could not be written");
  wait();
  engine_.join();
  reports_in_.reset();
  take_reports();
  if (!options_.quiet) console_.err(denials_.summary());
  const bool failed = engine_status_ != 0 || !failure_.empty();
  record({{"event", "end"}, {"time", audit_time()}, {"not_recorded", denials_.dropped()}});
  if (!failure_.empty()) console_.err(in_words({.message = failure_}));
  return failed || !failure_.empty() ? Exit::own_failure : Exit::holds;
}

}  // namespace sbxc::driver
