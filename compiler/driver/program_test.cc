// The program as a person meets it: statuses, outputs, bad input. Messages about policies are in
// bad_policies_test.cc.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "compiler/driver/exit_codes.h"
#include "compiler/driver/run_sbxc_for_test.h"

namespace sbxc {
namespace {

namespace fs = std::filesystem;
using testing::read_whole;
using testing::RunResult;
using testing::ScratchDirectory;
using testing::write_whole;

constexpr const char* kSmallPolicy =
    "sbx 1\nuse std/base\nallow read /srv/data/**, $cwd/**\nallow connect example.com\n";

RunResult sbxc(const ScratchDirectory& in, std::vector<std::string> words, std::string input = {}) {
  return testing::run_sbxc(in.path(), std::move(words), std::move(input));
}

TEST(Program, PrintsItsVersion) {
  const ScratchDirectory scratch;
  const RunResult result = sbxc(scratch, {"--version"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.out.rfind("sbxc 0.", 0), 0U) << result.out;
}

TEST(Program, ShowsAnExampleInEveryCommandsHelp) {
  const ScratchDirectory scratch;
  const RunResult overview = sbxc(scratch, {"--help"});
  for (const char* command : {"check", "test", "fmt", "compile", "show", "help"}) {
    EXPECT_NE(overview.out.find(command), std::string::npos);
    const RunResult help = sbxc(scratch, {command, "--help"});
    EXPECT_EQ(help.status, 0);
    EXPECT_NE(help.out.find("example: sbxc "), std::string::npos) << help.out;
  }
}

TEST(Program, PrintsTheTableOfExitStatuses) {
  const ScratchDirectory scratch;
  const RunResult result = sbxc(scratch, {"help", "exit-codes"});
  EXPECT_EQ(static_cast<size_t>(std::count(result.out.begin(), result.out.end(), '\n')),
            driver::kExits.size());
  for (const auto& facts : driver::kExits) {
    EXPECT_NE(result.out.find(std::string(facts.meaning)), std::string::npos);
  }
}

TEST(Program, RefusesACommandLineItDoesNotKnowWithStatusThree) {
  const ScratchDirectory scratch;
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {}, {"frobnicate"}, {"check"}, {"check", "--frob", "a.sbx"}, {"help", "findingz"}}) {
    const RunResult result = sbxc(scratch, words);
    EXPECT_EQ(result.status, 3) << result.err;
    EXPECT_EQ(result.err.rfind("error: ", 0), 0U) << result.err;
    EXPECT_EQ(result.out, "");
  }
}

TEST(Program, NeverEndsInZeroWhenStandardOutputIsFull) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "this system has no /dev/full";
  const ScratchDirectory scratch;
  const RunResult result = testing::run_program(
      {.argv = {"/bin/sh", "-c", std::string("exec ") + SBXC_PROGRAM + " show std/base >/dev/full"},
       .environment = {{"PATH", "/usr/bin:/bin"}}});
  EXPECT_EQ(result.status, 3);
  EXPECT_EQ(result.err, "error: standard output could not be written\n");
}

TEST(Compile, WritesAllArtifactsWithAManifestWhoseHashesAreTrue) {
  const ScratchDirectory scratch;
  write_whole(scratch.path() + "/p.sbx", kSmallPolicy);
  const RunResult result = sbxc(scratch, {"compile", "p.sbx", "-o", "out"});
  ASSERT_EQ(result.status, 0) << result.err;
  const auto manifest = nlohmann::json::parse(read_whole(scratch.path() + "/out/manifest.json"));
  size_t files = 0;
  for (const auto& target : manifest["targets"]) {
    EXPECT_EQ(target["verdicts"].size(), manifest["rules"].size());
    for (const auto& artifact : target["artifacts"]) {
      const std::string path = scratch.path() + "/out/" + artifact["file"].get<std::string>();
      const RunResult sum =
          testing::run_program({.argv = {"/usr/bin/sha256sum", path}, .environment = {}});
      EXPECT_EQ(sum.out.substr(0, 64), artifact["sha256"].get<std::string>()) << path;
      ++files;
    }
  }
  for (const auto& input : manifest["inputs"]) {
    EXPECT_EQ(input["sha256"].get<std::string>().size(), 64U);
  }
  EXPECT_GE(files, 9U);
  for (const auto& entry : fs::directory_iterator(scratch.path() + "/out")) {
    EXPECT_EQ(entry.path().string().find(".tmp"), std::string::npos) << entry.path();
  }
}

TEST(Compile, GivesTheSameBytesEveryTime) {
  const ScratchDirectory scratch;
  write_whole(scratch.path() + "/p.sbx", kSmallPolicy);
  ASSERT_EQ(sbxc(scratch, {"compile", "p.sbx", "-o", "one"}).status, 0);
  ASSERT_EQ(sbxc(scratch, {"compile", "p.sbx", "-o", "two"}).status, 0);
  for (const auto& entry : fs::directory_iterator(scratch.path() + "/one")) {
    const std::string name = entry.path().filename().string();
    EXPECT_EQ(read_whole(entry.path().string()), read_whole(scratch.path() + "/two/" + name))
        << name;
  }
}

// A file of the same bytes stays the file it was; one that has another name too, or that others may
// write to, is replaced.
TEST(Compile, KeepsWhatIsThereAlreadyAndOnlyThat) {
  const ScratchDirectory scratch;
  umask(0022);
  write_whole(scratch.path() + "/p.sbx", kSmallPolicy);
  const auto compile = [&] {
    ASSERT_EQ(sbxc(scratch, {"compile", "p.sbx", "-o", "out"}).status, 0);
  };
  const auto facts_of = [&](const char* file) {
    struct stat facts {};
    EXPECT_EQ(lstat((scratch.path() + "/out/" + file).c_str(), &facts), 0) << file;
    return facts;
  };
  compile();
  const std::string out = scratch.path() + "/out/";
  const auto kept = facts_of("profile.sb");
  fs::create_hard_link(out + "plan.json", scratch.path() + "/other-name");
  fs::permissions(out + "hosts.json", fs::perms::others_write, fs::perm_options::add);
  const std::string listing = read_whole(out + "filter.x86_64.txt");
  write_whole(out + "filter.x86_64.txt", std::string(listing.size(), 'x'));
  fs::rename(out + "hosts.sbxt", scratch.path() + "/hosts.sbxt");
  fs::create_symlink(scratch.path() + "/hosts.sbxt", out + "hosts.sbxt");
  compile();
  EXPECT_EQ(facts_of("profile.sb").st_ino, kept.st_ino);
  EXPECT_NE(facts_of("profile.sb").st_mtim.tv_nsec, kept.st_mtim.tv_nsec);
  EXPECT_EQ(facts_of("plan.json").st_nlink, 1U);
  EXPECT_EQ(facts_of("hosts.json").st_mode & S_IWOTH, 0U);
  EXPECT_EQ(read_whole(out + "filter.x86_64.txt"), listing);
  EXPECT_TRUE(S_ISREG(facts_of("hosts.sbxt").st_mode));
}

TEST(Compile, ReadsStandardInput) {
  const ScratchDirectory scratch;
  const RunResult result =
      sbxc(scratch, {"compile", "-", "-t", "seatbelt", "-o", "-", "--quiet"}, kSmallPolicy);
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_NE(result.out.find("(version 1)"), std::string::npos);
}

TEST(Compile, LeavesAnOlderCompilationAloneWhenThePolicyIsBad) {
  const ScratchDirectory scratch;
  write_whole(scratch.path() + "/p.sbx", kSmallPolicy);
  ASSERT_EQ(sbxc(scratch, {"compile", "p.sbx", "-o", "out"}).status, 0);
  const std::string before = read_whole(scratch.path() + "/out/manifest.json");
  write_whole(scratch.path() + "/p.sbx", "sbx 1\nallow reed /x\n");
  EXPECT_EQ(sbxc(scratch, {"compile", "p.sbx", "-o", "out"}).status, 3);
  EXPECT_EQ(read_whole(scratch.path() + "/out/manifest.json"), before);
}

TEST(Compile, SaysInOneLineThatADirectoryCannotBeWritten) {
  const ScratchDirectory scratch;
  write_whole(scratch.path() + "/p.sbx", kSmallPolicy);
  // Root writes anywhere, so a place where nobody can: a name below a file.
  const RunResult result = sbxc(scratch, {"compile", "p.sbx", "-o", "p.sbx/out", "-q"});
  EXPECT_EQ(result.status, 3);
  EXPECT_EQ(result.err,
            "error[SBX0002]: cannot create the directory `p.sbx/out`: Not a directory\n");
}

struct Hostile {
  const char* name;
  std::function<std::string()> text;
};

std::string repeated(int times, const std::string& text) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

std::string junk() {
  std::string bytes;
  uint32_t state = 12345;
  for (int i = 0; i < 100000; ++i) {
    state = state * 1664525U + 1013904223U;
    bytes += static_cast<char>(state >> 24);
  }
  return bytes;
}

// Each is made by the test that is about it: the program that holds the tests is started for every
// one of them, and has no time for 50 megabytes each time.
const std::vector<Hostile> kHostileInputs = {
    {"TenThousandNestedBracesInAWord",
     [] {
       return "sbx 1\nallow read /" + repeated(10000, "{") + "a" + repeated(10000, "}") + "\n";
     }},
    {"TenThousandNestedBlocks", [] { return "sbx 1\n" + repeated(10000, "on linux {\n"); }},
    {"BinaryJunk", junk},
    {"NulBytes", [] { return std::string("sbx 1\nallow read /a\0b\n", 22); }},
    {"InvalidUtf8", [] { return std::string("sbx 1\nallow read /\xff\xfe\n"); }},
    {"FiftyMegabytes", [] { return "sbx 1\n" + std::string(50U << 20, '#'); }},
    {"OneLineOfAMegabyte",
     [] { return "sbx 1\nallow read /" + std::string(1U << 20, 'a') + "\n"; }},
    {"AHundredThousandBadLines", [] { return "sbx 1\n" + repeated(100000, "allow reed /x\n"); }},
    {"ExpandingBraces", [] { return "sbx 1\nallow read /" + repeated(21, "{a,b}") + "\n"; }},
    {"Empty", [] { return std::string(); }}};

class HostileInput : public ::testing::TestWithParam<Hostile> {};

TEST_P(HostileInput, EndsInAClearErrorInBoundedTimeAndMemory) {
  const ScratchDirectory scratch;
  write_whole(scratch.path() + "/p.sbx", GetParam().text());
  const auto start = std::chrono::steady_clock::now();
  const RunResult result = sbxc(scratch, {"compile", "p.sbx", "-o", "out"});
  const auto took = std::chrono::steady_clock::now() - start;
  EXPECT_EQ(result.status, 3);
  EXPECT_EQ(result.err.rfind("error[SBX", 0), 0U) << result.err.substr(0, 400);
  EXPECT_LT(result.err.size(), 20000U);
  EXPECT_LT(took, std::chrono::seconds(20)) << "even with sanitizers";
  EXPECT_FALSE(fs::exists(scratch.path() + "/out"));
}

INSTANTIATE_TEST_SUITE_P(All, HostileInput, ::testing::ValuesIn(kHostileInputs),
                         [](const auto& param) { return std::string(param.param.name); });

TEST(Truncation, OfAPolicyAtAnyByteGivesAStatusAndNeverACrash) {
  const ScratchDirectory scratch;
  const std::string whole = read_whole(std::string(SBXC_SOURCE_DIR) + "/docs/examples/agent.sbx");
  ASSERT_GT(whole.size(), 100U);
  for (size_t size = 0; size < whole.size(); size += whole.size() / 60 + 1) {
    const RunResult result = sbxc(scratch, {"check", "-"}, whole.substr(0, size));
    EXPECT_TRUE(result.status == 0 || result.status == 1 || result.status == 3)
        << "cut at " << size << ": " << result.status << "\n"
        << result.err;
  }
}

TEST(Fmt, RewritesInPlaceAndThenFindsNothingToDo) {
  const ScratchDirectory scratch;
  const std::string path = scratch.path() + "/p.sbx";
  write_whole(path, "sbx 1\n\n\n\nallow    read   /a , /b   # why\n");
  chmod(path.c_str(), 0640);
  EXPECT_EQ(sbxc(scratch, {"fmt", "--check", "p.sbx"}).status, 1);
  const RunResult diff = sbxc(scratch, {"fmt", "--diff", "p.sbx"});
  EXPECT_EQ(diff.status, 1);
  EXPECT_NE(diff.out.find("\n-allow    read   /a , /b   # why\n"), std::string::npos) << diff.out;
  EXPECT_EQ(sbxc(scratch, {"fmt", "p.sbx"}).status, 0);
  EXPECT_EQ(sbxc(scratch, {"fmt", "--check", "p.sbx"}).status, 0);
  struct stat facts {};
  ASSERT_EQ(stat(path.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0640U);
}

TEST(Fmt, LeavesAPolicyWithErrorsAlone) {
  const ScratchDirectory scratch;
  write_whole(scratch.path() + "/p.sbx", "sbx 1\nallow    reed /x\n");
  EXPECT_EQ(sbxc(scratch, {"fmt", "p.sbx"}).status, 3);
  EXPECT_EQ(read_whole(scratch.path() + "/p.sbx"), "sbx 1\nallow    reed /x\n");
}

TEST(Check, PrintsFindingsAsJsonAndAsWorkflowCommands) {
  const ScratchDirectory scratch;
  write_whole(scratch.path() + "/p.sbx", "sbx 1\nallow reed /x\n");
  const RunResult json = sbxc(scratch, {"check", "--format", "json", "p.sbx"});
  EXPECT_EQ(json.status, 3);
  const auto findings = nlohmann::json::parse(json.out)["findings"];
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0]["at"]["line"], 2);
  const RunResult github = sbxc(scratch, {"check", "--format", "github", "p.sbx"});
  EXPECT_EQ(github.out.rfind("::error file=p.sbx,line=2,col=7,title=SBX", 0), 0U) << github.out;
}

TEST(Documents, AreWellFormedForTheirReaders) {
  const ScratchDirectory scratch;
  struct Reader {
    const char* what;
    std::vector<std::string> check;
  };
  for (const Reader& reader : std::vector<Reader>{{"man", {"/usr/bin/mandoc", "-Tlint", "-Werror"}},
                                                  {"bash", {"/bin/bash", "-n"}},
                                                  {"zsh", {"/usr/bin/zsh", "-n"}},
                                                  {"fish", {"/usr/bin/fish", "-n"}}}) {
    const std::string file = scratch.path() + "/document." + reader.what;
    write_whole(file, sbxc(scratch, {"generate", reader.what}).out);
    EXPECT_GT(read_whole(file).size(), 500U);
    std::vector<std::string> argv = reader.check;
    argv.push_back(file);
    const RunResult result =
        testing::run_program({.argv = argv, .environment = {{"HOME", scratch.path()}}});
    EXPECT_EQ(result.status, 0) << reader.what << ": " << result.out << result.err;
  }
}

}  // namespace
}  // namespace sbxc
