// Policies for this room's tests, and what a verification found, in words.
#pragma once

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "backends/target/verification.h"
#include "compiler/diag/render.h"
#include "compiler/policy/decide.h"
#include "compiler/policy/terse_policy.h"
#include "compiler/resolve/resolve.h"

namespace sbxc {

inline std::string describe(const Verification& verification) {
  std::string text;
  if (verification.unreadable) text += verification.unreadable->message + "\n";
  for (const OperationProof& one : verification.operations) {
    if (one.proof == Proof::not_spoken) continue;
    text += fmt::format("{}: {} {}\n", name_of(one.operation), name_of(one.proof), one.why);
    for (const Disagreement& found : one.disagreements) {
      text += fmt::format("  {}: the policy says {}, {}:{} `{}` says {}\n", found.witness,
                          name_of(found.policy_says), found.file, found.line, found.emitted,
                          found.artifact_says);
    }
  }
  return text;
}

inline const OperationProof& proof_about(const Verification& verification, Operation operation) {
  static const OperationProof kNone;
  for (const OperationProof& one : verification.operations) {
    if (one.operation == operation) return one;
  }
  return kNone;
}

struct ResolvedForTest {
  Policy policy;
  Sources sources;
};

inline ResolvedForTest resolve_example(const std::string& path) {
  ResolveOptions options;
  options.surroundings = {
      "/work", "/home/ana", "/tmp", "ana", {{"SSH_AUTH_SOCK", "/run/agent.sock"}}};
  options.read_file = [](const std::string& file, size_t) -> Result<std::string> {
    std::ifstream in(file, std::ios::binary);
    if (!in) return tl::unexpected(Diagnostic{Kind::cannot_read, std::nullopt, file});
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  };
  ResolvedForTest out;
  Diagnostics diagnostics;
  auto policy = resolve_file(path, options, out.sources, diagnostics);
  EXPECT_TRUE(policy) << render(diagnostics, out.sources, {});
  if (policy) out.policy = std::move(*policy);
  return out;
}

inline std::vector<std::string> example_files() {
  std::vector<std::string> files;
  const std::filesystem::path root = std::filesystem::path(SBXC_SOURCE_DIR) / "docs" / "examples";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (entry.path().extension() == ".sbx") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// The rules, and `deny connect` of everything in the list.
inline Policy policy_with_list(std::string_view lines,
                               std::initializer_list<std::string_view> rules) {
  Policy policy = terse_policy(rules);
  Sources sources;
  Diagnostics diagnostics;
  const FileId file = sources.add("list", std::string(lines));
  auto list = read_host_list(sources, file, diagnostics);
  EXPECT_TRUE(list) << render(diagnostics, sources, {});
  list->name = "blocked";
  list->path = "list.txt";
  policy.lists.push_back(std::move(*list));
  Rule rule;
  rule.effect = Effect::deny;
  rule.operation = Operation::connect;
  rule.patterns.push_back(ConnectPattern{
      .span = {}, .written = "blocked", .hosts = {InList{ListId{0}}}, .ports = PortSet::web()});
  add_rule(policy, std::move(rule));
  return policy;
}

}  // namespace sbxc
