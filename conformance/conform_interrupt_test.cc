// Ctrl-C ends `sbxc conform` at once, says that it did not come to its end, and leaves no process
// and no directory, whether attempts are being made or the policy's own requests.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <sstream>

#include "conformance/scenario.h"

namespace sbxc::conformance {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::read_whole;
using testing::RunResult;

class ConformInterrupt : public ::testing::TestWithParam<Account> {
 protected:
  // Runs with a sandbox that goes to sleep on stages whose names fit `pattern` of a shell, notes
  // them, and is interrupted as soon as it has.
  RunResult interrupted_on(const std::string& pattern, const std::string& more) {
    const std::string sleeps = "case {stage} in " + pattern + ") echo {stage} >>" + list() +
                               "; sleep " + span() + ";; esac; exec \"$@\"";
    scenario_.make_file(
        scenario_.work() + "/adapter.toml",
        "name = \"sleeps\"\ncommand = [\"/bin/sh\", \"-c\", '''" + sleeps + "''', \"sh\"]\n",
        false);
    return scenario_.run({"/bin/bash", "-c",
                          scenario_.root() + "/sbxc conform --sandbox adapter.toml " + more +
                              " & pid=$!\nfor i in {1..400}; do [ -s " + list() +
                              " ] && break; sleep 0.1; done\nkill -INT $pid; wait $pid"});
  }
  std::string list() const { return scenario_.work() + "/stages"; }
  // A time that no other process sleeps for.
  std::string span() const { return "57." + scenario_.token().substr(6); }

  std::vector<std::string> stages() const {
    std::vector<std::string> all;
    std::istringstream lines(read_whole(list()));
    for (std::string line; std::getline(lines, line);) all.push_back(line);
    return all;
  }
  std::string whoever_sleeps() const {
    for (const auto& process : fs::directory_iterator("/proc")) {
      const std::string words = read_whole(process.path().string() + "/cmdline");
      if (words.find(span()) != std::string::npos) return process.path().string() + " " + words;
    }
    return {};
  }

  Scenario scenario_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(As, ConformInterrupt, ::testing::ValuesIn(accounts_here()),
                         [](const auto& each) { return each.param.change_to ? "User" : "Self"; });

TEST_P(ConformInterrupt, OfAttemptsLeavesNothing) {
  const auto begin = std::chrono::steady_clock::now();
  const RunResult seen = interrupted_on("*", "--only FSR-001");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(30));
  EXPECT_EQ(seen.status, 5) << seen.out << seen.err;
  EXPECT_THAT(seen.out, HasSubstr("it was interrupted before every probe had its turn"));
  ASSERT_FALSE(stages().empty());
  for (const std::string& stage : stages()) {
    // /var/tmp/sbxc-conform-XXXXXX/1i-1
    EXPECT_FALSE(fs::exists(fs::path(stage).parent_path())) << stage;
  }
  EXPECT_EQ(whoever_sleeps(), "");
}

TEST_P(ConformInterrupt, OfThePolicysOwnRequestsLeavesNothing) {
  scenario_.make_file(scenario_.work() + "/p.sbx",
                      "sbx 1\nuse std/base\nallow write $cwd/**, $tmp/**\nallow exec $cwd/**\n",
                      false);
  const RunResult seen = interrupted_on("*/sbxc-conform-*) ;; *", "--only RULE-001-refused p.sbx");
  EXPECT_EQ(seen.status, 5) << seen.out << seen.err;
  EXPECT_THAT(seen.out, HasSubstr("it was interrupted before every probe had its turn"));
  ASSERT_EQ(stages().size(), 1U);
  EXPECT_FALSE(fs::exists(stages().front())) << stages().front();
  EXPECT_EQ(whoever_sleeps(), "");
}

}  // namespace
}  // namespace sbxc::conformance
