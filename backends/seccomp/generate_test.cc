#include "backends/seccomp/generate.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "backends/seccomp/interpreter.h"

namespace sbxc::seccomp {
namespace {

constexpr uint32_t kMostNumbers = 80;

Bpf load(const Filter& filter) {
  auto bpf = Bpf::read(filter.bytes());
  EXPECT_TRUE(bpf) << bpf.error();
  return *bpf;
}

// A few values, so that tests and arguments meet: both halves, both ends, and neighbours.
rc::Gen<uint64_t> argument() {
  return rc::gen::element<uint64_t>(0, 1, 2, 7, 8, 0x5412, 0xffffffff, 0x100000000, 0x100005412,
                                    0x8000000000000000, 0xffffffff00000000, 0xffffffffffffffff);
}

rc::Gen<Answer> answer() {
  return rc::gen::element(kAllow, kAllow, kRefuse, kNotImplemented, kKill,
                          Answer{AnswerKind::log, 0}, Answer{AnswerKind::notify, 0});
}

rc::Gen<ArgTest> arg_test() {
  return rc::gen::build<ArgTest>(
      rc::gen::set(&ArgTest::argument, rc::gen::inRange<uint8_t>(0, 3)),
      rc::gen::set(
          &ArgTest::compare,
          rc::gen::element(Compare::equal, Compare::not_equal, Compare::less, Compare::less_equal,
                           Compare::greater, Compare::greater_equal, Compare::any_bit)),
      rc::gen::set(&ArgTest::mask, rc::gen::element<uint64_t>(~uint64_t{0}, 0xffffffff, 0xf,
                                                              0xffffffff00000000, 0)),
      rc::gen::set(&ArgTest::value, argument()));
}

Behaviour some_behaviour() {
  Behaviour behaviour{{}, *answer()};
  if (*rc::gen::inRange(0, 4) != 0) return behaviour;
  const auto clauses = *rc::gen::inRange<size_t>(1, 4);
  for (size_t i = 0; i < clauses; ++i) {
    const auto tests = *rc::gen::inRange<size_t>(0, 3);
    behaviour.clauses.push_back(
        {*rc::gen::container<std::vector<ArgTest>>(tests, arg_test()), *answer()});
  }
  return behaviour;
}

SyscallProgram some_program() {
  SyscallProgram program;
  program.arch = *rc::gen::element(Arch::x86_64, Arch::aarch64);
  program.x32 = *rc::gen::element(kNotImplemented, kKill);
  program.missing = *rc::gen::element(kNotImplemented, kRefuse);
  const auto numbers =
      *rc::gen::container<std::vector<uint32_t>>(rc::gen::inRange<uint32_t>(0, kMostNumbers));
  for (const uint32_t number : numbers) program.numbers[number] = some_behaviour();
  return program;
}

bool is_refusal(uint32_t value) {
  return value == kRefuse.value() || value == kNotImplemented.value() || value == kKill.value();
}

std::vector<uint32_t> numbers_to_ask(const SyscallProgram& program) {
  std::vector<uint32_t> numbers;
  for (uint32_t number = 0; number <= end_of(program) + 2; ++number) numbers.push_back(number);
  for (const uint32_t edge : {511U, 512U, 547U, 0x3fffffffU, kX32Bit, kX32Bit + 1, 0x7fffffffU,
                              0x80000000U, 0xfffffffeU, 0xffffffffU}) {
    numbers.push_back(edge);
  }
  return numbers;
}

void expect_same(const SyscallProgram& program, const Bpf& bpf, const Call& call) {
  const uint32_t got = bpf.run(call).value;
  if (const auto expected = answer_of(program, call.number, call.arguments)) {
    RC_ASSERT(got == expected->value());
  } else {
    RC_ASSERT(is_refusal(got));
  }
}

RC_GTEST_PROP(Generate, AnswersEveryCallAsTheProgramSays, ()) {
  const SyscallProgram program = some_program();
  const Bpf bpf = load(generate(program));
  for (const uint32_t number : numbers_to_ask(program)) {
    const auto a = *rc::gen::container<std::vector<uint64_t>>(6, argument());
    Call call{number, audit_arch(program.arch), 0x7fff12345678, {}};
    std::copy(a.begin(), a.end(), call.arguments.begin());
    expect_same(program, bpf, call);
    for (const uint32_t foreign : {0U, 0x40000003U, audit_arch(program.arch) ^ 1}) {
      call.arch = foreign;
      RC_ASSERT(bpf.run(call).value == program.wrong_arch.value());
    }
  }
}

RC_GTEST_PROP(Generate, AsksBothHalvesOfAnArgumentWithoutMistake, ()) {
  SyscallProgram program;
  program.numbers[7] = {{{*rc::gen::container<std::vector<ArgTest>>(2, arg_test()), kAllow},
                         {*rc::gen::container<std::vector<ArgTest>>(1, arg_test()), kKill},
                         {*rc::gen::container<std::vector<ArgTest>>(3, arg_test()), kAllow}},
                        kRefuse};
  const Bpf bpf = load(generate(program));
  for (int i = 0; i < 40; ++i) {
    Call call{7, audit_arch(program.arch), 0, {*argument(), *argument(), *argument(), 0, 0, 0}};
    expect_same(program, bpf, call);
  }
}

RC_GTEST_PROP(Generate, MakesEveryUnconditionalAllowEligibleForTheBitmap, ()) {
  const SyscallProgram program = some_program();
  const Bpf bpf = load(generate(program));
  for (const auto& [number, behaviour] : program.numbers) {
    const bool always = behaviour.clauses.empty() && behaviour.otherwise == kAllow;
    if (always) RC_ASSERT(bpf.always_allows(audit_arch(program.arch), number));
    const bool never = behaviour.clauses.empty() && behaviour.otherwise != kAllow;
    if (never) RC_ASSERT(!bpf.always_allows(audit_arch(program.arch), number));
  }
}

SyscallProgram alternating(uint32_t count) {
  SyscallProgram program;
  for (uint32_t number = 0; number < count; ++number) {
    // Every number its own answer, so that nothing merges.
    const auto data = static_cast<uint16_t>(number % 2 == 0 ? 0 : number + 1);
    program.numbers[number] = {{}, data == 0 ? kAllow : Answer{AnswerKind::error, data}};
  }
  return program;
}

TEST(Generate, ReachesAnswersThatAreFartherThanAJump) {
  const SyscallProgram program = alternating(900);
  const Filter filter = generate(program);
  const Bpf bpf = load(filter);
  ASSERT_GT(filter.code.size(), 900U);
  for (const auto& [number, behaviour] : program.numbers) {
    EXPECT_EQ(bpf.run({number, audit_arch(program.arch), 0, {}}).value,
              behaviour.otherwise.value());
  }
}

TEST(Generate, ReachesTestsOfArgumentsThatAreFartherThanAJump) {
  SyscallProgram program = alternating(700);
  for (uint32_t number = 1; number < 700; number += 50) {
    program.numbers[number].clauses = {{{{0, Compare::equal, 0xff, 3}}, kAllow},
                                       {{{1, Compare::any_bit, 0x10, 0}}, kKill}};
    program.numbers[number].otherwise = kRefuse;
  }
  const Bpf bpf = load(generate(program));
  for (uint32_t number = 1; number < 700; number += 50) {
    const uint32_t arch = audit_arch(program.arch);
    EXPECT_EQ(bpf.run({number, arch, 0, {0x1203}}).value, kAllow.value());
    EXPECT_EQ(bpf.run({number, arch, 0, {4, 0x30}}).value, kKill.value());
    EXPECT_EQ(bpf.run({number, arch, 0, {4, 0x20}}).value, kRefuse.value());
  }
}

TEST(Generate, SharesTheCodeOfCallsThatBehaveAlike) {
  const Behaviour tested{{{{{0, Compare::any_bit, 0xff, 0}}, kRefuse}}, kAllow};
  SyscallProgram one;
  one.numbers[3] = tested;
  SyscallProgram two = one;
  two.numbers[4] = tested;
  EXPECT_EQ(generate(two).code.size(), generate(one).code.size());
}

TEST(Generate, LoadsAnArgumentOnceForManyValues) {
  SyscallProgram program;
  for (const uint64_t value : {uint64_t{0}, uint64_t{8}, uint64_t{0x20000}, uint64_t{0x20008}}) {
    program.numbers[135].clauses.push_back({{{0, Compare::equal, ~uint64_t{0}, value}}, kAllow});
  }
  program.numbers[135].otherwise = kRefuse;
  const Filter filter = generate(program);
  const auto loads = std::count_if(
      filter.code.begin(), filter.code.end(),
      [](const Instruction& i) { return i.code == op::kLoad && i.k >= argument_offset(0); });
  EXPECT_EQ(loads, 2);  // one for each half
}

TEST(Generate, MergesBitsOfOneArgumentIntoOneTest) {
  SyscallProgram program;
  program.numbers[56] = {{{{{0, Compare::any_bit, 0x10000000, 0}}, kRefuse},
                          {{{0, Compare::any_bit, 0x20000, 0}}, kRefuse}},
                         kAllow};
  const Filter filter = generate(program);
  const auto bit_tests =
      std::count_if(filter.code.begin(), filter.code.end(),
                    [](const Instruction& i) { return i.code == op::kJumpAnyBit; });
  EXPECT_EQ(bit_tests, 1);
}

TEST(Generate, NeverAllowsANumberThatTheTableDoesNotHave) {
  SyscallProgram program;
  program.numbers[10] = program.numbers[20] = {{}, kAllow};
  const Bpf bpf = load(generate(program));
  for (uint32_t number = 0; number < 40; ++number) {
    const uint32_t expected =
        number == 10 || number == 20 ? kAllow.value() : kNotImplemented.value();
    EXPECT_EQ(bpf.run({number, audit_arch(Arch::x86_64), 0, {}}).value, expected) << number;
  }
}

TEST(Generate, GivesAMissingNumberTheRefusalOfItsNeighbour) {
  SyscallProgram program;
  program.numbers[10] = {{}, kAllow};
  program.numbers[20] = {{}, kRefuse};
  const Bpf bpf = load(generate(program));
  EXPECT_EQ(bpf.run({15, audit_arch(Arch::x86_64), 0, {}}).value, kRefuse.value());
  EXPECT_EQ(bpf.run({5, audit_arch(Arch::x86_64), 0, {}}).value, kNotImplemented.value());
}

TEST(Generate, ChecksTheArchitectureBeforeAnythingElse) {
  const Filter filter = generate(alternating(4));
  EXPECT_EQ(filter.code[0], (Instruction{op::kLoad, 0, 0, kArchOffset}));
  EXPECT_EQ(filter.code[1].code, op::kJumpEqual);
  EXPECT_EQ(filter.code[1].k, 0xc000003eU);
  EXPECT_EQ(filter.code[2], (Instruction{op::kLoad, 0, 0, kNumberOffset}));
}

TEST(Generate, OfNothingRefusesEverything) {
  const Bpf bpf = load(generate(SyscallProgram{}));
  EXPECT_EQ(bpf.run({0, audit_arch(Arch::x86_64), 0, {}}).value, kNotImplemented.value());
  EXPECT_EQ(bpf.run({0, audit_arch(Arch::aarch64), 0, {}}).value, kKill.value());
}

}  // namespace
}  // namespace sbxc::seccomp
