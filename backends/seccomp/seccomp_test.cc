#include "backends/seccomp/seccomp.h"

#include <gtest/gtest.h>

#include <iostream>

#include "backends/seccomp/policy_for_test.h"

namespace sbxc::seccomp {
namespace {

TEST(Tmp, Print) {
  const auto r = resolve_for_test("use std/base\nallow socket /run/x\ndeny syscall ptrace\n");
  const Lowered l = lower_seccomp(r.policy, r.sources);
  for (const auto& a : l.artifacts)
    if (!a.file.ends_with(".bpf")) std::cout << a.file << "\n" << a.bytes << "\n";
  for (const auto& v : l.verdicts) std::cout << name_of(v.fidelity) << " " << v.what << "\n";
}

}  // namespace
}  // namespace sbxc::seccomp
