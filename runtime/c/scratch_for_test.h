// A directory of a test's own, with a policy in it; the program that was built makes the tables.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <climits>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace sbxc::c {

inline constexpr const char* kPolicy = R"(# policy.sbx
sbx 1
use std/base
allow write   $cwd/**
allow exec    $cwd/**
deny  write   $cwd/**/*.lock because "held by the release tool"
allow connect api.example.com, 10.0.0.0/8:443, [2001:db8::/32]
ask   connect *.example.net:443
)";

class Scratch {
 public:
  Scratch() {
    std::string name = std::filesystem::canonical(::testing::TempDir()) / "sbxc-c-XXXXXX";
    path_ = mkdtemp(name.data());
    write("policy.sbx", kPolicy);
  }
  ~Scratch() { std::filesystem::remove_all(path_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }
  void write(const std::string& name, const std::string& bytes) const {
    std::ofstream(*this / name, std::ios::binary) << bytes;
  }
  std::string read(const std::string& name) const {
    std::ostringstream bytes;
    bytes << std::ifstream(*this / name, std::ios::binary).rdbuf();
    return bytes.str();
  }

  struct Output {
    int status;
    std::string text;  // standard output and error
  };
  Output shell(const std::string& command) const {
    FILE* pipe = popen(("cd '" + path_ + "' && { " + command + "\n} 2>&1").c_str(), "r");
    Output output{-1, {}};
    char bytes[4096];
    for (size_t got = 0; (got = fread(bytes, 1, sizeof bytes, pipe)) > 0;) {
      output.text.append(bytes, got);
    }
    output.status = WEXITSTATUS(pclose(pipe));
    return output;
  }
  void make_tables() const {
    const Output hosts =
        shell(SBXC_PROGRAM " compile --quiet --no-verify -t proxy -o . policy.sbx");
    ASSERT_EQ(hosts.status, 0) << hosts.text;
    const Output paths = shell(SBXC_PROGRAM " show --stage path-table policy.sbx > policy.sbxp");
    ASSERT_EQ(paths.status, 0) << paths.text;
  }

 private:
  std::string path_;
};

}  // namespace sbxc::c
