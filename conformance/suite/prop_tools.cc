// `tools`: programs that launchers of sandboxes start, by their bare names, in a directory of the
// project which stands first in PATH. Each leaves a mark in outside/ran and goes on as the real
// one. A launcher that finds its tools through PATH runs what the command wrote. Inside, the same
// program is as confined as the command. Evidence: `changed:outside/ran`.
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>

#include "conformance/suite/prop_list.h"

namespace sbxc::conform {

namespace {

constexpr const char* kTools[] = {"bwrap", "socat", "git", "rg", "sandbox-exec", "newuidmap", "sh"};

std::string found_in(const std::string& path, const std::string& name) {
  for (size_t at = 0; at <= path.size();) {
    const size_t end = std::min(path.find(':', at), path.size());
    const std::string file = path.substr(at, end - at) + "/" + name;
    if (end > at && access(file.c_str(), X_OK) == 0) return file;
    at = end + 1;
  }
  return {};
}

class Tools : public Prop {
 public:
  Result<bool> set_up(Stage& stage) override {
    directory_ = stage.path("home/work/tools");
    for (const char* name : kTools) {
      const std::string real = found_in(kPath, name);
      const std::string text =
          fmt::format("#!/bin/sh\necho {} >> '{}'\n{}\n", stage.nonce(), stage.path("outside/ran"),
                      real.empty() ? "exit 1" : "exec " + real + " \"$@\"");
      auto made = stage.add_file(fmt::format("home/work/tools/{}", name), text, 0755);
      if (!made) return made;
    }
    return true;
  }

  // Whoever names a sandbox by a bare name means the one that is installed.
  void before_start(Start& start) override {
    std::string& path = start.environment["PATH"];
    if (path.empty()) path = kPath;
    std::string& program = start.argv.front();
    const std::string real = found_in(path, program);
    if (program.find('/') == std::string::npos && !real.empty()) program = real;
    path = directory_ + ":" + path;
  }

 private:
  static constexpr const char* kPath = "/usr/local/bin:/usr/bin:/bin";
  std::string directory_;
};

}  // namespace

std::unique_ptr<Prop> make_tools() { return std::make_unique<Tools>(); }

}  // namespace sbxc::conform
