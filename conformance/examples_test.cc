// Every policy under docs/examples, compiled by the real program and run by the real bubblewrap
// with the real filter, as root (where the tests run as root) and as an ordinary user. The attempts
// of examples.toml are first made without the sandbox, where each must succeed: a failure inside
// would prove nothing otherwise.
//
// Twice: by the plan as a script, with nothing running beside it and so no network, and by
// `sbxc run`. Of `connect` this machine's loopback is tried; names are for the tests of the
// network.
#include <gtest/gtest.h>
#include <toml++/toml.h>

#include <filesystem>
#include <ostream>
#include <set>

#include "conformance/attempts.h"

namespace sbxc::conformance {
namespace {

namespace fs = std::filesystem;

const std::string kExamples = std::string(SBXC_SOURCE_DIR) + "/docs/examples/";

struct Example {
  std::string policy;  // below docs/examples
  std::string probe;   // where the probe is put
  bool directly = false;
  bool loopback = false;  // any port of this machine's may be connected to
  std::vector<Attempt> allowed;
  std::vector<Attempt> denied;
  std::set<std::string> untried;  // `denied exec`: why it can't be tried stands in the file
};

// For GoogleTest, which prints bytes otherwise.
void PrintTo(const Example& example, std::ostream* out) { *out << example.policy; }

std::vector<Attempt> attempts_in(const toml::node_view<const toml::node>& table) {
  std::vector<Attempt> attempts;
  if (const toml::table* operations = table.as_table()) {
    for (const auto& [operation, targets] : *operations) {
      for (const auto& target : *targets.as_array()) {
        attempts.push_back({std::string(operation.str()), target.value_or(std::string())});
      }
    }
  }
  return attempts;
}

std::vector<Example> examples() {
  const toml::table file =
      toml::parse_file(std::string(SBXC_SOURCE_DIR) + "/conformance/examples.toml");
  std::vector<Example> all;
  for (const auto& entry : *file["example"].as_array()) {
    const toml::table& table = *entry.as_table();
    Example example;
    example.policy = table["policy"].value_or(std::string());
    example.probe = table["probe"].value_or(std::string());
    example.directly = table["directly"].value_or(false);
    example.loopback = table["loopback"].value_or(false);
    example.allowed = attempts_in(table["allowed"]);
    example.denied = attempts_in(table["denied"]);
    if (const toml::table* reasons = table["untried"].as_table()) {
      for (const auto& [what, why] : *reasons) {
        if (!why.value_or(std::string()).empty()) example.untried.emplace(what.str());
      }
    }
    all.push_back(std::move(example));
  }
  return all;
}

void fill_in(std::vector<Attempt>& attempts, Scenario& scenario) {
  for (Attempt& attempt : attempts) attempt.target = scenario.filled(attempt.target);
}

// What stands before the command to run it in the sandbox.
using Sandbox = std::vector<std::string> (*)(const std::string& policy, Scenario& scenario);

std::vector<std::string> by_script(const std::string& policy, Scenario& scenario) {
  const auto compiled = scenario.compile(
      policy, {"-t", "bwrap,seccomp", "-o", "-", "--emit", "script", "--static", "-q"});
  EXPECT_EQ(compiled.status, 0) << compiled.err;
  const std::string script = scenario.root() + "/run.sh";
  testing::write_whole(script, compiled.out);
  return {"/bin/sh", script};
}

std::vector<std::string> by_run(const std::string& policy, Scenario& scenario) {
  return {scenario.root() + "/sbxc", "run", "-q", policy, "--"};
}

enum class Way : bool { script, run };

void try_example(Example example, const Account& account, Way way) {
  const Sandbox sandbox_of = way == Way::script ? by_script : by_run;
  SCOPED_TRACE(example.policy + " as " + account.name);
  Scenario scenario(account);
  fill_in(example.allowed, scenario);
  fill_in(example.denied, scenario);
  scenario.place_probe(scenario.filled(example.probe), example.directly);
  for (const Attempt& attempt : example.allowed) prepare(attempt, scenario);
  for (const Attempt& attempt : example.denied) prepare(attempt, scenario);
  const int port = scenario.listen_tcp();
  const bool reached = example.loopback && way == Way::run;
  (reached ? example.allowed : example.denied).push_back({"connect", std::to_string(port)});
  const std::vector<std::string> sandbox = sandbox_of(kExamples + example.policy, scenario);

  for (const Attempt& attempt : example.allowed) {
    EXPECT_TRUE(succeeds(attempt, scenario, {}))
        << "hollow: fails without the sandbox: " << attempt.operation << " " << attempt.target;
    std::vector<std::string> harmless = sandbox;
    harmless.push_back("/usr/bin/true");
    EXPECT_TRUE(succeeds(attempt, scenario, sandbox))
        << "the policy allows it: " << attempt.operation << " " << attempt.target << "\n"
        << scenario.run(harmless).err;
  }
  for (const Attempt& attempt : example.denied) {
    EXPECT_TRUE(succeeds(attempt, scenario, {}))
        << "hollow: fails without the sandbox: " << attempt.operation << " " << attempt.target;
    EXPECT_FALSE(succeeds(attempt, scenario, sandbox))
        << "escaped: " << attempt.operation << " " << attempt.target;
  }
}

class ExamplePlan : public ::testing::TestWithParam<Example> {};

TEST_P(ExamplePlan, HoldsInTheRealKernel) {
  for (const Account& account : accounts_here()) try_example(GetParam(), account, Way::script);
}

// As one of them: that both are refused the same is for the tests of `sbxc run`.
TEST_P(ExamplePlan, HoldsWhenItIsRun) { try_example(GetParam(), accounts_here().back(), Way::run); }

std::string name_of_example(const ::testing::TestParamInfo<Example>& param) {
  std::string name = param.param.policy;
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
}
INSTANTIATE_TEST_SUITE_P(Examples, ExamplePlan, ::testing::ValuesIn(examples()), name_of_example);

TEST(ExamplesToml, NamesEveryExampleAndTriesBothVerdictsOfEachKindThatMountsAndFilterHold) {
  std::set<std::string> named;
  for (const Example& example : examples()) {
    named.insert(example.policy);
    std::set<std::string> allowed;
    std::set<std::string> denied;
    for (const Attempt& attempt : example.allowed) allowed.insert(attempt.operation);
    for (const Attempt& attempt : example.denied) denied.insert(attempt.operation);
    for (const std::string kind : {"read", "write", "exec", "env", "syscall", "socket"}) {
      const bool tried =
          allowed.contains(kind) || kind == "socket" || example.untried.contains("allowed-" + kind);
      EXPECT_TRUE(tried) << example.policy << " has no allowed " << kind;
      EXPECT_TRUE(denied.contains(kind) || example.untried.contains("denied-" + kind))
          << example.policy << " has no denied " << kind;
    }
  }
  for (const auto& entry : fs::recursive_directory_iterator(kExamples)) {
    if (entry.path().extension() != ".sbx") continue;
    const std::string name = fs::relative(entry.path(), kExamples).string();
    EXPECT_TRUE(named.contains(name)) << name << " is not in conformance/examples.toml";
  }
}

}  // namespace
}  // namespace sbxc::conformance
