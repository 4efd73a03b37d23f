// srt's own behaviour, case by case, against the policies that its settings become and the sandbox
// that they are run in.
#include "conformance/srt_cases.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <ostream>
#include <set>
#include <sstream>

namespace sbxc::conformance {

void PrintTo(const SrtCase& one, std::ostream* out) { *out << one.id; }

namespace {

using testing::RunResult;

// A test's lines, as a policy has them.
std::string test_block(const SrtCase& one, const std::vector<std::string>& lines,
                       const SrtRun& run) {
  std::string body;
  for (const std::string& line : lines) {
    std::istringstream words(line);
    std::string verdict;
    std::string operation;
    std::string request;
    words >> verdict >> operation >> request;
    if (verdict != "allow" && verdict != "deny") continue;
    std::string escaped;
    for (const char c : run.filled_in(request)) {
      if (c == '[') escaped += '\\';
      escaped += c;
    }
    body += "  " + verdict + " " + operation + " " + escaped + "\n";
  }
  if (body.empty()) return "";
  const std::string os = one.platform == "macos" ? "macos" : "linux";
  return "\non " + os + " {\ntest \"" + one.id + "\" {\n" + body + "}\n}\n";
}

TEST(SrtCases, EachHasItsVerdictsAndEveryExceptionIsOfACase) {
  std::set<std::string> ids;
  const auto verdicts = srt_case_verdicts();
  for (const SrtCase& one : srt_cases()) {
    EXPECT_TRUE(ids.insert(one.id).second) << one.id;
    EXPECT_TRUE(verdicts.contains(one.id) && !verdicts.at(one.id).empty()) << one.id;
  }
  EXPECT_GE(ids.size(), 100U);
  for (const auto& [id, lines] : verdicts) EXPECT_TRUE(ids.contains(id)) << id;
  for (const auto& [id, exception] : srt_exceptions()) {
    EXPECT_TRUE(ids.contains(id)) << id;
    EXPECT_FALSE(exception.reason.empty()) << id;
  }
}

TEST(SrtCases, ExceptionsAreOfTheKindThatTheySay) {
  const auto exceptions = srt_exceptions();
  for (const SrtCase& one : srt_cases()) {
    const auto at = exceptions.find(one.id);
    const bool macos = at != exceptions.end() && at->second.kind == ExceptionKind::macos;
    EXPECT_EQ(macos, one.platform == "macos") << one.id;
  }
}

// Imported, checked and compiled; what the case's command does has the verdict of the table.
class SrtPolicy : public ::testing::TestWithParam<SrtCase> {};

TEST_P(SrtPolicy, SaysWhatTheSettingsMean) {
  const SrtCase& one = GetParam();
  const std::vector<std::string> lines = srt_case_verdicts()[one.id];
  SrtRun run(one, Person::whoever_tests);
  std::string why;
  ASSERT_TRUE(run.prepare(why)) << why;
  const RunResult imported = run.import_settings();
  if (!lines.empty() && lines.front() == "refused") {
    EXPECT_EQ(imported.status, 3) << imported.out;
    EXPECT_NE(imported.err.find("error[SBX00"), std::string::npos) << imported.err;
    EXPECT_EQ(imported.out, "");
    return;
  }
  ASSERT_EQ(imported.status, 0) << imported.err;
  const RunResult checked = run.check_policy(imported.out + test_block(one, lines, run));
  EXPECT_EQ(checked.status, 0) << checked.err << imported.out;
  const RunResult compiled = run.compile_policy(imported.out);
  EXPECT_EQ(compiled.status, 0) << compiled.err << imported.out;
}

std::string name_of_case(const ::testing::TestParamInfo<SrtCase>& info) {
  std::string name = info.param.id;
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Cases, SrtPolicy, ::testing::ValuesIn(srt_cases()), name_of_case);

// Run for real: one test a category and person.
struct Round {
  std::string category;
  Person person;
};

void PrintTo(const Round& round, std::ostream* out) { *out << round.category; }

std::vector<Round> rounds() {
  std::set<std::string> categories;
  for (const SrtCase& one : srt_cases()) categories.insert(one.category);
  std::vector<Round> all;
  for (const std::string& category : categories) {
    all.push_back({category, Person::whoever_tests});
    if (geteuid() == 0) all.push_back({category, Person::ordinary_user});
  }
  return all;
}

// Its first request is allowed, and its second is what the case is about.
constexpr const char* kAllowedAtFirst = "net-keepalive-second-host";

// That the test's servers got, whatever the command saw of it.
size_t requests(TestNetwork& network) {
  size_t count = 0;
  for (const std::string& line : network.log()) count += line.starts_with("http ") ? 1 : 0;
  return count;
}

class SrtBehaviour : public ::testing::TestWithParam<Round> {};

TEST_P(SrtBehaviour, IsThatOfTheCases) {
  const auto exceptions = srt_exceptions();
  std::optional<TestNetwork> network;
  for (const SrtCase& one : srt_cases()) {
    if (one.category != GetParam().category) continue;
    const auto exception = exceptions.find(one.id);
    bool as_expected = true;
    if (exception != exceptions.end()) {
      if (exception->second.kind != ExceptionKind::law) continue;
      as_expected = false;
    }
    SCOPED_TRACE(one.id);
    const bool servers = one.need("netserver");
    if (servers && !network) {
      network.emplace(account_of(GetParam().person));
      ASSERT_EQ(network->why_not(), "");
    }
    SrtRun run(one, GetParam().person, servers ? &*network : nullptr);
    std::string seen;
    if (!run.prepare(seen)) {
      ADD_FAILURE() << seen;
      continue;
    }
    if (servers) network->forget();
    const bool held = run.command_is_as_expected(run.import_settings(), seen);
    EXPECT_EQ(held, as_expected) << one.command << "\n" << one.check << "\n" << seen;
    if (servers) {
      const size_t reached = one.allowed == as_expected || one.id == kAllowedAtFirst ? 1 : 0;
      EXPECT_EQ(requests(*network), reached) << seen;
    }
  }
}

std::string name_of_round(const ::testing::TestParamInfo<Round>& info) {
  const bool ordinary = info.param.person == Person::ordinary_user;
  return info.param.category + (ordinary ? "_as_an_ordinary_user" : "");
}

INSTANTIATE_TEST_SUITE_P(Cases, SrtBehaviour, ::testing::ValuesIn(rounds()), name_of_round);

}  // namespace
}  // namespace sbxc::conformance
