// Filters with one fault each. Every fault has to be found, and the witness has to be true: the
// policy's verdict for it is the one that the disagreement says, and another than the filter's.
#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <functional>

#include "backends/seccomp/interpreter.h"
#include "backends/seccomp/policy_for_test.h"
#include "backends/seccomp/read/filter_for_test.h"
#include "backends/seccomp/read/verify_seccomp.h"
#include "backends/seccomp/seccomp.h"
#include "backends/target/verification_for_test.h"
#include "compiler/policy/decide.h"
#include "compiler/policy/terse_policy.h"

namespace sbxc {
namespace {

using bpf::assemble;
using bpf::disassemble;
using bpf::Line;

constexpr uint32_t kAllow = 0x7fff0000;
constexpr uint32_t kEperm = 0x00050001;
constexpr uint32_t kEnosys = 0x00050026;
constexpr uint32_t kKill = 0x80000000;
constexpr uint32_t kX86 = 0xc000003e;

using Lines = std::vector<Line>;
using Change = std::function<bool(Lines&)>;  // false when the filter has no such place

struct Fault {
  const char* name;
  Change change;
};

const char* const kPolicy =
    "allow syscall @default\n"
    "allow syscall clone, clone:newns, unshare, ioctl, ioctl:TIOCSETD, personality\n"
    "deny syscall ptrace, bpf, socket:netlink\n"
    "allow connect example.com\n";

Line* first(Lines& lines, const std::function<bool(const Line&)>& wanted) {
  for (Line& line : lines) {
    if (wanted(line)) return &line;
  }
  return nullptr;
}

Change on_first(const std::function<bool(const Line&)>& wanted,
                const std::function<void(Line&)>& change) {
  return [=](Lines& lines) {
    Line* line = first(lines, wanted);
    if (line != nullptr) change(*line);
    return line != nullptr;
  };
}

bool jumps(const Line& line) { return (line.code & 7) == 5 && line.code != 5; }
bool tests(const Line& line, uint32_t k) { return line.code == 0x15 && line.k == k; }
auto returns(uint32_t k) {
  return [k](const Line& line) { return line.code == 0x06 && line.k == k; };
}
auto loads_argument(uint32_t offset) {
  return [offset](const Line& line) { return line.code == 0x20 && line.k == offset; };
}
void swap_ways(Line& line) { std::swap(line.jt, line.jf); }

// The comparison for one number or value, which may be `jeq N` or `jge N`.
auto about(uint32_t k) {
  return [k](const Line& line) { return jumps(line) && line.k == k; };
}

std::vector<Fault> faults() {
  const auto set_k = [](uint32_t k) { return [k](Line& line) { line.k = k; }; };
  const auto add_k = [](uint32_t by) { return [by](Line& line) { line.k += by; }; };
  const auto ioctl_tests = [](const Line& line) {
    return jumps(line) && (line.k == 0x5412 || line.k == 0x541c);
  };
  const auto namespace_bits = [](const Line& line) {
    return line.code == 0x45 && (line.k & 0x10020000) == 0x10000000;
  };
  return {
      {"a call that is denied is allowed", on_first(returns(kEperm), set_k(kAllow))},
      {"what has no number is allowed", on_first(returns(kEnosys), set_k(kAllow))},
      {"another architecture is allowed", on_first(returns(kKill), set_k(kAllow))},
      {"another architecture gets an error", on_first(returns(kKill), set_k(kEperm))},
      {"another architecture kills the thread alone", on_first(returns(kKill), set_k(0))},
      {"allowed calls are refused", on_first(returns(kAllow), set_k(kEperm))},
      {"allowed calls are traced", on_first(returns(kAllow), set_k(0x7ff00000))},
      {"allowed calls are logged", on_first(returns(kAllow), set_k(0x7ffc0000))},
      {"denied calls are logged", on_first(returns(kEperm), set_k(0x7ffc0000))},
      {"denied calls are asked about", on_first(returns(kEperm), set_k(0x7fc00000))},
      {"an errno is off by one", on_first(returns(kEperm), add_k(1))},
      {"ENOSYS is EPERM", on_first(returns(kEnosys), set_k(kEperm))},
      {"the architecture is not looked at",
       on_first([](const Line& line) { return tests(line, kX86); },
                [](Line& line) { line.jf = line.jt; })},
      {"the architecture is another",
       on_first([](const Line& line) { return tests(line, kX86); }, set_k(0x40000003))},
      {"the architecture's test is the wrong way round",
       on_first([](const Line& line) { return tests(line, kX86); }, swap_ways)},
      {"x32 and newer calls are not looked at",
       on_first(about(470), [](Line& line) { line.jt = line.jf; })},
      {"the end of the table is one too high", on_first(about(470), add_k(1))},
      {"the end of the table leaves x32 out", on_first(about(470), set_k(0x40000000))},
      {"a jump is one short", on_first([](const Line& line) { return jumps(line) && line.jt > 2; },
                                       [](Line& line) { --line.jt; })},
      {"a jump is one too far",
       [](Lines& lines) {
         for (size_t i = 4; i < lines.size(); ++i) {
           if (!jumps(lines[i]) || lines[i].jf < 3 || i + 2 + lines[i].jf >= lines.size()) continue;
           ++lines[i].jf;
           return true;
         }
         return false;
       }},
      {"the first search goes the wrong way",
       on_first([](const Line& line) { return line.code == 0x35 && line.k < 400; }, swap_ways)},
      {"the search is off by one number",
       on_first([](const Line& line) { return line.code == 0x35 && line.k < 400; }, add_k(1))},
      {"the number is masked",
       [](Lines& lines) {
         lines.insert(lines.begin() + 3, {0x54, 0, 0, 0x1ff});
         lines[1].jf = static_cast<uint8_t>(lines[1].jf + 1);
         return true;
       }},
      {"TIOCSTI is compared with the high half",
       [](Lines& lines) {
         bool any = false;
         for (Line& line : lines) {
           if (!loads_argument(24)(line)) continue;
           line.k = 28;
           any = true;
         }
         return any;
       }},
      {"another argument is looked at", on_first(loads_argument(24), set_k(32))},
      {"TIOCSTI is off by one", on_first(about(0x5412), add_k(1))},
      {"a facet of ioctl is the wrong way round", on_first(ioctl_tests, swap_ways)},
      {"a facet of ioctl is not tested",
       on_first(ioctl_tests, [](Line& line) { line.jt = line.jf; })},
      {"a namespace bit is missing",
       on_first(namespace_bits, [](Line& line) { line.k &= ~uint32_t{0x10000000}; })},
      {"a namespace bit is tested for that is allowed",
       on_first(namespace_bits, [](Line& line) { line.k |= 0x00020000; })},
      {"namespace bits are compared, not tested",
       on_first(namespace_bits, [](Line& line) { line.code = 0x15; })},
      {"a value of personality is another", on_first(about(0x20008), set_k(0x40000))},
      {"a socket family is another", on_first(about(10), set_k(16))},
      {"a mask is narrower", on_first([](const Line& line) { return line.code == 0x54; },
                                      [](Line& line) { line.k = 1; })},
      {"everything is allowed",
       [](Lines& lines) {
         lines = {{0x06, 0, 0, kAllow}};
         return true;
       }},
  };
}

struct Sabotaged {
  seccomp::ResolvedForTest resolved = seccomp::resolve_for_test(kPolicy);
  std::vector<Artifact> artifacts = lower_seccomp(resolved.policy, resolved.sources).artifacts;

  std::string& filter() {
    for (Artifact& one : artifacts) {
      if (one.file == "filter.x86_64.bpf") return one.bytes;
    }
    return artifacts.front().bytes;
  }
};

Request request_of(const Disagreement& found) {
  if (found.operation == Operation::syscall) {
    return {found.operation, syscall_named(found.witness).value()};
  }
  return terse_request(std::string(name_of(found.operation)) + " " + found.witness);
}

// Numbers outside of the tables are no requests, and denied as such.
void expect_true(const Policy& policy, const Disagreement& found) {
  Decision decision;
  if (found.operation != Operation::syscall || !found.witness.starts_with("call ")) {
    decision = decide(policy, Os::linux, request_of(found));
  }
  EXPECT_EQ(decision.verdict, found.policy_says) << found.witness;
  EXPECT_EQ(decision.deciding, found.rules) << found.witness;
  const auto says = [&](const char* answer) { return found.artifact_says.starts_with(answer); };
  const bool allows = says("ALLOW") || says("LOG") || says("TRACE") || says("USER_NOTIF");
  const bool documented = found.artifact_says.find("documented") != std::string::npos;
  EXPECT_TRUE(documented || says("TRACE") || allows != (decision.verdict == Effect::allow))
      << found.artifact_says;
}

TEST(SeccompSabotage, EveryFaultIsFoundWithATrueWitness) {
  for (const Fault& fault : faults()) {
    SCOPED_TRACE(fault.name);
    Sabotaged sabotaged;
    Lines lines = disassemble(sabotaged.filter());
    ASSERT_TRUE(fault.change(lines));
    sabotaged.filter() = assemble(lines);
    const Verification proof = verify_seccomp(sabotaged.resolved.policy, sabotaged.artifacts);
    EXPECT_FALSE(proof.holds());
    size_t found = 0;
    for (const OperationProof& one : proof.operations) {
      for (const Disagreement& disagreement : one.disagreements) {
        expect_true(sabotaged.resolved.policy, disagreement);
        ++found;
      }
    }
    EXPECT_GT(found, 0U) << in_words(proof);
  }
}

TEST(SeccompSabotage, TheUntouchedFilterIsProved) {
  Sabotaged untouched;
  const Verification proof = verify_seccomp(untouched.resolved.policy, untouched.artifacts);
  EXPECT_TRUE(proof.holds()) << in_words(proof);
}

// A rule that got lost on the way: the filter of one policy held against another.
TEST(SeccompSabotage, ALostOrAddedRuleIsFound) {
  struct Case {
    const char* compiled;
    const char* meant;
    const char* witness;
    Operation operation = Operation::syscall;
  };
  const Case cases[] = {
      {"allow syscall @default\n", "allow syscall @default\ndeny syscall getppid\n", "getppid"},
      {"allow syscall @default, ptrace\n", "allow syscall @default\n", "ptrace"},
      {"allow syscall @default\n", "allow syscall @default, ptrace\n", "ptrace"},
      {"allow syscall clone, clone:newuser\n", "allow syscall clone\n", "clone:newuser"},
      {"allow syscall unshare\n", "allow syscall unshare, unshare:newtime\n", "unshare:newtime"},
      {"allow syscall socket, socket:netlink-other\n", "allow syscall socket, socket:netlink\n",
       "socket:netlink"},
      {"allow syscall clone, unshare, clone3, @namespaces\n",
       "allow syscall clone, unshare, clone3, @namespaces\ndeny syscall clone:newuser\n",
       "clone:newuser"},
      {"allow syscall socket, socket:unix\nallow socket /a\n",
       "allow syscall socket, socket:unix\n", "@a", Operation::socket},
      {"allow syscall socket, socket:inet6\nallow connect a.com\n",
       "allow syscall socket, socket:inet6\n", "example.com:443", Operation::connect},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.meant);
    const auto compiled = seccomp::resolve_for_test(one.compiled);
    const auto meant = seccomp::resolve_for_test(one.meant);
    const Verification proof =
        verify_seccomp(meant.policy, lower_seccomp(compiled.policy, compiled.sources).artifacts);
    EXPECT_FALSE(proof.holds());
    bool seen = false;
    for (const Disagreement& found : proof_about(proof, one.operation).disagreements) {
      expect_true(meant.policy, found);
      seen = seen || found.witness == one.witness;
    }
    EXPECT_TRUE(seen) << in_words(proof);
  }
}

TEST(SeccompSabotage, WhatCannotBeFollowedIsNotDecided) {
  Sabotaged sabotaged;
  const Lines arithmetic = {{0x20, 0, 0, 4},      {0x15, 1, 0, kX86},  {0x06, 0, 0, kKill},
                            {0x20, 0, 0, 0},      {0x04, 0, 0, 1},     {0x15, 0, 1, 5},
                            {0x06, 0, 0, kAllow}, {0x06, 0, 0, kEperm}};
  sabotaged.filter() = assemble(arithmetic);
  const Verification proof = verify_seccomp(sabotaged.resolved.policy, sabotaged.artifacts);
  EXPECT_FALSE(proof.holds());
  const OperationProof& calls = proof_about(proof, Operation::syscall);
  EXPECT_EQ(calls.proof, Proof::not_decided);
  EXPECT_EQ(calls.why, "`filter.x86_64.bpf`: instruction 4, `add 0x1`: it calculates with number");
}

TEST(SeccompSabotage, ADamagedFilterIsSaidToBeSo) {
  Sabotaged sabotaged;
  sabotaged.filter().pop_back();
  const Verification proof = verify_seccomp(sabotaged.resolved.policy, sabotaged.artifacts);
  EXPECT_FALSE(proof.holds());
  ASSERT_TRUE(proof.unreadable);
  EXPECT_THAT(proof.unreadable->message,
              ::testing::HasSubstr("not a whole number of instructions"));
}

// What still holds after a flipped bit lets the same calls run, says another machine.
RC_GTEST_PROP(SeccompSabotage, AFlippedBitIsFoundOrHasNoEffect, ()) {
  static const Sabotaged kOriginal;
  Sabotaged sabotaged = kOriginal;
  std::string& bytes = sabotaged.filter();
  const auto before = seccomp::Bpf::read(bytes);
  const size_t bit = *rc::gen::inRange<size_t>(0, bytes.size() * 8);
  bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
  const Verification proof = verify_seccomp(sabotaged.resolved.policy, sabotaged.artifacts);
  RC_CLASSIFY(proof.holds(), "holds");
  if (!proof.holds()) return;
  const auto after = seccomp::Bpf::read(bytes);
  RC_ASSERT(after);
  for (uint32_t number = 0; number < 520; ++number) {
    for (const uint64_t argument : {0x0ULL, 0x1ULL, 0x2ULL, 0x5412ULL, 0x10000000ULL, 0x20000ULL}) {
      const seccomp::Call call{number, kX86, 0, {argument, argument, 0, 0, 0, 0}};
      const bool ran = before->run(call).value == kAllow;
      RC_ASSERT(ran == (after->run(call).value == kAllow));
    }
  }
}

}  // namespace
}  // namespace sbxc
