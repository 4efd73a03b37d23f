// Every example policy as a profile: read by the reader, within the limits, and deciding what
// the policy's own tests say of paths, sockets and services.
#include <gtest/gtest.h>

#include "backends/seatbelt/canonical_roots.h"
#include "backends/seatbelt/evaluated_profile.h"
#include "backends/seatbelt/resolved_policy.h"
#include "compiler/testing/example_files.h"

namespace sbxc::seatbelt {
namespace {

std::string canonical_text(const std::string& path) {
  return canonical(literal_path_glob(path)).literal_prefix();
}

class Example : public ::testing::TestWithParam<std::string> {};

TEST_P(Example, IsDecidedByItsProfileAsItsOwnTestsSay) {
  ResolveOptions options = ResolvedPolicy::on_a_mac();
  options.read_file = testing::read_from_disk;
  Sources sources;
  Diagnostics diagnostics;
  const auto policy = resolve_file(GetParam(), options, sources, diagnostics);
  ASSERT_TRUE(policy) << render(diagnostics, sources, {});
  const EvaluatedProfile profile = EvaluatedProfile::of(*policy, sources);
  EXPECT_TRUE(profile.lowered.diagnostics.empty() ||
              profile.lowered.diagnostics[0].kind != Kind::profile_too_large);
  EXPECT_LT(profile.profile.estimated_bytes(), sbpl::kMaxCompiledBytes);
  for (const ::sbxc::Test& test : policy->tests) {
    for (const TestLine& line : test.lines) {
      const auto* text = std::get_if<std::string>(&line.request.target);
      if (text == nullptr || !line.os.macos || !text->starts_with('/')) continue;
      const char* operation = line.request.operation == Operation::read    ? "file-read-data"
                              : line.request.operation == Operation::write ? "file-write-data"
                              : line.request.operation == Operation::exec  ? "process-exec*"
                                                                           : "network-outbound";
      EXPECT_EQ(profile.allows(operation, canonical_text(*text)), line.expected == Effect::allow)
          << test.name << ": " << line.request.text();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, Example, ::testing::ValuesIn(testing::example_files()),
                         testing::named_after_file);

}  // namespace
}  // namespace sbxc::seatbelt
