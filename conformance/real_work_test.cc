// Real work under std/agent: what people let an agent do all day has to go on, as root (where the
// tests run as root) and as an ordinary user. Programs that are not installed fail these tests: a
// policy under which nothing was tried is not known to let work go on.
#include <gmock/gmock.h>

#include "conformance/account_for_test.h"
#include "conformance/run_stage_for_test.h"
#include "conformance/terminal_for_test.h"

namespace sbxc::conformance {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string kAgent = "sbx 1\n\nuse std/agent\n";

class RealWork : public ::testing::TestWithParam<Account> {
 protected:
  // Everything that the script prints, on both outputs; "done" is its last line.
  std::string work(const std::string& script) const {
    const auto result = stage_.run({"/bin/bash", "-euc", script + "\necho done"}, {"-q"});
    return result.out + result.err;
  }
  RunStage stage_{GetParam(), kAgent};
};
INSTANTIATE_TEST_SUITE_P(As, RealWork, ::testing::ValuesIn(accounts_here()), name_of_account);

TEST_P(RealWork, AGitRepositoryWithCommitsBranchesAndWorktrees) {
  // Not by the command itself: `git init` and `git worktree add` write files that lead git to the
  // programs it runs.
  const auto made = stage_.outside(
      "rm -rf .git && git init -q -b main . && git config user.name n && git config user.email "
      "e@example.org && git commit -q --allow-empty -m root && git worktree add -q tree");
  ASSERT_EQ(made.status, 0) << made.err;
  EXPECT_EQ(
      work("echo one >a; git add a; git commit -qm one\n"
           "git checkout -q -b topic; echo two >>a; git commit -qam two\n"
           "git checkout -q main; git merge -q topic\n"
           "cd tree; git checkout -q -b other; echo three >b; git add b; git commit -qm three\n"
           "git rebase -q main; cd ..; git merge -q other; echo x >>a; git stash -q; git stash "
           "pop -q; git checkout -q a; git tag v1; git gc -q\n"
           "git log --oneline --all | wc -l; git status --short; git worktree list | wc -l"),
      "4\n?? tree/\n2\ndone\n");
}

TEST_P(RealWork, AGitWorktreeIsAddedWhereThePolicyGivesThatUp) {
  const RunStage stage(GetParam(),
                       "sbx 1\n\nuse std/agent except write "
                       "$cwd/.git/worktrees/*/{gitdir,commondir}\n");
  ASSERT_EQ(stage
                .outside("rm -rf .git && git init -q -b main . && git config user.name n && git "
                         "config user.email e@example.org && git commit -q --allow-empty -m root")
                .status,
            0);
  const auto result = stage.shell(
      "git worktree add -q -b topic tree && cd tree && echo x >x && git add x && git commit -qm x "
      "&& git log --oneline | wc -l && cd .. && git worktree remove tree && git worktree list | "
      "wc -l");
  EXPECT_EQ(result.out, "2\n1\n") << result.err;
}

TEST_P(RealWork, ACmakeBuildThatRunsInParallel) {
  for (int i = 0; i < 6; ++i) {
    testing::write_whole(
        stage_.work() + "/part" + std::to_string(i) + ".c",
        "int part" + std::to_string(i) + "(void) { return " + std::to_string(i) + "; }\n");
  }
  testing::write_whole(stage_.work() + "/main.c",
                       "#include <stdio.h>\nint part5(void);\nint main(void) { "
                       "printf(\"part %d\\n\", part5()); return 0; }\n");
  testing::write_whole(stage_.work() + "/CMakeLists.txt",
                       "cmake_minimum_required(VERSION 3.20)\nproject(p C)\nfile(GLOB parts "
                       "part*.c)\nadd_library(parts STATIC ${parts})\nadd_executable(p main.c)\n"
                       "target_link_libraries(p parts)\n");
  EXPECT_THAT(work("cmake -S . -B build >/dev/null; cmake --build build -j4 >/dev/null; build/p"),
              ::testing::EndsWith("part 5\ndone\n"));
  EXPECT_THAT(work("cmake -S . -B make -G 'Unix Makefiles' >/dev/null; make -C make -s -j4 "
                   ">/dev/null; make/p"),
              ::testing::EndsWith("part 5\ndone\n"));
}

TEST_P(RealWork, PythonWithSubprocessesAndAPoolOfWorkers) {
  testing::write_whole(
      stage_.work() + "/work.py",
      "import concurrent.futures, multiprocessing, os, subprocess, tempfile, sqlite3, threading\n"
      "def square(n): return n * n\n"
      "if __name__ == '__main__':\n"
      "  with multiprocessing.Pool(4) as pool: print(sum(pool.map(square, range(100))))\n"
      "  with concurrent.futures.ThreadPoolExecutor(8) as pool:\n"
      "    print(sum(pool.map(lambda i: int(subprocess.check_output(['/bin/echo', str(i)])), "
      "range(20))))\n"
      "  with tempfile.TemporaryDirectory() as d:\n"
      "    c = sqlite3.connect(os.path.join(d, 'x.db')); c.execute('create table t(a)')\n"
      "    c.executemany('insert into t values(?)', [(i,) for i in range(100)]); c.commit()\n"
      "    print(c.execute('select sum(a) from t').fetchone()[0])\n");
  EXPECT_EQ(work("/usr/bin/python3 work.py; /usr/bin/python3 -m venv --without-pip v; "
                 "v/bin/python -c 'import sys; print(sys.prefix != sys.base_prefix)'"),
            "328350\n190\n4950\nTrue\ndone\n");
}

TEST_P(RealWork, NodeWithWorkersAndChildren) {
  testing::write_whole(
      stage_.work() + "/work.js",
      "const { Worker, isMainThread, parentPort } = require('worker_threads');\n"
      "const { execFileSync, spawn } = require('child_process');\n"
      "if (!isMainThread) { parentPort.postMessage(21 * 2); return; }\n"
      "const fs = require('fs');\n"
      "fs.mkdirSync('out/deep', { recursive: true });\n"
      "fs.writeFileSync('out/deep/file', execFileSync('/bin/echo', ['written']));\n"
      "console.log(fs.readFileSync('out/deep/file', 'utf8').trim());\n"
      "fs.renameSync('out/deep', 'out/moved'); fs.rmSync('out', { recursive: true });\n"
      "const child = spawn('/bin/sh', ['-c', 'exit 4']);\n"
      "child.on('exit', code => { console.log('exit', code);\n"
      "  new Worker(__filename).on('message', m => console.log('worker', m)); });\n");
  EXPECT_EQ(work("node work.js"), "written\nexit 4\nworker 42\ndone\n");
}

TEST_P(RealWork, ArchivesCopiesAndTemporaryFiles) {
  EXPECT_EQ(work("mkdir -p d/e; seq 1000 >d/e/f; ln -s e/f d/l; ln d/e/f d/h; tar czf d.tgz d; "
                 "cp -a d d2; mv d2 d3; rm -rf d; tar xzf d.tgz; diff -r d d3; touch -d yesterday "
                 "d/h; chmod 600 d/h; stat -c %a d/e/f; t=$(mktemp); echo x >$t; rm $t; find . "
                 "-name f | wc -l"),
            "600\n2\ndone\n");
}

TEST_P(RealWork, AnEditorInATerminal) {
  Terminal terminal(stage_.work(), GetParam(),
                    {stage_.program(), "run", "-q", stage_.policy_path(), "--", "vim", "-u", "NONE",
                     "-N", "text.txt"});
  ASSERT_TRUE(terminal.shows("text.txt")) << terminal.shown();
  terminal.type("ihello from the editor\x1b:wq\r");
  EXPECT_TRUE(terminal.shows("written")) << terminal.shown();
  EXPECT_EQ(terminal.status(), 0) << terminal.shown();
  EXPECT_EQ(testing::read_whole(stage_.work() + "/text.txt"), "hello from the editor\n");
}

TEST_P(RealWork, ADebuggerWhereThePolicyAllowsIt) {
  const std::string script =
      "printf 'int main(void) {\\n  volatile int a = 41;\\n  a++;\\n  return a;\\n}\\n' >d.c; gcc "
      "-g -O0 d.c -o d; "
      "gdb -q -batch -ex 'break main' -ex run -ex next -ex next -ex 'print a' ./d 2>&1 | grep "
      "-E '^.1 = |ptrace' || true";
  EXPECT_THAT(work(script), Not(HasSubstr("$1 = 42")));
  const RunStage with(GetParam(), kAgent + "allow syscall ptrace, personality, process_vm_readv\n");
  const auto result = with.run({"/bin/bash", "-c", script}, {"-q"});
  EXPECT_THAT(result.out, HasSubstr("$1 = 42")) << result.err;
}

// The broker opened it, too; nobody may meet that (ETXTBSY).
TEST_P(RealWork, WhatWasJustWrittenCanBeExecuted) {
  EXPECT_EQ(work("/usr/bin/python3 -c '\n"
                 "import os\n"
                 "program = open(\"/bin/true\", \"rb\").read()\n"
                 "for i in range(300):\n"
                 "  f = os.open(\"p\", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o755)\n"
                 "  os.write(f, program); os.close(f)\n"
                 "  pid = os.posix_spawn(\"./p\", [\"p\"], {})\n"
                 "  assert os.waitpid(pid, 0)[1] == 0\n"
                 "  os.unlink(\"p\")'"),
            "done\n");
}

TEST_P(RealWork, TheSameIsDeniedToEverybody) {
  stage_.scenario().make_file(stage_.scenario().home() + "/.ssh/id_rsa", "key", false);
  stage_.scenario().make_file(stage_.work() + "/.env", "KEY=1", false);
  const auto result = stage_.run(
      {"/bin/sh", "-c",
       "cat ~/.ssh/id_rsa; cat .env; echo x >.git/hooks/pre-commit; echo x >>.git/config; "
       "echo x >.envrc; mkdir -p sub/.git/hooks; mv .git g; ln .git/config c; ln -s /etc/passwd l; "
       "cp /bin/true sub/x; sub/x && echo ran; echo x >.env.local; mv sub/x .envrc"});
  std::string told = result.err;
  for (size_t at = told.find(stage_.scenario().root()); at != std::string::npos;
       at = told.find(stage_.scenario().root())) {
    told.replace(at, stage_.scenario().root().size(), "ROOT");
  }
  EXPECT_EQ(result.out, "ran\n");
  for (const std::string denied :
       {"write ROOT/home/project/.git/hooks/pre-commit", "write ROOT/home/project/.git/config",
        "write ROOT/home/project/.envrc", "read ROOT/home/project/.env"}) {
    EXPECT_THAT(told, HasSubstr(denied));
  }
  static std::string first_told;
  if (first_told.empty()) first_told = told;
  EXPECT_EQ(told, first_told);
}

}  // namespace
}  // namespace sbxc::conformance
