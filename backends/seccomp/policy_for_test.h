// Policies for this room's tests: written in the language, or the examples of docs/.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "backends/target/target.h"
#include "compiler/diag/render.h"
#include "compiler/resolve/resolve.h"

namespace sbxc::seccomp {

struct ResolvedForTest {
  Policy policy;
  Sources sources;
};

inline ResolveOptions options_for_test() {
  ResolveOptions options;
  options.surroundings = {
      "/work", "/home/ana", "/tmp", "ana", {{"SSH_AUTH_SOCK", "/run/agent.sock"}}};
  options.read_file = [](const std::string& path, size_t) -> Result<std::string> {
    std::ifstream in(path, std::ios::binary);
    if (!in) return tl::unexpected(Diagnostic{Kind::cannot_read, std::nullopt, path});
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  };
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

// The policies of docs/examples, which are programs of their own.
inline std::vector<std::string> example_policies() {
  std::vector<std::string> files;
  const std::filesystem::path root = std::filesystem::path(SBXC_SOURCE_DIR) / "docs" / "examples";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (entry.path().extension() == ".sbx") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

inline std::string artifact_of(const Lowered& lowered, const std::string& file) {
  for (const Artifact& artifact : lowered.artifacts) {
    if (artifact.file == file) return artifact.bytes;
  }
  ADD_FAILURE() << "no " << file;
  return {};
}

}  // namespace sbxc::seccomp
