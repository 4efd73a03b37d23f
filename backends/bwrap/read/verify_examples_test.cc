// Every policy of docs/examples, compiled for this machine as it is: its plan verifies untouched,
// with nothing left undecided. The home and the workspace are small ones: how long it takes must
// not depend on what else is on the machine.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "backends/bwrap/read/verified_plan_for_test.h"
#include "compiler/diag/render.h"
#include "compiler/resolve/resolve.h"
#include "compiler/testing/run_program.h"

namespace sbxc::bwrap_read {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> example_files() {
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(SBXC_SOURCE_DIR "/docs/examples")) {
    if (entry.path().extension() == ".sbx") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

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
  options.read_file = [](const std::string& path, size_t) -> Result<std::string> {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (file) return text.str();
    return tl::unexpected(Diagnostic{.kind = Kind::cannot_read, .span = {}, .message = path});
  };
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
  EXPECT_TRUE(verification.holds()) << told(verification);
}

INSTANTIATE_TEST_SUITE_P(Docs, Example, ::testing::ValuesIn(example_files()),
                         [](const auto& param) {
                           std::string name = fs::path(param.param).stem().string();
                           for (char& c : name) c = std::isalnum(c) != 0 ? c : '_';
                           return name + std::to_string(param.index);
                         });

}  // namespace
}  // namespace sbxc::bwrap_read
