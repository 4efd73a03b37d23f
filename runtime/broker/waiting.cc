#include "runtime/broker/waiting.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sbxc::broker {

namespace {

constexpr size_t kMostWorkers = 128;

void end(pid_t worker) {
  kill(worker, SIGKILL);
  while (waitpid(worker, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace

Waiting::~Waiting() {
  for (const Worker& worker : workers_) end(worker.pid);
}

long Waiting::start(uint64_t id, const std::function<void()>& work) {
  if (workers_.size() >= kMostWorkers) tidy();
  if (workers_.size() >= kMostWorkers) return -EAGAIN;
  const pid_t parent = getpid();
  const pid_t worker = fork();
  if (worker < 0) return -errno;
  if (worker == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    work();
    _exit(0);
  }
  workers_.push_back({worker, id});
  return 0;
}

void Waiting::tidy() {
  std::erase_if(workers_, [this](const Worker& worker) {
    if (waitpid(worker.pid, nullptr, WNOHANG) == worker.pid) return true;
    uint64_t id = worker.id;
    if (ioctl(listener_, SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0) return false;
    end(worker.pid);
    return true;
  });
}

}  // namespace sbxc::broker
