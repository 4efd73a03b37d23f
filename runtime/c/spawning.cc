#include "runtime/c/spawning.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "runtime/c/failing.h"

extern char** environ;

namespace sbxc::c {

namespace {

// Numbers in the child. Until then everything lies above them, so that none is in another's way.
constexpr int kAudit = 3;
constexpr int kPolicy = 4;
constexpr int kAbove = 16;
constexpr int kPipeBytes = 1 << 20;

// Never PATH: whoever can change it could have something else started in sbxc's place.
const char* installed_program() {
  for (const char* place : {SBXC_INSTALLED_PROGRAM, "/usr/bin/sbxc", "/usr/local/bin/sbxc"}) {
    if (access(place, X_OK) == 0) return place;
  }
  return nullptr;
}

class Number {  // a descriptor above kAbove that only this process has
 public:
  Number() = default;
  ~Number() { reset(-1); }
  Number(const Number&) = delete;
  Number& operator=(const Number&) = delete;
  int get() const { return number_; }
  void reset(int number) {
    if (number_ >= 0) close(number_);
    number_ = number;
  }
  // Takes `number`, moved out of the way.
  bool take(int number) {
    if (number < 0) return false;
    const bool got = copy(number);
    const int why = errno;
    close(number);
    errno = why;
    return got;
  }
  bool copy(int number) {
    reset(fcntl(number, F_DUPFD_CLOEXEC, kAbove));
    return number_ >= 0;
  }
  int release() {
    const int number = number_;
    number_ = -1;
    return number;
  }

 private:
  int number_ = -1;
};

bool policy_file(const char* text, Number& file) {
  if (!file.take(memfd_create("policy", MFD_CLOEXEC))) return false;
  size_t left = std::strlen(text);
  while (left > 0) {
    const ssize_t put = write(file.get(), text, left);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    text += put;
    left -= static_cast<size_t>(put);
  }
  return lseek(file.get(), 0, SEEK_SET) == 0;
}

bool audit_pipe(Number& ours, Number& theirs) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return false;
  const bool taken = ours.take(ends[0]);
  if (!theirs.take(ends[1]) || !taken) return false;
  fcntl(ours.get(), F_SETPIPE_SZ, kPipeBytes);  // less is less patient, no more than that
  return fcntl(ours.get(), F_SETFL, O_NONBLOCK) == 0;
}

size_t count(const char* const* list) {
  size_t length = 0;
  while (list != nullptr && list[length] != nullptr) ++length;
  return length;
}

// sbxc run --quiet --audit /dev/fd/3 -D … POLICY -- COMMAND…; freed by the caller.
const char** arguments(const char* policy, const char* const* command,
                       const sbxc_start_options& options) {
  const size_t defines = count(options.defines);
  const size_t words = count(command);
  auto** list =
      static_cast<const char**>(std::calloc(2 * defines + words + 9, sizeof(const char*)));
  if (list == nullptr) return nullptr;
  const char** at = list;
  for (const char* word : {"sbxc", "run", "--quiet", "--audit", "/dev/fd/3"}) *at++ = word;
  for (size_t i = 0; i < defines; ++i) {
    *at++ = "-D";
    *at++ = options.defines[i];
  }
  *at++ = policy != nullptr ? policy : "/dev/fd/4";
  *at++ = "--";
  for (size_t i = 0; i < words; ++i) *at++ = command[i];
  return list;
}

struct Descriptors {
  Number standard[3];
  Number audit;
  Number policy;
};

int prepare(posix_spawn_file_actions_t& actions, posix_spawnattr_t& attributes,
            const Descriptors& given, const char* directory) {
  int why = 0;
  const auto also = [&why](int result) { why = why == 0 ? result : why; };
  for (int i = 0; i < 3; ++i) {
    if (given.standard[i].get() >= 0) {
      also(posix_spawn_file_actions_adddup2(&actions, given.standard[i].get(), i));
    }
  }
  also(posix_spawn_file_actions_adddup2(&actions, given.audit.get(), kAudit));
  if (given.policy.get() >= 0) {
    also(posix_spawn_file_actions_adddup2(&actions, given.policy.get(), kPolicy));
  }
  if (directory != nullptr) also(posix_spawn_file_actions_addchdir_np(&actions, directory));
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  also(posix_spawnattr_setsigmask(&attributes, &none));
  also(posix_spawnattr_setsigdefault(&attributes, &all));
  also(posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
  return why;
}

int run(const char* program, const char** list, const Descriptors& given,
        const sbxc_start_options& options, pid_t* process) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  if (const int why = posix_spawn_file_actions_init(&actions); why != 0) return why;
  int why = posix_spawnattr_init(&attributes);
  if (why == 0) {
    why = prepare(actions, attributes, given, options.directory);
    char* const* environment =
        options.environment == nullptr ? environ : const_cast<char* const*>(options.environment);
    if (why == 0) {
      why = posix_spawn(process, program, &actions, &attributes, const_cast<char* const*>(list),
                        environment);
    }
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_destroy(&actions);
  return why;
}

}  // namespace

int spawn(const char* policy, const char* const* command, const sbxc_start_options& options,
          Spawned spawned, sbxc_error* error) {
  if (policy != nullptr && policy[0] == '-') {
    return fail(error, SBXC_BAD_ARGUMENT,
                "a policy whose name starts with `-` needs `./` before it");
  }
  const char* program = options.program != nullptr ? options.program : installed_program();
  if (program == nullptr) {
    return fail(error, SBXC_CANNOT_START, "sbxc is not installed where it belongs", ENOENT);
  }
  Descriptors given;
  Number denials;
  for (int i = 0; i < 3; ++i) {
    if (options.standard[i] >= 0 && !given.standard[i].copy(options.standard[i])) {
      return fail(error, SBXC_CANNOT_START, "no use of a standard descriptor", errno);
    }
  }
  if (!audit_pipe(denials, given.audit)) {
    return fail(error, SBXC_CANNOT_START, "no pipe", errno);
  }
  if (policy == nullptr && !policy_file(options.policy_text, given.policy)) {
    return fail(error, SBXC_CANNOT_START, "no file for the policy", errno);
  }
  const char** list = arguments(policy, command, options);
  if (list == nullptr) return fail(error, SBXC_NO_MEMORY, "no memory");
  const int why = run(program, list, given, options, spawned.process);
  std::free(list);
  if (why != 0) return fail(error, SBXC_CANNOT_START, "sbxc could not be started", why);
  *spawned.denials = denials.release();
  return SBXC_OK;
}

}  // namespace sbxc::c
