// bubblewrap as the launcher finds it, with the namespaces and mounts that every plan asks for: the
// arguments come from the plan's own writer. The command it starts is itself (`bwrap --version`),
// for that is the one program of which it is known that it is there.
#include <fmt/core.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstdio>

#include "runtime/doctor/linux/probes.h"
#include "runtime/doctor/linux/whole_machine.h"
#include "runtime/launch/programs.h"

namespace sbxc::doctor {
namespace {

// --disable-userns is of 0.8.0.
constexpr int kLeastMajor = 0;
constexpr int kLeastMinor = 8;

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

bwrap::BwrapPlan plan_of_whole_machine() {
  using bwrap::StepKind;
  bwrap::BwrapPlan plan;
  plan.hostname = "sandbox";
  plan.directory = "/";
  plan.steps = {{.kind = StepKind::ro_bind, .source = "/", .target = "/"},
                {.kind = StepKind::proc, .target = "/proc"},
                {.kind = StepKind::dev, .target = "/dev"},
                {.kind = StepKind::read_only, .target = "/proc"}};
  return plan;
}

namespace {

Outcome start(const bwrap::BwrapPlan& plan, const std::string& program,
              const std::vector<std::string>& command) {
  std::vector<std::string> argv = {program};
  for (std::string& word : bwrap::bwrap_arguments(plan)) argv.push_back(std::move(word));
  argv.push_back("--");
  argv.insert(argv.end(), command.begin(), command.end());
  return run(argv);
}

std::string complaint_of(const Outcome& outcome) {
  std::string line = first_line(outcome.said);
  if (!line.empty()) return line;
  return outcome.status < 0 ? "it did not end within five seconds"
                            : fmt::format("it ended with status {}", outcome.status);
}

Mechanism no_program(Mechanism mechanism) {
  mechanism.state = State::missing;
  mechanism.seen = "not tried: there is no bubblewrap to try it with";
  mechanism.help = {"see `bubblewrap`"};
  return mechanism;
}

}  // namespace

Mechanism kernel_release() {
  Mechanism found{.id = "kernel", .purpose = "everything else"};
  utsname name{};
  uname(&name);
  int major = 0;
  int minor = 0;
  std::sscanf(name.release, "%d.%d", &major, &minor);
  found.seen = fmt::format("Linux {}", name.release);
  const int version = major * 1000 + minor;
  if (version < 5011) {
    found.state = State::missing;
    found.help = {"sbxc needs Linux 5.11 or later (close_range), and is at its best from 6.12 on"};
  } else if (version < 5014) {
    found.state = State::degraded;
    found.help = {"before Linux 5.14 `limit processes` counts all processes of the user"};
  }
  return found;
}

Mechanism bubblewrap() {
  Mechanism found{.id = "bubblewrap", .purpose = "the sandbox's mounts and namespaces"};
  const auto program = launch::find_bubblewrap();
  if (!program) {
    found.state = State::missing;
    found.seen = program.error().message;
    found.help = {"install the package `bubblewrap` (Debian, Ubuntu, Fedora, Arch, Alpine, SUSE)"};
    return found;
  }
  struct stat facts {};
  stat(program->path.c_str(), &facts);
  const Outcome outcome = run({program->path, "--version"});
  int major = 0;
  int minor = 0;
  const bool known =
      std::sscanf(outcome.said.c_str(), "bubblewrap %d.%d", &major, &minor) == 2 && outcome.ok();
  found.seen =
      fmt::format("{} at {}, mode {:04o}", known ? first_line(outcome.said) : "of unknown version",
                  program->path, facts.st_mode & 07777U);
  if (!known) {
    found.state = State::missing;
    found.help = {fmt::format("`{} --version` said: {}", program->path, complaint_of(outcome))};
  } else if (major == kLeastMajor && minor < kLeastMinor) {
    found.state = State::missing;
    found.help = {"0.8.0 is needed, for --disable-userns; install a newer package"};
  } else if ((facts.st_mode & S_ISUID) != 0 && geteuid() != 0) {
    found.state = State::missing;
    found.help = {"installed set-user-id it cannot forbid further user namespaces inside:",
                  fmt::format("`chmod u-s {}`, and let users make user namespaces", program->path)};
  }
  return found;
}

Mechanism namespaces() {
  Mechanism found{.id = "namespaces",
                  .purpose = "hiding files, processes, the network and other users' IPC"};
  const auto program = launch::find_bubblewrap();
  if (!program) return no_program(std::move(found));
  const Outcome outcome =
      start(plan_of_whole_machine(), program->path, {program->path, "--version"});
  found.seen = "user, mount, pid, network, ipc, uts; no further user namespaces inside";
  if (outcome.ok()) return found;
  found.state = State::missing;
  found.seen = complaint_of(outcome);
  found.help = namespace_advice(outcome.said);
  return found;
}

Mechanism nested_namespaces() {
  Mechanism found{.id = "nested-namespaces",
                  .purpose = "policies that let the command make sandboxes of its own",
                  .ordinary = false};
  const auto program = launch::find_bubblewrap();
  if (!program) return no_program(std::move(found));
  bwrap::BwrapPlan plan = plan_of_whole_machine();
  plan.disable_user_namespaces = false;
  plan.steps.pop_back();  // the inner one writes to /proc who its users are
  const Outcome outcome = start(plan, program->path,
                                {program->path, "--unshare-user", "--unshare-pid", "--ro-bind", "/",
                                 "/", "--", program->path, "--version"});
  found.seen = "a sandbox inside of a sandbox starts";
  if (outcome.ok()) return found;
  found.state = State::missing;
  found.seen = complaint_of(outcome);
  found.help = {"sandboxes started inside of a sandbox fail here"};
  return found;
}

Mechanism kernel_settings() {
  Mechanism found{
      .id = "kernel-settings",
      .purpose = "keeping root inside from the kernel's settings (core_pattern, sysrq)"};
  if (geteuid() != 0) {
    found.seen = "the user is not root: the kernel keeps them";
    return found;
  }
  const auto program = launch::find_bubblewrap();
  if (!program) return no_program(std::move(found));
  // Opened for writing, and never written to.
  const Outcome outcome = start(plan_of_whole_machine(), program->path,
                                {"/bin/sh", "-c", ": 2>&1 >>/proc/sys/kernel/core_pattern"});
  if (outcome.ok()) {
    found.state = State::missing;
    found.seen = "root inside can open /proc/sys/kernel/core_pattern for writing";
    found.help = {"do not run as root here"};
  } else if (outcome.said.find("Read-only") != std::string::npos ||
             outcome.said.find("ermission") != std::string::npos) {
    found.seen = "root inside cannot open /proc/sys/kernel/core_pattern for writing";
  } else {
    found.state = State::degraded;
    found.seen = fmt::format("not tried: {}", complaint_of(outcome));
    found.help = {"see `namespaces`"};
  }
  return found;
}

}  // namespace sbxc::doctor
