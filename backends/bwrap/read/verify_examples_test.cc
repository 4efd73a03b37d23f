// Every policy of docs/examples, compiled for this machine as it is: its plan verifies untouched,
// with nothing left undecided. The home and the workspace are small ones: how long it takes must
// not depend on what else is on the machine.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "backends/bwrap/read/verified_plan_for_test.h"
#include "compiler/diag/render.h"
#include "compiler/resolve/resolve.h"
#include "compiler/testing/example_files.h"
#include "compiler/testing/run_program.h"

namespace sbxc::bwrap_read {
namespace {

namespace fs = std::filesystem;

// A checkout with a few names of the kind that rules single out, and a home beside it.
class SmallPlace {
 public:
  SmallPlace() {
    for (const char* name :
         {"home/.ssh/id_ed25519", "home/.bashrc", "home/.config/git/config", "home/.local/bin/tool",
          "work/.git/hooks/pre-commit", "work/.git/config", "work/.env", "work/src/main.c",
          "work/docs/index.md", "tmp/scratch"}) {
      const fs::path path = fs::path(at(name));
      fs::create_directories(path.parent_path());
      std::ofstream(path) << "x";
    }
  }
  std::string at(const std::string& name) const { return scratch_.path() + "/" + name; }

 private:
  testing::ScratchDirectory scratch_{"/var/tmp"};
};

ResolveOptions on_this_machine(const SmallPlace& place) {
  ResolveOptions options;
  options.surroundings.cwd = place.at("work");
  options.surroundings.home = place.at("home");
  options.surroundings.user = "somebody";
  options.surroundings.tmp = place.at("tmp");
  options.surroundings.environment["SSH_AUTH_SOCK"] = place.at("tmp/ssh-agent.sock");
  options.read_file = testing::read_from_disk;
  return options;
}

class Example : public ::testing::TestWithParam<std::string> {};

TEST_P(Example, VerifiesOnThisMachine) {
  const SmallPlace place;
  Sources sources;
  Diagnostics diagnostics;
  const auto policy = resolve_file(GetParam(), on_this_machine(place), sources, diagnostics);
  ASSERT_TRUE(policy) << render(diagnostics, sources, {});
  const PlanBytes plan = PlanBytes::of(*policy, BwrapOptions{});
  const Verification verification = plan.verify(ThisMachine());
  EXPECT_TRUE(verification.holds()) << in_words(verification);
}

INSTANTIATE_TEST_SUITE_P(Docs, Example, ::testing::ValuesIn(testing::example_files()),
                         testing::named_after_file);

}  // namespace
}  // namespace sbxc::bwrap_read
