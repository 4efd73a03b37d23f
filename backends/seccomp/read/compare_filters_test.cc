// What is said of two filters is what running both on the call shows.
#include "backends/seccomp/read/compare_filters.h"

#include <gmock/gmock.h>

#include "backends/seccomp/policy_for_test.h"
#include "backends/seccomp/read/filter_for_test.h"
#include "backends/seccomp/seccomp.h"
#include "compiler/syscalls/syscalls.h"

namespace sbxc::bpf {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Program program_of(const std::string& bytes) {
  auto program = read_filter(bytes, "filter.bpf");
  EXPECT_TRUE(program) << program.error().message;
  return program ? *program : Program{};
}

Program filter_of(const char* statements, std::string_view file = "filter.x86_64.bpf") {
  const auto resolved = seccomp::resolve_for_test(statements);
  for (const Artifact& one : lower_seccomp(resolved.policy, resolved.sources).artifacts) {
    if (one.file == file) return program_of(one.bytes);
  }
  ADD_FAILURE() << file;
  return {};
}

std::vector<std::string> in_words(const FilterChanges& changes) {
  std::vector<std::string> out;
  for (const ChangedCall& one : changes.calls) {
    out.push_back(name_of_arch(one.arch) + " " + one.call + one.when + ": " +
                  one.before.answer.text() + " -> " + one.after.answer.text());
  }
  return out;
}

TEST(CompareFilters, FindNothingBetweenAFilterAndItself) {
  const Program one = filter_of("allow syscall @default\n");
  const FilterChanges changes = compare_filters(one, one);
  EXPECT_FALSE(changes.not_decided);
  EXPECT_THAT(in_words(changes), IsEmpty());
}

TEST(CompareFilters, NameTheCallThatIsNewlyRefused) {
  const FilterChanges changes =
      compare_filters(filter_of("allow syscall @default\n"),
                      filter_of("allow syscall @default\ndeny syscall madvise\n"));
  EXPECT_FALSE(changes.not_decided);
  EXPECT_THAT(in_words(changes), ElementsAre("x86_64 madvise: ALLOW -> EPERM"));
}

TEST(CompareFilters, NameTheArgumentsThatMakeTheDifference) {
  const FilterChanges changes = compare_filters(filter_of("allow syscall ioctl\n"),
                                                filter_of("allow syscall ioctl, ioctl:TIOCSTI\n"));
  EXPECT_FALSE(changes.not_decided);
  EXPECT_THAT(in_words(changes),
              ElementsAre("x86_64 ioctl when argument 1 is 0x5412: EPERM -> ALLOW"));
}

TEST(CompareFilters, SeeAnAnswerThatIsAnotherRefusal) {
  // load the number; 463 is a call that no table names
  constexpr uint32_t kEnosys = 0x00050026;
  constexpr uint32_t kEperm = 0x00050001;
  const Program one = program_of(assemble(
      {{0x20, 0, 0, 0}, {0x15, 0, 1, 99999}, {0x06, 0, 0, kEnosys}, {0x06, 0, 0, 0x7fff0000}}));
  const Program other = program_of(assemble(
      {{0x20, 0, 0, 0}, {0x15, 0, 1, 99999}, {0x06, 0, 0, kEperm}, {0x06, 0, 0, 0x7fff0000}}));
  const FilterChanges changes = compare_filters(one, other);
  ASSERT_FALSE(changes.calls.empty());
  EXPECT_EQ(changes.calls[0].call, "call 99999");
  EXPECT_EQ(effect_of(changes.calls[0].before.answer), effect_of(changes.calls[0].after.answer));
}

TEST(CompareFilters, WhatCannotBeFollowedIsNeverEqual) {
  // adds the first argument to itself and compares
  const Program one = program_of(assemble({{0x20, 0, 0, 16},
                                           {0x04, 0, 0, 7},
                                           {0x15, 0, 1, 9},
                                           {0x06, 0, 0, 0},
                                           {0x06, 0, 0, 0x7fff0000}}));
  EXPECT_TRUE(compare_filters(one, one).not_decided);
}

TEST(CompareFilters, AFilterOfAnotherArchitectureDiffersOnBoth) {
  const FilterChanges changes = compare_filters(
      filter_of("allow syscall read\n"), filter_of("allow syscall read\n", "filter.aarch64.bpf"));
  const std::vector<std::string> words = in_words(changes);
  EXPECT_THAT(words, ::testing::Contains(::testing::StartsWith("x86_64 read: ALLOW")));
  EXPECT_THAT(words,
              ::testing::Contains(::testing::EndsWith("aarch64 read: KILL_PROCESS -> ALLOW")));
}

}  // namespace
}  // namespace sbxc::bpf
