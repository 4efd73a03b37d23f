// Serving, from the options to the end. On the way out every watch is closed and the loop runs once
// more, until nothing that Asio still holds points into them.
#include "runtime/egress/engine.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "compiler/diag/printable.h"
#include "runtime/egress/session.h"
#include "runtime/egress/sockets.h"

namespace sbxc::egress {

namespace {

constexpr int64_t kSayAgain = 60'000;

int64_t shortest(std::initializer_list<Timeouts::Time> times, int64_t most) {
  int64_t least = most;
  for (const Timeouts::Time time : times) least = std::min<int64_t>(least, time.count() / 4);
  return std::max<int64_t>(least, 5);
}

void raise_descriptor_limit(size_t wanted) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return;
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, wanted);
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

Engine::Engine(Options given)
    : options(std::move(given)),
      metrics(options.metrics != nullptr ? *options.metrics : own_metrics),
      gate(std::move(options.table)),
      copier(options.limits.buffer_bytes, metrics),
      reports(options.reports, options.limits.reports_a_second),
      inside_(gate.table(), options.v6, dns_hooks()),
      dns_(*this, inside_) {
  const Timeouts& times = options.timeouts;
  brisk_interval_ =
      shortest({times.head, times.resolve, times.stagger, times.connect, times.linger}, 50);
  tunnel_interval_ = shortest({times.idle, times.half_closed, times.head}, 1000);
}

Engine::~Engine() = default;

void Engine::say(std::string_view line) const {
  if (options.say) options.say(line);
}

void Engine::read_clock() {
  now_ = std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
             .count();
}

dns::Hooks Engine::dns_hooks() {
  dns::Hooks hooks;
  hooks.denied = [this](const std::string& name, const host_table::Decision& decision) {
    count(metrics.dns_denied);
    Report report;
    report.operation = Asked::dns;
    report.reason = decision.reason == host_table::Reason::rule ? Reason::rule : Reason::no_rule;
    report.rule = decision.rule;
    report.generation = gate.generation();
    report.host = name;
    reports.write(report, now_);
  };
  hooks.full = [this](const std::string& name) {
    say("no address is left inside for `" + printable(name) + "`");
  };
  return hooks;
}

// What is in the options is in no watch yet: whoever takes a descriptor over takes it out.
bool Engine::open_listener(Listener& listener) {
  if (listener.kind == ListenerKind::dns_udp || listener.kind == ListenerKind::dns_tcp) {
    if (!dns_.open(listener)) return false;
  } else {
    auto acceptor = std::make_unique<Acceptor>(*this, listener);
    if (!acceptor->open(loop)) return false;
    acceptors_.push_back(std::move(acceptor));
    note_own(listener);
  }
  listener.descriptor = -1;
  return true;
}

bool Engine::open_order(Watch& watch, int& descriptor) {
  if (descriptor < 0) return true;
  make_nonblocking(descriptor);
  if (!watch.open(loop, descriptor, *this)) return false;
  descriptor = -1;
  watch.wait(Wait::read);
  return true;
}

void Engine::close_what_was_not_opened() {
  const auto close = [](int& descriptor) {
    if (descriptor >= 0) ::close(std::exchange(descriptor, -1));
  };
  for (Listener& listener : options.listeners) close(listener.descriptor);
  for (int* descriptor : {&options.stop, &options.drain, &options.reload}) close(*descriptor);
}

void Engine::note_own(const Listener& listener) {
  if (!is_outside(listener.descriptor)) return;
  if (const auto place = local_place(listener.descriptor)) gate.add_own(*place);
}

bool Engine::open() {
  if (!loop.is_open() || !names.open(loop, options) || !asking.open(loop, options.asker)) {
    say(std::string("cannot wait for sockets: ") + std::strerror(errno));
    return false;
  }
  if (!open_order(stop_, options.stop) || !open_order(drain_, options.drain) ||
      !open_order(reload_, options.reload)) {
    say(std::string("cannot wait for orders: ") + std::strerror(errno));
    return false;
  }
  for (Listener& listener : options.listeners) {
    if (open_listener(listener)) continue;
    say("cannot listen on port " + std::to_string(listener.port) + ": " + std::strerror(errno));
    return false;
  }
  return true;
}

int Engine::run() {
  raise_descriptor_limit(2 * options.limits.sessions + 256);
  read_clock();
  const bool opened = open();
  if (opened) {
    tick();
    loop.run();
  }
  if (parting_) say_what_is_cut();
  close_all();
  return opened ? 0 : 1;
}

void Engine::close_all() {
  closing_ = true;
  close_what_was_not_opened();
  for (const auto& acceptor : acceptors_) acceptor->close();
  forwards_.close();
  dns_.close();
  asking.close();
  stop_.close();
  drain_.close();
  reload_.close();
  names.close();
  for (List* list : {&brisk_, &tunnels_}) {
    for (Session* session = list->first; session != nullptr;) {
      Session* next = session->next;
      session->close();
      session = next;
    }
  }
  loop.drain();
}

void Engine::ready(Watch& watch, Wait) {
  char bytes[256];
  const ssize_t got = ::read(watch.descriptor(), bytes, sizeof bytes);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
    watch.wait(Wait::read);
  } else if (&watch == &stop_) {
    if (options.timeouts.parting.count() == 0) return loop.stop();
    begin_to_part();
  } else if (&watch == &drain_) {
    begin_to_drain();
  } else if (got > 0) {
    watch.wait(Wait::read);
    reload();
  }
}

void Engine::begin_to_drain() {
  draining_ = true;
  for (const auto& acceptor : acceptors_) acceptor->close();
  forwards_.close();
  if (brisk_.count + tunnels_.count == 0) loop.stop();
}

void Engine::reload() {
  if (auto clients = options.next_clients ? options.next_clients() : std::nullopt) {
    options.clients = std::move(*clients);
  }
  Table table = options.next_table ? options.next_table() : nullptr;
  if (!table) return;
  // What was used up to now goes with the last one who uses it.
  const Table before = gate.use(std::move(table));
  inside_.use(gate.table());
  count(metrics.reloads);
}

std::optional<std::string> Engine::name_of(const IpAddress& address) const {
  if (options.name_of) return options.name_of(address);
  if (!options.names) return std::nullopt;
  const std::string_view name = inside_.name_of(address);
  return name.empty() ? std::nullopt : std::optional<std::string>(name);
}

uint64_t Engine::ask(Session& session, const Setup& setup) {
  ask::Question question{
      .client = setup.client, .host = setup.target.host_text(), .port = setup.target.port};
  if (setup.rule < gate.table().rule_count()) {
    const host_table::RuleFacts facts = gate.table().rule(setup.rule);
    question.statement = facts.statement;
    question.place = facts.place;
    question.because = facts.because;
  }
  return asking.ask(session, std::move(question));
}

void Engine::put(List& list, Session& session) {
  session.previous = nullptr;
  session.next = list.first;
  if (list.first != nullptr) list.first->previous = &session;
  list.first = &session;
  ++list.count;
}

void Engine::take(List& list, Session& session) {
  (session.previous != nullptr ? session.previous->next : list.first) = session.next;
  if (session.next != nullptr) session.next->previous = session.previous;
  --list.count;
}

bool Engine::is_full() const { return brisk_.count + tunnels_.count >= options.limits.sessions; }

Session* Engine::start_session() {
  auto* session = new Session(*this);
  put(brisk_, *session);
  count(metrics.accepted);
  count(metrics.open);
  tick_within(brisk_interval_);
  return session;
}

void Engine::to_tunnels(Session& session) {
  if (session.in_tunnel) return;
  take(brisk_, session);
  session.in_tunnel = true;
  put(tunnels_, session);
}

void Engine::recycle(Session& session) {
  take(session.in_tunnel ? tunnels_ : brisk_, session);
  delete &session;
  count(metrics.open, -1);
  // Not from here: whoever is told now may be in the middle of something.
  if (paused_) tick_within(1);
  if (draining_ && brisk_.count + tunnels_.count == 0) loop.stop();
}

void Engine::pause_accepting(int error) {
  paused_ = true;
  tick_within(brisk_interval_);
  if (error != 0) count(metrics.out_of_descriptors);
  if (said_full_ != 0 && now_ - said_full_ < kSayAgain) return;
  said_full_ = now_;
  if (error == 0) {
    say("too many connections at once (" + std::to_string(options.limits.sessions) +
        "); new ones wait");
  } else {
    say(std::string("out of descriptors or memory (") + std::strerror(error) +
        "); new connections wait");
  }
}

void Engine::resume_accepting() {
  if (!paused_ || draining_ || is_full()) return;
  paused_ = false;
  for (const auto& acceptor : acceptors_) acceptor->resume();
  forwards_.resume();
}

void Engine::tick_within(int64_t time) {
  if (closing_ || (next_tick_ != 0 && next_tick_ <= now_ + time)) return;
  next_tick_ = now_ + time;
  loop.tick_after(std::chrono::milliseconds(time), *this);
}

void Engine::sweep(List& list, int64_t now) {
  for (Session* session = list.first; session != nullptr;) {
    Session* next = session->next;  // it may go, its neighbours may not
    session->tick(now);
    session = next;
  }
}

void Engine::tick() {
  read_clock();
  next_tick_ = 0;
  if (parting_ && now_ >= part_until_) return loop.stop();
  resume_accepting();
  sweep(brisk_, now_);
  if (now_ >= next_sweep_of_tunnels_) {
    sweep(tunnels_, now_);
    next_sweep_of_tunnels_ = now_ + tunnel_interval_;
  }
  const bool has_dns = dns_.tick(now_);
  if (draining_) next_look_at_forwards_ = INT64_MAX;
  if (now_ >= next_look_at_forwards_) {
    next_look_at_forwards_ = forwards_.look() ? now_ + Forwards::kAgain : INT64_MAX;
  }
  if (next_look_at_forwards_ != INT64_MAX) tick_within(next_look_at_forwards_ - now_);
  if (brisk_.count != 0 || paused_ || parting_) {
    tick_within(brisk_interval_);
  } else if (tunnels_.count != 0 || has_dns) {
    tick_within(tunnel_interval_);
  }
}

int serve(Options options) {
  struct sigaction ignore {};
  struct sigaction before {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, &before);
  const auto engine = std::make_unique<Engine>(std::move(options));
  const int status = engine->run();
  sigaction(SIGPIPE, &before, nullptr);
  return status;
}

}  // namespace sbxc::egress
