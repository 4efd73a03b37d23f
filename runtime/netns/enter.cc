// A namespace of the network belongs to a user namespace, and who made that one (bubblewrap, so
// whoever started it) has every capability in it, as soon as he is there. bubblewrap may put the
// command one user namespace deeper: the network still belongs to the outer one of the two, so its
// owner is asked for (NS_GET_USERNS), not the one that the process is in. Root may run bubblewrap
// without any user namespace; then there is none to enter.
//
// A process number may be another process's by now. A pidfd holds on to the process that had it
// when it was opened: if that one lives after its namespace was opened, it is the right one's.
//
// References: setns(2), ioctl_ns(2), pidfd_open(2); userns_install in kernel/user_namespace.c.
#include "runtime/netns/enter.h"

#include <fcntl.h>
#include <linux/nsfs.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstdio>

#include "runtime/netns/failure.h"

namespace sbxc::netns {

namespace {

std::string of(const char* what, pid_t process) {
  return std::string(what) + " process " + std::to_string(process);
}

// Whether two files of /proc/…/ns are one namespace.
Result<bool> same(int one, const char* other) {
  struct stat first {};
  struct stat second {};
  if (fstat(one, &first) != 0 || stat(other, &second) != 0) {
    return tl::unexpected(failure("namespaces cannot be compared", errno));
  }
  return first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

// The process that a pidfd stands for, -1 when it is gone or this is none.
pid_t process_of(int pidfd) {
  const std::string path = "/proc/self/fdinfo/" + std::to_string(pidfd);
  FILE* file = fopen(path.c_str(), "re");
  if (file == nullptr) return -1;
  char line[256];
  int process = -1;
  while (fgets(line, sizeof line, file) != nullptr) {
    if (sscanf(line, "Pid: %d", &process) == 1) break;
  }
  fclose(file);
  return process;
}

Result<Descriptor> open_network(pid_t process, int process_descriptor) {
  Descriptor opened;
  if (process_descriptor < 0) {
    opened.reset(static_cast<int>(syscall(SYS_pidfd_open, process, 0)));
    if (!opened) return tl::unexpected(failure(of("there is no", process), errno));
    process_descriptor = opened.get();
  } else if (process_of(process_descriptor) != process) {
    return tl::unexpected(failure(of("there is no longer that", process), ESRCH));
  }
  const std::string path = "/proc/" + std::to_string(process) + "/ns/net";
  Descriptor network(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  const int error = errno;
  // One that is on its way out has left its namespaces before its pidfd tells.
  const bool gone = !network && (error == ENOENT || error == ESRCH);
  pollfd ended{process_descriptor, POLLIN, 0};
  if (gone || poll(&ended, 1, 0) != 0) {
    return tl::unexpected(failure(of("there is no", process), ESRCH));
  }
  if (!network) {
    return tl::unexpected(failure(of("no access to the network namespace of", process), error));
  }
  return network;
}

Result<bool> enter_owner(const Descriptor& network, pid_t process) {
  const Descriptor owner(ioctl(network.get(), NS_GET_USERNS));
  if (!owner) {
    return tl::unexpected(
        failure(of("no access to the user namespace that owns the network of", process), errno));
  }
  const auto own = same(owner.get(), "/proc/self/ns/user");
  if (!own || *own) return own;
  if (setns(owner.get(), CLONE_NEWUSER) != 0) {
    return tl::unexpected(failure(
        of("the user namespace that owns the network of", process) + " cannot be entered", errno));
  }
  return true;
}

}  // namespace

Result<bool> enter(pid_t process, int process_descriptor) {
  const auto network = open_network(process, process_descriptor);
  if (!network) return tl::unexpected(network.error());
  const auto own = same(network->get(), "/proc/self/ns/net");
  if (!own) return own;
  // Everything that follows would be done to this machine's network.
  if (*own) return tl::unexpected(failure(of("no network namespace of its own has", process), 0));
  if (const auto entered = enter_owner(*network, process); !entered) return entered;
  if (setns(network->get(), CLONE_NEWNET) != 0) {
    return tl::unexpected(
        failure(of("the network namespace of", process) + " cannot be entered", errno));
  }
  return true;
}

}  // namespace sbxc::netns
