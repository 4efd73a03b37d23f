// A sandbox is a process: `sbxc run` itself, which supervises from outside, so nothing of this
// program's memory, threads or signals is part of it. What it denies comes as lines of its audit
// log over a pipe, whose end is also the sign that it has ended.
//
// The supervisor's death ends the sandbox (runtime/launch), so closing a handle is killing it.
#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <new>

#include "runtime/c/audit_line.h"
#include "runtime/c/failing.h"
#include "runtime/c/spawning.h"

using namespace sbxc;  // NOLINT: what follows is C's

struct sbxc_sandbox {
  pid_t process = -1;  // the supervisor; -1: it was waited for
  int handle = -1;     // of the same, which no other process can come to stand for
  int denials = -1;
  int status = 0;
  bool lost = false;
  void (*on_denial)(const sbxc_denial*, void*) = nullptr;
  void* context = nullptr;
  char* lines = nullptr;  // what has come and is not told; then as much room for one line's texts
  size_t length = 0;
  size_t capacity = 0;
};

namespace sbxc::c {
namespace {

constexpr size_t kFirstRoom = 16384;
constexpr size_t kLongestLine = size_t{16} << 20;
constexpr int kPassedOn[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGKILL};

long long now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<long long>(time.tv_sec) * 1000 + time.tv_nsec / 1'000'000;
}

bool has_room(sbxc_sandbox& sandbox) {
  if (sandbox.length < sandbox.capacity) return true;
  const size_t wish = sandbox.capacity == 0 ? kFirstRoom : sandbox.capacity * 2;
  if (wish > kLongestLine) return false;
  auto* more = static_cast<char*>(std::realloc(sandbox.lines, 2 * wish + 1));
  if (more == nullptr) return false;
  sandbox.lines = more;
  sandbox.capacity = wish;
  return true;
}

void tell(sbxc_sandbox& sandbox, char* line, size_t length) {
  line[length] = '\0';
  const AuditLine read = read_audit_line(line, length, sandbox.lines + sandbox.capacity);
  if (std::strcmp(read.event, "denied") != 0 || sandbox.on_denial == nullptr) return;
  const sbxc_denial denial{sizeof denial, read.operation, read.target, read.second,
                           read.error,    read.allow,     line};
  sandbox.on_denial(&denial, sandbox.context);
}

void tell_lines(sbxc_sandbox& sandbox) {
  char* at = sandbox.lines;
  char* end = sandbox.lines + sandbox.length;
  while (auto* line_end = static_cast<char*>(memchr(at, '\n', static_cast<size_t>(end - at)))) {
    tell(sandbox, at, static_cast<size_t>(line_end - at));
    at = line_end + 1;
  }
  sandbox.length = static_cast<size_t>(end - at);
  std::memmove(sandbox.lines, at, sandbox.length);
}

enum class Had { nothing, bytes, end };

Had take_denials(sbxc_sandbox& sandbox) {
  if (!has_room(sandbox)) sandbox.length = 0;  // no line of ours is as long
  if (sandbox.capacity == 0) return Had::end;
  const ssize_t got =
      read(sandbox.denials, sandbox.lines + sandbox.length, sandbox.capacity - sandbox.length);
  if (got < 0) return errno == EAGAIN || errno == EINTR ? Had::nothing : Had::end;
  if (got == 0) return Had::end;
  sandbox.length += static_cast<size_t>(got);
  tell_lines(sandbox);
  return Had::bytes;
}

void wait_for_the_process(sbxc_sandbox& sandbox) {
  int status = 0;
  pid_t ended = -1;
  do {
    ended = waitpid(sandbox.process, &status, 0);
  } while (ended < 0 && errno == EINTR);
  sandbox.lost = ended < 0;
  sandbox.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  sandbox.process = -1;
}

void wait_for(sbxc_sandbox& sandbox, int milliseconds) {
  const long long end = now() + milliseconds;
  while (sandbox.process > 0) {
    const Had had = take_denials(sandbox);
    if (had == Had::end) return wait_for_the_process(sandbox);
    if (had == Had::bytes) continue;
    const long long left = end - now();
    if (milliseconds >= 0 && left <= 0) return;
    pollfd watched{sandbox.denials, POLLIN, 0};
    poll(&watched, 1, milliseconds < 0 ? -1 : static_cast<int>(left));
  }
}

}  // namespace
}  // namespace sbxc::c

int sbxc_sandbox_start(const char* policy, const char* const* command,
                       const sbxc_start_options* options, sbxc_sandbox** sandbox,
                       sbxc_error* error) {
  if (sandbox != nullptr) *sandbox = nullptr;
  const sbxc_start_options none = SBXC_START_OPTIONS;
  sbxc_start_options wanted = none;
  if (options != nullptr) c::fill(&wanted, options->size, options, sizeof wanted);
  const bool one_policy = (policy == nullptr) != (wanted.policy_text == nullptr);
  if (sandbox == nullptr || command == nullptr || command[0] == nullptr || !one_policy) {
    return c::fail(
        error, SBXC_BAD_ARGUMENT,
        "needed are a command, a policy (a file or a text), and where to put the sandbox");
  }
  void* room = std::malloc(sizeof(sbxc_sandbox));
  if (room == nullptr) return c::fail(error, SBXC_NO_MEMORY, "no memory");
  auto* made = new (room) sbxc_sandbox;
  const int result = c::spawn(policy, command, wanted, {&made->process, &made->denials}, error);
  if (result != SBXC_OK) {
    std::free(made);
    return result;
  }
  made->handle = static_cast<int>(syscall(SYS_pidfd_open, made->process, 0U));
  made->on_denial = wanted.on_denial;
  made->context = wanted.context;
  *sandbox = made;
  return SBXC_OK;
}

int sbxc_sandbox_descriptor(const sbxc_sandbox* sandbox) {
  return sandbox == nullptr ? -1 : sandbox->denials;
}

int sbxc_sandbox_wait(sbxc_sandbox* sandbox, int milliseconds, int* status, sbxc_error* error) {
  if (sandbox == nullptr) return c::fail(error, SBXC_BAD_ARGUMENT, "there is no sandbox");
  c::wait_for(*sandbox, milliseconds);
  if (sandbox->process > 0) return SBXC_RUNNING;
  if (sandbox->lost) {
    return c::fail(error, SBXC_LOST, "the supervisor's status was taken by another part");
  }
  if (status != nullptr) *status = sandbox->status;
  return SBXC_OK;
}

int sbxc_sandbox_signal(sbxc_sandbox* sandbox, int signal) {
  bool passed_on = false;
  for (const int known : c::kPassedOn) passed_on = passed_on || known == signal;
  if (sandbox == nullptr || !passed_on) return SBXC_BAD_ARGUMENT;
  // One that has ended needs no signal any more.
  syscall(SYS_pidfd_send_signal, sandbox->handle, signal, nullptr, 0U);
  return SBXC_OK;
}

void sbxc_sandbox_close(sbxc_sandbox* sandbox) {
  if (sandbox == nullptr) return;
  if (sandbox->process > 0) {
    sbxc_sandbox_signal(sandbox, SIGKILL);
    c::wait_for_the_process(*sandbox);
  }
  close(sandbox->handle);
  close(sandbox->denials);
  std::free(sandbox->lines);
  std::free(sandbox);
}
