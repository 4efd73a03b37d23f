// A directory to mount and an order that mounts it, for starts by hand.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "runtime/launch/launch.h"

namespace sbxc::launch {

class Stage {
 public:
  Stage() {
    char name[] = "/tmp/sbxc-launch-XXXXXX";
    path_ = mkdtemp(name);
    std::filesystem::create_directory(path_ / "planned");
    std::filesystem::create_directory(path_ / "other");
  }
  ~Stage() { std::filesystem::remove_all(path_); }
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  std::string at(const char* name) const { return path_ / name; }

  // Mounts `planned` at /shown.
  Launch order(std::vector<std::string> command) const {
    Launch order;
    order.arguments = {"--unshare-user",
                       "--unshare-pid",
                       "--die-with-parent",
                       "--ro-bind",
                       "/usr",
                       "/usr",
                       "--symlink",
                       "usr/lib",
                       "/lib",
                       "--symlink",
                       "usr/lib64",
                       "/lib64",
                       "--symlink",
                       "usr/bin",
                       "/bin",
                       "--proc",
                       "/proc",
                       "--ro-bind",
                       at("planned"),
                       "/shown",
                       "--chdir",
                       "/"};
    order.mounted = {{at("planned"), "/shown"}};
    order.command = std::move(command);
    return order;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace sbxc::launch
