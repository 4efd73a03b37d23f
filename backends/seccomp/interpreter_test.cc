#include "backends/seccomp/interpreter.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace sbxc::seccomp {
namespace {

struct Line {
  uint16_t code;
  uint8_t jt;
  uint8_t jf;
  uint32_t k;
};

std::string bytes_of(const std::vector<Line>& lines) {
  std::string out;
  for (const Line& line : lines) {
    const uint8_t raw[] = {static_cast<uint8_t>(line.code),
                           static_cast<uint8_t>(line.code >> 8),
                           line.jt,
                           line.jf,
                           static_cast<uint8_t>(line.k),
                           static_cast<uint8_t>(line.k >> 8),
                           static_cast<uint8_t>(line.k >> 16),
                           static_cast<uint8_t>(line.k >> 24)};
    for (const uint8_t byte : raw) out.push_back(static_cast<char>(byte));
  }
  return out;
}

std::string refusal(const std::vector<Line>& lines) {
  const auto bpf = Bpf::read(bytes_of(lines));
  return bpf ? std::string{} : bpf.error();
}

Outcome run(const std::vector<Line>& lines, const Call& call = {}) {
  const auto bpf = Bpf::read(bytes_of(lines));
  EXPECT_TRUE(bpf) << bpf.error();
  return bpf ? bpf->run(call) : Outcome{};
}

constexpr Line kReturn7{0x06, 0, 0, 7};
constexpr Line kReturnAccumulator{0x16, 0, 0, 0};

TEST(Interpreter, RefusesWhatTheKernelRefuses) {
  EXPECT_EQ(refusal({}), "0 bytes are no filter");
  EXPECT_FALSE(Bpf::read("1234567"));
  EXPECT_FALSE(Bpf::read(std::string(8 * 4097, '\x06')));
  EXPECT_EQ(refusal({{0x20, 0, 0, 0}}), "the last instruction is no return");
  EXPECT_EQ(refusal({{0x20, 0, 0, 64}, kReturn7}), "instruction 0: a load outside the call's data");
  EXPECT_EQ(refusal({{0x20, 0, 0, 2}, kReturn7}), "instruction 0: a load outside the call's data");
  EXPECT_EQ(refusal({{0x15, 1, 0, 0}, kReturn7}), "instruction 0: a jump out of the filter");
  EXPECT_EQ(refusal({{0x05, 0, 0, 0xffffffff}, kReturn7}),
            "instruction 0: a jump out of the filter");
  EXPECT_EQ(refusal({{0x28, 0, 0, 0}, kReturn7}),
            "instruction 0: an opcode that seccomp refuses");  // half words
  EXPECT_EQ(refusal({{0x94, 0, 0, 3}, kReturn7}),
            "instruction 0: an opcode that seccomp refuses");  // modulus
  EXPECT_EQ(refusal({{0x34, 0, 0, 0}, kReturn7}), "instruction 0: a division by zero");
  EXPECT_EQ(refusal({{0x64, 0, 0, 32}, kReturn7}), "instruction 0: a shift too far");
  EXPECT_EQ(refusal({{0x60, 0, 0, 3}, kReturn7}),
            "instruction 0: a scratch word is read before it is written");
  EXPECT_EQ(refusal({{0x02, 0, 0, 16}, kReturn7}), "instruction 0: no such scratch word");
  EXPECT_EQ(refusal({{0x15, 1, 0, 0}, {0x02, 0, 0, 1}, {0x60, 0, 0, 1}, kReturn7}),
            "instruction 2: a scratch word is read before it is written");
}

TEST(Interpreter, LoadsEveryWordOfTheCall) {
  const Call call{11, 22, 0x0000000400000003, {0x0000000600000005, 8, 9, 10, 11, 0xab000000cd}};
  const std::pair<uint32_t, uint32_t> words[] = {{0, 11}, {4, 22}, {8, 3},     {12, 4},
                                                 {16, 5}, {20, 6}, {56, 0xcd}, {60, 0xab}};
  for (const auto& [offset, value] : words) {
    EXPECT_EQ(run({{0x20, 0, 0, offset}, kReturnAccumulator}, call).value, value) << offset;
  }
  EXPECT_EQ(run({{0x80, 0, 0, 0}, kReturnAccumulator}).value, 64U);  // the length of the data
}

TEST(Interpreter, CalculatesAndCompares) {
  const auto with_9 = [](std::vector<Line> lines) {
    lines.insert(lines.begin(), {0x00, 0, 0, 9});
    lines.push_back(kReturnAccumulator);
    return run(lines).value;
  };
  EXPECT_EQ(with_9({{0x04, 0, 0, 3}}), 12U);
  EXPECT_EQ(with_9({{0x14, 0, 0, 10}}), 0xffffffffU);
  EXPECT_EQ(with_9({{0x24, 0, 0, 3}}), 27U);
  EXPECT_EQ(with_9({{0x34, 0, 0, 2}}), 4U);
  EXPECT_EQ(with_9({{0x44, 0, 0, 6}}), 15U);
  EXPECT_EQ(with_9({{0x54, 0, 0, 1}}), 1U);
  EXPECT_EQ(with_9({{0x64, 0, 0, 4}}), 144U);
  EXPECT_EQ(with_9({{0x74, 0, 0, 1}}), 4U);
  EXPECT_EQ(with_9({{0x84, 0, 0, 0}}), 0xfffffff7U);
  EXPECT_EQ(with_9({{0xa4, 0, 0, 1}}), 8U);
  EXPECT_EQ(with_9({{0x07, 0, 0, 0}, {0x0c, 0, 0, 0}}), 18U);                  // x = a, a += x
  EXPECT_EQ(with_9({{0x02, 0, 0, 5}, {0x00, 0, 0, 1}, {0x60, 0, 0, 5}}), 9U);  // scratch
  EXPECT_EQ(with_9({{0x01, 0, 0, 4}, {0x03, 0, 0, 0}, {0x60, 0, 0, 0}}), 4U);  // x, scratch
  EXPECT_EQ(with_9({{0x01, 0, 0, 0}, {0x3c, 0, 0, 0}}), 0U);                   // a /= x, x = 0
  EXPECT_EQ(with_9({{0x01, 0, 0, 5}, {0x87, 0, 0, 0}}), 5U);                   // a = x
  const std::pair<uint16_t, bool> jumps[] = {
      {0x15, true}, {0x25, false}, {0x35, true}, {0x45, true}};
  for (const auto& [code, taken] : jumps) {
    EXPECT_EQ(with_9({{code, 1, 0, 9}, {0x00, 0, 0, 1}}) == 9, taken) << code;
  }
}

TEST(Interpreter, CountsWhatItExecutes) {
  EXPECT_EQ(run({kReturn7}).executed, 1U);
  EXPECT_EQ(run({{0x05, 0, 0, 1}, kReturn7, kReturn7}).executed, 2U);
}

TEST(Interpreter, FindsConstantAllowsAsTheKernelDoes) {
  const Line load_number{0x20, 0, 0, 0};
  const Line load_argument{0x20, 0, 0, 16};
  const Line allow{0x06, 0, 0, 0x7fff0000};
  const auto constant = [](const std::vector<Line>& lines, uint32_t number) {
    return Bpf::read(bytes_of(lines))->always_allows(0xc000003e, number);
  };
  EXPECT_TRUE(constant({allow}, 1));
  EXPECT_FALSE(constant({{0x06, 0, 0, 0x7ffc0000}}, 1));  // logged
  EXPECT_TRUE(constant({load_number, {0x15, 0, 1, 5}, allow, kReturn7}, 5));
  EXPECT_FALSE(constant({load_number, {0x15, 0, 1, 5}, allow, kReturn7}, 6));
  EXPECT_TRUE(constant({load_number, {0x54, 0, 0, 0xf}, {0x15, 0, 1, 5}, allow, kReturn7}, 0x15));
  EXPECT_FALSE(constant({load_argument, allow}, 1));
  EXPECT_FALSE(constant({{0x00, 0, 0, 1}, allow}, 1));  // not emulated: an immediate load
}

RC_GTEST_PROP(Interpreter, ReadsAnyBytesInBoundedSteps, (const std::string& noise)) {
  std::string bytes = noise;
  bytes.resize(bytes.size() / 8 * 8);
  bytes += bytes_of({kReturn7});
  if (const auto bpf = Bpf::read(bytes)) RC_ASSERT(bpf->run({}).executed <= bpf->size());
}

}  // namespace
}  // namespace sbxc::seccomp
