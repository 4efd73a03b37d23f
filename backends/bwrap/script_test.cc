// The emitted script with the real bubblewrap, as root (where the tests run as root) and as an
// ordinary user. Where bubblewrap cannot run these tests fail and say why: a sandbox that was not
// tried is not known to hold.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "backends/bwrap/stage_for_test.h"
#include "compiler/policy/terse_policy.h"

namespace sbxc::bwrap {
namespace {

using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class BwrapScript : public ::testing::TestWithParam<Account> {
 protected:
  Stage stage_{GetParam()};
  std::string work_ = stage_.at("work");

  bool reads(const std::string& path) const {
    return stage_.run({"/bin/cat", "--", path}).status == 0;
  }
  bool writes(const std::string& path) const {
    return stage_.run({"/bin/sh", "-c", "echo changed >>\"$1\"", "sh", path}).status == 0;
  }
  bool lists(const std::string& path) const {
    return stage_.run({"/bin/ls", "--", path}).status == 0;
  }
};

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

TEST_P(BwrapScript, PassesTheVariablesThatThePolicyAllowsAndNoOthers) {
  Policy policy = Stage::programs(
      {"allow env PATH A B_* except B_SECRET", "deny env B_DENIED", "allow env [XY]_[0-9]"});
  policy.environment.push_back({"CI", "it's \"1\"\n$HOME", {}, {}});
  policy.environment.push_back({"A", "the policy's", {}, {}});
  stage_.plan(policy);
  const std::map<std::string, std::string> outside = {{"A", "outer"},
                                                      {"B_ONE", "two\nlines '\"$A"},
                                                      {"B_SECRET", "s"},
                                                      {"B_DENIED", "s"},
                                                      {"TOKEN", "s"},
                                                      {"X_1", "x"},
                                                      {"Z_1", "z"},
                                                      {"LD_PRELOAD", ""},
                                                      {"odd-name", "s"},
                                                      {"BASH_FUNC_x%%", "() { :; }"},
                                                      {"PATH", "/usr/bin:/bin:/opt/x"}};
  const auto result = stage_.run({"/usr/bin/env", "-0"}, outside);
  ASSERT_EQ(result.status, 0) << result.err;
  std::vector<std::string> got;
  for (size_t at = 0; at < result.out.size();) {
    const size_t end = result.out.find('\0', at);
    got.push_back(result.out.substr(at, end - at));
    at = end + 1;
  }
  EXPECT_THAT(got, ::testing::UnorderedElementsAre(
                       "A=the policy's", "B_ONE=two\nlines '\"$A", "CI=it's \"1\"\n$HOME", "X_1=x",
                       "PATH=/usr/bin:/bin:/opt/x", ::testing::StartsWith("PWD=")));
  const auto first = stage_.run({"/bin/cat", "/proc/1/environ"}, outside);
  EXPECT_THAT(first.out, Not(HasSubstr("TOKEN"))) << "the first process shows what it was given";
  EXPECT_THAT(first.out, Not(HasSubstr("B_SECRET")));
}

TEST_P(BwrapScript, NobodyHoldsACapabilityOrReachesTheKernelsSettings) {
  stage_.plan(Stage::programs());
  const auto status = stage_.run({"/bin/cat", "/proc/self/status"});
  for (const char* kind : {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"}) {
    EXPECT_THAT(status.out, HasSubstr(std::string(kind) + ":\t0000000000000000")) << kind;
  }
  EXPECT_THAT(status.out, HasSubstr("NoNewPrivs:\t1"));
  for (const char* name : {"sys/kernel/core_pattern", "sys/kernel/modprobe", "sysrq-trigger",
                           "self/oom_score_adj", "irq/default_smp_affinity"}) {
    EXPECT_NE(stage_.shell(std::string(": >>/proc/") + name).status, 0) << name;
  }
  EXPECT_NE(stage_.run({"/usr/bin/unshare", "-Ur", "true"}).status, 0);
  // Where the policy lets /proc be written the kernel's settings still are not.
  stage_.plan(Stage::programs({"allow write /proc/**"}));
  EXPECT_EQ(stage_.shell("echo 0 >/proc/self/oom_score_adj").status, 0);
  EXPECT_NE(stage_.shell(": >>/proc/sys/kernel/core_pattern").status, 0);
}

TEST_P(BwrapScript, ProcAndDevAreTheSandboxesOwn) {
  stage_.plan(Stage::programs(
      {"allow write /dev/shm/** /dev/zero", "deny read /proc/cpuinfo /proc/sys/**"}));
  EXPECT_THAT(stage_.shell("ls -d /proc/[0-9]* | wc -l").out, Not(HasSubstr("10")));
  EXPECT_EQ(stage_.shell("test -d /proc/1 && ! test -d /proc/" + std::to_string(getpid())).status,
            0);
  EXPECT_FALSE(reads("/proc/cpuinfo"));
  EXPECT_TRUE(reads("/proc/meminfo"));
  EXPECT_FALSE(reads("/proc/sys/kernel/ostype"));
  EXPECT_FALSE(lists("/dev"));
  EXPECT_EQ(stage_.shell("head -c 4 /dev/zero >/dev/null && echo x >/dev/shm/x").status, 0);
  EXPECT_FALSE(std::filesystem::exists("/dev/shm/x"));
  EXPECT_FALSE(reads("/dev/full"));
  EXPECT_FALSE(reads("/dev/urandom"));
  EXPECT_NE(stage_.shell("touch /dev/new").status, 0);
  EXPECT_NE(stage_.shell("ls /dev/pts").status, 0);
}

TEST_P(BwrapScript, ThereIsNoNetworkAndNoProcessOfOutside) {
  stage_.plan(Stage::programs({"allow connect *:*"}));
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(listen(fd, 8), 0);
  ASSERT_EQ(getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), 0);
  const std::vector<std::string> connects = {
      "/usr/bin/perl", "-MSocket", "-e",
      "socket(my $s, PF_INET, SOCK_STREAM, 0) or exit 3;"
      "connect($s, pack_sockaddr_in($ARGV[0], inet_aton('127.0.0.1'))) or exit 4;",
      std::to_string(ntohs(address.sin_port))};
  EXPECT_EQ(stage_.outside(connects).status, 0);
  EXPECT_EQ(stage_.run(connects).status, 4);
  close(fd);
  EXPECT_NE(stage_.shell("kill -0 " + std::to_string(getpid())).status, 0);
}

TEST_P(BwrapScript, OnlyAllowedUnixSocketsCanBeReached) {
  stage_.make_directory(work_);
  const int allowed = stage_.listen_unix(work_ + "/allowed.sock");
  const int hidden = stage_.listen_unix(work_ + "/hidden.sock");
  stage_.make_directory(stage_.at("keys"));
  const int agent = stage_.listen_unix(stage_.at("keys/agent.sock"));
  const std::string rule =
      "allow socket " + work_ + "/allowed.sock " + stage_.at("keys/agent.sock");
  stage_.plan(Stage::programs({"allow write " + work_ + "/**", rule}));
  const auto connects = [&](const std::string& path) {
    return stage_
               .run({"/usr/bin/perl", "-MSocket", "-e",
                     "socket(my $s, PF_UNIX, SOCK_STREAM, 0) or exit 3;"
                     "connect($s, pack_sockaddr_un($ARGV[0])) or exit 4;",
                     path})
               .status == 0;
  };
  EXPECT_TRUE(connects(work_ + "/allowed.sock"));
  EXPECT_TRUE(connects(stage_.at("keys/agent.sock")));
  EXPECT_FALSE(connects(work_ + "/hidden.sock"));
  for (const int fd : {allowed, hidden, agent}) close(fd);
}

TEST_P(BwrapScript, DescriptorsOfOutsideAreClosed) {
  stage_.make_file(stage_.at("secret"), "secret");
  stage_.plan(Stage::programs());
  // Two low ones and two beyond what a POSIX shell can name.
  const std::string open = "exec 3<" + stage_.at("secret") + " 9<" + stage_.at("secret") + " 17<" +
                           stage_.at("secret") + " 200<" + stage_.at("secret") +
                           "; exec /bin/sh \"$0\" /bin/ls /proc/self/fd";
  const auto result =
      testing::run_program({.argv = stage_.as_account({"/bin/bash", "-c", open, stage_.script()})});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.out, "0\n1\n2\n3\n") << "3 is the directory that ls reads";
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
  EXPECT_THAT(stage_.run({"/bin/cat", "/proc/1/status"}).out, HasSubstr("Seccomp:\t2"))
      << "the first process is under the filter too";
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
