#include "runtime/c/audit_line.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sbxc::c {
namespace {

struct Read {
  explicit Read(const std::string& line)
      : room(line.size() + 1), found(read_audit_line(line.data(), line.size(), room.data())) {}
  std::vector<char> room;
  AuditLine found;
};

TEST(AuditLine, GivesTheTextsOfADenial) {
  const Read read(
      R"({"event":"denied","time":"t","operation":"write","target":"/a b","error":"EACCES",)"
      R"("syscall":"openat","pid":7,"rules":[{"rule":3,"at":"p.sbx:1:1"},{}],)"
      R"("allow":["allow write /a","two"],"cut":true})");
  EXPECT_STREQ(read.found.event, "denied");
  EXPECT_STREQ(read.found.operation, "write");
  EXPECT_STREQ(read.found.target, "/a b");
  EXPECT_STREQ(read.found.second, "");
  EXPECT_STREQ(read.found.error, "EACCES");
  EXPECT_STREQ(read.found.allow, "allow write /a");
}

TEST(AuditLine, UndoesEscapes) {
  const Read read("{\"event\":\"denied\",\"target\":\"/\\\"\\\\\\n\\u001b\\u00e9\\u20ac\\ud800\"}");
  EXPECT_STREQ(read.found.target, "/\"\\\n\x1b\xc3\xa9\xe2\x82\xac\xef\xbf\xbd");
}

TEST(AuditLine, GivesNothingOfALineThatIsCutOrNoneOfOurs) {
  const std::string whole = R"({"event":"denied","target":"/a","rules":[{"x":["\n",1]}],"n":1})";
  EXPECT_STREQ(Read(whole).found.event, "denied");
  for (size_t length = 0; length < whole.size(); ++length) {
    EXPECT_STREQ(Read(whole.substr(0, length)).found.event, "") << length;
  }
  for (const char* bad : {"[]", "{}x", "{\"event\" :1}", "{\"event\":\"a\" \"b\":1}",
                          "{\"event\":\"\\q\"}", "{\"event\":\"\\u12\"}", "{\"a\":}", "{,}"}) {
    EXPECT_STREQ(Read(bad).found.event, "") << bad;
  }
  const std::string deep = "{\"a\":" + std::string(100'000, '[') + "}";
  EXPECT_STREQ(Read(deep).found.event, "");
}

}  // namespace
}  // namespace sbxc::c
