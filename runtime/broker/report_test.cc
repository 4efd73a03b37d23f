#include "runtime/broker/report.h"

#include <errno.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <unistd.h>

#include "runtime/broker/report_writer.h"

namespace sbxc::broker {
namespace {

RC_GTEST_PROP(Report, ReadsBackAsItWasWritten, ()) {
  Report report;
  report.operation = *rc::gen::element(Denied::read, Denied::write, Denied::socket);
  report.unseen = *rc::gen::element(Unseen::no, Unseen::thing, Unseen::directory);
  report.error = *rc::gen::arbitrary<int32_t>();
  report.pid = *rc::gen::arbitrary<int32_t>();
  report.call = *rc::gen::arbitrary<int32_t>();
  report.dropped = *rc::gen::arbitrary<uint64_t>();
  report.path = *rc::gen::arbitrary<std::string>();
  report.second = *rc::gen::arbitrary<std::string>();
  const std::string bytes = encode(report) + encode(report);
  std::string_view left = bytes;
  bool damaged = false;
  RC_ASSERT(decode(left, damaged) == report);
  RC_ASSERT(decode(left, damaged) == report);
  RC_ASSERT(left.empty());
}

TEST(Report, IsNeverLongerThanAPipeTakesAtOnce) {
  Report report;
  report.path = std::string(5000, 'x');
  report.second = std::string(5000, 'y');
  const std::string bytes = encode(report);
  EXPECT_LE(bytes.size(), kMaxReport);
  std::string_view left = bytes;
  bool damaged = false;
  const auto read = decode(left, damaged);
  ASSERT_TRUE(read.has_value());
  EXPECT_TRUE(read->cut);
  EXPECT_EQ(read->path, std::string(kReportPath, 'x'));
}

TEST(Report, IsNotThereUntilItIsWholeAndNoneOfOtherBytes) {
  const std::string bytes = encode(Report{});
  bool damaged = false;
  for (size_t size = 0; size < bytes.size(); ++size) {
    std::string_view left = std::string_view(bytes).substr(0, size);
    EXPECT_FALSE(decode(left, damaged).has_value());
    EXPECT_FALSE(damaged) << size;
  }
  for (const std::string& other : {std::string(100, '\xff'), std::string(100, '\0')}) {
    std::string_view left = other;
    EXPECT_FALSE(decode(left, damaged).has_value());
    EXPECT_TRUE(damaged);
  }
}

TEST(ReportWriter, NeverWaitsAndCountsWhatItLeavesOut) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  ReportWriter writer(ends[1]);
  Report report;
  for (int i = 0; i < 3000; ++i) {  // a pipe takes some 1600 of them
    report.path = "/" + std::to_string(i);
    writer.write(report);
    writer.write(report);
  }
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  std::string bytes(1 << 20, '\0');
  ASSERT_GT(read(ends[0], bytes.data(), bytes.size()), 0);
  // As time goes by there is room for more.
  std::optional<Report> last;
  for (int i = 0; !last; ++i) {
    report.path = "/last" + std::to_string(i);
    writer.write(report);
    const ssize_t size = read(ends[0], bytes.data(), bytes.size());
    std::string_view left(bytes.data(), size > 0 ? static_cast<size_t>(size) : 0);
    bool damaged = false;
    last = decode(left, damaged);
  }
  EXPECT_TRUE(last->path.starts_with("/last"));
  EXPECT_GT(last->dropped, 1200U);
  close(ends[0]);
  close(ends[1]);
}

TEST(ReportWriter, DoesNotCountWhatIsToldAlreadyAsLeftOut) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  ReportWriter writer(ends[1]);
  Report report;
  for (const char* path : {"/one", "/one", "/one", "/other"}) {
    report.path = path;
    writer.write(report);
  }
  close(ends[1]);
  std::string bytes(4096, '\0');
  const ssize_t size = read(ends[0], bytes.data(), bytes.size());
  ASSERT_GT(size, 0);
  std::string_view left(bytes.data(), static_cast<size_t>(size));
  bool damaged = false;
  EXPECT_EQ(decode(left, damaged)->path, "/one");
  const auto second = decode(left, damaged);
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(second->path, "/other");
  EXPECT_EQ(second->dropped, 0U);
  EXPECT_TRUE(left.empty());
  close(ends[0]);
}

TEST(ReportWriter, HasOnlyTheRoomThatItIsGiven) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  ReportWriter writer(ends[1], 3);
  Report report;
  report.unseen = Unseen::thing;
  for (int i = 0; i < 100; ++i) {
    report.path = "/" + std::to_string(i);
    writer.write(report);
  }
  close(ends[1]);
  std::string bytes(65536, '\0');
  const ssize_t size = read(ends[0], bytes.data(), bytes.size());
  ASSERT_GT(size, 0);
  std::string_view left(bytes.data(), static_cast<size_t>(size));
  bool damaged = false;
  int count = 0;
  while (decode(left, damaged)) ++count;
  EXPECT_GE(count, 3);
  EXPECT_LT(count, 100);
  close(ends[0]);
}

}  // namespace
}  // namespace sbxc::broker
