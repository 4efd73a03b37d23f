#include "backends/seccomp/read/word_cells.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

namespace sbxc::bpf {
namespace {

using ::testing::ElementsAre;

std::vector<bool> outcomes(const std::vector<WordTest>& tests, uint32_t word) {
  std::vector<bool> out;
  out.reserve(tests.size());
  for (const WordTest& test : tests) out.push_back(test.holds(word));
  return out;
}

TEST(WordCells, CutAtEveryConstantOfPlainTests) {
  EXPECT_THAT(*cells_of({}, 10), ElementsAre(0U));
  EXPECT_THAT(*cells_of({{.comparison = Comparison::equal, .constant = 5}}, 10),
              ElementsAre(0U, 5U, 6U));
  EXPECT_THAT(*cells_of({{.comparison = Comparison::greater, .constant = 5}}, 10),
              ElementsAre(0U, 6U));
  EXPECT_THAT(*cells_of({{.comparison = Comparison::not_less, .constant = 5}}, 10),
              ElementsAre(0U, 5U));
  EXPECT_THAT(*cells_of({{.comparison = Comparison::equal, .constant = 0xffffffff}}, 10),
              ElementsAre(0U, 0xffffffffU));
}

TEST(WordCells, FindTheOneValueInFourBillionThatPassesTwoMasks) {
  const std::vector<WordTest> tests = {
      {.mask = 0xffff0000, .comparison = Comparison::equal, .constant = 0x12340000},
      {.mask = 0x0000ffff, .comparison = Comparison::equal, .constant = 0x00005678}};
  const auto cells = cells_of(tests, 100);
  ASSERT_TRUE(cells);
  EXPECT_THAT(*cells, ::testing::Contains(0x12345678U));
}

TEST(WordCells, SaysWhenThereAreTooMany) {
  std::vector<WordTest> bits;
  bits.reserve(32);
  for (int bit = 0; bit < 32; ++bit) {
    bits.push_back({.comparison = Comparison::any_bit, .constant = uint32_t{1} << bit});
  }
  EXPECT_FALSE(cells_of(bits, 1000));
}

// The proof rests on this: whatever a word's outcomes are, some cell has the same.
RC_GTEST_PROP(WordCells, CoverEveryWord, ()) {
  const auto few = [] {  // few bits, so that masks, constants and words meet
    return rc::gen::map(rc::gen::inRange<uint32_t>(0, 64), [](uint32_t bits) {
      return (bits & 7) | (bits >> 3 & 1) << 16 | (bits >> 4 & 1) << 30 | (bits >> 5) << 31;
    });
  };
  const auto word = rc::gen::oneOf(few(), rc::gen::arbitrary<uint32_t>());
  const auto tests = *rc::gen::resize(
      6, rc::gen::container<std::vector<WordTest>>(rc::gen::build<WordTest>(
             rc::gen::set(&WordTest::mask, rc::gen::oneOf(rc::gen::just(~uint32_t{0}), few(),
                                                          rc::gen::arbitrary<uint32_t>())),
             rc::gen::set(&WordTest::flip, rc::gen::oneOf(rc::gen::just(uint32_t{0}), few())),
             rc::gen::set(&WordTest::comparison,
                          rc::gen::element(Comparison::equal, Comparison::greater,
                                           Comparison::not_less, Comparison::any_bit)),
             rc::gen::set(&WordTest::constant, few()))));
  const auto cells = cells_of(tests, 1 << 16);
  RC_ASSERT(cells);
  const auto asked = *rc::gen::container<std::vector<uint32_t>>(50, word);
  for (const uint32_t one : asked) {
    const bool found = std::any_of(cells->begin(), cells->end(), [&](uint32_t cell) {
      return outcomes(tests, cell) == outcomes(tests, one);
    });
    RC_ASSERT(found);
  }
}

}  // namespace
}  // namespace sbxc::bpf
