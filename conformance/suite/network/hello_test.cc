#include "conformance/suite/network/hello.h"

#include <gmock/gmock.h>
#include <rapidcheck.h>

namespace sbxc::conform {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Names = std::vector<std::string>;

std::string sized(const std::string& bytes, int width) {
  std::string text;
  for (int i = width - 1; i >= 0; --i) text += static_cast<char>(bytes.size() >> (8 * i));
  return text + bytes;
}

std::string extension(const Names& names) {
  std::string list;
  for (const std::string& name : names) list += '\0' + sized(name, 2);
  return std::string("\0\0", 2) + sized(sized(list, 2), 2);
}

std::string message(const std::string& extensions) {
  return '\1' + sized(std::string(34, '\3') + sized("", 1) + sized("\x13\1", 2) +
                          sized(std::string(1, '\0'), 1) + sized(extensions, 2),
                      3);
}

std::string record(const std::string& bytes) { return "\x16\3\1" + sized(bytes, 2); }

TEST(Hellos, NameEveryNameOfEveryExtension) {
  const auto names = hello_names(record(message(extension({"a", "b"}) + extension({"c"}))));
  ASSERT_TRUE(names);
  EXPECT_THAT(*names, ElementsAre("a", "b", "c"));
  EXPECT_THAT(*hello_names(record(message(""))), IsEmpty());
}

TEST(Hellos, AreReadAcrossRecords) {
  const std::string whole = message(extension({"allowed.test"}));
  for (size_t at = 1; at < whole.size(); ++at) {
    const auto names = hello_names(record(whole.substr(0, at)) + record(whole.substr(at)));
    ASSERT_TRUE(names) << at;
    EXPECT_THAT(*names, ElementsAre("allowed.test"));
    EXPECT_FALSE(hello_names(record(whole.substr(0, at)))) << at;
  }
}

TEST(Hellos, OfAnyBytesAreHarmless) {
  rc::check([](const std::string& bytes) { hello_names("\x16\3\1" + bytes); });
}

}  // namespace
}  // namespace sbxc::conform
