#include "conformance/attempts.h"

#include <sys/syscall.h>

#include <map>

namespace sbxc::conformance {

namespace {

using Command = std::vector<std::string>;

// Numbers of the calls that examples.toml names, on the machine at hand.
std::string call_number(const std::string& name) {
  static const std::map<std::string, long> numbers = {
      {"getpid", SYS_getpid}, {"ptrace", SYS_ptrace}, {"add_key", SYS_add_key}};
  return std::to_string(numbers.at(name));
}

Command command_of(const Attempt& attempt, const Scenario& scenario) {
  const std::string& target = attempt.target;
  if (attempt.operation == "exec") return {target, "say", scenario.token()};
  Command command = scenario.probe();
  command.push_back(attempt.operation);
  command.push_back(attempt.operation == "syscall" ? call_number(target) : target);
  if (attempt.operation == "write") command.push_back(scenario.token());
  return command;
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
    scenario.make_file(path, testing::read_whole(SBXC_STATIC_PROBE), true);
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
