// A process with a network namespace of its own, as a sandbox has one, and without capabilities
// once it runs what it is given.
#pragma once

#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <string>

#include "runtime/descriptor/descriptor.h"

namespace sbxc::netns {

struct Surroundings {
  // While it still has every capability over the namespace.
  std::function<void()> before{};
  bool deeper = false;        // in a second user namespace below the one that owns the network
  bool not_dumpable = false;  // as a program is that nobody may read
};

class SandboxProcess {
 public:
  // `body` runs in the namespace after go() and gives the text that result() reads.
  explicit SandboxProcess(std::function<std::string()> body, const Surroundings& around = {}) {
    int up[2];
    int down[2];
    if (pipe2(up, O_CLOEXEC) != 0 || pipe2(down, O_CLOEXEC) != 0) return;
    process_ = fork();
    if (process_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      close(up[0]);
      close(down[1]);
      run(body, around, up[1], down[0]);
    }
    close(up[1]);
    close(down[0]);
    results_.reset(up[0]);
    orders_.reset(down[1]);
    char ready = 0;
    made_ = read(up[0], &ready, 1) == 1 && ready == '+';
  }
  ~SandboxProcess() { kill_it(); }

  bool made() const { return made_; }
  pid_t process() const { return process_; }

  void go() { (void)!write(orders_.get(), "g", 1); }
  std::string result() {
    std::string text;
    char bytes[4096];
    for (ssize_t got = 0; (got = read(results_.get(), bytes, sizeof bytes)) > 0;) {
      text.append(bytes, static_cast<size_t>(got));
    }
    return text;
  }
  std::string run_it() {
    go();
    return result();
  }
  void kill_it() {
    if (process_ <= 0) return;
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
    process_ = -1;
  }

 private:
  [[noreturn]] static void run(const std::function<std::string()>& body, const Surroundings& around,
                               int up, int down) {
    const std::string users = "0 " + std::to_string(geteuid()) + " 1";
    const std::string groups = "0 " + std::to_string(getegid()) + " 1";
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) _exit(1);
    if (around.before) around.before();
    if (around.deeper) {  // takes a user who is somebody here
      write_to("/proc/self/setgroups", "deny");
      write_to("/proc/self/uid_map", users);
      write_to("/proc/self/gid_map", groups);
      if (unshare(CLONE_NEWUSER) != 0) _exit(1);
    }
    drop_capabilities();
    // Credentials changed, so it is not dumpable until it says so.
    prctl(PR_SET_DUMPABLE, around.not_dumpable ? 0 : 1);
    char order = 0;
    if (write(up, "+", 1) != 1 || read(down, &order, 1) != 1) _exit(1);
    const std::string text = body();
    (void)!write(up, text.data(), text.size());
    _exit(0);
  }

  static void write_to(const char* path, const std::string& text) {
    const Descriptor file(open(path, O_WRONLY | O_CLOEXEC));
    (void)!write(file.get(), text.data(), text.size());
  }

  static void drop_capabilities() {
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct none[2] = {};
    ::syscall(SYS_capset, &header, none);
  }

  pid_t process_ = -1;
  bool made_ = false;
  Descriptor results_;
  Descriptor orders_;
};

}  // namespace sbxc::netns
