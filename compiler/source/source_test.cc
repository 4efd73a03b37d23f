#include "compiler/source/source.h"

#include <gtest/gtest.h>

namespace sbxc {
namespace {

TEST(Sources, CountLinesAndColumnsFromOne) {
  Sources sources;
  const FileId file = sources.add("a.sbx", "ab\ncd\r\n\nx");
  EXPECT_EQ(sources.locate(file, 0), (LineColumn{1, 1}));
  EXPECT_EQ(sources.locate(file, 2), (LineColumn{1, 3})) << "the line's end belongs to the line";
  EXPECT_EQ(sources.locate(file, 3), (LineColumn{2, 1}));
  EXPECT_EQ(sources.locate(file, 7), (LineColumn{3, 1}));
  EXPECT_EQ(sources.locate(file, 9), (LineColumn{4, 2})) << "just past the end of the text";
  EXPECT_EQ(sources.describe({file, 3, 5}), "a.sbx:2:1");
}

TEST(Sources, GiveALineWithoutItsEnd) {
  Sources sources;
  const FileId file = sources.add("a.sbx", "ab\ncd\r\n\nx");
  uint32_t start = 0;
  EXPECT_EQ(sources.line_at(file, 4, &start), "cd");
  EXPECT_EQ(start, 3U);
  EXPECT_EQ(sources.line_at(file, 7, &start), "");
  EXPECT_EQ(sources.line_at(file, 8, &start), "x");
}

}  // namespace
}  // namespace sbxc
