// An ordinary user is that same user in the user namespace, so that a program that is started has
// no rights over the network: they are this process's alone, and end with execve.
#ifdef __linux__

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "conformance/suite/network/loopback.h"
#include "conformance/suite/network/place.h"

namespace sbxc::conform {

namespace {

bool write_file(const std::string& path, const std::string& text, int flags = 0) {
  const int file = open(path.c_str(), O_WRONLY | O_CLOEXEC | flags, 0644);
  if (file < 0) return false;
  const bool done = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  close(file);
  return done;
}

bool unshare_as_root() { return geteuid() == 0 && unshare(CLONE_NEWNET | CLONE_NEWNS) == 0; }

bool unshare_as_user() {
  const std::string user = std::to_string(geteuid());
  const std::string group = std::to_string(getegid());
  return unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS) == 0 &&
         write_file("/proc/self/setgroups", "deny") &&
         write_file("/proc/self/gid_map", group + " " + group + " 1\n") &&
         write_file("/proc/self/uid_map", user + " " + user + " 1\n");
}

bool unshare_all() { return unshare_as_root() || unshare_as_user(); }

// What was mounted over, last first to be unmounted.
std::vector<std::string>& mounted() {
  static std::vector<std::string> all;
  return all;
}

// Over a file that is there; one that is not changes nothing.
std::string replace(const std::string& path, const std::string& with, const std::string& text) {
  if (!write_file(with, text, O_CREAT | O_TRUNC)) {
    return "cannot write `" + with + "`: " + std::strerror(errno);
  }
  if (mount(with.c_str(), path.c_str(), nullptr, MS_BIND, nullptr) == 0) {
    mounted().push_back(path);
    return "";
  }
  if (errno == ENOENT) return "";
  return "cannot mount over `" + path + "`: " + std::strerror(errno);
}

std::string name_a_resolver(const std::string& directory, const std::string& resolver) {
  if (mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0) {
    return std::string("mounts cannot be made private: ") + std::strerror(errno);
  }
  mkdir(directory.c_str(), 0755);
  const std::pair<const char*, std::string> files[] = {
      {"resolv.conf", "nameserver " + resolver + "\nsearch search.test\noptions timeout:2\n"},
      {"nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n"},
      {"hosts", "127.0.0.1 localhost\n::1 localhost\n"}};
  for (const auto& [name, text] : files) {
    std::string wrong = replace(std::string("/etc/") + name, directory + "/" + name, text);
    if (!wrong.empty()) return wrong;
  }
  // A cache of names would answer in the resolver's place.
  const std::string empty = directory + "/empty";
  mkdir(empty.c_str(), 0755);
  for (const char* cache : {"/run/nscd", "/run/systemd/resolve/io.systemd.Resolve"}) {
    struct stat found {};
    if (stat(cache, &found) == 0 && S_ISDIR(found.st_mode)) {
      if (mount(empty.c_str(), cache, nullptr, MS_BIND, nullptr) == 0) mounted().push_back(cache);
    }
  }
  return "";
}

// What this kernel lets programs do at all; without it the control shows less.
void be_generous() {
  const std::string group = std::to_string(getegid());
  write_file("/proc/sys/net/ipv4/ping_group_range", group + " " + group);
  write_file("/proc/sys/net/ipv4/tcp_fastopen", "3");
  write_file("/proc/sys/net/ipv4/icmp_echo_ignore_broadcasts", "0");
}

}  // namespace

std::string move_to_a_world(const std::string& directory, const std::string& resolver) {
  if (!unshare_all()) {
    return std::string("no network namespace can be made: ") + std::strerror(errno);
  }
  std::string wrong = name_a_resolver(directory, resolver);
  if (wrong.empty()) wrong = make_every_address_local();
  if (wrong.empty()) be_generous();
  return wrong;
}

void leave_the_world() {
  for (; !mounted().empty(); mounted().pop_back()) {
    umount2(mounted().back().c_str(), MNT_DETACH);
  }
}

std::string own_network_namespace() {
  char name[64] = "";
  const ssize_t size = readlink("/proc/self/ns/net", name, sizeof name);
  return size < 0 ? "" : std::string(name, static_cast<size_t>(size));
}

std::string no_world_because() {
  const pid_t child = fork();
  if (child < 0) return std::string("fork: ") + std::strerror(errno);
  if (child == 0) _exit(unshare_all() ? 0 : errno);
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return "";
  return std::string("no network namespace can be made here: ") +
         std::strerror(WEXITSTATUS(status));
}

}  // namespace sbxc::conform

#endif  // __linux__
