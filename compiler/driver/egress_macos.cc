#include "compiler/driver/egress_macos.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <sstream>

#include "backends/proxy/proxy.h"
#include "compiler/driver/egress_choices.h"
#include "runtime/descriptor/pipe.h"
#include "runtime/egress/egress.h"

namespace sbxc::driver {
namespace {

launch::Result<Descriptor> listen_here(uint16_t& port) {
  Descriptor listener(socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* any = reinterpret_cast<sockaddr*>(&address);
  if (!listener || bind(listener.get(), any, size) != 0 || ::listen(listener.get(), 128) != 0 ||
      getsockname(listener.get(), any, &size) != 0) {
    return tl::unexpected(launch::system_failure("no port for the proxy", errno));
  }
  fcntl(listener.get(), F_SETFD, FD_CLOEXEC);
  port = ntohs(address.sin_port);
  return listener;
}

[[noreturn]] void become_proxy(egress::Options options) {
  // What is typed at the terminal is the command's.
  setsid();
  for (const int signal : {SIGINT, SIGQUIT, SIGHUP, SIGTERM, SIGUSR1, SIGUSR2, SIGPIPE}) {
    std::signal(signal, SIG_IGN);
  }
  const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  dup2(nothing, STDIN_FILENO);
  dup2(nothing, STDOUT_FILENO);
  dup2(nothing, STDERR_FILENO);  // a reader of the command's errors is not to wait for this
  _exit(egress::serve(std::move(options)));
}

}  // namespace

EgressBeside::EgressBeside(EgressBeside&& other) noexcept
    : process_(std::exchange(other.process_, -1)),
      port_(other.port_),
      token_(std::move(other.token_)),
      alive_(std::move(other.alive_)),
      reports_(std::move(other.reports_)),
      notes_(std::move(other.notes_)) {}

launch::Result<EgressBeside> EgressBeside::start(const Policy& policy, const Sources& sources,
                                                 const EgressOptions& options) {
  EgressBeside beside;
  beside.token_ = random_word();
  egress::Options serving;
  std::string error;
  serving.table =
      egress::view_table(lower_proxy(policy, Os::macos, sources).artifacts.at(0).bytes, error);
  if (serving.table == nullptr) return tl::unexpected(launch::Failure{.message = error});
  auto upstream = upstream_of(options);
  if (!upstream) return tl::unexpected(std::move(upstream.error()));
  serving.upstream = std::move(*upstream);
  auto program = ask_program_of(options);
  if (!program) return tl::unexpected(std::move(program.error()));
  auto listener = listen_here(beside.port_);
  if (!listener) return tl::unexpected(std::move(listener.error()));
  Pipe alive = open_pipe();
  Pipe reports = open_pipe();
  Pipe notes = open_pipe();
  if (!alive || !reports || !notes) return tl::unexpected(launch::system_failure("no pipe", errno));
  beside.process_ = fork();
  if (beside.process_ < 0) return tl::unexpected(launch::system_failure("no process", errno));
  if (beside.process_ == 0) {
    alive.write.reset();
    reports.read.reset();
    notes.read.reset();
    // Read at the end; what there is no room for is left out.
    fcntl(notes.write.get(), F_SETFL, O_NONBLOCK);
    serving.say = [&notes](std::string_view line) {
      const std::string whole = std::string(line) + "\n";
      (void)!write(notes.write.get(), whole.data(), whole.size());
    };
    serving.listeners.push_back(
        {egress::ListenerKind::proxy, fcntl(listener->get(), F_DUPFD_CLOEXEC, 3), beside.port_});
    serving.clients.push_back({"sbxc", beside.token_});
    serving.stop = alive.read.get();
    serving.timeouts.parting = egress::kPartingOfARun;
    serving.reports = reports.write.get();
    // Nobody can be asked at a terminal that the command has; a program can.
    ask::Asker asker(
        {.way = program->empty() ? ask::Way::nobody : ask::Way::program, .program = *program});
    serving.asker = &asker;
    become_proxy(std::move(serving));
  }
  beside.alive_ = std::move(alive.write);
  beside.reports_ = std::move(reports.read);
  beside.notes_ = std::move(notes.read);
  for (const Descriptor* end : {&beside.reports_, &beside.notes_}) {
    fcntl(end->get(), F_SETFL, O_NONBLOCK);
  }
  return beside;
}

std::vector<std::pair<std::string, std::string>> EgressBeside::variables() const {
  const std::string place = "sbxc:" + token_ + "@127.0.0.1:" + std::to_string(port_);
  std::vector<std::pair<std::string, std::string>> out;
  for (const char* name : {"HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"}) {
    out.emplace_back(name, "http://" + place);
  }
  for (const char* name : {"ALL_PROXY", "all_proxy"}) out.emplace_back(name, "socks5h://" + place);
  return out;
}

void EgressBeside::finish(const std::function<bool(std::string_view)>& on_reports,
                          const std::function<void(const std::string&)>& on_note) {
  alive_.reset();
  wait_for_the_last(on_reports);
  std::string noted;
  char bytes[4096];
  for (ssize_t got = 0; (got = read(notes_.get(), bytes, sizeof(bytes))) > 0;) {
    noted.append(bytes, static_cast<size_t>(got));
  }
  std::istringstream lines(noted);
  for (std::string line; on_note && std::getline(lines, line);) on_note(line);
}

void EgressBeside::wait_for_the_last(
    const std::function<bool(std::string_view)>& on_reports) const {
  constexpr std::chrono::seconds kMore{1};  // it ends by itself
  const auto until = std::chrono::steady_clock::now() + egress::kPartingOfARun + kMore;
  while (true) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    pollfd waits{reports_.get(), POLLIN, 0};
    if (left.count() <= 0 || poll(&waits, 1, static_cast<int>(left.count())) == 0) return;
    char bytes[16384];
    const ssize_t got = read(reports_.get(), bytes, sizeof(bytes));
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got <= 0 || !on_reports({bytes, static_cast<size_t>(got)})) return;
  }
}

EgressBeside::~EgressBeside() {
  if (process_ <= 0) return;
  alive_.reset();
  kill(process_, SIGKILL);
  while (waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

std::string random_word() {
  static constexpr char kLetters[] = "0123456789abcdefghijklmnopqrstuv";
  unsigned char bytes[24];
  arc4random_buf(bytes, sizeof(bytes));
  std::string word;
  for (const unsigned char byte : bytes) word += kLetters[byte % 32];
  return word;
}

}  // namespace sbxc::driver
