// `sbxc diff` on what was compiled, and on files of others. The witnesses are asked of something
// that made none of them: the policy, or the profile line by line.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "compiler/driver/run_sbxc_for_test.h"

namespace sbxc {
namespace {

using testing::RunResult;
using testing::ScratchDirectory;
using testing::write_whole;

class DiffArtifacts : public ::testing::Test {
 protected:
  void SetUp() override {
    write("old.sbx", rules_ + "allow connect registry.npmjs.org\nallow syscall @default\n");
    write("new.sbx", rules_ +
                         "allow write /srv/app/**\nallow connect *.npmjs.org\n"
                         "allow syscall @default, ptrace\n");
    for (const char* name : {"old", "new"}) {
      const std::string policy = std::string(name) + ".sbx";
      const RunResult made = run({"compile", "--quiet", "--no-verify", "-o", name, policy});
      ASSERT_EQ(made.status, 0) << made.err;
    }
  }

  void write(const std::string& name, const std::string& text) const {
    write_whole(scratch_.path() + "/" + name, text);
  }

  RunResult run(std::vector<std::string> words) const {
    return testing::run_sbxc(scratch_.path(), std::move(words));
  }
  RunResult diff(const std::string& before, const std::string& after) const {
    return run({"diff", before, after});
  }

  static bool says(const RunResult& result, const std::string& text) {
    return result.out.find(text) != std::string::npos;
  }

  const std::string rules_ = "sbx 1\nuse std/base\nallow read /srv/app/**\n";
  ScratchDirectory scratch_;
};

TEST_F(DiffArtifacts, APolicyAndWhatItWasCompiledToAreEquivalent) {
  for (const char* name : {"old", "new"}) {
    const RunResult result = diff(std::string(name) + ".sbx", name);
    EXPECT_EQ(result.status, 0) << result.out << result.err;
    EXPECT_TRUE(says(result, "are equivalent: every request gets the same verdict")) << result.out;
  }
}

TEST_F(DiffArtifacts, AFilterNamesTheCall) {
  const RunResult result = diff("old/filter.x86_64.bpf", "new/filter.x86_64.bpf");
  EXPECT_EQ(result.status, 1) << result.err;
  EXPECT_TRUE(says(result, "syscall (x86_64) on linux: wider\n  newly allowed:\n    ptrace\n"))
      << result.out;
  EXPECT_TRUE(says(result, "so EPERM\n         old/filter.x86_64.bpf, instruction ")) << result.out;
}

TEST_F(DiffArtifacts, AHostTableTellsNamesAsAPolicyWould) {
  for (const char* after : {"new/hosts.sbxt", "new/hosts.json", "new.sbx"}) {
    const RunResult result = diff("old/hosts.sbxt", after);
    EXPECT_EQ(result.status, 1) << result.err;
    EXPECT_TRUE(says(result, "    *.npmjs.org\n      except registry.npmjs.org\n")) << result.out;
  }
}

TEST_F(DiffArtifacts, AProfileIsComparedInItsOwnTerms) {
  const RunResult result = diff("old/profile.sb", "new/profile.sb");
  EXPECT_EQ(result.status, 1) << result.err;
  EXPECT_TRUE(says(result, "file-write-data")) << result.out;
  EXPECT_TRUE(says(result, "/srv/app/**")) << result.out;
  const RunResult json = run({"diff", "--format", "json", "old/profile.sb", "new/profile.sb"});
  size_t asked = 0;
  const auto difference = nlohmann::json::parse(json.out);
  for (const auto& change : difference["operations"]) {
    const std::string operation = change["operation"];
    if (!change.contains("gained") || operation.find(',') != std::string::npos) continue;
    for (const auto& witness : change["gained"]["witnesses"]) {
      for (const auto& [profile, verdict] :
           {std::pair{"old/profile.sb", "before"}, {"new/profile.sb", "after"}}) {
        const RunResult answer =
            run({"explain", "--profile", profile, "-D", "PROXY_PORT=3128", "--vnode-type",
                 "REGULAR-FILE", operation, witness["request"]});
        EXPECT_EQ(answer.status, witness[verdict] == "allow" ? 0 : 2)
            << profile << ' ' << operation << ' ' << witness["request"] << answer.out << answer.err;
        ++asked;
      }
    }
  }
  EXPECT_GT(asked, 0U);
}

TEST_F(DiffArtifacts, WhatIsNotUnderstoodIsNeverEqual) {
  write("odd.sb",
        "(version 1)\n(deny default)\n(allow file-read* (call-with-current-continuation "
        "(lambda (k) (k (subpath \"/\")))))\n");
  write("imports.sb", "(version 1)\n(import \"system.sb\")\n");
  for (const char* name : {"odd.sb", "imports.sb"}) {
    const RunResult result = diff(name, name);
    EXPECT_NE(result.status, 0) << name << result.out;
    EXPECT_FALSE(says(result, "equivalent: every request")) << result.out;
  }
  EXPECT_EQ(diff("imports.sb", "imports.sb").status, 5);
}

TEST_F(DiffArtifacts, OtherOperationsOfSeatbeltAreComparedByTheirRules) {
  const std::string head = "(version 1)\n(deny default)\n";
  write("none.sb", head);
  write("fork.sb", head + "(allow process-fork)\n");
  write("later.sb", head + "(allow mach-bootstrap)\n");
  write("udp.sb", head + "(allow network-outbound (remote udp \"*:53\"))\n");
  const RunResult wider = diff("none.sb", "fork.sb");
  EXPECT_EQ(wider.status, 1) << wider.out;
  EXPECT_TRUE(says(wider, "process-fork on macos: wider\n")) << wider.out;
  for (const auto& [name, operation] :
       {std::pair{"later.sb", "mach-bootstrap"}, {"udp.sb", "network-outbound beyond TCP"}}) {
    const RunResult result = diff("none.sb", name);
    EXPECT_EQ(result.status, 5) << result.out;
    EXPECT_TRUE(says(result, operation)) << result.out;
    EXPECT_FALSE(says(result, "are equivalent: every request")) << result.out;
    EXPECT_EQ(diff(name, name).status, 0);
  }
}

TEST_F(DiffArtifacts, DamagedFilesAndOnesWithNothingInCommonAreBadInput) {
  write("cut.bpf", "123456789");
  write("empty.sb", "");
  const std::vector<std::pair<std::string, std::string>> pairs = {
      {"cut.bpf", "new/filter.x86_64.bpf"},
      {"old/profile.sb", "old/hosts.sbxt"},
      {"old/profile.sb", "missing"},
      {"old/profile.sb", "/tmp/"}};
  for (const auto& [before, after] : pairs) {
    const RunResult result = diff(before, after);
    EXPECT_EQ(result.status, 3) << before << ' ' << after << result.out;
    EXPECT_NE(result.err, "");
    EXPECT_EQ(result.out, "");
  }
}

TEST_F(DiffArtifacts, AFileThatOneDirectoryLacksIsSaid) {
  std::filesystem::remove(scratch_.path() + "/new/profile.sb");
  std::filesystem::copy(scratch_.path() + "/new", scratch_.path() + "/less");
  write("less.sbx", "sbx 1\n");
  const RunResult result = run({"diff", "--fail-on", "none", "old", "less"});
  EXPECT_EQ(result.status, 5) << result.out;
  EXPECT_TRUE(says(result, "Seatbelt profile: not compared: `less` has none")) << result.out;
}

TEST_F(DiffArtifacts, EveryFormatOfItIsWellFormed) {
  const RunResult json = run({"diff", "--format", "json", "old", "new"});
  write("diff.json", json.out);
  const RunResult valid = testing::validate("diff.schema.json", {scratch_.path() + "/diff.json"});
  EXPECT_EQ(valid.status, 0) << valid.out << valid.err;
  const RunResult sarif = run({"diff", "--format", "sarif", "old", "new"});
  EXPECT_GT(nlohmann::json::parse(sarif.out)["runs"][0]["results"].size(), 2U);
  const RunResult markdown = run({"diff", "--format", "md", "old", "new"});
  EXPECT_NE(markdown.out.find("| syscall (x86_64) on linux | **wider** |"), std::string::npos)
      << markdown.out;
}

}  // namespace
}  // namespace sbxc
