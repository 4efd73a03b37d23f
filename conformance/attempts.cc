#include "conformance/attempts.h"

#include <sys/syscall.h>

#include <map>

namespace sbxc::conformance {

namespace {

using Command = std::vector<std::string>;

// Numbers of the calls that examples.toml names, on the machine at hand.
const std::map<std::string, long>& call_numbers() {
  static const std::map<std::string, long> numbers = {
      {"getpid", SYS_getpid}, {"add_key", SYS_add_key},         {"keyctl", SYS_keyctl},
      {"bpf", SYS_bpf},       {"unshare", SYS_unshare},         {"io_uring_setup", 425},
      {"ptrace", SYS_ptrace}, {"userfaultfd", SYS_userfaultfd}, {"getuid", SYS_getuid},
  };
  return numbers;
}

Command command_of(const Attempt& attempt, const Scenario& scenario) {
  const std::string& target = attempt.target;
  if (attempt.operation == "read") return {"/bin/cat", target};
  if (attempt.operation == "write") {
    return {"/bin/sh", "-c", "printf %s \"$2\" >\"$1\"", "sh", target, scenario.token()};
  }
  if (attempt.operation == "exec") return {target};
  if (attempt.operation == "env") return {"/usr/bin/printenv", target};
  if (attempt.operation == "socket") {
    return {"/usr/bin/perl", "-MSocket", "-e",
            "socket(my $s, PF_UNIX, SOCK_STREAM, 0) or exit 3; "
            "connect($s, pack_sockaddr_un($ARGV[0])) or exit 4;",
            target};
  }
  if (attempt.operation == "connect") {
    return {"/usr/bin/perl", "-MSocket", "-e",
            "socket(my $s, PF_INET, SOCK_STREAM, 0) or exit 3; "
            "connect($s, pack_sockaddr_in($ARGV[0], inet_aton('127.0.0.1'))) or exit 4;",
            target};
  }
  // A call with arguments that do nothing: what tells is whether the filter answered EPERM (1) or
  // ENOSYS (38) instead of the kernel. The exit status carries it out.
  return {"/usr/bin/perl", "-e",
          "$! = 0; syscall($ARGV[0], -1, 0, 0, 0, 0); exit($! == 1 || $! == 38 ? 9 : 0);",
          std::to_string(call_numbers().at(target))};
}

bool evidence(const Attempt& attempt, const Scenario& scenario, const testing::RunResult& result) {
  if (attempt.operation == "read" || attempt.operation == "exec" || attempt.operation == "env") {
    return result.out.find(scenario.token()) != std::string::npos;
  }
  if (attempt.operation == "write") {
    return testing::read_whole(attempt.target).find(scenario.token()) != std::string::npos;
  }
  if (attempt.operation == "socket" || attempt.operation == "connect") {
    return scenario.connections() > 0;
  }
  return result.status == 0;
}

}  // namespace

void prepare(const Attempt& attempt, Scenario& scenario) {
  const std::string& path = attempt.target;
  if (attempt.operation == "read") scenario.make_file(path, scenario.token() + "\n", false);
  if (attempt.operation == "write") scenario.make_file(path, "before\n", false);
  if (attempt.operation == "exec") {
    scenario.make_file(path, "#!/bin/sh\necho " + scenario.token() + "\n", true);
  }
  if (attempt.operation == "socket") scenario.listen_unix(path);
}

bool succeeds(const Attempt& attempt, Scenario& scenario, const Command& launcher) {
  scenario.forget_connections();
  if (attempt.operation == "write") testing::write_whole(attempt.target, "before\n");
  Command argv = launcher;
  const Command command = command_of(attempt, scenario);
  argv.insert(argv.end(), command.begin(), command.end());
  std::map<std::string, std::string> extra;
  if (attempt.operation == "env") extra[attempt.target] = scenario.token();
  const testing::RunResult result = scenario.run(argv, extra);
  return evidence(attempt, scenario, result);
}

}  // namespace sbxc::conformance
