// Sandboxes through the C interface, with the program that was built.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include <chrono>
#include <thread>
#include <vector>

#include "runtime/c/sbxc_runtime.h"
#include "runtime/c/scratch_for_test.h"

namespace sbxc::c {
namespace {

class Sandbox : public ::testing::Test {
 protected:
  Sandbox() {
    options_.program = SBXC_PROGRAM;
    directory_ = scratch_.path();
    options_.directory = directory_.c_str();
    options_.standard[1] = open((scratch_ / "out").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    options_.standard[2] = options_.standard[1];
    options_.context = this;
    options_.on_denial = [](const sbxc_denial* denial, void* self) {
      static_cast<Sandbox*>(self)->denials_.push_back(std::string(denial->operation) + " " +
                                                      denial->target + ": " + denial->allow);
    };
  }
  ~Sandbox() override {
    sbxc_sandbox_close(sandbox_);
    close(options_.standard[1]);
  }
  int start(const std::string& script, const char* policy = "policy.sbx") {
    const char* command[] = {"/bin/sh", "-c", script.c_str(), nullptr};
    return sbxc_sandbox_start(policy, command, &options_, &sandbox_, &error_);
  }
  std::string output() const { return scratch_.read("out"); }

  Scratch scratch_;
  std::string directory_;
  sbxc_start_options options_ = SBXC_START_OPTIONS;
  sbxc_sandbox* sandbox_ = nullptr;
  sbxc_error error_{sizeof(sbxc_error), 0, 0, {}};
  std::vector<std::string> denials_;
  int status_ = -1;
};

TEST_F(Sandbox, RunsACommandAndTellsWhatWasDenied) {
  ASSERT_EQ(start("echo inside; touch a.lock; exit 3"), SBXC_OK) << error_.text;
  ASSERT_EQ(sbxc_sandbox_wait(sandbox_, -1, &status_, &error_), SBXC_OK) << error_.text;
  EXPECT_EQ(status_, 3) << output();
  EXPECT_THAT(output(), ::testing::HasSubstr("inside\n"));
  EXPECT_THAT(denials_, ::testing::ElementsAre(
                            ::testing::StartsWith("write " + (scratch_ / "a.lock") + ": except ")));
}

TEST_F(Sandbox, TakesAPolicyFromMemoryWithDefinitionsAndAnEnvironment) {
  std::filesystem::create_directory(scratch_ / "inner");
  const char* defines[] = {"where=inner", nullptr};
  const char* environment[] = {"GIVEN=yes", "HIDDEN=no", "PATH=/usr/bin:/bin", nullptr};
  options_.policy_text =
      "sbx 1\nuse std/base\nparam where = x\nallow read $cwd/**\n"
      "allow write $cwd/$where/**\nallow env GIVEN\n";
  options_.defines = defines;
  options_.environment = environment;
  ASSERT_EQ(start("echo $GIVEN $HIDDEN > inner/file; ls /proc/self/fd", nullptr), SBXC_OK)
      << error_.text;
  ASSERT_EQ(sbxc_sandbox_wait(sandbox_, -1, &status_, nullptr), SBXC_OK);
  EXPECT_EQ(status_, 0) << output();
  EXPECT_EQ(scratch_.read("inner/file"), "yes\n");
  EXPECT_EQ(output(), "0\n1\n2\n3\n") << "3 is what `ls` itself has open";
}

TEST_F(Sandbox, WaitsNoLongerThanItIsToldAndPassesSignalsOn) {
  ASSERT_EQ(start("trap 'exit 9' TERM; echo ready > ready; while :; do sleep 0.01; done"), SBXC_OK);
  EXPECT_EQ(sbxc_sandbox_wait(sandbox_, 1, &status_, nullptr), SBXC_RUNNING);
  pollfd end{sbxc_sandbox_descriptor(sandbox_), POLLIN, 0};
  for (int tries = 0; scratch_.read("ready").empty() && tries < 2000; ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    sbxc_sandbox_wait(sandbox_, 0, &status_, nullptr);
  }
  EXPECT_EQ(poll(&end, 1, 0), 0);
  EXPECT_EQ(sbxc_sandbox_signal(sandbox_, SIGSTOP), SBXC_BAD_ARGUMENT);
  EXPECT_EQ(sbxc_sandbox_signal(sandbox_, SIGTERM), SBXC_OK);
  ASSERT_EQ(sbxc_sandbox_wait(sandbox_, -1, &status_, nullptr), SBXC_OK);
  EXPECT_EQ(status_, 9) << output();
  EXPECT_NE(poll(&end, 1, 0), 0);
  EXPECT_EQ(sbxc_sandbox_wait(sandbox_, -1, &status_, nullptr), SBXC_OK) << "may be asked again";
  EXPECT_EQ(sbxc_sandbox_signal(sandbox_, SIGTERM), SBXC_OK);
}

TEST_F(Sandbox, EndsWhatRunsWhenItIsClosed) {
  ASSERT_EQ(start("echo x > started; sleep 600 & wait"), SBXC_OK);
  for (int tries = 0; scratch_.read("started").empty() && tries < 2000; ++tries) {
    sbxc_sandbox_wait(sandbox_, 5, &status_, nullptr);
  }
  ASSERT_FALSE(scratch_.read("started").empty()) << output();
  sbxc_sandbox_close(sandbox_);
  sandbox_ = nullptr;
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
}

TEST_F(Sandbox, PassesOnWhatSbxcFindsWrong) {
  scratch_.write("policy.sbx", "sbx 1\nallow reed /\n");
  ASSERT_EQ(start("true"), SBXC_OK);
  ASSERT_EQ(sbxc_sandbox_wait(sandbox_, -1, &status_, nullptr), SBXC_OK);
  EXPECT_EQ(status_, 125);
  EXPECT_THAT(output(), ::testing::HasSubstr("policy.sbx:2:7"));
}

TEST_F(Sandbox, SaysWhyNothingCouldBeStarted) {
  options_.program = "/nowhere/sbxc";
  EXPECT_EQ(start("true"), SBXC_CANNOT_START);
  EXPECT_STREQ(error_.text, "sbxc could not be started: No such file or directory");
  EXPECT_EQ(sandbox_, nullptr);
  EXPECT_EQ(start("true", nullptr), SBXC_BAD_ARGUMENT);
  EXPECT_EQ(start("true", "-x.sbx"), SBXC_BAD_ARGUMENT);
  EXPECT_EQ(sbxc_sandbox_wait(nullptr, 0, nullptr, nullptr), SBXC_BAD_ARGUMENT);
}

TEST_F(Sandbox, IsToldApartWhenSomebodyElseWaitsForEveryChild) {
  ASSERT_EQ(start("true"), SBXC_OK);
  while (waitpid(-1, nullptr, 0) < 0 && errno == EINTR) {
  }
  EXPECT_EQ(sbxc_sandbox_wait(sandbox_, -1, &status_, &error_), SBXC_LOST);
}

}  // namespace
}  // namespace sbxc::c
