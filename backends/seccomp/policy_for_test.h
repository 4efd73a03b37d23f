// Policies for this room's tests, written in the language and resolved without a disk.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "compiler/diag/render.h"
#include "compiler/resolve/resolve.h"

namespace sbxc::seccomp {

struct ResolvedForTest {
  Policy policy;
  Sources sources;
};

inline ResolvedForTest resolve_for_test(const std::string& statements) {
  ResolvedForTest out;
  Diagnostics diagnostics;
  const ResolveOptions options{
      {"/work", "/home/ana", "/tmp", "ana", {}},
      {},
      [](const std::string& path, size_t) -> Result<std::string> {
        return tl::unexpected(Diagnostic{Kind::cannot_read, std::nullopt, path});
      }};
  auto policy = resolve_text("test.sbx", "sbx 1\n\npolicy test \"a test\"\n\n" + statements,
                             "/work", options, out.sources, diagnostics);
  EXPECT_TRUE(policy) << render(diagnostics, out.sources, {});
  if (policy) out.policy = std::move(*policy);
  return out;
}

}  // namespace sbxc::seccomp
