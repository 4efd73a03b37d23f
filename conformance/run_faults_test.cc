// What goes wrong around a run: disks, odd file systems, odd names, many files, no namespaces. Each
// ends in a clear message and the right status, or simply works.
#include <gmock/gmock.h>
#include <linux/landlock.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "conformance/account_for_test.h"
#include "conformance/run_stage_for_test.h"

namespace sbxc::conformance {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class RunFaults : public ::testing::TestWithParam<Account> {};
INSTANTIATE_TEST_SUITE_P(As, RunFaults, ::testing::ValuesIn(accounts_here()), name_of_account);

const std::string kGuarded =
    kProjectPolicy + "deny write $cwd/**/*.lock because \"locked\"\ndeny read $cwd/**/secret*\n";

TEST_P(RunFaults, AFullDiskUnderTheAuditFileEndsTheCommand) {
  const RunStage stage(GetParam(), kGuarded);
  const auto result =
      stage.shell("echo x >a.lock; sleep 0.2; echo went on >b", {"--audit", "/dev/full"});
  EXPECT_EQ(result.status, 125);
  EXPECT_THAT(result.err,
              HasSubstr("error: `/dev/full` cannot be written: No space left on device\n"));
}

TEST_P(RunFaults, AnAuditFileThatIsALinkOrADirectoryIsRefused) {
  const RunStage stage(GetParam(), kGuarded);
  const auto result =
      stage.outside("ln -s /etc/passwd ~/link; '" + stage.program() + "' run --audit ~/link '" +
                    stage.policy_path() + "' -- /bin/true; echo $?; '" + stage.program() +
                    "' run --audit ~ '" + stage.policy_path() + "' -- /bin/true; echo $?");
  EXPECT_EQ(result.out, "125\n125\n") << result.err;
  EXPECT_THAT(result.err, HasSubstr("it is a link"));
}

TEST_P(RunFaults, EveryDenialIsALineOfTheAuditFile) {
  const RunStage stage(GetParam(), kGuarded);
  const std::string audit = stage.home() + "/audit";
  const auto result = stage.shell("echo x >a.lock; echo x >secret-1; mkdir d; mv d d.lock; true",
                                  {"--audit", audit});
  EXPECT_EQ(result.status, 0) << result.err;
  const auto read = stage.outside(
      "/usr/bin/python3 -c 'import json\nfor line in open(\"" + audit +
      "\"):\n  e = json.loads(line)\n"
      "  print(e[\"event\"], e.get(\"operation\", \"\"), e.get(\"target\", \"\").split(\"/\")[-1], "
      "e.get(\"error\", \"\"), *[r.get(\"because\", r[\"at\"].split(\":\")[-2]) for r in "
      "e.get(\"rules\", [])])'");
  EXPECT_EQ(read.out,
            "start   \ndenied write a.lock EACCES locked\ndenied write secret-1 EACCES 7\n"
            "denied write d.lock EACCES locked\nend   \n")
      << read.err;
}

TEST_P(RunFaults, AnAuditFileThatTheCommandMayWriteIsWarnedOf) {
  const RunStage stage(GetParam(), kGuarded);
  const auto result = stage.shell("exit 0", {"--audit", stage.work() + "/audit"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.err, HasSubstr("warning: the command may write `"));
  EXPECT_THAT(stage.shell("exit 0", {"--audit", stage.home() + "/audit"}).err,
              Not(HasSubstr("warning")));
}

TEST_P(RunFaults, APolicyThatTheCommandMayWriteIsWarnedOf) {
  const RunStage stage(GetParam(), kGuarded);
  const std::string copy = stage.work() + "/own.sbx";
  const auto said = [&stage](const std::string& policy) {
    return stage.outside("'" + stage.program() + "' run '" + policy + "' -- /bin/true").err;
  };
  (void)stage.outside("cp '" + stage.policy_path() + "' '" + copy + "'");
  EXPECT_THAT(said(copy),
              HasSubstr("warning: the command may write `" + copy + "`, which the next"));
  EXPECT_THAT(said(copy), HasSubstr("help: add `deny write " + copy + "`"));
  (void)stage.outside("echo 'deny write " + copy + "' >>'" + copy + "'");
  EXPECT_EQ(said(copy), "");
  EXPECT_EQ(said(stage.policy_path()), "");
}

// Each once, however many rules are about it.
TEST_P(RunFaults, AWrongHomeOrAStartDirectoryThatIsGoneIsSaidAndNotWhereItIsUsed) {
  const RunStage stage(GetParam(), "sbx 1\nuse std/agent\n");
  const auto home = stage.outside("HOME=here; run /bin/echo started; echo status $?");
  EXPECT_EQ(home.out, "status 125\n");
  EXPECT_EQ(home.err,
            "error[SBX2022]: `$home` is `here`, which is not a canonical absolute path\n"
            "   --> std/base:18:20\n"
            "18 | param tool_cache = ~/.cache/sbx\n"
            "   |                    ^\n"
            "help: set HOME to an absolute path, or give one: `-D home=/…`\n");
  const auto gone = stage.outside("mkdir gone; cd gone; rmdir ../gone; run /bin/echo started");
  EXPECT_EQ(gone.out, "");
  EXPECT_EQ(gone.err,
            "error[SBX2022]: the directory that sbxc was started in cannot be found\n"
            "   --> std/agent:25:19\n"
            "25 | param workspace = $cwd\n"
            "   |                   ^^^^\n"
            "help: it was removed, or one above it may not be searched; go to another\n");
}

// Also as root, who has no capabilities inside. A network fails, too, where there is no sandbox.
TEST_P(RunFaults, AStartDirectoryThatCannotBeEnteredIsSaid) {
  const RunStage stage(GetParam());
  const std::string whole = "sbx 1\nuse std/base\nallow read " + stage.home() + "/**\n";
  for (const char* more : {"", "allow write $cwd/**\n", "allow connect example.org:443\n"}) {
    testing::write_whole(stage.policy_path(), whole + more);
    const auto result = stage.outside(
        "mkdir -p closed/in; cd closed/in; chmod 0 ..; run /bin/echo started; echo status $?; "
        "chmod 700 ..");
    EXPECT_EQ(result.out, "status 125\n");
    EXPECT_THAT(result.err, StartsWith("error: the command cannot start in `" + stage.work() +
                                       "/closed/in`: Permission denied\nhelp: "));
  }
}

// As in a container that mounts somebody's project.
TEST_P(RunFaults, ADirectoryOfSomebodyElseIsToldToRoot) {
  const RunStage stage(GetParam());
  const bool root = geteuid() == 0 && !GetParam().change_to;
  const std::string try_it = "run /bin/touch x 2>&1; echo status $?; rm -f x; ";
  const auto result =
      stage.outside("mkdir theirs; cd theirs; " + std::string(root ? "chown 65534 .; " : "") +
                    try_it + "chmod 777 .; " + try_it);
  const std::string note = "note: `" + stage.work() +
                           "/theirs` belongs to user 65534, and root has no capabilities inside: "
                           "what writes there fails; start sbxc as that user\n"
                           "/bin/touch: cannot touch 'x': Permission denied\nstatus 1\n";
  EXPECT_EQ(result.out, (root ? note : "status 0\n") + "status 0\n");
}

TEST_P(RunFaults, OddNamesAreNamesLikeOthers) {
  const RunStage stage(GetParam(), kGuarded);
  const std::string odd = "a b\nc'd\"e--\\\xff\xfe*?[x]";
  EXPECT_EQ(stage.run({"/bin/mkdir", "--", odd}).status, 0);
  EXPECT_EQ(stage.run({"/usr/bin/touch", "--", odd + "/" + odd, "-- x", " "}).status, 0);
  EXPECT_EQ(stage.run({"/bin/mv", "--", odd + "/" + odd, odd + "/\n"}).status, 0);
  const auto denied = stage.run({"/usr/bin/touch", "--", odd + "/" + odd + ".lock"});
  EXPECT_EQ(denied.status, 1);
  EXPECT_THAT(denied.err, HasSubstr("a b\\x0ac'd\"e--\\\\xff\\xfe*?[x].lock")) << denied.err;
}

TEST_P(RunFaults, AWorkspaceWithAnOddNameIsAWorkspaceLikeOthers) {
  const RunStage stage(GetParam(), kGuarded);
  const auto result = stage.outside(
      "d=$'odd \\n\"name\\'*[x] --'; mkdir \"$d\"; cd \"$d\"; run /bin/sh -c "
      "'echo x >f; cat f; echo x >f.lock'; ls");
  EXPECT_EQ(result.out, "x\nf\n") << result.err;
}

TEST_P(RunFaults, TwentyThousandFilesUnderADenialCostNoMounts) {
  const RunStage stage(GetParam(), kGuarded);
  const auto result = stage.outside(
      "mkdir many; (cd many; seq -f secret%g 20000 | xargs touch; echo s >secret7; touch open)\n"
      "run /bin/sh -c 'cat many/secret7; cat many/open && echo read; ls many | wc -l'");
  EXPECT_THAT(result.out, HasSubstr("read\n20001\n")) << result.err;
  EXPECT_THAT(result.err, HasSubstr("many/secret7"));
}

TEST_P(RunFaults, AWorkspaceInMemoryOrOnAnOverlayIsAWorkspaceLikeOthers) {
  const RunStage stage(GetParam(), kGuarded);
  const std::string script =
      "run /bin/sh -c 'echo x >f; cat f; mkdir d; mv f d/g; echo y >>d/g; cat d/g; echo x >f.lock'";
  const auto memory = stage.outside(
      "export -f run; mkdir m; unshare -Urm /bin/bash -c 'mount -t tmpfs "
      "none m; cd m; " +
      std::string("eval \"$0\"' \"") + script + "\"");
  EXPECT_EQ(memory.out, "x\nx\ny\n") << memory.err;
  const auto overlay = stage.outside(
      "export -f run; mkdir l u w o; echo low >l/low; unshare -Urm /bin/bash -c 'mount -t overlay "
      "none "
      "-o lowerdir=l,upperdir=u,workdir=w o; cd o; eval \"$0\"' \"" +
      script + "; run /bin/sh -c 'echo more >>low; cat low'\"");
  EXPECT_EQ(overlay.out, "x\nx\ny\nlow\nmore\n") << overlay.err;
}

// As in a container that allows none: the outer sandbox forbids making user namespaces.
const std::string kWithout = "bwrap --unshare-user --disable-userns --dev-bind / / -- ";

TEST_P(RunFaults, WithoutNamespacesAPolicyThatNeedsThemIsRefused) {
  const RunStage stage(GetParam(), kGuarded);
  const auto result = stage.outside(kWithout + "'" + stage.program() + "' run '" +
                                    stage.policy_path() + "' -- /bin/echo started; echo $?");
  EXPECT_EQ(result.out, "6\n");
  EXPECT_THAT(result.err, HasSubstr("do not hold this policy"));
}

TEST_P(RunFaults, WithoutNamespacesLandlockAndTheFilterHoldWhatTheyCan) {
  RunStage stage(GetParam(),
                 "sbx 1\n\nallow read /usr/**, /bin, /lib, /lib64, /etc/ld.so.cache\nallow exec "
                 "/usr/**\nallow write $cwd/**\nallow syscall @default\n");
  stage.scenario().make_file(stage.scenario().home() + "/key", "key", false);
  const auto result = stage.outside(
      kWithout + "'" + stage.program() + "' run '" + stage.policy_path() +
      "' -- /bin/sh -c 'echo x >f && cat f; cat ~/key; cat \"$HOME/key\"; echo x "
      ">../g; kill -0 1; "
      "/usr/bin/python3 -SIc \"import fcntl; fcntl.ioctl(open(\\\"f\\\"), 0x40086602, "
      "bytes(8))\" 2>&1 | grep -o Inappropriate; exit 4'; echo $?; ls ..");
  constexpr long kKeepsSignalsInside = 6;  // Landlock's ABI from Linux 6.12 on
  if (syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION) <
      kKeepsSignalsInside) {
    EXPECT_THAT(result.out, ::testing::StartsWith("6\n"));
    EXPECT_THAT(result.err, HasSubstr("does not keep signals inside: 6 is needed"));
    return;
  }
  // FS_IOC_SETFLAGS, through a descriptor that is open for reading.
  EXPECT_THAT(result.out, ::testing::StartsWith("x\nInappropriate\n4\n")) << result.err;
  EXPECT_THAT(result.out, Not(HasSubstr("g\n")));
  EXPECT_THAT(result.err, HasSubstr("held by Landlock and the system call filter alone"));
}

TEST_P(RunFaults, ASandboxWithoutAProcessTableStarts) {
  const RunStage hidden(GetParam(), "sbx 1\n\nuse std/base\nallow read /**\ndeny read /proc/**\n");
  EXPECT_EQ(hidden.shell("cat /etc/hostname >/dev/null && ls /proc; echo $?").out, "2\n");
  const RunStage none(GetParam(),
                      "sbx 1\n\nallow read /usr/**, /bin, /lib, /lib64, /etc/ld.so.cache\nallow "
                      "exec /usr/**\nallow syscall @default\n");
  EXPECT_EQ(none.run({"/usr/bin/echo", "runs"}).out, "runs\n");
}

// Root may write the kernel's settings by file mode alone. Nobody else may, and nobody else could
// mount such a file system here: for them there is nothing to try.
TEST_P(RunFaults, AProcessTableMountedInTheProjectCannotBeWritten) {
  if (GetParam().name != "root") return;
  const RunStage stage(GetParam(), kProjectPolicy);
  const auto result = stage.outside(
      "mkdir -p chroot/proc\n"
      "export -f run; unshare -m /bin/bash -c '\n"
      "  mount -t proc proc chroot/proc\n"
      "  try=\": >>chroot/proc/sys/kernel/core_pattern\"\n"
      "  sh -c \"$try\" && echo outside\n"
      "  run sh -c \"$try\" && echo escaped\n"
      "  run sh -c \"cat chroot/proc/sys/kernel/ostype; echo x >other; cat other\"'");
  EXPECT_EQ(result.out, "outside\nLinux\nx\n") << result.err;
}

// The nodes are the machine's own, and root owns them. The mode that is tried is the one they have.
TEST_P(RunFaults, DevicesCanBeUsedAndNotChanged) {
  if (GetParam().name != "root") return;
  const RunStage stage(GetParam(), kProjectPolicy);
  const auto result = stage.outside(
      "chmod 0666 /dev/full && echo outside\n"
      "run sh -c 'chmod 0666 /dev/full && echo escaped; echo x >/dev/null && head -c1 /dev/zero | "
      "wc -c'");
  EXPECT_EQ(result.out, "outside\n1\n") << result.err;
}

}  // namespace
}  // namespace sbxc::conformance
