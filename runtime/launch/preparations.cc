#include "runtime/launch/preparations.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>

namespace sbxc::launch {
namespace {

struct Made {
  int32_t error = 0;
  uint32_t index = 0;
};

bool make_one(const Preparation& wanted) {
  if (wanted.directory) return mkdir(wanted.path.c_str(), 0777) == 0;
  const int file = open(wanted.path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
  if (file >= 0) close(file);
  return file >= 0;
}

void remove_one(const Preparation& made) {
  if (made.directory) {
    rmdir(made.path.c_str());
    return;
  }
  struct stat facts {};
  if (lstat(made.path.c_str(), &facts) == 0 && S_ISREG(facts.st_mode) && facts.st_size == 0) {
    unlink(made.path.c_str());
  }
}

[[noreturn]] void keep(const std::vector<Preparation>& wanted, int alive, int told) {
  // A session of its own, so that what ends the command's process group does not end this.
  setsid();
  for (int signal = 1; signal < NSIG; ++signal) std::signal(signal, SIG_IGN);
  std::vector<const Preparation*> made;
  Made result;
  for (uint32_t i = 0; i < wanted.size() && result.error == 0; ++i) {
    if (make_one(wanted[i])) {
      made.push_back(&wanted[i]);
    } else if (errno != EEXIST) {
      result = {errno, i};
    }
  }
  (void)!write(told, &result, sizeof(result));
  close(told);
  char byte = 0;
  while (read(alive, &byte, 1) < 0 && errno == EINTR) {
  }
  for (size_t i = made.size(); i > 0; --i) remove_one(*made[i - 1]);
  _exit(0);
}

}  // namespace

Result<Preparations> Preparations::make(const std::vector<Preparation>& wanted) {
  Preparations made;
  if (wanted.empty()) return made;
  int alive[2];
  int told[2];
  if (pipe2(alive, O_CLOEXEC) != 0) return tl::unexpected(system_failure("no pipe", errno));
  Descriptor alive_read(alive[0]);
  made.alive_.reset(alive[1]);
  if (pipe2(told, O_CLOEXEC) != 0) return tl::unexpected(system_failure("no pipe", errno));
  Descriptor told_read(told[0]);
  Descriptor told_write(told[1]);
  made.keeper_ = fork();
  if (made.keeper_ < 0) return tl::unexpected(system_failure("no process", errno));
  if (made.keeper_ == 0) {
    // Of the others not even standard output is kept: whoever reads it would wait for more.
    dup2(alive_read.get(), 0);
    dup2(told_write.get(), 1);
    syscall(SYS_close_range, 2U, ~0U, 0U);
    keep(wanted, 0, 1);
  }
  told_write.reset();
  Made result;
  if (read(told_read.get(), &result, sizeof(result)) != sizeof(result)) result.error = ECHILD;
  if (result.error != 0) {
    return tl::unexpected(system_failure("`" + wanted[result.index].path + "` cannot be made",
                                         result.error,
                                         "make it yourself, or leave it out of the policy"));
  }
  return made;
}

void Preparations::undo() {
  if (keeper_ < 0) return;
  alive_.reset();
  while (waitpid(keeper_, nullptr, 0) < 0 && errno == EINTR) {
  }
  keeper_ = -1;
}

}  // namespace sbxc::launch
