// Seatbelt is tried in a child by the call that the launcher uses; the rest is a look.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "runtime/doctor/doctor.h"

namespace sbxc::doctor {
namespace {

// Part of libSystem, and in no public header.
using SandboxInit = int (*)(const char* profile, uint64_t flags, const char* const parameters[],
                            char** error);

constexpr const char* kProfile =
    "(version 1)(allow default)(deny file-read-data (literal \"/private/etc/hosts\"))";

Mechanism seatbelt() {
  Mechanism found{.id = "seatbelt", .purpose = "every rule but those about hosts"};
  const auto init =
      reinterpret_cast<SandboxInit>(dlsym(RTLD_DEFAULT, "sandbox_init_with_parameters"));
  if (init == nullptr) {
    found.state = State::missing;
    found.seen = "sandbox_init_with_parameters is not in this system's library";
    found.help = {"report it: sbxc has to be taught what this release of macOS has instead"};
    return found;
  }
  const pid_t child = fork();
  if (child == 0) {
    const char* none[] = {nullptr};
    char* error = nullptr;
    if (init(kProfile, 0, none, &error) != 0) _exit(2);
    _exit(open("/private/etc/hosts", O_RDONLY | O_CLOEXEC) < 0 && errno == EPERM ? 0 : 3);
  }
  int status = 0;
  waitpid(child, &status, 0);
  const int result = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
  found.seen = "a child was kept from a file";
  if (result == 0) return found;
  found.state = State::missing;
  found.seen = result == 2   ? "a profile was not taken"
               : result == 3 ? "a profile was taken and is not obeyed"
                             : "a child with a profile did not end by itself";
  found.help = {"inside of another sandbox no further one can be had: start sbxc outside of it"};
  return found;
}

Mechanism sandbox_exec() {
  Mechanism found{.id = "sandbox-exec",
                  .seen = "/usr/bin/sandbox-exec is there",
                  .purpose = "trying a compiled profile by hand",
                  .ordinary = false};
  if (access("/usr/bin/sandbox-exec", X_OK) == 0) return found;
  found.state = State::missing;
  found.seen = "no /usr/bin/sandbox-exec";
  found.help = {"`sbxc run` does not need it"};
  return found;
}

}  // namespace

Examination examine() {
  Examination found;
  utsname name{};
  uname(&name);
  found.system = "macos";
  found.kernel = name.release;
  found.root = geteuid() == 0;
  found.mechanisms = {seatbelt(), sandbox_exec()};
  return found;
}

const Mechanism* find(const Examination& examination, std::string_view id) {
  const auto at = std::ranges::find(examination.mechanisms, id, &Mechanism::id);
  return at == examination.mechanisms.end() ? nullptr : &*at;
}

}  // namespace sbxc::doctor
