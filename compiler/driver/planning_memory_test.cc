// The allocator is this test program's, too.
#include "compiler/driver/planning_memory.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace sbxc::driver {
namespace {

class PlanningMemory : public testing::Test {
 protected:
  void SetUp() override { use_planning_memory(); }
  void TearDown() override { leave_planning_memory(); }
};

// Every byte is its piece's own: what is written is still there when all are written.
void expect_own_bytes(size_t pieces) {
  std::vector<std::pair<char*, size_t>> made;
  for (size_t i = 0; i < pieces; ++i) {
    const size_t bytes = i * 7 % 600;
    auto* piece = static_cast<char*>(operator new(bytes));
    EXPECT_EQ(reinterpret_cast<uintptr_t>(piece) % alignof(std::max_align_t), 0U);
    std::memset(piece, static_cast<int>(i % 251), bytes);
    made.emplace_back(piece, bytes);
  }
  size_t spoilt = 0;
  for (size_t i = 0; i < pieces; ++i) {
    const auto& [piece, bytes] = made[i];
    for (size_t at = 0; at < bytes; ++at) spoilt += piece[at] != static_cast<char>(i % 251);
  }
  EXPECT_EQ(spoilt, 0U);
  for (size_t i = 0; i < pieces; ++i) operator delete(made[i].first);
}

TEST_F(PlanningMemory, PiecesDoNotOverlap) {
  expect_own_bytes(20'000);
  expect_own_bytes(20'000);  // of what was given back
}

TEST_F(PlanningMemory, AThreadMayGiveBackWhatAnotherMade) {
  std::vector<std::unique_ptr<std::string>> made;
  std::thread([&] {
    for (int i = 0; i < 2'000; ++i) made.push_back(std::make_unique<std::string>(100, 'a'));
  }).join();
  made.clear();
  std::thread([] { expect_own_bytes(5'000); }).join();
  expect_own_bytes(5'000);
}

TEST_F(PlanningMemory, WhatWasMadeIsThereAfterwardsAndCanBeGivenBack) {
  auto made = std::make_unique<std::string>(100, 'x');
  leave_planning_memory();
  auto later = std::make_unique<std::string>(100, 'y');
  EXPECT_EQ(*made, std::string(100, 'x'));
  made.reset();
  EXPECT_EQ(*std::make_unique<std::string>(100, 'z'), std::string(100, 'z'));
  use_planning_memory();
  later.reset();  // malloc's
}

TEST_F(PlanningMemory, MoreThanTheRoomHoldsIsStillGiven) {
  constexpr size_t kPiece = 512;
  std::vector<void*> made;
  for (size_t bytes = 0; bytes < size_t{300} << 20U; bytes += kPiece) {
    made.push_back(operator new(kPiece));
  }
  std::memset(made.back(), 1, kPiece);
  for (void* piece : made) operator delete(piece);
}

}  // namespace
}  // namespace sbxc::driver
