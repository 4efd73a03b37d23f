// Policies for this room's tests.
#pragma once

#include <gtest/gtest.h>

#include "backends/target/verification_for_test.h"
#include "compiler/diag/render.h"
#include "compiler/policy/decide.h"
#include "compiler/policy/terse_policy.h"
#include "compiler/resolve/resolve.h"
#include "compiler/testing/example_files.h"

namespace sbxc {

struct ResolvedForTest {
  Policy policy;
  Sources sources;
};

inline ResolvedForTest resolve_example(const std::string& path) {
  ResolveOptions options;
  options.surroundings = {
      "/work", "/home/ana", "/tmp", "ana", {{"SSH_AUTH_SOCK", "/run/agent.sock"}}};
  options.read_file = testing::read_from_disk;
  ResolvedForTest out;
  Diagnostics diagnostics;
  auto policy = resolve_file(path, options, out.sources, diagnostics);
  EXPECT_TRUE(policy) << render(diagnostics, out.sources, {});
  if (policy) out.policy = std::move(*policy);
  return out;
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
