// Every example policy, compiled and verified. Those that leave whole trees writable beside the
// long lists of std/persistence make automata over the budget: verify says so, which is no pass,
// and the test names them, so that it fails when they fit.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "backends/seatbelt/verify/verified.h"

namespace sbxc::seatbelt_verify {
namespace {

namespace fs = std::filesystem;

const std::set<std::string> kTooLarge = {"agent",       "ci-push",         "notebook",
                                         "npm-install", "review-readonly", "claude-code-filesystem",
                                         "fence-code",  "firejail-claude", "nono-claude-code"};

std::vector<std::string> example_files() {
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(SBXC_SOURCE_DIR "/docs/examples")) {
    if (entry.path().extension() == ".sbx") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

bool is_too_large(const std::string& file) {
  const std::string name = fs::path(file).stem().string();
  return kTooLarge.contains(name);
}

automata::Budget budget_of(const std::string& file) {
  return {.states = is_too_large(file) ? size_t{2'000} : size_t{30'000}};
}

class Example : public ::testing::TestWithParam<std::string> {};

TEST_P(Example, IsHeldByItsProfile) {
  ResolveOptions options = seatbelt::ResolvedPolicy::on_a_mac();
  options.read_file = [](const std::string& path, size_t) -> Result<std::string> {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (file) return text.str();
    return tl::unexpected(Diagnostic{.kind = Kind::cannot_read, .span = {}, .message = path});
  };
  Sources sources;
  Diagnostics diagnostics;
  const auto policy = resolve_file(GetParam(), options, sources, diagnostics);
  ASSERT_TRUE(policy) << render(diagnostics, sources, {});
  const Lowered lowered = lower_seatbelt(*policy, sources, {});
  const Verification found = verify_seatbelt(*policy, lowered.artifacts.at(0).bytes,
                                             lowered.verdicts, {.budget = budget_of(GetParam())});
  EXPECT_TRUE(found.misfits.empty()) << in_words(found);
  for (const OperationProof& one : found.operations) {
    EXPECT_NE(one.proof, Proof::differs) << in_words(found);
  }
  EXPECT_EQ(found.holds(), !is_too_large(GetParam())) << in_words(found);
}

INSTANTIATE_TEST_SUITE_P(All, Example, ::testing::ValuesIn(example_files()),
                         [](const auto& param_info) {
                           std::string name = fs::path(param_info.param).stem().string();
                           std::replace_if(
                               name.begin(), name.end(),
                               [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); },
                               '_');
                           return name;
                         });

}  // namespace
}  // namespace sbxc::seatbelt_verify
