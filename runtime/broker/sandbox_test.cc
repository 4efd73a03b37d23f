#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "backends/path_table/path_table_builder.h"
#include "compiler/policy/terse_policy.h"
#include "runtime/broker/sandbox_for_test.h"
#include "runtime/descriptor/passing.h"

namespace sbxc::broker {

namespace {

constexpr uid_t kUser = 65534;

[[noreturn]] void give_up(const char* what) {
  dprintf(STDERR_FILENO, "cannot %s: %s\n", what, strerror(errno));
  _exit(99);
}

void must(bool condition, const char* what) {
  if (!condition) give_up(what);
}

void send_descriptor(int socket, int number) {
  const char byte = 0;
  must(send_with_descriptor(socket, &byte, 1, number), "send the listener");
}

int receive_descriptor(int socket) {
  char byte = 0;
  return receive_with_descriptor(socket, &byte, 1);
}

void write_text(const char* path, const std::string& text) {
  const int file = open(path, O_WRONLY | O_CLOEXEC);
  must(file >= 0 && write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()),
       path);
  close(file);
}

// Root tries as both; whoever else runs the tests is the user.
bool is_root() { return geteuid() == 0; }

void become_user() {
  if (!is_root()) return;
  must(::syscall(SYS_setgroups, 0, nullptr) == 0, "leave groups");
  must(setresgid(kUser, kUser, kUser) == 0 && setresuid(kUser, kUser, kUser) == 0, "be a user");
  prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

void drop_capabilities() {
  for (int i = 0; i <= 63; ++i) prctl(PR_CAPBSET_DROP, i, 0, 0, 0);
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  const __user_cap_data_struct none[2] = {};
  must(::syscall(SYS_capset, &header, none) == 0, "drop capabilities");
  prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

void enter_namespaces(As as) {
  if (as == As::user) {
    const std::string uid = std::to_string(geteuid());
    const std::string gid = std::to_string(getegid());
    must(unshare(CLONE_NEWUSER) == 0, "make a user namespace");
    write_text("/proc/self/setgroups", "deny");
    write_text("/proc/self/uid_map", uid + " " + uid + " 1");
    write_text("/proc/self/gid_map", gid + " " + gid + " 1");
  }
  must(unshare(CLONE_NEWNS | CLONE_NEWPID) == 0, "make namespaces");
}

void mount_proc() {
  must(mount("none", "/", nullptr, MS_REC | MS_SLAVE, nullptr) == 0, "keep mounts apart");
  must(mount("proc", "/proc", "proc", 0, nullptr) == 0, "mount /proc");
}

// Pid 1 of the sandbox's process table; the command is its child.
int run_as_init(int socket, const NotifyOptions* options, const std::string& directory,
                const std::function<std::string()>& command, int said) {
  const pid_t child = fork();
  if (child == 0) {
    must(chdir(directory.c_str()) == 0, "go to the directory");
    drop_capabilities();
    must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "set no_new_privs");
    umask(022);
    if (options != nullptr) {
      const int listener = install_notify_filter(notify_filter(*options));
      must(listener >= 0, "load the filter");
      send_descriptor(socket, listener);
      close(listener);
    }
    close(socket);
    const std::string text = command();
    must(write(said, text.data(), text.size()) == static_cast<ssize_t>(text.size()), "speak");
    _exit(0);
  }
  close(socket);
  close(said);
  int status = 0;
  while (waitpid(child, &status, 0) != child) {
  }
  return status;
}

std::string read_all(int from) {
  std::string out;
  char buffer[4096];
  for (ssize_t size = 0; (size = read(from, buffer, sizeof buffer)) > 0;) {
    out.append(buffer, static_cast<size_t>(size));
  }
  return out;
}

struct Pipe {
  int in = -1;
  int out = -1;
  Pipe() {
    int ends[2];
    must(pipe2(ends, O_CLOEXEC) == 0, "make a pipe");
    out = ends[0];
    in = ends[1];
  }
};

}  // namespace

Sandbox::Sandbox(std::vector<std::string> rules, As as) : as_(is_root() ? as : As::user) {
  std::string pattern = "/tmp/broker-test-XXXXXX";
  directory_ = mkdtemp(pattern.data());
  belongs_to_the_user(directory_);
  Policy policy;
  for (std::string rule : rules) {
    for (size_t at = 0; (at = rule.find("$w", at)) != std::string::npos;) {
      rule.replace(at, 2, directory_);
    }
    add_rule(policy, terse_rule(rule));
  }
  const auto bytes = build_path_table(policy, Os::linux);
  EXPECT_TRUE(bytes.has_value());
  if (!bytes) return;
  words_.resize(bytes->size() / 8 + 1);
  std::memcpy(words_.data(), bytes->data(), bytes->size());
  EXPECT_EQ(path_table::PathTable::view(
                {reinterpret_cast<const uint8_t*>(words_.data()), bytes->size()}, table_),
            path_table::Error::none);
}

// Commands take rights away, and an ordinary user could not look into such a directory.
Sandbox::~Sandbox() {
  namespace fs = std::filesystem;
  std::error_code ignored;
  std::vector<fs::path> directories = {directory_};
  while (!directories.empty()) {
    const fs::path one = std::move(directories.back());
    directories.pop_back();
    fs::permissions(one, fs::perms::owner_all, fs::perm_options::add, ignored);
    for (const auto& entry : fs::directory_iterator(one, ignored)) {
      const bool is_directory =
          fs::symlink_status(entry.path(), ignored).type() == fs::file_type::directory;
      if (is_directory) directories.push_back(entry.path());
    }
  }
  fs::remove_all(directory_, ignored);
}

void Sandbox::belongs_to_the_user(const std::string& path) const {
  if (as_ != As::user || !is_root()) return;
  EXPECT_EQ(lchown(path.c_str(), kUser, kUser), 0) << path;
}

void Sandbox::make_file(const std::string& name, const std::string& text) const {
  std::ofstream(in(name)) << text;
  belongs_to_the_user(in(name));
}

void Sandbox::make_directory(const std::string& name) const {
  EXPECT_EQ(mkdir(in(name).c_str(), 0755), 0) << name << ": " << strerror(errno);
  belongs_to_the_user(in(name));
}

void Sandbox::make_link(const std::string& text, const std::string& name) const {
  EXPECT_EQ(symlink(text.c_str(), in(name).c_str()), 0) << name;
  belongs_to_the_user(in(name));
}

std::string Sandbox::text_of(const std::string& name) const {
  std::stringstream text;
  text << std::ifstream(in(name)).rdbuf();
  return text.str();
}

bool Sandbox::exists(const std::string& name) const {
  struct stat info {};
  return lstat(in(name).c_str(), &info) == 0;
}

Ran Sandbox::run(const std::function<std::string()>& command) {
  Ran out;
  int sockets_of_test[2];
  EXPECT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets_of_test), 0);
  const Pipe said;
  const Pipe reports;
  const Pipe init_number;
  const pid_t middle = fork();
  if (middle == 0) {
    close(sockets_of_test[0]);
    if (as_ == As::user) become_user();
    if (namespaces) enter_namespaces(as_);
    const pid_t init = fork();
    if (init == 0) {
      close(reports.in);
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (namespaces) mount_proc();
      const int status = run_as_init(sockets_of_test[1], filtered ? &options : nullptr, directory_,
                                     command, said.in);
      _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    }
    must(write(init_number.in, &init, sizeof init) == sizeof init, "tell the init");
    close(sockets_of_test[1]);
    close(said.in);
    close(reports.in);
    int status = 0;
    while (waitpid(init, &status, 0) != init) {
    }
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 99);
  }
  close(sockets_of_test[1]);
  close(said.in);
  pid_t init = 0;
  EXPECT_EQ(read(init_number.out, &init, sizeof init), static_cast<ssize_t>(sizeof init));
  const int listener = filtered ? receive_descriptor(sockets_of_test[0]) : -1;
  EXPECT_EQ(listener >= 0, filtered);
  const pid_t broker = fork();
  if (broker == 0) {
    if (!filtered) _exit(0);
    if (as_ == As::user) become_user();
    if (in_broker) in_broker();
    TableJudge judge(table_, sockets);
    const ServeOptions serving{
        .listener = listener, .inside = init, .reports_fd = reports.in, .sockets = options.sockets};
    _exit(static_cast<int>(serve(serving, judge)));
  }
  close(listener);
  close(reports.in);
  out.said = read_all(said.out);
  const std::string bytes = read_all(reports.out);
  waitpid(broker, &out.broker_status, 0);
  waitpid(middle, &out.status, 0);
  std::string_view left = bytes;
  bool damaged = false;
  while (auto report = decode(left, damaged)) out.reports.push_back(*report);
  EXPECT_TRUE(left.empty());
  for (const int number :
       {sockets_of_test[0], said.out, reports.out, init_number.in, init_number.out}) {
    close(number);
  }
  return out;
}

}  // namespace sbxc::broker
