// For tests: a program that runs beside the test, and what it says.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "compiler/testing/run_program.h"

namespace sbxc::testing {

inline bool until(const std::function<bool()>& holds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (std::chrono::steady_clock::now() < end) {
    if (holds()) return true;
    poll(nullptr, 0, 20);
  }
  return false;
}

// A child with its output in files of a directory, ended at the latest with this object.
class Background {
 public:
  Background(const std::string& directory, const std::string& name, std::vector<std::string> words,
             int inherited = -1)
      : out_path_(directory + "/" + name + ".out"), err_path_(directory + "/" + name + ".err") {
    // What an earlier one of this name said is not this one's.
    unlink(out_path_.c_str());
    unlink(err_path_.c_str());
    process_ = fork();
    if (process_ != 0) return;
    const int out = open(out_path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    const int err = open(err_path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(out, 1);
    dup2(err, 2);
    if (inherited >= 0) fcntl(inherited, F_SETFD, 0);
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    std::string path = "PATH=/usr/bin:/bin";
    std::string home = "HOME=" + directory;
    char* environment[] = {path.data(), home.data(), nullptr};
    if (chdir(directory.c_str()) == 0) execve(argv[0], argv.data(), environment);
    _exit(127);
  }
  ~Background() {
    if (process_ <= 0) return;
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  void signal(int number) const { kill(process_, number); }
  bool has_ended() {
    if (process_ > 0 && waitpid(process_, &status_, WNOHANG) == process_) process_ = -1;
    return process_ < 0;
  }
  // Its status when it has ended, within twenty seconds; -1 if it has not.
  int status() {
    if (!until([&] { return has_ended(); })) return -1;
    return WIFEXITED(status_) ? WEXITSTATUS(status_) : 128 + WTERMSIG(status_);
  }
  std::string out() const { return read_whole(out_path_); }
  std::string err() const { return read_whole(err_path_); }
  bool says(const std::string& text) const {
    return until([&] { return err().find(text) != std::string::npos; });
  }
  // What stands behind `word ` in a line of its output; empty when it does not come.
  std::string told(const std::string& word) {
    std::string found;
    until([&] {
      std::ifstream in(out_path_);
      for (std::string line; std::getline(in, line) && !in.eof();) {
        if (line.starts_with(word + " ")) found = line.substr(word.size() + 1);
      }
      return !found.empty() || has_ended();
    });
    return found;
  }

 private:
  std::string out_path_;
  std::string err_path_;
  pid_t process_ = -1;
  int status_ = 0;
};

}  // namespace sbxc::testing
