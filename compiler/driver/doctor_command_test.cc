// `sbxc doctor` as a person sees it, on this machine and on machines that lack something: a sandbox
// around the program takes bubblewrap away, or makes the kernel refuse calls.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <nlohmann/json.hpp>

#include "compiler/driver/run_sbxc_for_test.h"

namespace sbxc {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::run_program;
using testing::run_sbxc_beside;
using testing::RunResult;
using testing::ScratchDirectory;
using testing::write_whole;

constexpr const char* kSimple = R"(sbx 1
allow read  /usr/**, /bin/**, /lib/**, /lib64/**
allow write /srv/app/**
)";
constexpr const char* kRich = R"(sbx 1
allow read    /**
deny  read    /root/**
allow connect example.com:443
limit open-files 100, time 5m
)";

// A filter that makes `calls` fail, as bubblewrap loads it.
std::string refusing(std::initializer_list<long> calls, unsigned error) {
  std::vector<sock_filter> code = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr))};
  for (const long call : calls) {
    code.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(call), 0, 1));
    code.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error));
  }
  code.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  return {reinterpret_cast<const char*>(code.data()), code.size() * sizeof(sock_filter)};
}

// The doctor where `calls` fail and, if so said, there is no bubblewrap.
struct Elsewhere {
  std::string filter = refusing({}, 0);
  bool hide_bubblewrap = false;

  RunResult doctor(const std::string& policy, const std::string& format = "text") const {
    const ScratchDirectory scratch;
    write_whole(scratch.path() + "/p.sbx", policy);
    write_whole(scratch.path() + "/filter", filter);
    std::string script = "exec /usr/bin/bwrap --dev-bind / / --seccomp 9 ";
    if (hide_bubblewrap) script += "--tmpfs /usr/bin ";
    script += std::string("-- " SBXC_PROGRAM " doctor --format ") + format;
    if (!policy.empty()) script += " p.sbx";
    script += " 9<filter";
    return run_program({.argv = {"/bin/sh", "-c", script},
                        .directory = scratch.path(),
                        .environment = {{"HOME", "/home/you"}}});
  }
};

Elsewhere without_namespaces() {
  return {.filter = refusing({SYS_unshare, SYS_mount, SYS_setns}, EPERM)};
}

TEST(DoctorCommand, FindsThisMachineFit) {
  const RunResult seen = run_sbxc_beside("", {"doctor"});
  EXPECT_EQ(seen.status, 0) << seen.out << seen.err;
  EXPECT_THAT(seen.out, HasSubstr("namespaces         ok"));
  EXPECT_THAT(seen.out, HasSubstr("this machine can enforce what ordinary policies ask for"));
}

TEST(DoctorCommand, SaysByWhatAPolicyIsEnforced) {
  const RunResult seen = run_sbxc_beside(kRich, {"doctor", "p.sbx"});
  EXPECT_EQ(seen.status, 0) << seen.out << seen.err;
  EXPECT_THAT(seen.out, HasSubstr("p.sbx can be enforced here:"));
  EXPECT_THAT(seen.out, HasSubstr("hosts and ports: p.sbx:4:"));
  EXPECT_THAT(seen.out, HasSubstr("limit open-files 100: RLIMIT_NOFILE"));
  EXPECT_THAT(run_sbxc_beside(kSimple, {"doctor", "p.sbx"}).out, Not(HasSubstr("hosts and ports")));
}

TEST(DoctorCommand, SaysHowToGetBubblewrap) {
  const RunResult seen = Elsewhere{.hide_bubblewrap = true}.doctor("");
  EXPECT_EQ(seen.status, 6) << seen.out << seen.err;
  EXPECT_THAT(seen.out, HasSubstr("bubblewrap         missing   bubblewrap is not installed"));
  EXPECT_THAT(seen.out, HasSubstr("help: install the package `bubblewrap`"));
  EXPECT_THAT(seen.out, HasSubstr("this machine cannot enforce ordinary policies: bubblewrap"));
}

TEST(DoctorCommand, SaysWhatIsInTheWayOfNamespaces) {
  const RunResult seen = without_namespaces().doctor("");
  EXPECT_EQ(seen.status, 6) << seen.out << seen.err;
  EXPECT_THAT(seen.out, HasSubstr("namespaces         missing"));
  EXPECT_THAT(seen.out, HasSubstr("cannot enforce ordinary policies: namespaces, network"));
}

TEST(DoctorCommand, SaysWhichRulesNeedNamespaces) {
  const RunResult seen = without_namespaces().doctor(kRich);
  EXPECT_EQ(seen.status, 6) << seen.out << seen.err;
  EXPECT_THAT(seen.out, HasSubstr("p.sbx cannot be enforced here:"));
  EXPECT_THAT(seen.out, HasSubstr("without namespaces it cannot be held either:"));
  EXPECT_THAT(seen.out, HasSubstr("hosts and ports need a network namespace"));
}

TEST(DoctorCommand, SaysThatSomePoliciesNeedNone) {
  const RunResult seen = without_namespaces().doctor(kSimple);
  constexpr long kKeepsSignalsInside = 6;  // Landlock's ABI from Linux 6.12 on
  if (syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION) <
      kKeepsSignalsInside) {
    EXPECT_EQ(seen.status, 6) << seen.out << seen.err;
    EXPECT_THAT(seen.out, HasSubstr("without namespaces it cannot be held either:"));
    return;
  }
  EXPECT_EQ(seen.status, 0) << seen.out << seen.err;
  EXPECT_THAT(seen.out, HasSubstr("p.sbx can be enforced here:"));
  EXPECT_THAT(seen.out, HasSubstr("without namespaces Landlock and a filter hold it"));
}

TEST(DoctorCommand, NoticesAKernelWithoutLandlock) {
  constexpr long kCreateRuleset = 444;
  const RunResult seen = Elsewhere{.filter = refusing({kCreateRuleset}, ENOSYS)}.doctor("");
  EXPECT_EQ(seen.status, 0) << seen.out << seen.err;  // ordinary policies do not need it
  EXPECT_THAT(seen.out, HasSubstr("landlock           missing   not in this kernel"));
}

TEST(DoctorCommand, SaysWhatIsWrongWithThePolicyFirst) {
  const RunResult seen = run_sbxc_beside("sbx 1\nallow everything\n", {"doctor", "p.sbx"});
  EXPECT_EQ(seen.status, 3);
  EXPECT_EQ(seen.out, "");
  EXPECT_THAT(seen.err, HasSubstr("p.sbx:2"));
}

TEST(DoctorCommand, PrintsJsonAsItsSchemaSays) {
  const ScratchDirectory scratch;
  std::vector<std::string> files;
  for (const RunResult& seen :
       {run_sbxc_beside(kRich, {"doctor", "--format", "json", "p.sbx"}),
        run_sbxc_beside("", {"doctor", "--format", "json"}),
        without_namespaces().doctor(kRich, "json"), without_namespaces().doctor(kSimple, "json")}) {
    files.push_back(scratch.path() + "/" + std::to_string(files.size()) + ".json");
    write_whole(files.back(), seen.out);
    const auto json = nlohmann::json::parse(seen.out, nullptr, false);
    ASSERT_FALSE(json.is_discarded()) << seen.out << seen.err;
    EXPECT_EQ(json["enforced"].get<bool>(), seen.status == 0);
  }
  const RunResult valid = testing::validate("doctor.schema.json", files);
  EXPECT_EQ(valid.status, 0) << valid.out << valid.err;
}

}  // namespace
}  // namespace sbxc
