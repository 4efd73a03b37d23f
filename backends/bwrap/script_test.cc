// The emitted script with the real bubblewrap, as root (where the tests run as root) and as an
// ordinary user. Where bubblewrap cannot run these tests fail and say why: a sandbox that was not
// tried is not known to hold.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "backends/bwrap/script_for_test.h"
#include "compiler/policy/terse_policy.h"

namespace sbxc::bwrap {
namespace {

using ::testing::HasSubstr;

TEST_P(BwrapScript, RunsTheCommandAndPassesItsStatusOutputAndInputOn) {
  stage_.make_directory(work_);
  stage_.plan(Stage::programs({"allow read " + work_ + "/**"}));
  const auto result = stage_.shell("echo out; echo err >&2; exit 37");
  EXPECT_EQ(result.status, 37) << result.err;
  EXPECT_EQ(result.out, "out\n");
  EXPECT_EQ(result.err, "err\n");
  EXPECT_EQ(stage_.run({"/bin/sh", "-c", "kill -TERM $$"}).status, 128 + SIGTERM);
  EXPECT_EQ(stage_.run({"/nonexistent"}).status, 1);
  const auto fed = testing::run_program(
      {.argv = stage_.as_account({"/bin/sh", stage_.script(), "--", "/bin/cat"}),
       .input = "a line\n"});
  EXPECT_EQ(fed.out, "a line\n") << fed.err;
}

TEST_P(BwrapScript, HoldsReadsAndWritesOfFilesAndDirectories) {
  stage_.make_file(work_ + "/open", "x");
  stage_.make_file(work_ + "/fixed", "x");
  stage_.make_file(work_ + "/keys/id", "secret");
  stage_.make_file(work_ + "/keys/id.pub", "public");
  stage_.make_file(stage_.at("home/notes"), "x");
  stage_.plan(
      Stage::programs({"allow write " + work_ + "/**", "deny write " + work_ + "/fixed",
                       "deny read " + work_ + "/keys/** except " + work_ + "/keys/id.pub"}));
  EXPECT_TRUE(reads(work_ + "/open"));
  EXPECT_TRUE(writes(work_ + "/open"));
  EXPECT_TRUE(writes(work_ + "/new"));
  EXPECT_TRUE(reads(work_ + "/fixed"));
  EXPECT_FALSE(writes(work_ + "/fixed"));
  EXPECT_FALSE(reads(work_ + "/keys/id"));
  EXPECT_TRUE(reads(work_ + "/keys/id.pub"));
  EXPECT_TRUE(writes(work_ + "/keys/id.pub")) << "the exception is one to the denial alone";
  EXPECT_FALSE(writes(work_ + "/keys/new"));
  EXPECT_FALSE(lists(work_ + "/keys"));
  EXPECT_FALSE(reads(stage_.at("home/notes")));
  EXPECT_FALSE(lists("/"));
  EXPECT_FALSE(writes("/new"));
  EXPECT_FALSE(reads("/etc/passwd"));
  EXPECT_EQ(testing::read_whole(work_ + "/fixed"), "x");
}

TEST_P(BwrapScript, ProtectedNamesCannotBeMovedAside) {
  stage_.make_file(work_ + "/.git/hooks/pre-commit", "x");
  stage_.make_file(work_ + "/.git/HEAD", "x");
  stage_.make_file(work_ + "/a/b/secret", "x");
  stage_.make_file(work_ + "/a/b/plain", "x");
  stage_.plan(
      Stage::programs({"allow write " + work_ + "/**", "deny write " + work_ + "/.git/hooks/**",
                       "deny read " + work_ + "/a/b/secret"}));
  const std::vector<std::string> attacks = {
      "mv .git g && mkdir -p .git/hooks && echo evil >.git/hooks/pre-commit",
      "mv .git/hooks .git/h",
      "rm -rf .git/hooks",
      "rmdir .git/hooks",
      "mv a c",
      "mv a/b c",
      "ln a/b/secret c",
      "cp -l .git/hooks/pre-commit c",
      "echo evil >.git/hooks/new",
      "mkdir new && mv -T new .git/hooks",
      "echo evil >.git/hooks/pre-commit",
      "ln -sfn /tmp .git/hooks/link",
  };
  for (const std::string& attack : attacks) {
    const auto result = stage_.shell("cd '" + work_ + "' && { " + attack + "; }");
    EXPECT_NE(result.status, 0) << attack;
    EXPECT_EQ(testing::read_whole(work_ + "/.git/hooks/pre-commit"), "x") << attack;
    EXPECT_EQ(testing::read_whole(work_ + "/a/b/secret"), "x") << attack;
  }
  EXPECT_EQ(stage_.shell("cd '" + work_ + "' && mv a/b/plain moved").status, 0);
}

TEST_P(BwrapScript, LinksLeadNowhereElse) {
  stage_.make_file(stage_.at("private/key"), "secret");
  stage_.make_file(work_ + "/f", "x");
  stage_.make_link(work_ + "/to-key", stage_.at("private/key"));
  stage_.make_link(work_ + "/.env", "../private/env");
  stage_.make_file(stage_.at("private/env"), "secret");
  stage_.make_file(stage_.at("dotfiles/ssh/id"), "secret");
  stage_.make_link(stage_.at("home/.ssh"), "../dotfiles/ssh");
  stage_.plan(Stage::programs(
      {"allow write " + work_ + "/**", "allow read " + stage_.at("home/**"),
       "allow read " + stage_.at("dotfiles/**"), "allow read " + stage_.at("private/env"),
       "deny read " + work_ + "/.env", "deny read " + stage_.at("home/.ssh/**")}));
  EXPECT_FALSE(reads(work_ + "/to-key"));
  EXPECT_FALSE(reads(work_ + "/.env")) << "the link's target is denied with it";
  EXPECT_FALSE(reads(stage_.at("private/env")));
  EXPECT_FALSE(reads(stage_.at("home/.ssh/id")));
  EXPECT_FALSE(reads(stage_.at("dotfiles/ssh/id"))) << "the same file by its real name";
  EXPECT_NE(stage_
                .shell("ln -s " + stage_.at("private/key") + " " + work_ + "/planted && cat " +
                       work_ + "/planted")
                .status,
            0);
  EXPECT_FALSE(reads("/proc/self/root" + stage_.at("private/key")));
}

TEST_P(BwrapScript, AnAllowanceDoesNotFollowALinkThatTheCommandCouldPlant) {
  stage_.make_file(stage_.at("private/key"), "secret");
  stage_.make_directory(work_);
  stage_.make_link(work_ + "/build", stage_.at("private"));
  stage_.plan(
      Stage::programs({"allow write " + work_ + "/**", "allow write " + work_ + "/build/**"}));
  EXPECT_FALSE(reads(stage_.at("private/key")));
  EXPECT_FALSE(writes(work_ + "/build/key"));
}

TEST_P(BwrapScript, DanglingAndLoopingProtectedLinksDoNotStopTheStart) {
  stage_.make_link(work_ + "/.npmrc", "/nonexistent/npmrc");
  stage_.make_link(work_ + "/.envrc", ".envrc");
  stage_.make_link(work_ + "/.vscode", "/");
  stage_.make_link(work_ + "/.idea", "..");
  stage_.plan(
      Stage::programs({"allow write " + work_ + "/**", "deny read " + work_ + "/.npmrc",
                       "deny read " + work_ + "/.envrc", "deny read " + work_ + "/.vscode/**",
                       "deny read " + work_ + "/.idea/**"}),
      {.directory = work_});
  const auto result = stage_.shell("pwd");
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.out, work_ + "\n");
}

TEST_P(BwrapScript, NamesMayBeAnyBytes) {
  const std::vector<std::string> names = {
      "with space",  "new\nline",   "quo'te",     "dou\"ble",        "--bind",
      "dollar$HOME", "back\\slash", "star*",      "bad\xff\xfeutf8", "tick`id`",
      "trailing\n",  "-rf",         "esc\x1b[31m"};
  Policy policy = Stage::programs({"allow write " + work_ + "/**"});
  for (const std::string& name : names) {
    stage_.make_file(work_ + "/hidden/" + name, "secret");
    stage_.make_file(work_ + "/fixed/" + name + "/file", "x");
    stage_.make_file(stage_.at("shown/") + name, "x");
    add_rule(policy, path_rule(Effect::deny, Operation::read, work_ + "/hidden/" + name, false));
    add_rule(policy, path_rule(Effect::deny, Operation::write, work_ + "/fixed/" + name, true));
    add_rule(policy, path_rule(Effect::allow, Operation::read, stage_.at("shown/") + name, false));
    add_rule(policy, path_rule(Effect::deny, Operation::write, work_ + "/ghost/" + name, true));
  }
  stage_.plan(policy);
  const auto before = stage_.everything();
  // One start for all of them: many mounts make bubblewrap slow.
  std::vector<std::string> command = {
      "/bin/sh",
      "-c",
      "work=$1 shown=$2; shift 2\n"
      "for name; do\n"
      "  cat -- \"$work/hidden/$name\" && echo reads hidden\n"
      "  cat -- \"$work/fixed/$name/file\" >/dev/null || echo no fixed\n"
      "  echo y >>\"$work/fixed/$name/file\" && echo writes fixed\n"
      "  cat -- \"$shown/$name\" >/dev/null || echo no shown\n"
      "  echo y >\"$work/ghost/$name/file\" && echo writes ghost\n"
      "  echo y >\"$work/new-$name\" && rm -- \"$work/new-$name\" || echo no new\n"
      "done 2>/dev/null; echo end",
      "sh",
      work_,
      stage_.at("shown")};
  command.insert(command.end(), names.begin(), names.end());
  const auto result = stage_.run(command);
  EXPECT_EQ(result.out, "end\n") << result.err;
  EXPECT_EQ(stage_.everything(), before);
}

TEST_P(BwrapScript, MissingProtectedNamesAreHeldByStandInsThatGoAwayAgain) {
  stage_.make_file(work_ + "/f", "x");
  stage_.plan(Stage::programs({"allow write " + work_ + "/**",
                               "deny write " + work_ + "/.git/hooks/** " + work_ + "/.envrc",
                               "deny read " + work_ + "/.env",
                               "allow write " + stage_.at("cache/deep/**")}));
  const auto before = stage_.everything();
  EXPECT_FALSE(writes(work_ + "/.git/hooks/pre-commit"));
  EXPECT_FALSE(writes(work_ + "/.envrc"));
  EXPECT_FALSE(writes(work_ + "/.env"));
  EXPECT_NE(stage_.shell("mv '" + work_ + "/.git' '" + work_ + "/g'").status, 0);
  EXPECT_EQ(stage_.everything(), before);
  // What was used stays.
  EXPECT_TRUE(writes(stage_.at("cache/deep/kept")));
  EXPECT_TRUE(std::filesystem::exists(stage_.at("cache/deep/kept")));
}

TEST_P(BwrapScript, ASignalEndsTheCommandAndLeavesNothingBehind) {
  stage_.make_file(work_ + "/f", "x");
  stage_.plan(
      Stage::programs({"allow write " + work_ + "/**", "deny write " + work_ + "/.git/hooks/**"}));
  const auto before = stage_.everything();
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
    const std::string ready = work_ + "/ready";
    std::vector<std::string> argv = stage_.as_account(
        {"/bin/sh", stage_.script(), "/bin/sh", "-c", "echo >" + ready + "; exec sleep 60"});
    const pid_t child = fork();
    if (child == 0) {
      std::vector<char*> words;
      words.reserve(argv.size() + 1);
      for (std::string& word : argv) words.push_back(word.data());
      words.push_back(nullptr);
      char* const environment[] = {nullptr};
      execve(words[0], words.data(), environment);
      _exit(127);
    }
    for (int i = 0; i < 500 && !std::filesystem::exists(ready); ++i) usleep(20'000);
    EXPECT_TRUE(std::filesystem::exists(work_ + "/.git/hooks"));
    kill(child, signal);
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 128 + signal);
    std::filesystem::remove(ready);
    EXPECT_EQ(stage_.everything(), before) << "after signal " << signal;
  }
}

TEST_P(BwrapScript, APathThatWasSwappedSinceIsNoticed) {
  stage_.make_file(work_ + "/build/f", "x");
  stage_.make_directory(stage_.at("private"));
  stage_.plan(
      Stage::programs({"allow read " + work_ + "/**", "allow write " + work_ + "/build/**"}));
  EXPECT_EQ(stage_.shell("true").status, 0);
  std::filesystem::remove_all(work_ + "/build");
  stage_.make_link(work_ + "/build", stage_.at("private"));
  const auto result = stage_.shell("true");
  EXPECT_EQ(result.status, 125);
  EXPECT_THAT(result.err, HasSubstr("not what it was"));
}

std::string instruction(uint16_t code, uint8_t jt, uint8_t jf, uint32_t k) {
  std::string bytes(8, '\0');
  memcpy(bytes.data(), &code, 2);
  bytes[2] = static_cast<char>(jt);
  bytes[3] = static_cast<char>(jf);
  memcpy(bytes.data() + 4, &k, 4);
  return bytes;
}

// Refuses mkdir and mkdirat with EPERM, allows all else.
std::string no_mkdir() {
#ifdef SYS_mkdir
  const uint32_t mkdir_call = SYS_mkdir;
#else
  const uint32_t mkdir_call = SYS_mkdirat;
#endif
  return instruction(0x20, 0, 0, 0) + instruction(0x15, 1, 0, mkdir_call) +
         instruction(0x15, 0, 1, SYS_mkdirat) + instruction(0x06, 0, 0, 0x00050001) +
         instruction(0x06, 0, 0, 0x7fff0000);
}

TEST_P(BwrapScript, LoadsTheFilterItCarriesOrIsGiven) {
  stage_.make_directory(work_);
  const Policy policy = Stage::programs({"allow write " + work_ + "/**"});
  stage_.plan(policy);
  EXPECT_EQ(stage_.shell("mkdir " + work_ + "/one").status, 0);
  const std::string filter = stage_.at("filter.bpf");
  stage_.make_file(filter, no_mkdir());
  const auto given = testing::run_program(
      {.argv = stage_.as_account(
           {"/bin/sh", stage_.script(), "--seccomp", filter, "--", "/bin/mkdir", work_ + "/two"})});
  EXPECT_EQ(given.status, 1);
  EXPECT_THAT(given.err, HasSubstr("Operation not permitted"));
  stage_.plan(policy, {}, {.filters = {{"x86_64", no_mkdir()}, {"aarch64", no_mkdir()}}});
  EXPECT_EQ(stage_.shell("mkdir " + work_ + "/two").status, 1);
  // It loads the filter for itself after it has started the command.
  constexpr const char* kFirstProcess =
      "for i in 1 2 3 4 5 6 7 8 9 10; do\n"
      "  while read -r key value; do [ \"$key\" = Seccomp: ] && mode=$value; done </proc/1/status\n"
      "  [ \"$mode\" = 2 ] && break; sleep 0.2\n"
      "done; echo \"$mode\"";
  EXPECT_EQ(stage_.shell(kFirstProcess).out, "2\n") << "the first process is under the filter too";
  stage_.plan(policy, {}, {.filters = {{"vax", no_mkdir()}}});
  EXPECT_EQ(stage_.shell("true").status, 125);
}

TEST_P(BwrapScript, LimitsHold) {
  Policy policy = Stage::programs();
  policy.limits = {{LimitKind::open_files, 64, {}, {}},
                   {LimitKind::file_size, 4096, {}, {}},
                   {LimitKind::time, 1, {}, {}}};
  stage_.plan(policy);
  EXPECT_EQ(stage_.shell("ulimit -n").out, "64\n");
  EXPECT_EQ(stage_.shell("sleep 20").status, 124);
}

TEST_P(BwrapScript, RefusesToStartWithoutACommandOrAFilterThatIsNotThere) {
  stage_.plan(Stage::programs());
  EXPECT_EQ(stage_.run({}).status, 125);
  EXPECT_EQ(stage_.run({"--seccomp", "/nonexistent", "/bin/true"}).status, 125);
  EXPECT_EQ(stage_.run({"--", "/bin/true"}).status, 0);
}

INSTANTIATE_TEST_SUITE_P(As, BwrapScript, ::testing::ValuesIn(accounts_here()),
                         [](const auto& param) { return param.param.name; });

}  // namespace
}  // namespace sbxc::bwrap
