#include "runtime/plain_launch/watcher.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <utility>

#include "runtime/descriptor/pipe.h"

namespace sbxc::plain {
namespace {

constexpr int kReadyWithin = 1000;  // ms
constexpr int kSilence = 250;       // ms without a line after the command's end
constexpr int kAfterwards = 1500;   // ms at most
constexpr char kOfAnEvent = '{';
constexpr size_t kLongestLine = size_t{64} * 1024;

// Its own session: what ends the command, or is typed at a terminal, does not end it.
[[noreturn]] void become(const std::vector<std::string>& program, int lines) {
  setsid();
  for (const int signal : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGCHLD, SIGWINCH}) {
    std::signal(signal, SIG_DFL);
  }
  const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  dup2(nothing, 0);
  dup2(lines, 1);
  dup2(nothing, 2);
  std::vector<char*> arguments;
  for (const std::string& word : program) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  char path[] = "PATH=/usr/bin:/bin";
  char* environment[] = {path, nullptr};
  execve(arguments[0], arguments.data(), environment);
  _exit(127);
}

bool readable(int descriptor, int milliseconds) {
  pollfd watched{descriptor, POLLIN, 0};
  return poll(&watched, 1, milliseconds) > 0;
}

}  // namespace

Watcher::Watcher(Watcher&& other) noexcept
    : process_(std::exchange(other.process_, -1)),
      lines_(std::move(other.lines_)),
      pending_(std::move(other.pending_)) {}

Watcher Watcher::start(const Order& order) {
  Watcher watcher;
  if (order.watcher.empty()) return watcher;
  Pipe pipe = open_pipe();
  if (pipe) watcher.process_ = fork();
  if (watcher.process_ == 0) become(order.watcher, pipe.write.get());
  if (watcher.process_ > 0) {
    pipe.write.reset();
    watcher.lines_ = std::move(pipe.read);
    fcntl(watcher.lines_.get(), F_SETFL, O_NONBLOCK);
  }
  if (watcher.process_ < 0 || !watcher.wait_until_ready()) {
    watcher.end();
    if (order.on_note) {
      order.on_note("what is denied will not be told: `" + order.watcher[0] +
                    "` does not print the system's log for this user");
    }
  }
  return watcher;
}

// Until its first line, or until it has been there for a while without one. Byte by byte: what
// comes behind that line is for take(). False: it has ended.
bool Watcher::wait_until_ready() {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(kReadyWithin);
  for (size_t taken = 0; taken < kLongestLine;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return true;
    if (!readable(lines_.get(), static_cast<int>(left.count()))) continue;
    char byte = 0;
    const ssize_t got = read(lines_.get(), &byte, 1);
    if (got == 0) return false;
    if (got != 1) continue;
    if (taken == 0 && byte == kOfAnEvent) {
      pending_ = byte;  // no line of its own before the first event
      return true;
    }
    if (byte == '\n') return true;
    ++taken;
  }
  return true;
}

bool Watcher::take(const Order& order) {
  char bytes[16384];
  const ssize_t got = read(lines_.get(), bytes, sizeof(bytes));
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return true;
  if (got <= 0) {
    lines_.reset();
    return true;
  }
  pending_.append(bytes, static_cast<size_t>(got));
  bool recorded = true;
  size_t from = 0;
  for (size_t end = 0; (end = pending_.find('\n', from)) != std::string::npos; from = end + 1) {
    recorded = order.on_line(std::string_view(pending_).substr(from, end - from)) && recorded;
  }
  pending_.erase(0, from);
  if (pending_.size() > kLongestLine) pending_.clear();
  return recorded;
}

bool Watcher::take_the_last(const Order& order) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(kAfterwards);
  bool recorded = true;
  while (recorded && lines_ && std::chrono::steady_clock::now() < end &&
         readable(lines_.get(), kSilence)) {
    recorded = take(order);
  }
  return recorded;
}

void Watcher::end() {
  lines_.reset();
  if (process_ <= 0) return;
  kill(process_, SIGKILL);
  while (waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
  }
  process_ = -1;
}

Watcher::~Watcher() { end(); }

}  // namespace sbxc::plain
