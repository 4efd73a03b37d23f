// Policies for this room's tests: written in the language, or files.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "backends/target/target.h"
#include "compiler/diag/render.h"
#include "compiler/resolve/resolve.h"
#include "compiler/testing/example_files.h"

namespace sbxc::seccomp {

struct ResolvedForTest {
  Policy policy;
  Sources sources;
};

inline ResolveOptions options_for_test() {
  ResolveOptions options;
  options.surroundings = {
      "/work", "/home/ana", "/tmp", "ana", {{"SSH_AUTH_SOCK", "/run/agent.sock"}}};
  options.read_file = testing::read_from_disk;
  return options;
}

inline ResolvedForTest resolve_for_test(const std::string& statements) {
  ResolvedForTest out;
  Diagnostics diagnostics;
  auto policy = resolve_text("test.sbx", "sbx 1\n\npolicy test \"a test\"\n\n" + statements,
                             "/work", options_for_test(), out.sources, diagnostics);
  EXPECT_TRUE(policy) << render(diagnostics, out.sources, {});
  if (policy) out.policy = std::move(*policy);
  return out;
}

inline ResolvedForTest resolve_file_for_test(const std::string& path) {
  ResolvedForTest out;
  Diagnostics diagnostics;
  auto policy = resolve_file(path, options_for_test(), out.sources, diagnostics);
  EXPECT_TRUE(policy) << render(diagnostics, out.sources, {});
  if (policy) out.policy = std::move(*policy);
  return out;
}

inline std::string artifact_of(const Lowered& lowered, const std::string& file) {
  for (const Artifact& artifact : lowered.artifacts) {
    if (artifact.file == file) return artifact.bytes;
  }
  ADD_FAILURE() << "no " << file;
  return {};
}

}  // namespace sbxc::seccomp
