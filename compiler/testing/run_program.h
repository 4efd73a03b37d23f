// For tests: run a program as a person would, and see all that it did.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace sbxc::testing {

struct RunRequest {
  std::vector<std::string> argv;  // argv[0] is the path
  std::string directory{};        // where to run it; empty: here
  std::string input{};
  std::map<std::string, std::string> environment{};  // whole, nothing is inherited
  int timeout_seconds = 60;
};

struct RunResult {
  int status = -1;  // exit status, or 128 + signal; -1 when it could not be run or timed out
  std::string out;
  std::string err;
};

RunResult run_program(const RunRequest& request);

// A fresh directory that is removed with all its contents at the end; in the temporary directory,
// or in `base`.
class ScratchDirectory {
 public:
  explicit ScratchDirectory(const std::string& base = {});
  ~ScratchDirectory();
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string read_whole(const std::string& path);  // empty when it cannot be read
void write_whole(const std::string& path, const std::string& text);

}  // namespace sbxc::testing
