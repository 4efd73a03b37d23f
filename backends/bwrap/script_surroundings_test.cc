// What a command finds around itself under the emitted script: variables, /proc and /dev, network,
// sockets, descriptors.
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>

#include "backends/bwrap/script_for_test.h"
#include "compiler/policy/terse_policy.h"

namespace sbxc::bwrap {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class BwrapScriptSurroundings : public BwrapScript {};

TEST_P(BwrapScriptSurroundings, PassesTheVariablesThatThePolicyAllowsAndNoOthers) {
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

TEST_P(BwrapScriptSurroundings, NobodyHoldsACapabilityOrReachesTheKernelsSettings) {
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

TEST_P(BwrapScriptSurroundings, ProcAndDevAreTheSandboxesOwn) {
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

TEST_P(BwrapScriptSurroundings, ThereIsNoNetworkAndNoProcessOfOutside) {
  stage_.plan(Stage::programs({"allow connect *:*"}));
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(listen(fd, 8), 0);
  ASSERT_EQ(getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), 0);
  constexpr const char* kConnects =
      "socket(my $s, PF_INET, SOCK_STREAM, 0) or exit 3;"
      "connect($s, pack_sockaddr_in($ARGV[0], inet_aton('127.0.0.1'))) or exit 4;";
  const std::vector<std::string> connects = {"/usr/bin/perl", "-MSocket", "-e", kConnects,
                                             std::to_string(ntohs(address.sin_port))};
  EXPECT_EQ(stage_.outside(connects).status, 0);
  EXPECT_EQ(stage_.run(connects).status, 4);
  close(fd);
  EXPECT_NE(stage_.shell("kill -0 " + std::to_string(getpid())).status, 0);
}

TEST_P(BwrapScriptSurroundings, OnlyAllowedUnixSocketsCanBeReached) {
  stage_.make_directory(work_);
  const int allowed = stage_.listen_unix(work_ + "/allowed.sock");
  const int hidden = stage_.listen_unix(work_ + "/hidden.sock");
  stage_.make_directory(stage_.at("keys"));
  const int agent = stage_.listen_unix(stage_.at("keys/agent.sock"));
  const std::string rule =
      "allow socket " + work_ + "/allowed.sock " + stage_.at("keys/agent.sock");
  stage_.plan(Stage::programs({"allow write " + work_ + "/**", rule}));
  constexpr const char* kConnects =
      "socket(my $s, PF_UNIX, SOCK_STREAM, 0) or exit 3;"
      "connect($s, pack_sockaddr_un($ARGV[0])) or exit 4;";
  const auto connects = [&](const std::string& path) {
    return stage_.run({"/usr/bin/perl", "-MSocket", "-e", kConnects, path}).status == 0;
  };
  EXPECT_TRUE(connects(work_ + "/allowed.sock"));
  EXPECT_TRUE(connects(stage_.at("keys/agent.sock")));
  EXPECT_FALSE(connects(work_ + "/hidden.sock"));
  for (const int fd : {allowed, hidden, agent}) close(fd);
}

TEST_P(BwrapScriptSurroundings, DescriptorsOfOutsideAreClosed) {
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

INSTANTIATE_TEST_SUITE_P(As, BwrapScriptSurroundings, ::testing::ValuesIn(accounts_here()),
                         [](const auto& param) { return param.param.name; });

}  // namespace
}  // namespace sbxc::bwrap
