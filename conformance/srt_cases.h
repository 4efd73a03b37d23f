// The cases of testdata/srt-behaviour.json: settings of srt, a command, and what must come of it.
// Each is run as a person would: `sbxc import srt` makes the policy, `sbxc run` runs the command in
// fresh directories, the case's own check looks at what happened.
//
// The names $WORK (the working directory), $OUT (beside it), $HOME, $BASE (above them),
// $RUNTIME_DIR (of the program), $HOSTPID (a process outside, of the same user) and $CASE are
// filled into the settings and set for setup, command and check.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "compiler/testing/run_program.h"
#include "conformance/test_network.h"

namespace sbxc::conformance {

struct SrtCase {
  std::string id;
  std::string category;
  std::string platform;
  std::vector<std::string> needs;
  std::string settings;  // JSON, names not filled in; or `@missing`, `@empty`, `@badjson`
  std::vector<std::string> setup;
  std::string command;
  bool allowed = false;
  std::string check;

  bool need(const std::string& what) const;
};
// Of the file, or of another one of its form; none when it cannot be read.
std::vector<SrtCase> srt_cases(const std::string& file = {});

// Why a case has no verdict here, or another than srt's: testdata/srt_exceptions.txt.
enum class ExceptionKind {
  macos,      // of another system
  law,        // judged by our laws: the case's check must fail
  no_policy,  // cannot be said, and why
};
struct SrtException {
  ExceptionKind kind{};
  std::string reason;
};
std::map<std::string, SrtException> srt_exceptions();

// What the policy must say for each case: testdata/srt_case_verdicts.txt.
std::map<std::string, std::vector<std::string>> srt_case_verdicts();

enum class Person { whoever_tests, ordinary_user };  // the latter only where root tests
Account account_of(Person person);

class SrtRun {
 public:
  // `network`: made for account_of(person), for a case with servers; absent: this machine's own.
  SrtRun(const SrtCase& of, Person person, const TestNetwork* network = nullptr);
  ~SrtRun();
  SrtRun(const SrtRun&) = delete;
  SrtRun& operator=(const SrtRun&) = delete;

  // Makes the directories and runs the case's setup; false, with a reason, when it fails.
  bool prepare(std::string& why);
  testing::RunResult import_settings();  // the policy is on its standard output
  testing::RunResult check_policy(const std::string& policy);
  testing::RunResult compile_policy(const std::string& policy);
  // Whether the case's check holds after `sbxc run`; `seen` is for a message.
  bool command_is_as_expected(const testing::RunResult& imported, std::string& seen);

  std::string filled_in(std::string text) const;

 private:
  testing::RunResult shell(const std::string& command);
  testing::RunResult program(std::vector<std::string> words);
  testing::RunResult run(const std::vector<std::string>& argv, const std::string& input = "");
  std::string command_line() const;

  const SrtCase& case_;
  Person person_;
  Account account_;
  testing::ScratchDirectory scratch_;
  std::map<std::string, std::string> names_;
  pid_t outside_ = -1;
};

}  // namespace sbxc::conformance
