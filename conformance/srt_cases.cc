#include "conformance/srt_cases.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

namespace sbxc::conformance {

namespace {

namespace fs = std::filesystem;
using testing::read_whole;
using testing::RunResult;
using testing::write_whole;

const std::string kTestdata = std::string(SBXC_SOURCE_DIR) + "/conformance/testdata/";
constexpr uid_t kOrdinaryUser = 65534;

std::vector<std::string> texts(const nlohmann::json& list) {
  return list.get<std::vector<std::string>>();
}

// Lines of a table without comments.
std::vector<std::string> table_lines(const std::string& file) {
  std::vector<std::string> lines;
  std::istringstream in(read_whole(kTestdata + file));
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line.front() != '#') lines.push_back(line);
  }
  return lines;
}

// A process of the same user outside, whose environment nobody inside may see.
pid_t start_outside(Person person) {
  const pid_t child = fork();
  if (child != 0) return child;
  if (person == Person::ordinary_user &&
      (setgid(kOrdinaryUser) != 0 || setuid(kOrdinaryUser) != 0)) {
    _exit(1);
  }
  setenv("HARNESS_MARK", "HARNESS_MARK", 1);
  execl("/bin/sleep", "sleep", "600", nullptr);
  _exit(127);
}

}  // namespace

bool SrtCase::need(const std::string& what) const {
  return std::find(needs.begin(), needs.end(), what) != needs.end();
}

std::vector<SrtCase> srt_cases(const std::string& file) {
  std::vector<SrtCase> cases;
  const auto all = nlohmann::json::parse(
      read_whole(file.empty() ? kTestdata + "srt-behaviour.json" : file), nullptr, false);
  if (!all.is_array()) return cases;
  for (const auto& one : all) {
    SrtCase made{.id = one["id"],
                 .category = one["category"],
                 .platform = one["platform"],
                 .needs = texts(one["needs"]),
                 .settings = {},
                 .setup = texts(one["setup"]),
                 .command = one["command"],
                 .allowed = one["expect"] == "allowed",
                 .check = one["check"]};
    const auto& policy = one["policy"];
    made.settings = policy.is_string() ? policy.get<std::string>() : policy.dump(1);
    cases.push_back(std::move(made));
  }
  return cases;
}

std::map<std::string, SrtException> srt_exceptions() {
  static const std::map<std::string, ExceptionKind> kinds = {
      {"macos", ExceptionKind::macos},
      {"law", ExceptionKind::law},
      {"no_policy", ExceptionKind::no_policy}};
  std::map<std::string, SrtException> all;
  for (const std::string& line : table_lines("srt_exceptions.txt")) {
    std::istringstream words(line);
    std::string id;
    std::string kind;
    std::string reason;
    words >> id >> kind;
    std::getline(words >> std::ws, reason);
    all[id] = {kinds.at(kind), reason};
  }
  return all;
}

std::map<std::string, std::vector<std::string>> srt_case_verdicts() {
  std::map<std::string, std::vector<std::string>> all;
  std::string id;
  for (const std::string& line : table_lines("srt_case_verdicts.txt")) {
    if (line.front() != ' ') {
      id = line;
      all[id];
    } else {
      all[id].push_back(line.substr(2));
    }
  }
  return all;
}

namespace {

// For the cases of macOS, where /tmp, /var and /etc are links into /private, so that a rule spells
// what is below them otherwise. Everybody may write to the last of these.
std::string place_without_links() {
  const char* home = std::getenv("HOME");
  for (const std::string place :
       {SBXC_BINARY_DIR, home != nullptr ? home : "", "/srv", "/opt", "/run/lock"}) {
    const bool linked =
        place.starts_with("/tmp/") || place.starts_with("/var/") || place.starts_with("/etc/");
    if (!place.empty() && !linked && access(place.c_str(), W_OK) == 0) return place;
  }
  return SBXC_BINARY_DIR;
}

}  // namespace

Account account_of(Person person) {
  if (person == Person::whoever_tests) return {.name = "whoever tests", .change_to = {}};
  return {.name = "an ordinary user", .change_to = kOrdinaryUser};
}

SrtRun::SrtRun(const SrtCase& of, Person person, const TestNetwork* network)
    : case_(of),
      person_(person),
      account_(network != nullptr ? network->account() : account_of(person)),
      scratch_(of.platform == "macos" ? place_without_links() : "") {
  const std::string base = scratch_.path() + "/base";
  names_ = {{"BASE", base},
            {"WORK", base + "/work"},
            {"OUT", base + "/out"},
            {"HOME", base + "/home"},
            {"RUNTIME_DIR", fs::path(SBXC_PROGRAM).parent_path().string()},
            {"CASE", of.id}};
  outside_ = start_outside(person);
  names_["HOSTPID"] = std::to_string(outside_);
}

SrtRun::~SrtRun() {
  if (outside_ <= 0) return;
  kill(outside_, SIGKILL);
  waitpid(outside_, nullptr, 0);
}

std::string SrtRun::filled_in(std::string text) const {
  for (const auto& [name, value] : names_) {
    const std::string variable = "$" + name;
    for (size_t at = text.find(variable); at != std::string::npos;
         at = text.find(variable, at + value.size())) {
      text.replace(at, variable.size(), value);
    }
  }
  return text;
}

bool SrtRun::prepare(std::string& why) {
  for (const char* name : {"BASE", "WORK", "OUT", "HOME"}) {
    fs::create_directories(names_[name]);
    if (person_ == Person::ordinary_user &&
        chown(names_[name].c_str(), kOrdinaryUser, kOrdinaryUser) != 0) {
      why = "a directory could not be given away";
      return false;
    }
  }
  chmod(scratch_.path().c_str(), 0755);
  const std::string settings = scratch_.path() + "/settings.json";
  if (case_.settings == "@empty") {
    write_whole(settings, "");
  } else if (case_.settings == "@badjson") {
    write_whole(settings, "{ this is not json");
  } else if (case_.settings != "@missing") {
    write_whole(settings, filled_in(case_.settings));
  }
  for (const std::string& line : case_.setup) {
    const RunResult made = shell(line);
    if (made.status == 0) continue;
    why = "the setup `" + line + "` ended with " + std::to_string(made.status) + ": " + made.err;
    return false;
  }
  return true;
}

RunResult SrtRun::run(const std::vector<std::string>& argv, const std::string& input) {
  std::map<std::string, std::string> environment = names_;
  environment.insert({{"PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"},
                      {"SBX_TOKEN", "tok-REAL-123456"},
                      {"SBX_PLAIN", "plainvalue"},
                      {"LC_ALL", "C.UTF-8"},
                      {"GIT_CONFIG_NOSYSTEM", "1"},
                      {"STDOUT", scratch_.path() + "/stdout"},
                      {"STDERR", scratch_.path() + "/stderr"}});
  return testing::run_program({.argv = as_account(account_, names_["WORK"], argv),
                               .directory = names_["WORK"],
                               .input = input,
                               .environment = std::move(environment)});
}

RunResult SrtRun::shell(const std::string& command) { return run({"/bin/bash", "-c", command}); }

RunResult SrtRun::program(std::vector<std::string> words) {
  words.insert(words.begin(), SBXC_PROGRAM);
  return run(std::move(words));
}

RunResult SrtRun::import_settings() {
  return program({"import", "srt", scratch_.path() + "/settings.json"});
}

RunResult SrtRun::check_policy(const std::string& policy) {
  write_whole(scratch_.path() + "/checked.sbx", policy);
  return program({"check", scratch_.path() + "/checked.sbx"});
}

RunResult SrtRun::compile_policy(const std::string& policy) {
  const std::string out = scratch_.path() + "/compiled";
  write_whole(scratch_.path() + "/policy.sbx", policy);
  fs::create_directories(out);
  if (person_ == Person::ordinary_user) chown(out.c_str(), kOrdinaryUser, kOrdinaryUser);
  return program(
      {"compile", "-q", "-t", "bwrap,seccomp,proxy", "-o", out, scratch_.path() + "/policy.sbx"});
}

// The launcher as a shell starts it: the case's command is one argument of it.
std::string SrtRun::command_line() const {
  std::string quoted = "'";
  for (const char c : case_.command) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  const std::string launch = std::string(SBXC_PROGRAM) + " run --quiet " + scratch_.path() +
                             "/policy.sbx -- bash -c " + quoted + "'";
  if (case_.need("kill-9-runtime-after-1.5s") || case_.need("kill-15-runtime-after-1.5s")) {
    const std::string signal = case_.need("kill-9-runtime-after-1.5s") ? "9" : "15";
    return launch + " & P=$!; sleep 1.5; kill -" + signal + " $P; wait $P";
  }
  for (const std::string& need : case_.needs) {
    if (need.starts_with("inherited-fd-")) {
      return "exec " + need.substr(13) + "<>\"$OUT/f\"; exec " + launch;
    }
    if (need == "pty") {
      write_whole(scratch_.path() + "/in-a-terminal", "exec " + launch + "\n");
      return "exec script -qec 'bash " + scratch_.path() + "/in-a-terminal' /dev/null";
    }
  }
  return "exec " + launch;
}

bool SrtRun::command_is_as_expected(const RunResult& imported, std::string& seen) {
  RunResult ran = imported;  // what cannot be imported is not run
  if (imported.status == 0) {
    write_whole(scratch_.path() + "/policy.sbx", imported.out);
    ran = run({"/bin/bash", "-c", command_line()}, "STDIN-LINE\n");
  }
  write_whole(scratch_.path() + "/stdout", ran.out);
  write_whole(scratch_.path() + "/stderr", ran.err);
  chmod((scratch_.path() + "/stdout").c_str(), 0644);
  chmod((scratch_.path() + "/stderr").c_str(), 0644);
  const RunResult checked = shell("RC=" + std::to_string(ran.status) + "; " + case_.check);
  seen = "status " + std::to_string(ran.status) + "\n--- standard output\n" + ran.out +
         "--- standard error\n" + ran.err;
  return checked.status == 0;
}

}  // namespace sbxc::conformance
