// Why user namespaces are refused, and what to do. The kernel answers EPERM or ENOSPC to all of it;
// the settings tell the reasons apart.
#include <fmt/core.h>
#include <unistd.h>

#include "runtime/doctor/linux/probes.h"

namespace sbxc::doctor {
namespace {

bool says(const std::string& complaint, std::string_view words) {
  return complaint.find(words) != std::string::npos;
}

std::vector<std::string> container_advice(const std::string& kind) {
  const bool podman = kind == "podman";
  if (kind == "kubepods" || kind == "containerd") {
    return {
        "in a pod, set `hostUsers: false` and `procMount: Unmasked`, with a seccomp profile that",
        "allows unshare, clone with namespace flags, mount, umount2 and pivot_root"};
  }
  return {
      fmt::format("this is the inside of a container ({}), which refuses them by default", kind),
      podman ? "start it with `--security-opt seccomp=unconfined --security-opt unmask=ALL`"
             : "start it with `--security-opt seccomp=unconfined --security-opt "
               "apparmor=unconfined --security-opt systempaths=unconfined`",
      "or with a seccomp profile that allows unshare, clone with namespace flags, mount, umount2 "
      "and pivot_root"};
}

// The profile text is in docs/doctor.md, too.
std::vector<std::string> apparmor_advice() {
  return {"AppArmor refuses them to programs without a profile (Ubuntu 23.10 and later)",
          "write to /etc/apparmor.d/bwrap-userns-restrict what docs/doctor.md shows, then run",
          "`sudo apparmor_parser -r /etc/apparmor.d/bwrap-userns-restrict`"};
}

}  // namespace

std::vector<std::string> namespace_advice(const std::string& complaint) {
  if (setting("user/max_user_namespaces") == 0) {
    return {"the machine allows no user namespaces; as root:",
            "`sysctl -w user.max_user_namespaces=15000`"};
  }
  if (geteuid() != 0 && setting("kernel/unprivileged_userns_clone") == 0) {
    return {"user namespaces are for root alone here; as root:",
            "`sysctl -w kernel.unprivileged_userns_clone=1`, and the same line in a file of "
            "/etc/sysctl.d/"};
  }
  const std::string container = container_kind();
  if (says(complaint, "proc") && says(complaint, "mount")) {
    if (!container.empty()) return container_advice(container);
    return {"a process table of its own cannot be mounted: parts of /proc are covered here"};
  }
  if (geteuid() != 0 && setting("kernel/apparmor_restrict_unprivileged_userns") == 1) {
    return apparmor_advice();
  }
  if (!container.empty()) return container_advice(container);
  return {"a system call filter or a security module around this process refuses namespaces:",
          "try outside of the sandbox, container or service that it runs in"};
}

}  // namespace sbxc::doctor
