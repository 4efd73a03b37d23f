// Every example policy, compiled and verified: all are decided, and hold.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "backends/seatbelt/verify/verified.h"

namespace sbxc::seatbelt_verify {
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
  const Verification found =
      verify_seatbelt(*policy, lowered.artifacts.at(0).bytes, lowered.verdicts);
  EXPECT_TRUE(found.holds()) << in_words(found);
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
