#include "backends/seccomp/read/filter_program.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "backends/seccomp/interpreter.h"
#include "backends/seccomp/read/filter_for_test.h"
#include "backends/seccomp/read/reached_tests.h"

namespace sbxc::bpf {
namespace {

using ::testing::HasSubstr;

struct Bad {
  const char* what;
  std::string bytes;
};

TEST(FilterProgram, SaysWhatItDoesNotTake) {
  const std::string ret = assemble({{0x06, 0, 0, 0x7fff0000}});
  const std::string cut = ret.substr(0, 7);
  std::string long_one;
  for (int i = 0; i < 4097; ++i) long_one += ret;
  const Bad cases[] = {
      {"it is empty", ""},
      {"its 7 bytes are not a whole number of instructions of 8", cut},
      {"it has 4097 instructions, and the kernel takes 4096", long_one},
      {"instruction 0: opcode 0x28 is none of", assemble({{0x28, 0, 0, 0}}) + ret},
      {"instruction 0: opcode 0x94 is none of", assemble({{0x94, 0, 0, 3}}) + ret},
      {"instruction 0: opcode 0x8c is none of", assemble({{0x8c, 0, 0, 0}}) + ret},
      {"instruction 0: opcode 0x55 is none of", assemble({{0x55, 0, 0, 0}}) + ret},
      {"instruction 0: opcode 0x115 is none of", assemble({{0x115, 0, 0, 0}}) + ret},
      {"instruction 0: opcode 0x0e is none of", assemble({{0x0e, 0, 0, 0}}) + ret},
      {"instruction 0: it loads from offset 2, which is not", assemble({{0x20, 0, 0, 2}}) + ret},
      {"instruction 0: it loads from offset 64, behind", assemble({{0x20, 0, 0, 64}}) + ret},
      {"instruction 0: it divides by zero", assemble({{0x34, 0, 0, 0}}) + ret},
      {"instruction 0: it shifts by 32 bits", assemble({{0x64, 0, 0, 32}}) + ret},
      {"instruction 0: there is no scratch word 16", assemble({{0x02, 0, 0, 16}}) + ret},
      {"instruction 0: it jumps to 2, behind the last", assemble({{0x05, 0, 0, 1}}) + ret},
      {"instruction 0: it jumps to 4294967296, behind", assemble({{0x05, 0, 0, 0xffffffff}}) + ret},
      {"instruction 0: it jumps to 2, behind the last", assemble({{0x15, 0, 1, 0}}) + ret},
      {"the last instruction, 1, is no return", ret + assemble({{0x20, 0, 0, 0}})},
      {"instruction 1: it reads a scratch word that may not",
       assemble({{0x20, 0, 0, 0}, {0x60, 0, 0, 3}}) + ret},
      {"instruction 2: it reads a scratch word that may not",
       assemble({{0x15, 0, 1, 5}, {0x02, 0, 0, 3}, {0x60, 0, 0, 3}}) + ret},
  };
  for (const Bad& bad : cases) {
    const auto program = read_filter(bad.bytes, "filter.x86_64.bpf");
    ASSERT_FALSE(program) << bad.what;
    EXPECT_THAT(program.error().message, HasSubstr(bad.what));
    EXPECT_THAT(program.error().message, HasSubstr("`filter.x86_64.bpf` is no seccomp filter: "));
  }
}

TEST(FilterProgram, NamesWhatBecomesOfACall) {
  const auto text = [](uint32_t value) { return Answer{value}.text(); };
  EXPECT_EQ(text(0x7fff0000), "ALLOW");
  EXPECT_EQ(text(0x7ffc0000), "LOG");
  EXPECT_EQ(text(0x00050001), "EPERM");
  EXPECT_EQ(text(0x00050026), "ENOSYS");
  EXPECT_EQ(text(0x00050004), "errno 4");
  EXPECT_EQ(text(0x80000000), "KILL_PROCESS");
  EXPECT_EQ(text(0), "KILL_THREAD");
  EXPECT_EQ(text(0x7fee0000), "unknown action 0x7fee0000");
  EXPECT_TRUE(Answer{0x7ffc0000}.runs());
  EXPECT_FALSE(Answer{0x7ff00000}.is_refusal());  // a tracer may let it pass
  EXPECT_TRUE(Answer{0x7fee0000}.is_refusal());   // the kernel kills
}

TEST(FilterProgram, WritesInstructionsInWords) {
  const std::string bytes = assemble({{0x20, 0, 0, 28},
                                      {0x54, 0, 0, 0xf},
                                      {0x15, 0, 1, 2},
                                      {0x06, 0, 0, 0x00050001},
                                      {0x06, 0, 0, 0x7fff0000}});
  const auto program = read_filter(bytes, "f");
  ASSERT_TRUE(program);
  std::vector<std::string> lines;
  for (const Instruction& one : *program) lines.push_back(text_of(one));
  EXPECT_THAT(lines, ::testing::ElementsAre("load argument 1 (high half)", "and 0xf",
                                            "jeq 0x2 -> 3 else 4", "ret EPERM", "ret ALLOW"));
}

rc::Gen<std::vector<Line>> random_lines() {
  return rc::gen::mapcat(rc::gen::inRange<size_t>(1, 12), [](size_t count) {
    return rc::gen::container<std::vector<Line>>(
        count, rc::gen::build<Line>(
                   rc::gen::set(&Line::code,
                                rc::gen::element<uint16_t>(
                                    0x20, 0x20, 0x15, 0x35, 0x25, 0x45, 0x54, 0x06, 0x05, 0x00,
                                    0x01, 0x02, 0x03, 0x60, 0x61, 0x80, 0x81, 0x04, 0x34, 0x3c,
                                    0x64, 0x74, 0x84, 0x94, 0xa4, 0x07, 0x87, 0x16, 0x1d, 0x44)),
                   rc::gen::set(&Line::jt, rc::gen::element<uint8_t>(0, 0, 0, 1, 3)),
                   rc::gen::set(&Line::jf, rc::gen::element<uint8_t>(0, 0, 1, 2)),
                   rc::gen::set(&Line::k, rc::gen::element<uint32_t>(0, 0, 4, 16, 20, 60, 64, 1, 31,
                                                                     32, 0x80000000, 0xffffffff))));
  });
}

// Two machines that share no code: this reader and the one that the writer is tested with.
RC_GTEST_PROP(FilterProgram, AgreesWithTheOtherMachineOnRandomFilters, ()) {
  auto lines = *random_lines();
  lines.push_back({0x06, 0, 0, 0x7fff0000});
  const std::string bytes = assemble(lines);
  const auto program = read_filter(bytes, "f");
  const auto other = seccomp::Bpf::read(bytes);
  RC_ASSERT(program.has_value() == other.has_value());
  if (!program) return;
  RC_TAG("accepted");
  for (int i = 0; i < 20; ++i) {
    Words words{};
    for (uint32_t& word : words) {
      word = *rc::gen::element<uint32_t>(0, 1, 4, 20, 31, 60, 0x80000000, 0xffffffff);
    }
    seccomp::Call call{words[0], words[1], words[2] | uint64_t{words[3]} << 32, {}};
    for (size_t a = 0; a < 6; ++a) {
      call.arguments[a] = words[4 + 2 * a] | uint64_t{words[5 + 2 * a]} << 32;
    }
    RC_ASSERT(run(*program, words).answer.value == other->run(call).value);
    RC_ASSERT(is_in_bitmap(*program, words[1], words[0]) ==
              other->always_allows(words[1], words[0]));
  }
}

// What the verifier leans on: calls with equal outcomes of the reached tests get one answer.
RC_GTEST_PROP(FilterProgram, TestsThatAreReachedDecideTheAnswer, ()) {
  auto lines = *random_lines();
  lines.push_back({0x06, 0, 0, 0x7fff0000});
  const auto program = read_filter(assemble(lines), "f");
  if (!program) return;
  const ReachedTests tests = tests_reached(*program, {});
  if (tests.not_understood) return;
  RC_TAG("understood");
  const auto word = rc::gen::element<uint32_t>(0, 1, 4, 20, 31, 60, 0x80000000, 0xffffffff);
  Words one{};
  Words two{};
  for (size_t i = 0; i < kWords; ++i) {
    one[i] = *word;
    two[i] = *word;
    const auto same = [&](const WordTest& test) {
      return test.holds(one[i]) == test.holds(two[i]);
    };
    if (!std::all_of(tests.of_word[i].begin(), tests.of_word[i].end(), same)) two[i] = one[i];
  }
  RC_ASSERT(run(*program, one).answer.value == run(*program, two).answer.value);
}

}  // namespace
}  // namespace sbxc::bpf
