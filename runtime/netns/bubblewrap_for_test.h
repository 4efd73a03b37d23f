// bubblewrap as a launcher starts it: it tells its child's number and lets the command wait.
#pragma once

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>
#include <vector>

#include "runtime/descriptor/descriptor.h"

namespace sbxc::netns {

class Bubblewrap {
 public:
  Bubblewrap(const std::vector<std::string>& options, const std::string& python) {
    int info[2];
    int block[2];
    int out[2];
    if (pipe2(info, O_CLOEXEC) != 0 || pipe2(block, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) {
      return;
    }
    process_ = fork();
    if (process_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      dup2(out[1], 1);
      fcntl(info[1], F_SETFD, 0);
      fcntl(block[0], F_SETFD, 0);
      become(options, info[1], block[0], python);
    }
    close(info[1]);
    close(block[0]);
    close(out[1]);
    info_.reset(info[0]);
    block_.reset(block[1]);
    out_.reset(out[0]);
  }
  ~Bubblewrap() {
    if (process_ <= 0) return;
    // It would wait for ever if its parent went first.
    if (child_) ::syscall(SYS_pidfd_send_signal, child_.get(), SIGKILL, nullptr, 0);
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }

  // As soon as bubblewrap tells; -1 when it does not.
  pid_t child() {
    std::string told;
    char byte = 0;
    while (told.find('}') == std::string::npos && read(info_.get(), &byte, 1) == 1) told += byte;
    const size_t at = told.find("\"child-pid\": ");
    const pid_t found = at == std::string::npos ? -1 : std::atoi(told.c_str() + at + 13);
    child_.reset(static_cast<int>(::syscall(SYS_pidfd_open, found, 0)));
    return found;
  }

  std::string run_it() {
    (void)!write(block_.get(), "g", 1);
    return all_of(out_.get());
  }

 private:
  [[noreturn]] static void become(const std::vector<std::string>& options, int info, int block,
                                  const std::string& python) {
    const std::string numbers[] = {std::to_string(info), std::to_string(block)};
    std::vector<const char*> words = {"bwrap",
                                      "--unshare-net",
                                      "--unshare-pid",
                                      "--die-with-parent",
                                      "--cap-drop",
                                      "ALL",
                                      "--ro-bind",
                                      "/",
                                      "/",
                                      "--proc",
                                      "/proc",
                                      "--dev",
                                      "/dev",
                                      "--info-fd",
                                      numbers[0].c_str(),
                                      "--block-fd",
                                      numbers[1].c_str()};
    for (const std::string& option : options) words.push_back(option.c_str());
    for (const char* word : {"--", "python3", "-c", python.c_str()}) words.push_back(word);
    words.push_back(nullptr);
    execvp("bwrap", const_cast<char* const*>(words.data()));
    _exit(127);
  }

  static std::string all_of(int descriptor) {
    std::string text;
    char bytes[512];
    for (ssize_t got = 0; (got = read(descriptor, bytes, sizeof bytes)) > 0;) {
      text.append(bytes, static_cast<size_t>(got));
    }
    return text;
  }

  pid_t process_ = -1;
  Descriptor child_;
  Descriptor info_;
  Descriptor block_;
  Descriptor out_;
};

}  // namespace sbxc::netns
