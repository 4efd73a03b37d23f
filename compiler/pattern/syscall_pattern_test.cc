#include "compiler/pattern/syscall_pattern.h"

#include <gtest/gtest.h>

namespace sbxc {
namespace {

Result<SyscallPattern> parse(std::string_view text) {
  return parse_syscall_pattern(
      PatternText::plain(text, Span{FileId{}, 0, static_cast<uint32_t>(text.size())}));
}

Diagnostic error_of(std::string_view text) {
  auto parsed = parse(text);
  EXPECT_FALSE(parsed) << text;
  return parsed ? Diagnostic{} : parsed.error();
}

TEST(SyscallPattern, OfANameIsThatCallAlone) {
  const auto pattern = parse("ioctl");
  ASSERT_TRUE(pattern);
  EXPECT_TRUE(pattern->matches(*syscall_named("ioctl")));
  EXPECT_FALSE(pattern->matches(*syscall_named("ioctl:TIOCSTI")));
  EXPECT_EQ(pattern->written, "ioctl");
}

TEST(SyscallPattern, OfAFacetIsNotItsCall) {
  const auto pattern = parse("clone:newuser");
  ASSERT_TRUE(pattern);
  EXPECT_TRUE(pattern->matches(*syscall_named("clone:newuser")));
  EXPECT_FALSE(pattern->matches(*syscall_named("clone")));
}

TEST(SyscallPattern, OfASetHasItsMembersSorted) {
  const auto pattern = parse("@io-uring");
  ASSERT_TRUE(pattern);
  EXPECT_EQ(pattern->calls.size(), 3U);
  EXPECT_TRUE(std::is_sorted(pattern->calls.begin(), pattern->calls.end()));
  EXPECT_TRUE(pattern->matches(*syscall_named("io_uring_enter")));
}

TEST(SyscallPattern, AcceptsEveryNameOfTheTable) {
  for (const Syscall& call : all_syscalls()) EXPECT_TRUE(parse(call.name)) << call.name;
  for (const SyscallSet& set : all_syscall_sets()) EXPECT_TRUE(parse(set.name)) << set.name;
}

struct Refusal {
  std::string_view text;
  Kind kind;
  std::string_view message;
  std::string_view help;
};

TEST(SyscallPattern, SaysWhatWasMeant) {
  const Refusal refusals[] = {
      {"io_urng_setup", Kind::unknown_syscall,
       "`io_urng_setup` is no system call of Linux 6.18 on x86-64 or aarch64",
       "did you mean `io_uring_setup`?"},
      {"OPENAT", Kind::unknown_syscall,
       "`OPENAT` is no system call of Linux 6.18 on x86-64 or aarch64", "did you mean `openat`?"},
      {"network-io", Kind::unknown_syscall,
       "`network-io` is no system call of Linux 6.18 on x86-64 or aarch64",
       "did you mean `@network-io`?"},
      {"frobnicate_all", Kind::unknown_syscall,
       "`frobnicate_all` is no system call of Linux 6.18 on x86-64 or aarch64",
       "`sbxc help syscalls` lists the calls and sets"},
      {"@mounts", Kind::unknown_syscall_set, "there is no set of system calls `@mounts`",
       "did you mean `@mount`?"},
      {"@", Kind::unknown_syscall_set, "there is no set of system calls `@`",
       "`sbxc help syscalls` lists the sets"},
      {"ioctl:tiocsti", Kind::unknown_syscall_facet, "`ioctl` has no facet `tiocsti`",
       "did you mean `ioctl:TIOCSTI`?"},
      {"ioctl:TIOCSTY", Kind::unknown_syscall_facet, "`ioctl` has no facet `TIOCSTY`",
       "did you mean `ioctl:TIOCSTI`?"},
      {"clone:CLONE_NEWUSER", Kind::unknown_syscall_facet, "`clone` has no facet `CLONE_NEWUSER`",
       "did you mean `clone:newuser`?"},
      {"socketpair:stream", Kind::unknown_syscall_facet, "`socketpair` has no facet `stream`",
       "it has `socketpair:dgram`, `socketpair:other`"},
      {"read:slowly", Kind::unknown_syscall_facet, "`read` is not told apart by its arguments",
       "write `read`: the whole call"},
      {"io_uring_*", Kind::syscall_wildcard,
       "the name of a system call has no wildcards: newer kernels would add to what it means",
       "name the calls, or a set such as `@io-uring`; `@all` is every call"},
      {"425", Kind::syscall_number,
       "a system call is named, not numbered: numbers differ between architectures",
       "write its name: 425 is `io_uring_setup`"},
      {"57", Kind::syscall_number,
       "a system call is named, not numbered: numbers differ between architectures",
       "write its name: 57 is `fork` on x86-64, `close` on aarch64"},
      {"99999999999", Kind::syscall_number,
       "a system call is named, not numbered: numbers differ between architectures",
       "write its name"},
      {"mmap2", Kind::syscall_by_other_name, "`mmap2` is a system call of 32-bit systems",
       "write `mmap`"},
      {"socketcall", Kind::syscall_by_other_name, "`socketcall` is a system call of 32-bit systems",
       "write `@network-io`"},
      {"", Kind::empty_pattern, "the pattern is empty",
       "name a system call or a set, or remove it"},
  };
  for (const Refusal& refusal : refusals) {
    const Diagnostic diagnostic = error_of(refusal.text);
    EXPECT_EQ(diagnostic.kind, refusal.kind) << refusal.text;
    EXPECT_EQ(diagnostic.message, refusal.message);
    EXPECT_EQ(diagnostic.help, refusal.help);
  }
}

TEST(SyscallPattern, PointsAtTheFacetThatIsWrong) {
  EXPECT_EQ(error_of("ioctl:TIOCSTY").span, (Span{FileId{}, 6, 13}));
  EXPECT_EQ(error_of("io_uring_*").span, (Span{FileId{}, 9, 10}));
}

TEST(SyscallPattern, ShowsControlCharactersAsEscapes) {
  EXPECT_EQ(error_of("re\x1b[0mad?").kind, Kind::syscall_wildcard);
  EXPECT_EQ(error_of("re\x1b"
                     "ad")
                .message,
            "`re\\x1bad` is no system call of Linux 6.18 on x86-64 or aarch64");
}

}  // namespace
}  // namespace sbxc
