// The plan as bubblewrap's own arguments, separated by NUL: nothing is escaped because nothing
// needs to be. Read by bubblewrap from a descriptor (`--args FD`), for argv would show them to
// everybody on the machine. The command is not among them: bubblewrap takes it from argv alone.
#include <fmt/core.h>

#include "backends/bwrap/plan.h"

namespace sbxc::bwrap {
namespace {

std::string octal(uint32_t mode) { return fmt::format("{:04o}", mode); }

void add_step(const Step& step, std::vector<std::string>& args) {
  const auto add = [&](std::initializer_list<std::string> more) {
    args.insert(args.end(), more.begin(), more.end());
  };
  const std::string suffix = step.if_exists ? "-try" : "";
  switch (step.kind) {
    case StepKind::bind:
      add({"--bind" + suffix, step.source, step.target});
      return;
    case StepKind::ro_bind:
      add({"--ro-bind" + suffix, step.source, step.target});
      return;
    case StepKind::dev_bind:
      add({"--dev-bind" + suffix, step.source, step.target});
      return;
    case StepKind::tmpfs:
      add({"--perms", octal(step.mode), "--tmpfs", step.target});
      return;
    case StepKind::directory:
      add({"--perms", octal(step.mode), "--dir", step.target});
      return;
    case StepKind::mask_file:  // without devices on the mount, opening it fails
      add({"--ro-bind", "/dev/null", step.target});
      return;
    case StepKind::link:
      add({"--symlink", step.source, step.target});
      return;
    case StepKind::proc:
      add({"--proc", step.target});
      return;
    case StepKind::dev:
      add({"--dev", step.target});
      return;
    case StepKind::permissions:
      add({"--chmod", octal(step.mode), step.target});
      return;
    case StepKind::read_only:
      add({"--remount-ro", step.target});
      return;
  }
}

}  // namespace

std::vector<std::string> bwrap_arguments(const BwrapPlan& plan) {
  // Not --unshare-all: that one goes on without a user namespace where there is none.
  std::vector<std::string> args = {"--unshare-user",
                                   "--unshare-ipc",
                                   "--unshare-pid",
                                   "--unshare-net",
                                   "--unshare-uts",
                                   "--unshare-cgroup-try",
                                   "--hostname",
                                   plan.hostname,
                                   "--die-with-parent",
                                   "--cap-drop",
                                   "ALL"};
  if (plan.disable_user_namespaces) args.push_back("--disable-userns");
  if (!plan.keep_terminal) args.push_back("--new-session");
  args.push_back("--clearenv");
  for (const auto& [name, value] : plan.environment.set) {
    args.insert(args.end(), {"--setenv", name, value});
  }
  for (const Step& step : plan.steps) add_step(step, args);
  args.insert(args.end(), {"--chdir", plan.directory});
  return args;
}

std::string args_bytes(const BwrapPlan& plan) {
  std::string bytes;
  for (const std::string& argument : bwrap_arguments(plan)) {
    bytes += argument;
    bytes += '\0';
  }
  return bytes;
}

}  // namespace sbxc::bwrap
