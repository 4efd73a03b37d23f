#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "runtime/doctor/linux/probes.h"

namespace sbxc::doctor {

long setting(const std::string& name) {
  std::ifstream file("/proc/sys/" + name);
  long value = -1;
  return file >> value ? value : -1;
}

std::string container_kind() {
  // Docker and Podman leave a file; others tell the first process.
  if (access("/.dockerenv", F_OK) == 0) return "docker";
  if (access("/run/.containerenv", F_OK) == 0) return "podman";
  std::ifstream kind("/run/systemd/container");
  std::string word;
  if (kind >> word) return word;
  std::ifstream groups("/proc/1/cgroup");
  for (std::string line; std::getline(groups, line);) {
    for (const char* mark : {"kubepods", "docker", "lxc", "containerd"}) {
      if (line.find(mark) != std::string::npos) return mark;
    }
  }
  return {};
}

Examination examine() {
  Examination found;
  utsname name{};
  uname(&name);
  found.system = "linux";
  found.kernel = name.release;
  found.root = geteuid() == 0;
  found.mechanisms = {kernel_release(),    bubblewrap(),     namespaces(),      filter(),
                      user_notification(), memory_reading(), process_handles(), memory_programs(),
                      session_keyring(),   network(),        landlock_wall(),   control_groups(),
                      nested_namespaces(), kernel_settings()};
  return found;
}

const Mechanism* find(const Examination& examination, std::string_view id) {
  const auto at = std::ranges::find(examination.mechanisms, id, &Mechanism::id);
  return at == examination.mechanisms.end() ? nullptr : &*at;
}

}  // namespace sbxc::doctor
