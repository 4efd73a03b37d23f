// A person at a terminal: a pseudo-terminal stands for it. Each key is typed when what it answers
// to was seen.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <string>
#include <vector>

#include "conformance/account.h"

namespace sbxc::conformance {

class Terminal {
 public:
  Terminal(const std::string& directory, const Account& account,
           const std::vector<std::string>& command) {
    winsize size{};
    size.ws_row = 33;
    size.ws_col = 77;
    process_ = forkpty(&terminal_, nullptr, nullptr, &size);
    if (process_ != 0) return;
    std::vector<std::string> words = {"/usr/bin/env", "-i",     "PATH=/usr/bin:/bin",
                                      "TERM=xterm",   "PS1=$ ", "HOME=" + directory};
    words.insert(words.end(), command.begin(), command.end());
    words = as_account(account, directory, words);
    std::vector<char*> argv;
    argv.reserve(words.size() + 1);
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    if (chdir(directory.c_str()) == 0) execv(argv[0], argv.data());
    _exit(127);
  }
  ~Terminal() {
    if (process_ > 0) {
      kill(process_, SIGKILL);
      waitpid(process_, nullptr, 0);
    }
    hang_up();
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  void type(const std::string& keys) {
    ASSERT_EQ(write(terminal_, keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
  }
  // Reads on until `text` was shown since the last time; false after ten seconds.
  bool shows(const std::string& text) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (std::chrono::steady_clock::now() < end) {
      if (const size_t at = shown_.find(text, read_); at != std::string::npos) {
        read_ = at + text.size();
        return true;
      }
      pollfd ready{terminal_, POLLIN, 0};
      if (poll(&ready, 1, 100) <= 0) continue;
      char bytes[4096];
      const ssize_t got = read(terminal_, bytes, sizeof(bytes));
      if (got <= 0) return false;
      shown_.append(bytes, static_cast<size_t>(got));
    }
    return false;
  }
  int status() {
    int status = 0;
    waitpid(process_, &status, 0);
    process_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  // The window is closed, the connection is lost.
  void hang_up() {
    if (terminal_ >= 0) close(terminal_);
    terminal_ = -1;
  }
  void resize(unsigned short rows, unsigned short columns) const {
    winsize size{};
    size.ws_row = rows;
    size.ws_col = columns;
    ioctl(terminal_, TIOCSWINSZ, &size);
  }
  const std::string& shown() const { return shown_; }

 private:
  int terminal_ = -1;
  pid_t process_ = -1;
  std::string shown_;
  size_t read_ = 0;
};

}  // namespace sbxc::conformance
