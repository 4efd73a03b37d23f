// Real programs under the broker, with what they do most.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/broker/sandbox_for_test.h"

namespace sbxc::broker {
namespace {

// Every rule that makes the broker look twice.
const std::vector<std::string> kRules = {
    "allow read /**",
    "allow exec /**",
    "allow write $w/**",
    "allow write /dev/null, /dev/tty",
    "deny write $w/**/.git/hooks/**",
    "deny read $w/**/.env",
};

std::string shell(const std::string& script) {
  setenv("HOME", ".", 1);
  setenv("TMPDIR", ".", 1);
  setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
  setenv("LC_ALL", "C", 1);
  const int status = system(("exec 2>&1; set -e; " + script).c_str());
  return WIFEXITED(status) ? "exit " + std::to_string(WEXITSTATUS(status)) : "killed";
}

class Programs : public ::testing::TestWithParam<As> {
 protected:
  void expect_success(const std::string& script) {
    for (const bool reads : {false, true}) {
      Sandbox box(kRules, GetParam());
      box.options.reads = reads;
      const Ran ran = box.run([&] { return shell(script); });
      EXPECT_EQ(ran.said, "exit 0");
      for (const Report& report : ran.reports) ADD_FAILURE() << report.path;
    }
  }
};
INSTANTIATE_TEST_SUITE_P(Users, Programs, ::testing::Values(As::root, As::user),
                         [](const auto& param) {
                           return param.param == As::root ? "AsRoot" : "AsUser";
                         });

TEST_P(Programs, GitMakesARepositoryCommitsBranchesAndWorktrees) {
  expect_success(
      "git init -q --template= repo; cd repo; git config user.name a; git config user.email b; "
      "for i in 1 2 3; do echo $i > f$i; done; git add .; git commit -qm one; "
      "git checkout -qb other; git mv f1 g1; git commit -qam two; git worktree add -q ../tree "
      "main 2>/dev/null || git worktree add -q ../tree master; git gc -q; git clone -q "
      "--template= . ../copy; git status --porcelain; cd ../copy; test -f g1; git log --oneline | "
      "wc -l | grep -qx 2");
}

TEST_P(Programs, TarAndCpKeepEverything) {
  expect_success(
      "mkdir -p a/b; echo x > a/b/f; ln -s b/f a/l; ln a/b/f a/h; mkfifo a/p; chmod 751 a/b; "
      "touch -d 2001-01-01 a/b/f; tar cf a.tar a; mkdir t; tar xf a.tar -C t; cp -a a c; "
      "test \"$(readlink t/a/l)\" = b/f; test \"$(stat -c '%a %h %Y' t/a/b/f)\" = \"$(stat -c '%a "
      "%h %Y' a/b/f)\"; test \"$(stat -c '%a %Y' c/b/f)\" = \"$(stat -c '%a %Y' a/b/f)\"; "
      "rm -rf a t c; ! test -e a");
}

TEST_P(Programs, PythonMakesTemporaryFilesAndWorkers) {
  expect_success(
      "python3 -c '\n"
      "import tempfile, os, shutil, pathlib, subprocess, multiprocessing\n"
      "with tempfile.TemporaryDirectory(dir=\".\") as d:\n"
      "    pathlib.Path(d, \"x\").write_text(\"y\")\n"
      "    os.replace(d + \"/x\", d + \"/z\")\n"
      "    shutil.copytree(d, \"copied\")\n"
      "with tempfile.TemporaryFile(dir=\".\") as f: f.write(b\"x\")\n"
      "with tempfile.NamedTemporaryFile(dir=\".\") as f: f.write(b\"x\")\n"
      "assert subprocess.run([\"true\"], stdout=subprocess.DEVNULL).returncode == 0\n"
      "import concurrent.futures as c\n"
      "assert list(c.ThreadPoolExecutor(8).map(lambda i: open(f\"t{i}\", \"w\").write(\"x\"), "
      "range(100))) == [1] * 100\n"
      "'");
}

TEST_P(Programs, ACompilerAndMakeBuild) {
  expect_success(
      "for i in 1 2 3 4; do echo \"int f$i(void) { return $i; }\" > f$i.c; done; "
      "echo 'int f1(void); int main(void) { return f1() - 1; }' > main.c; "
      "printf 'all: p\\np: main.o f1.o f2.o f3.o f4.o\\n\\tcc -o $@ $^\\n' > Makefile; "
      "make -s -j4; ./p; ar rc l.a f1.o f2.o; strip p; ./p; touch main.c; make -s; make -s -q p");
}

TEST_P(Programs, AShellRedirectsEverywhere) {
  expect_success(
      "echo a > f; echo b >> f; { echo c; } > /dev/stdout | cat > g; cat f > /dev/null; "
      "echo d > /dev/fd/1 | cat >> g; mktemp -d ./XXXXXX > name; test -d $(cat name); "
      "dd if=/dev/zero of=z bs=1k count=4 2>/dev/null; truncate -s 2k z; test $(stat -c %s z) = "
      "2048; sed -i s/a/x/ f; grep -q x f; install -m 700 f i; test $(stat -c %a i) = 700; "
      "mkfifo p; cat p > q & echo through > p; wait; grep -q through q");
}

TEST(ProtectedPrograms, GitInitMakesNoHooks) {
  Sandbox box(kRules, As::user);
  const Ran ran = box.run([] {
    return shell(
        "git init -q repo >/dev/null 2>&1 || true; test -d repo; ! ls "
        "repo/.git/hooks/* >/dev/null 2>&1; ! mv repo/.git/hooks/x y 2>/dev/null");
  });
  EXPECT_EQ(ran.said, "exit 0");
}

}  // namespace
}  // namespace sbxc::broker
